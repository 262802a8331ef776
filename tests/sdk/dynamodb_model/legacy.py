"""The parameters that came before expressions, as the trees that expressions make.

Developer guide, "Legacy conditional parameters": their names are whole top-level attributes, AND
joins them unless ConditionalOperator says OR.
"""
from .refusal import require
from .values import SETS, kind, sortable, take

PARAMETERS = {"AttributesToGet", "Expected", "KeyConditions", "QueryFilter", "ScanFilter", "AttributeUpdates",
              "ConditionalOperator"}
EXPRESSIONS = {"ProjectionExpression", "ConditionExpression", "KeyConditionExpression", "FilterExpression",
               "UpdateExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"}
COMPARED = {"EQ": "=", "NE": "<>", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
ARGUMENTS = {"NULL": 0, "NOT_NULL": 0, "BETWEEN": 2}
ORDERED, TEXT = {"S", "N", "B"}, {"S", "B"}
TYPES = {"BEGINS_WITH": TEXT, **dict.fromkeys(["LT", "LE", "GT", "GE", "IN", "BETWEEN"], ORDERED),
         # The reference names the types that there were before BOOL and NULL, which lists hold too.
         **dict.fromkeys(["CONTAINS", "NOT_CONTAINS"], ORDERED | {"BOOL", "NULL"})}


def check_unmixed(given):
    require(not (PARAMETERS & set(given) and EXPRESSIONS & set(given)))


def arguments(operator, values):
    values = [take(value) for value in values]
    require(len(values) == ARGUMENTS.get(operator, 1) or operator == "IN" and values)
    require(all(kind(value) in TYPES.get(operator, {kind(value)}) for value in values))
    require(len({kind(value) for value in values}) < 2)
    if operator == "BETWEEN":
        require(sortable(values[0]) <= sortable(values[1]))
    return [("value", value) for value in values]


def comparison(name, operator, values):
    path, values = ("path", (name,)), arguments(operator, values)
    if operator in COMPARED:
        return (COMPARED[operator], path, *values)
    if operator == "IN":
        return ("in", path, values)
    if operator == "BETWEEN":
        return ("between", path, *values)
    if operator in ("NULL", "NOT_NULL"):
        return ("call", "attribute_not_exists" if operator == "NULL" else "attribute_exists", [path])
    if operator == "NOT_CONTAINS":  # of an attribute that is there
        return ("and", [("call", "attribute_exists", [path]), ("not", ("call", "contains", [path, *values]))])
    return ("call", operator.lower(), [path, *values])


def expectation(name, one):
    """Expected has an older form: Value and Exists."""
    if "ComparisonOperator" in one:
        require("Exists" not in one and not ("Value" in one and "AttributeValueList" in one))
        values = [one["Value"]] if "Value" in one else one.get("AttributeValueList")
        require(values is not None or one["ComparisonOperator"] in ("NULL", "NOT_NULL"))
        return comparison(name, one["ComparisonOperator"], values or [])
    require("AttributeValueList" not in one)
    if one.get("Exists", True):
        require("Value" in one)
        return comparison(name, "EQ", [one["Value"]])
    require("Value" not in one)
    return comparison(name, "NULL", [])


def joined(given, terms):
    require("ConditionalOperator" not in given or len(terms) > 1)
    if not terms:
        return None
    return (given.get("ConditionalOperator", "AND").lower(), terms)


def expected(given):
    return joined(given, [expectation(name, one) for name, one in given.get("Expected", {}).items()])


def page_filter(given, parameter):
    return joined(given, [comparison(name, one["ComparisonOperator"], one.get("AttributeValueList", []))
                          for name, one in given.get(parameter, {}).items()])


def key_tests(conditions):
    """Of one or two attributes: keys of several came with expressions."""
    tests = {}
    require(len(conditions) in (1, 2))
    for name, one in conditions.items():
        operator = one["ComparisonOperator"]
        values = [value for _, value in arguments(operator, one.get("AttributeValueList", []))]
        require(operator in COMPARED and operator != "NE" or operator in ("BETWEEN", "BEGINS_WITH"))
        tests[name] = (COMPARED.get(operator, operator.lower()), values)
    return tests


def projection(given):
    names = given.get("AttributesToGet")
    if names is None:
        return None
    require(len(set(names)) == len(names))
    return [(name,) for name in names]


def actions(given):
    """AttributeUpdates as the actions of an update expression."""
    found = []
    for name, one in given.get("AttributeUpdates", {}).items():
        action, value = one.get("Action", "PUT"), one.get("Value")
        if value is None:
            require(action == "DELETE")
            found.append(("REMOVE", (name,), None))
            continue
        value = take(value)
        require(action == "PUT" or kind(value) in SETS or action == "ADD" and kind(value) in ("N", "L"))
        found.append(({"PUT": "SET"}.get(action, action), (name,), ("value", value)))
    return found
