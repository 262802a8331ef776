"""The parameters that came before expressions, through boto3: what they mean and how they are refused."""
import pytest
from botocore.exceptions import ClientError

from dynamodb import index, make, refused

INVALID = "One or more parameter values were invalid: "
MIXED = ("Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
         "{%s} Expression parameters: {%s}")


@pytest.fixture(scope="module")
def db(client):
    return client("dynamodb")


@pytest.fixture(scope="module")
def table(db):
    return make(db, range_key="sk", types={"sk": "N", "g": "S", "l": "S"},
                GlobalSecondaryIndexes=[index("by-g", "g")],
                LocalSecondaryIndexes=[index("by-l", "pk", "l", projection="KEYS_ONLY")])


ITEM = {"pk": {"S": "one"}, "sk": {"N": "1"}, "text": {"S": "hello"}, "n": {"N": "5"}, "b": {"B": b"\x01\x02"},
        "ss": {"SS": ["x", "y"]}, "ns": {"NS": ["1", "2"]}, "list": {"L": [{"S": "x"}, {"N": "1"}]},
        "map": {"M": {"k": {"S": "v"}}}, "yes": {"BOOL": True}, "dotted.name": {"S": "whole"}}
KEY = {name: ITEM[name] for name in ("pk", "sk")}


@pytest.fixture
def item(db, table):
    db.put_item(TableName=table, Item=ITEM)
    return ITEM


def compared(operator, *values):
    return {"ComparisonOperator": operator, "AttributeValueList": list(values)}


N = lambda number: {"N": str(number)}
T = lambda text: {"S": text}


# --- conditions: the same in Expected, QueryFilter and ScanFilter ------------------------------

HOLD = [
    ("n", compared("EQ", N("5.0"))), ("map", compared("EQ", {"M": {"k": T("v")}})), ("ss", compared("EQ", {"SS": ["y", "x"]})),
    ("n", compared("NE", N(6))), ("n", compared("NE", T("5"))), ("absent", compared("NE", N(6))),
    ("n", compared("LT", N(6))), ("n", compared("LE", N(5))), ("n", compared("GT", N(-6))), ("n", compared("GE", N(5))),
    ("text", compared("BETWEEN", T("h"), T("i"))), ("n", compared("IN", N(4), N(5))),
    ("absent", compared("NULL")), ("text", compared("NOT_NULL")), ("absent", {"ComparisonOperator": "NULL"}),
    ("text", compared("CONTAINS", T("ell"))), ("ss", compared("CONTAINS", T("x"))), ("ns", compared("CONTAINS", N(2))),
    ("list", compared("CONTAINS", N(1))), ("text", compared("NOT_CONTAINS", T("z"))), ("n", compared("NOT_CONTAINS", T("z"))),
    ("text", compared("BEGINS_WITH", T("he"))), ("b", compared("BEGINS_WITH", {"B": b"\x01"})),
    ("dotted.name", compared("EQ", T("whole"))),
]
FAIL = [
    ("n", compared("EQ", T("5"))), ("absent", compared("EQ", N(5))), ("n", compared("NE", N(5))), ("n", compared("LT", N(5))),
    ("text", compared("LT", N(6))), ("absent", compared("LT", N(5))), ("n", compared("BETWEEN", N(6), N(7))),
    ("n", compared("IN", N(4))), ("text", compared("NULL")), ("absent", compared("NOT_NULL")),
    ("text", compared("CONTAINS", T("z"))), ("text", compared("NOT_CONTAINS", T("ell"))),
    ("absent", compared("NOT_CONTAINS", T("z"))), ("text", compared("BEGINS_WITH", T("el"))),
    ("k", compared("EQ", T("v"))),
]


@pytest.mark.parametrize("holds, name, condition", [(True, *c) for c in HOLD] + [(False, *c) for c in FAIL])
def test_a_condition_means_the_same_everywhere(db, table, item, holds, name, condition):
    scan = db.scan(TableName=table, ScanFilter={name: condition, "pk": compared("EQ", T("one"))})
    assert (scan["Count"] == 1) == holds
    query = db.query(TableName=table, KeyConditions={"pk": compared("EQ", T("one"))}, QueryFilter={name: condition})
    assert ((query["Count"], query["ScannedCount"]) == (1, 1)) == holds
    if holds:
        db.put_item(TableName=table, Item=ITEM, Expected={name: condition})
    else:
        refused("The conditional request failed", db.put_item, "ConditionalCheckFailedException", TableName=table,
                Item=ITEM, Expected={name: condition})


def test_expected_in_its_old_form(db, table, item):
    def delete(**expected):
        return db.delete_item(TableName=table, Key={"pk": T("one"), "sk": N(2)}, Expected=expected)

    delete(n={"Exists": False})
    refused("The conditional request failed", delete, "ConditionalCheckFailedException", n={"Value": N(1)})
    db.put_item(TableName=table, Item=ITEM, Expected={"n": {"Value": N(5)}, "text": {"Exists": True, "Value": T("hello")}})
    for wrong in ({"n": {"Value": N(6)}}, {"n": {"Exists": False}}, {"gone": {"Exists": True, "Value": N(1)}}):
        refused("The conditional request failed", db.put_item, "ConditionalCheckFailedException", TableName=table,
                Item=ITEM, Expected=wrong)
    # The service takes a Value beside an operator, though its reference says otherwise.
    db.put_item(TableName=table, Item=ITEM, Expected={"n": {"ComparisonOperator": "GT", "Value": N(4)}})


@pytest.mark.parametrize("expected, words", [
    ({}, "Value must be provided when Exists is null for Attribute: n"),
    ({"Exists": True}, "Value must be provided when Exists is true for Attribute: n"),
    ({"Exists": False, "Value": N(1)}, "Value cannot be used when Exists is false for Attribute: n"),
    ({"AttributeValueList": [N(1)]}, "AttributeValueList can only be used with a ComparisonOperator for Attribute: n"),
    ({"Exists": True, "AttributeValueList": [N(1)]},
     "AttributeValueList can only be used with a ComparisonOperator for Attribute: n"),
    ({"Exists": True} | compared("EQ", N(1)), "Exists and ComparisonOperator cannot be used together for Attribute: n"),
    ({"Value": N(1)} | compared("EQ", N(1)), "Value and AttributeValueList cannot be used together for Attribute: n"),
    ({"ComparisonOperator": "EQ"},
     "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: n"),
])
def test_forms_of_expected_that_are_none(db, expected, words):
    refused("1 validation error detected: " + INVALID + words, db.put_item, TableName="not-looked-for", Item=KEY,
            Expected={"n": expected})


@pytest.mark.parametrize("condition, words", [
    (compared("EQ"), INVALID + "Invalid number of argument(s) for the EQ ComparisonOperator"),
    (compared("EQ", N(1), N(2)), INVALID + "Invalid number of argument(s) for the EQ ComparisonOperator"),
    (compared("NULL", N(1)), INVALID + "Invalid number of argument(s) for the NULL ComparisonOperator"),
    (compared("BETWEEN", N(1)), INVALID + "Invalid number of argument(s) for the BETWEEN ComparisonOperator"),
    (compared("IN"), INVALID + "Invalid number of argument(s) for the IN ComparisonOperator"),
    (compared("LT", {"BOOL": True}), INVALID + "ComparisonOperator LT is not valid for BOOL AttributeValue type"),
    (compared("IN", {"SS": ["a"]}), INVALID + "ComparisonOperator IN is not valid for SS AttributeValue type"),
    (compared("BEGINS_WITH", N(1)), INVALID + "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type"),
    (compared("CONTAINS", {"M": {}}), INVALID + "ComparisonOperator CONTAINS is not valid for M AttributeValue type"),
    (compared("IN", N(1), T("1")), INVALID + "AttributeValues inside AttributeValueList must be of same type"),
    (compared("BETWEEN", N(2), N(1)),
     "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"),
    (compared("EQ", {}), "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
    (compared("EQ", N("x")), "The parameter cannot be converted to a numeric value: x"),
])
def test_arguments_that_an_operator_does_not_take(client, condition, words):
    db = client("dynamodb", check=False)
    for call, options in ((db.put_item, {"Item": KEY, "Expected": {"n": condition}}),
                          (db.scan, {"ScanFilter": {"n": condition}}),
                          (db.query, {"KeyConditions": {"pk": compared("EQ", T("a"))}, "QueryFilter": {"n": condition}})):
        refused(words, call, TableName="not-looked-for", **options)


def test_an_unknown_operator_is_refused_by_the_model(client, table):
    refused(["Value 'LIKE' at 'scanFilter.n.member.comparisonOperator' failed to satisfy constraint: Member must satisfy"],
            client("dynamodb", check=False).scan, TableName=table, ScanFilter={"n": compared("LIKE", N(1))})


def test_conditional_operator_joins_two_or_more(db, table, item):
    both = {"n": compared("EQ", N(5)), "text": compared("EQ", T("other"))}
    pk = {"pk": compared("EQ", T("one"))}
    assert db.query(TableName=table, KeyConditions=pk, QueryFilter=both, ConditionalOperator="OR")["Count"] == 1
    assert db.query(TableName=table, KeyConditions=pk, QueryFilter=both, ConditionalOperator="AND")["Count"] == 0
    assert db.scan(TableName=table, ScanFilter=both, ConditionalOperator="OR")["Count"] == 1
    assert db.scan(TableName=table, ScanFilter=both)["Count"] == 0
    db.delete_item(TableName=table, Key=KEY, Expected=both, ConditionalOperator="OR")
    one = "ConditionalOperator can only be used when Filter or Expected has two or more elements"
    alone = "ConditionalOperator cannot be used without Filter or Expected"
    refused(one, db.put_item, TableName=table, Item=KEY, Expected={"n": {"Exists": False}}, ConditionalOperator="AND")
    refused(one, db.scan, TableName=table, ScanFilter=pk, ConditionalOperator="OR")
    refused(alone, db.put_item, TableName=table, Item=KEY, ConditionalOperator="AND")
    refused(alone, db.query, TableName=table, KeyConditions=pk, ConditionalOperator="OR")


# --- KeyConditions ------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def ordered(db):
    table = make(db, range_key="sk", types={"sk": "S"})
    for sk in ("a", "ab", "b", "c"):
        db.put_item(TableName=table, Item={"pk": T("p"), "sk": T(sk), "n": N(len(sk))})
    return table


@pytest.mark.parametrize("condition, found", [
    (None, "a ab b c"), (compared("EQ", T("b")), "b"), (compared("LT", T("b")), "a ab"), (compared("LE", T("b")), "a ab b"),
    (compared("GT", T("b")), "c"), (compared("GE", T("b")), "b c"), (compared("BETWEEN", T("ab"), T("b")), "ab b"),
    (compared("BEGINS_WITH", T("a")), "a ab")])
def test_key_conditions_select_a_range(db, ordered, condition, found):
    keys = {"pk": compared("EQ", T("p"))} | ({"sk": condition} if condition else {})
    answer = db.query(TableName=ordered, KeyConditions=keys)
    assert " ".join(each["sk"]["S"] for each in answer["Items"]) == found
    backwards = db.query(TableName=ordered, KeyConditions=keys, ScanIndexForward=False, Limit=1)
    assert backwards["Items"][0]["sk"]["S"] == found.split()[-1]


@pytest.mark.parametrize("keys, words", [
    ({}, "Conditions can be of length 1 or 2 only"),
    ({name: compared("EQ", T("a")) for name in ("pk", "sk", "x")}, "Conditions can be of length 1 or 2 only"),
    ({"pk": compared("NE", T("a"))}, "Attempted conditional constraint is not an indexable operation"),
    ({"pk": compared("IN", T("a"))}, "Attempted conditional constraint is not an indexable operation"),
    ({"pk": compared("NOT_NULL")}, "Attempted conditional constraint is not an indexable operation"),
    ({"pk": compared("LT", T("a"))}, "Query key condition not supported"),
    ({"sk": compared("EQ", T("a"))}, "Query condition missed key schema element: pk"),
    ({"pk": compared("EQ", T("a")), "x": compared("EQ", T("a"))}, "Query condition missed key schema element: sk"),
    ({"pk": compared("EQ", N(1))}, INVALID + "Condition parameter type does not match schema type"),
    ({"pk": compared("EQ")}, INVALID + "Invalid number of argument(s) for the EQ ComparisonOperator"),
])
def test_key_conditions_that_are_refused(db, ordered, keys, words):
    refused(words, db.query, TableName=ordered, KeyConditions=keys)


def test_a_query_filter_names_no_key(db, ordered, table):
    pk = {"pk": compared("EQ", T("p"))}
    refused("QueryFilter can only contain non-primary key attributes: Primary key attribute: sk", db.query,
            TableName=ordered, KeyConditions=pk, QueryFilter={"sk": compared("EQ", T("a"))})
    db.query(TableName=table, IndexName="by-g", KeyConditions={"g": compared("EQ", T("x"))}, QueryFilter=pk)


def test_key_conditions_go_with_a_filter_expression(db, ordered):
    answer = db.query(TableName=ordered, KeyConditions={"pk": compared("EQ", T("p"))}, FilterExpression="n = :n",
                      ExpressionAttributeValues={":n": N(2)})
    assert [each["sk"]["S"] for each in answer["Items"]] == ["ab"]


# --- AttributesToGet ----------------------------------------------------------------------------

def test_attributes_to_get_everywhere(db, table, item):
    wanted = {name: ITEM[name] for name in ("text", "dotted.name")}
    names = ["text", "dotted.name", "absent"]
    assert db.get_item(TableName=table, Key=KEY, AttributesToGet=names)["Item"] == wanted
    assert db.get_item(TableName=table, Key=KEY, AttributesToGet=["absent"])["Item"] == {}
    pk = {"pk": compared("EQ", T("one"))}
    assert db.query(TableName=table, KeyConditions=pk, AttributesToGet=names)["Items"] == [wanted]
    assert wanted in db.scan(TableName=table, AttributesToGet=names, Select="SPECIFIC_ATTRIBUTES")["Items"]
    batch = db.batch_get_item(RequestItems={table: {"Keys": [KEY], "AttributesToGet": names}})
    assert batch["Responses"][table] == [wanted]


def test_attributes_to_get_that_are_refused(client, db, table, item):
    twice = INVALID + "Duplicate value in attribute name: a"
    refused(twice, db.get_item, TableName=table, Key=KEY, AttributesToGet=["a", "b", "a"])
    refused(twice, db.scan, TableName=table, AttributesToGet=["a", "a"])
    refused(twice, db.batch_get_item, RequestItems={table: {"Keys": [KEY], "AttributesToGet": ["a", "a"]}})
    refused(["at 'attributesToGet' failed to satisfy constraint: Member must have length greater than or equal to 1"],
            client("dynamodb", check=False).get_item, TableName=table, Key=KEY, AttributesToGet=[])
    refused("Cannot specify the AttributesToGet when choosing to get only the Count", db.scan, TableName=table,
            AttributesToGet=["a"], Select="COUNT")
    refused("Cannot specify the AttributesToGet when choosing to get ALL_ATTRIBUTES", db.scan, TableName=table,
            AttributesToGet=["a"], Select="ALL_ATTRIBUTES")


# --- AttributeUpdates ---------------------------------------------------------------------------

def update(db, table, updates, **more):
    return db.update_item(TableName=table, Key=KEY, AttributeUpdates=updates, ReturnValues="ALL_NEW", **more).get("Attributes")


def test_attribute_updates_put_add_and_delete(db, table, item):
    new = update(db, table, {
        "text": {"Value": T("new")}, "made": {"Action": "PUT", "Value": {"M": {}}}, "n": {"Action": "ADD", "Value": N(-2)},
        "count": {"Action": "ADD", "Value": N(3)}, "ss": {"Action": "ADD", "Value": {"SS": ["z"]}},
        "ns": {"Action": "DELETE", "Value": {"NS": ["1"]}}, "b": {"Action": "DELETE"}, "absent": {"Action": "DELETE"},
        "list": {"Action": "ADD", "Value": {"L": [T("y")]}}, "list2": {"Action": "ADD", "Value": {"L": [T("y")]}}})
    assert (new["text"], new["made"], new["n"], new["count"]) == (T("new"), {"M": {}}, N(3), N(3))
    assert (sorted(new["ss"]["SS"]), new["ns"]) == (["x", "y", "z"], {"NS": ["2"]})
    assert (new["list"], new["list2"]) == ({"L": [T("x"), N(1), T("y")]}, {"L": [T("y")]})
    assert "b" not in new and "absent" not in new
    gone = update(db, table, {"ns": {"Action": "DELETE", "Value": {"NS": ["2"]}}}, Expected={"count": {"Value": N(3)}})
    assert "ns" not in gone


def test_attribute_updates_tell_what_they_touched(db, table, item):
    touched = db.update_item(TableName=table, Key=KEY, ReturnValues="UPDATED_OLD",
                             AttributeUpdates={"n": {"Value": N(1)}, "text": {"Action": "DELETE"}})["Attributes"]
    assert touched == {"n": N(5), "text": T("hello")}


def test_an_item_that_was_not_there(db, table):
    db.delete_item(TableName=table, Key=KEY)
    assert update(db, table, {"a": {"Action": "DELETE"}}) is None
    assert "Item" not in db.get_item(TableName=table, Key=KEY)
    assert update(db, table, {"n": {"Action": "ADD", "Value": N(1)}, "a": {"Action": "DELETE"}}) == KEY | {"n": N(1)}
    db.delete_item(TableName=table, Key=KEY)
    assert update(db, table, {}) == KEY


@pytest.mark.parametrize("change, words", [
    ({}, INVALID + "Only DELETE action is allowed when no attribute value is specified"),
    ({"Action": "ADD"}, INVALID + "Only DELETE action is allowed when no attribute value is specified"),
    ({"Action": "ADD", "Value": T("a")}, INVALID + "ADD action is not supported for the type STRING"),
    ({"Action": "DELETE", "Value": N(1)}, INVALID + "DELETE action with value is not supported for the type NUMBER"),
    ({"Value": {"SS": []}}, INVALID + "An string set  may not be empty"),
])
def test_attribute_updates_that_are_refused(db, table, change, words):
    refused(words, db.update_item, TableName=table, Key=KEY, AttributeUpdates={"a": change})


def test_attribute_updates_of_the_wrong_type_or_the_key(db, table, item):
    for name, change in (("text", {"Action": "ADD", "Value": N(1)}), ("ss", {"Action": "DELETE", "Value": {"NS": ["1"]}}),
                         ("n", {"Action": "ADD", "Value": {"L": []}})):
        refused("Type mismatch for attribute to update", db.update_item, TableName=table, Key=KEY,
                AttributeUpdates={name: change})
    refused(INVALID + "Cannot update attribute sk. This attribute is part of the key", db.update_item, TableName=table,
            Key=KEY, AttributeUpdates={"sk": {"Value": N(9)}})


# --- the two kinds do not mix -------------------------------------------------------------------

def test_legacy_parameters_and_expressions_do_not_mix(db, table):
    pk = {"pk": compared("EQ", T("a"))}
    a = {"a": {"Exists": False}}
    for call, legacy, expressions, options in (
            (db.get_item, "AttributesToGet", "ProjectionExpression",
             {"Key": KEY, "AttributesToGet": ["a"], "ProjectionExpression": "a"}),
            (db.put_item, "Expected", "ConditionExpression",
             {"Item": KEY, "Expected": a, "ConditionExpression": "attribute_exists(a)"}),
            (db.delete_item, "Expected, ConditionalOperator", "ConditionExpression",
             {"Key": KEY, "Expected": a, "ConditionalOperator": "OR", "ConditionExpression": "not parsed"}),
            (db.update_item, "AttributeUpdates", "ConditionExpression",
             {"Key": KEY, "AttributeUpdates": {}, "ConditionExpression": "attribute_exists(a)"}),
            (db.update_item, "Expected", "UpdateExpression",
             {"Key": KEY, "Expected": a, "UpdateExpression": "REMOVE a"}),
            (db.query, "QueryFilter", "KeyConditionExpression",
             {"QueryFilter": pk, "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": T("a")}}),
            (db.query, "KeyConditions", "KeyConditionExpression",
             {"KeyConditions": pk, "KeyConditionExpression": "pk = :p"}),
            (db.query, "AttributesToGet", "FilterExpression",
             {"KeyConditions": pk, "AttributesToGet": ["a"], "FilterExpression": "a = b"}),
            (db.scan, "ScanFilter", "FilterExpression", {"ScanFilter": pk, "FilterExpression": "a = b"})):
        refused(MIXED % (legacy, expressions), call, TableName=table, **options)
    refused("ExpressionAttributeNames can only be specified when using expressions", db.get_item, TableName=table, Key=KEY,
            AttributesToGet=["a"], ExpressionAttributeNames={"#a": "a"})


def test_they_do_not_mix_across_the_tables_of_a_batch(db, table, ordered):
    refused(MIXED % ("AttributesToGet", "ProjectionExpression"), db.batch_get_item, RequestItems={
        table: {"Keys": [KEY], "AttributesToGet": ["a"]},
        ordered: {"Keys": [{"pk": T("a"), "sk": T("a")}], "ProjectionExpression": "a"}})


def test_a_failed_expectation_shows_the_item_where_it_is_wanted(db, table, item):
    with pytest.raises(ClientError) as caught:
        db.put_item(TableName=table, Item=KEY, Expected={"pk": {"Exists": False}},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert caught.value.response["Item"]["n"] == N(5)
