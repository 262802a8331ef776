"""Random operations with the parameters that came before expressions among them."""
import dynamodb_random
from dynamodb_random import ATTRIBUTES, NAMES, TYPES

ORDERED = ["EQ", "NE", "LT", "LE", "GT", "GE", "BETWEEN", "IN", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH"]
OPERATORS = {"S": ORDERED, "N": ORDERED[:-1], "B": ORDERED}


class Operations(dynamodb_random.Operations):
    KINDS = dynamodb_random.Operations.KINDS | {
        "legacy_put_item": 25, "legacy_delete_item": 10, "legacy_update_item": 40, "legacy_get_item": 10,
        "legacy_query": 30, "legacy_scan": 12}

    def compared(self, name):
        kind = ATTRIBUTES.get(name, "S") if self.chance(90) else self.pick(TYPES)
        operator = self.pick(OPERATORS.get(kind, ["EQ", "NE"]) + ["NULL", "NOT_NULL"])
        if self.chance(2):
            operator = self.pick(ORDERED)
        count = {"NULL": 0, "NOT_NULL": 0, "BETWEEN": 2, "IN": self.rng.randrange(1, 4)}.get(operator, 1)
        inner = {"SS": "S", "NS": "N", "BS": "B"}.get(kind, kind) if "CONTAINS" in operator else kind
        values = [self.any_value(inner) for _ in range(count + (self.chance(1) and 1))]
        return {"ComparisonOperator": operator} | ({"AttributeValueList": values} if values or self.chance(50) else {})

    def expectation(self, name):
        what = self.rng.random()
        if what < 0.65:
            one = self.compared(name)
            if len(one.get("AttributeValueList", [])) == 1 and self.chance(20):
                one["Value"] = one.pop("AttributeValueList")[0]
            return one
        if what < 0.75:
            return {"Exists": False}
        return {"Value": self.any_value(ATTRIBUTES.get(name))} | ({"Exists": True} if self.chance(40) else {}) | (
            {"Exists": False} if self.chance(2) else {})

    def several(self, make):
        return {name: make(name) for name in self.rng.sample(list(ATTRIBUTES), self.pick([1, 1, 1, 2, 3]))}

    def joined(self, given, parameter, make):
        given[parameter] = self.several(make)
        if len(given[parameter]) > 1 and self.chance(50) or self.chance(1):
            given["ConditionalOperator"] = self.pick(["AND", "OR"])

    def guarded(self, given):
        if self.chance(60):
            self.joined(given, "Expected", self.expectation)
        if self.chance(1):
            given["ConditionExpression"] = "attribute_exists(pk)"
        if self.chance(20):
            given["ReturnValuesOnConditionCheckFailure"] = self.pick(["ALL_OLD", "NONE"])
        return self.change(given)

    def legacy_put_item(self):
        table = self.table()
        return "PutItem", self.guarded({"TableName": table, "Item": self.item(table if table in NAMES else "plain")}), False

    def legacy_delete_item(self):
        return "DeleteItem", self.guarded(self.keyed()), False

    def attribute_update(self, name):
        action = self.pick(["PUT", "PUT", "ADD", "DELETE", None])
        kind = ATTRIBUTES[name] if self.chance(90) else self.pick(TYPES)
        one = {} if action is None else {"Action": action}
        if action == "DELETE" and kind not in ("SS", "NS", "BS") and not self.chance(2):
            return one
        if action == "ADD" and kind not in ("SS", "NS", "BS", "N", "L") and not self.chance(3):
            return one | {"Action": "PUT", "Value": self.any_value(kind)}
        return one if self.chance(2) else one | {"Value": self.any_value(kind)}

    def legacy_update_item(self):
        given = self.keyed()
        if not self.chance(3):
            given["AttributeUpdates"] = self.several(self.attribute_update)
            if self.chance(0.5):
                given["AttributeUpdates"]["pk"] = {"Value": {"S": "a"}}
        given = self.guarded(given)
        if self.chance(60):
            given["ReturnValues"] = self.pick(["ALL_NEW", "UPDATED_NEW", "UPDATED_OLD", "ALL_OLD", "NONE"])
        return "UpdateItem", given, False

    def names_wanted(self):
        names = self.rng.sample([*ATTRIBUTES, "pk", "sk"], self.rng.randrange(1, 5))
        return names + names[:1] if self.chance(1) else names

    def legacy_get_item(self):
        given = self.capacity(self.keyed())
        given["AttributesToGet"] = self.names_wanted()
        return "GetItem", given, False

    def legacy_page(self, given, table, filter_name):
        self.begin()
        if self.chance(40):
            self.joined(given, filter_name, self.compared)
        if self.chance(20):
            given["AttributesToGet"] = self.names_wanted()
        if self.chance(10):
            given["Select"] = self.pick(["COUNT", "ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"])
        if self.chance(50):
            given["Limit"] = self.pick([1, 2, 3, 5, 8])
        if self.chance(4):
            given["ExclusiveStartKey"] = self.start_key(table, given.get("IndexName"))
        return self.capacity(given)

    def key_compared(self, kind, part):
        if part["KeyType"] == "HASH" or self.chance(25):
            operator = "EQ" if self.chance(99) else "GT"
        else:
            operator = self.pick(["LT", "LE", "GT", "GE", "BETWEEN", "BEGINS_WITH" if kind != "N" or self.chance(3) else "EQ"])
        count = 2 if operator == "BETWEEN" else 1
        return {"ComparisonOperator": operator, "AttributeValueList": [self.key_value(kind) for _ in range(count)]}

    def legacy_query(self):
        table, given, parts = self.source()
        given["KeyConditions"] = {
            part["AttributeName"]: self.key_compared(NAMES[table][0][part["AttributeName"]], part)
            for part in parts if part["KeyType"] == "HASH" or self.chance(50)}
        if self.chance(1):
            given["KeyConditions"]["c"] = {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}
        if self.chance(40):
            given["ScanIndexForward"] = self.chance(20)
        return "Query", self.legacy_page(given, table, "QueryFilter"), self.chance(70)

    def legacy_scan(self):
        table, given, _ = self.source()
        return "Scan", self.legacy_page(given, table, "ScanFilter"), self.chance(70)
