"""Random operations on a handful of tables, from a seed: mostly right, now and then wrong in one way.

All keys, names and values come from small pools, so that operations meet in the same items, and
conditions and filters hold about as often as not.
"""
import random

STRINGS = ["", "a", "ab", "abc", "b", "ba", "ß", "日本", "Z", "a b", "0", "x" * 40]
KEY_STRINGS = ["a", "ab", "abc", "b", "ß", "日本", "a\0", "a\0b", "k" * 30]
NUMBERS = ["0", "-0", "1", "1.0", "01", "-1", "2", "10", "1e1", "12", "-2.5", "0.1", "100", "1E2", "-100",
           "3.14159", "1e-130", "9.9e125", "-9.9e125", "12345678901234567890123456789012345678",
           "0.12345678901234567890123456789012345678", "99999999999999999999999999999999999999",
           "100000000000000000000000000000000000000000", "-1e-130", "123.456e3", "+7"]
KEY_NUMBERS = ["0", "1", "1.0", "-1", "2", "10", "1e1", "-2.5", "0.1", "100", "3.14159", "1e-130", "-1e125",
               "12345678901234567890123456789012345678"]
BAD_NUMBERS = ["", "abc", "1e126", "1e-131", "123456789012345678901234567890123456789", "1e", "--1", ".", " 1"]
BINARIES = ["", "AA==", "AAE=", "YQ==", "YWI=", "/w==", "/////w=="]
KEY_BINARIES = BINARIES[1:]
TYPES = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"]
# The type that an attribute mostly has.
ATTRIBUTES = {"a": "S", "b": "N", "c": "S", "d": "S", "n": "N", "l": "L", "m": "M", "ss": "SS", "ns": "NS",
              "bs": "BS", "flag": "BOOL", "nil": "NULL", "bin": "B", "status": "S", "name": "M", "big": "S"}
RESERVED = {"status", "name"}
COMPARATORS = ["=", "<>", "<", "<=", ">", ">="]


def schema(name, *parts, projection="ALL", included=()):
    shown = {"ProjectionType": projection} | ({"NonKeyAttributes": list(included)} if included else {})
    kinds = ["HASH" if i < parts[0] else "RANGE" for i in range(len(parts) - 1)]
    return {"IndexName": name, "Projection": shown,
            "KeySchema": [{"AttributeName": part, "KeyType": kind} for part, kind in zip(parts[1:], kinds)]}


# Name: attribute types, table key, local indexes, global indexes.
TABLES = {
    "plain": ({"pk": "S"}, ["pk"], [], []),
    "ranged": ({"pk": "S", "sk": "N", "a": "S", "b": "N"}, ["pk", "sk"],
               [schema("by-b", 1, "pk", "b", projection="INCLUDE", included=["c", "m"])],
               [schema("by-a", 1, "a", projection="KEYS_ONLY")]),
    "numbers": ({"pk": "N", "sk": "S", "a": "S", "b": "N"}, ["pk", "sk"], [],
                [schema("by-a-b", 1, "a", "b")]),
    "binary": ({"pk": "B", "sk": "B", "c": "S"}, ["pk", "sk"],
               [schema("by-c", 1, "pk", "c"), schema("by-c-keys", 1, "pk", "c", projection="KEYS_ONLY")], []),
    "wide": ({"pk": "S", "sk": "S", "a": "S", "b": "N", "c": "S", "d": "S"}, ["pk", "sk"], [],
             [schema("by-c-sk", 1, "c", "sk", projection="INCLUDE", included=["d", "m"]),
              schema("by-many", 2, "a", "d", "b", "sk")]),
}
ADDED = schema("added", 1, "d", "b", projection="KEYS_ONLY")
NAMES = {name: ({"pk": "S", "sk": "S", **types}, keys) for name, (types, keys, _, _) in TABLES.items()}


def create(name):
    types, keys, local, globally = TABLES[name]
    made = {"TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in types.items()],
            "KeySchema": schema("", 1, *keys)["KeySchema"]}
    return made | ({"LocalSecondaryIndexes": local} if local else {}) | (
        {"GlobalSecondaryIndexes": globally} if globally else {})


class Operations:
    """An endless row of operations: (name, input, whether to follow LastEvaluatedKey)."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.tables = self.rng.sample(list(TABLES), 3)
        self.token = 0

    def chance(self, percent):
        return self.rng.random() * 100 < percent

    def pick(self, pool):
        return pool[int(self.rng.random() * len(pool))]

    def episode(self, count):
        """Tables are made first; then come `count` operations."""
        yield from (("CreateTable", create(name), False) for name in self.tables)
        kinds, weights = zip(*self.KINDS.items())
        for kind in self.rng.choices(kinds, weights, k=count):
            yield getattr(self, kind)()

    # Values.

    def value(self, kind=None, depth=0):
        kind = kind or self.pick(TYPES[:8] if depth > 2 else TYPES)
        if kind == "S":
            return {"S": self.pick(STRINGS)}
        if kind == "N":
            return {"N": self.pick(BAD_NUMBERS if self.chance(0.3) else NUMBERS)}
        if kind == "B":
            return {"B": self.pick(BINARIES)}
        if kind in ("BOOL", "NULL"):
            return {kind: self.chance(50) if kind == "BOOL" else not self.chance(1)}
        if kind in ("SS", "NS", "BS"):
            pool = {"SS": STRINGS, "NS": NUMBERS, "BS": BINARIES}[kind]
            members = [self.pick(pool) for _ in range(self.rng.randrange(0 if self.chance(2) else 1, 4))]
            return {kind: members if self.chance(5) else list(dict.fromkeys(members))}
        if kind == "L":
            return {"L": [self.value(None, depth + 1) for _ in range(self.rng.randrange(4))]}
        return {"M": {self.pick("xyz"): self.value(None, depth + 1) for _ in range(self.rng.randrange(4))}}

    def wrong(self):
        """What is no attribute value."""
        return self.pick([{}, {"S": "a", "N": "1"}, {"X": "a"}, {"S": 1}, {"N": 1}, {"BOOL": "true"}, {"L": {}},
                          {"M": []}, {"SS": "a"}, {"B": "%"}, {"NS": [1]}, {"S": None}, "a", {"SS": []},
                          {"L": [{}]}, {"M": {"x": {"S": 2}}}])

    def any_value(self, kind=None):
        return self.wrong() if self.chance(0.3) else self.value(kind)

    def key_value(self, kind):
        if self.chance(0.7):
            return self.any_value()
        if self.chance(0.2):
            return {"S": "k" * self.pick([1024, 1025, 2048, 2049])}
        return {kind: self.pick({"S": KEY_STRINGS, "N": KEY_NUMBERS, "B": KEY_BINARIES}[kind][:5 if self.chance(80) else 99])}

    def key(self, table):
        types, keys = NAMES[table]
        made = {name: self.key_value(types[name]) for name in keys}
        if self.chance(0.5):
            made[self.pick(["pk", "sk", "extra"])] = {"S": "a"}
        if self.chance(0.3):
            made.popitem()
        return made

    def item(self, table):
        types, keys = NAMES[table]
        made = {name: self.key_value(types[name]) for name in keys}
        for name, kind in self.rng.sample(list(ATTRIBUTES.items()), self.rng.randrange(9)):
            if name in types and not self.chance(2):
                made[name] = self.key_value(types[name])
            else:
                made[name] = self.any_value(None if self.chance(15) else kind)
        if self.chance(6):
            most = 409_600 if self.chance(3) else 12_000
            made["big"] = {"S": "x" * self.rng.randrange(most)}
        return made

    def table(self):
        return "missing" if self.chance(0.3) else self.pick(self.tables)

    # Expressions.

    def begin(self):
        self.names, self.values = {}, {}

    def name(self, name):
        if name in RESERVED and not self.chance(1) or self.chance(12):
            key = f"#{name}" if self.chance(90) else f"#n{len(self.names)}"
            self.names[key] = name
            return key
        return name

    def path(self, name=None):
        text = self.name(name or self.pick(list(ATTRIBUTES)))
        while self.chance(20):
            text += f"[{self.rng.randrange(4)}]" if self.chance(40) else "." + self.name(self.pick("xyz"))
        return text

    def placeholder(self, value):
        key = f":{self.pick('vwuabc')}{len(self.values)}"
        self.values[key] = value
        return key

    def operand(self, kind=None):
        what = self.rng.random()
        if what < 0.12:
            return self.path()
        if what < 0.17:
            return f"size({self.path()})"
        return self.placeholder(self.any_value(kind))

    def comparison(self):
        name = self.pick([*ATTRIBUTES, "pk", "sk"] if self.chance(30) else list(ATTRIBUTES))
        kind = ATTRIBUTES.get(name, "S") if self.chance(85) else None
        operator = self.pick(COMPARATORS)
        if kind not in ("S", "N", "B") and not self.chance(3):
            operator = self.pick(COMPARATORS[:2])
        path = f"size({self.path(name)})" if self.chance(10) else self.path(name)
        path = f"({path})" if self.chance(1) else path
        if path.startswith("size") and not self.chance(5):
            return f"{path} {operator} {self.placeholder({'N': self.pick(['0', '1', '2', '3'])})}"
        if self.chance(5):
            return f"{self.operand(kind)}{operator}{path}"
        return f"{path} {operator} {self.operand(kind)}"

    def function(self):
        name = self.pick(list(ATTRIBUTES))
        function = self.pick(["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with",
                              "contains", "size" if self.chance(3) else "contains"])
        if function.endswith("exists"):
            return f"{function}({self.path(self.pick(['pk', name]))})"
        if function == "attribute_type":
            named = {"S": self.pick([*TYPES, "X"] if self.chance(10) else TYPES)}
            return f"attribute_type({self.path(name)}, {self.placeholder(named)})"
        if function == "begins_with":
            return f"begins_with ({self.path(self.pick('acd'))}, {self.operand('S' if self.chance(95) else None)})"
        inside = {"SS": "S", "NS": "N", "BS": "B", "L": None}.get(ATTRIBUTES[name], "S")
        return f"{function}({self.path(name)}, {self.operand(inside)})"

    def term(self):
        name = self.pick("abcdn")
        what = self.rng.random()
        if what < 0.55:
            return self.comparison()
        if what < 0.8:
            return self.function()
        if what < 0.9:
            low, high = self.value(ATTRIBUTES[name]), self.value(ATTRIBUTES[name])
            return f"{self.path(name)} BETWEEN {self.placeholder(low)} and {self.placeholder(high)}"
        choices = ", ".join(self.operand(ATTRIBUTES[name]) for _ in range(self.rng.randrange(1, 4)))
        return f"{self.path(name)} in ({choices})"

    def condition(self, depth=0):
        what = self.rng.random()
        if depth > 3 or what < 0.55:
            return self.term()
        if what < 0.65:
            return "NOT " + self.condition(depth + 1)
        if what < 0.75:
            return "(" + self.condition(depth + 1) + ")"
        return self.condition(depth + 1) + self.pick([" AND ", " or "]) + self.condition(depth + 1)

    def spoilt(self, text):
        """Now and then a character too few, too many or in the wrong place."""
        if not self.chance(1.5):
            return text
        at = self.rng.randrange(len(text))
        return text[:at] + self.pick(["", " ", "(", ")", ".", ",", "=", "[", "#", ":", "!", "a"]) + text[at + self.pick([0, 1]):]

    def arithmetic(self):
        name = self.pick(["n", "b", "m.x", "l[0]"])
        first = f"if_not_exists({name}, {self.placeholder(self.any_value('N'))})" if self.chance(50) else name
        first = f"({first})" if self.chance(3) else first
        return f"{first} {self.pick('+-')} {self.placeholder(self.any_value('N' if self.chance(97) else None))}"

    def assigned(self):
        what = self.rng.random()
        if what < 0.5:
            return self.placeholder(self.any_value())
        if what < 0.65:
            return self.arithmetic()
        if what < 0.75:
            return f"if_not_exists({self.path()}, {self.operand()})".replace("size(", "(")
        if what < 0.85:
            first, second = "if_not_exists(l, " + self.placeholder({"L": []}) + ")", self.placeholder(self.value("L"))
            return f"list_append({first}, {second})" if self.chance(50) else f"list_append({second}, l)"
        return self.path()

    def action(self, section):
        if section == "REMOVE":
            return self.path()
        if section == "SET":
            return f"{self.path()} = {self.assigned()}"
        name = self.pick(["ss", "ns", "bs"] + (["n", "b", "n"] if section == "ADD" else []))
        if self.chance(3):
            name = self.pick(list(ATTRIBUTES))
        kind = ATTRIBUTES[name] if self.chance(98) else None
        return f"{name if self.chance(90) else self.path(name)} {self.placeholder(self.any_value(kind))}"

    def update(self):
        sections = self.rng.sample(["SET", "REMOVE", "ADD", "DELETE"], self.pick([1, 1, 1, 2, 3]))
        text = " ".join(self.pick([section, section.lower()]) + " " +
                        ", ".join(self.action(section) for _ in range(self.pick([1, 1, 2, 3])))
                        for section in sections)
        return self.spoilt(text)

    def projected(self):
        return self.spoilt(", ".join(self.path(self.pick([*ATTRIBUTES, "pk", "sk"]))
                                     for _ in range(self.rng.randrange(1, 4))))

    def placeholders(self, given, values=True):
        """Those that the expressions made, with one left out or left over now and then."""
        if values and self.chance(0.5):
            self.values[":unused"] = {"S": "a"}
        if self.chance(0.5):
            self.names["#unused"] = "a"
        if self.chance(0.5) and self.values:
            self.values.popitem()
        if self.names:
            given["ExpressionAttributeNames"] = self.names
        if self.values:
            given["ExpressionAttributeValues"] = self.values
        return given

    def capacity(self, given):
        if self.chance(60):
            given["ReturnConsumedCapacity"] = self.pick(["INDEXES", "TOTAL", "NONE"])
        return given

    # Operations.

    def conditional(self, given, always=False):
        if always or self.chance(40):
            given["ConditionExpression"] = self.spoilt(self.condition())
        if self.chance(20):
            given["ReturnValuesOnConditionCheckFailure"] = self.pick(["ALL_OLD", "NONE"])
        return self.placeholders(given)

    def change(self, given):
        if self.chance(15):
            given["ReturnItemCollectionMetrics"] = "SIZE"
        if self.chance(40):
            given["ReturnValues"] = self.pick(["ALL_OLD", "NONE"])
        return self.capacity(given)

    def put_item(self):
        table = self.table()
        self.begin()
        return "PutItem", self.change(self.conditional(
            {"TableName": table, "Item": self.item(table if table in NAMES else "plain")})), False

    def keyed(self):
        table = self.table()
        self.begin()
        return {"TableName": table, "Key": self.key(table if table in NAMES else "plain")}

    def delete_item(self):
        return "DeleteItem", self.change(self.conditional(self.keyed())), False

    def update_body(self):
        given = self.keyed()
        if not self.chance(3):
            given["UpdateExpression"] = self.update()
        return self.conditional(given)

    def update_item(self):
        given = self.change(self.update_body())
        if self.chance(60):
            given["ReturnValues"] = self.pick(["ALL_NEW", "UPDATED_NEW", "UPDATED_OLD", "ALL_OLD", "NONE"])
        return "UpdateItem", given, False

    def get_body(self):
        given = self.keyed()
        if self.chance(30):
            given["ProjectionExpression"] = self.projected()
        return self.placeholders(given, values=False)

    def get_item(self):
        given = self.capacity(self.get_body())
        if self.chance(30):
            given["ConsistentRead"] = self.chance(80)
        return "GetItem", given, False

    def page(self, given, table):
        if self.chance(40):
            given["FilterExpression"] = self.spoilt(self.condition())
        if self.chance(20):
            given["ProjectionExpression"] = self.projected()
        if self.chance(15):
            given["Select"] = self.pick(["COUNT", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES",
                                         "SPECIFIC_ATTRIBUTES"])
        if self.chance(50):
            given["Limit"] = self.pick([1, 2, 3, 5, 8, 100])
        if self.chance(20):
            given["ConsistentRead"] = self.chance(80)
        if self.chance(6):
            given["ExclusiveStartKey"] = self.start_key(table, given.get("IndexName"))
        return self.capacity(self.placeholders(given))

    def start_key(self, table, index):
        types, keys = NAMES[table]
        names = dict.fromkeys(keys)
        for one in [one for part in TABLES[table][2:] for one in part if one["IndexName"] == index]:
            names |= dict.fromkeys(part["AttributeName"] for part in one["KeySchema"])
        made = {name: self.key_value(types[name]) for name in names}
        if self.chance(3):
            made.popitem()
        return made

    def source(self):
        """A table, an index of it or None, and the index's key schema."""
        table = self.pick(self.tables)
        indexes = TABLES[table][2] + TABLES[table][3]
        given = {"TableName": "missing" if self.chance(0.3) else table}
        schema_of = create(table)["KeySchema"]
        if indexes and self.chance(50):
            index = self.pick(indexes)
            given["IndexName"], schema_of = index["IndexName"], index["KeySchema"]
        elif self.chance(1.5):
            given["IndexName"] = self.pick(["added", "none-such"])
        return table, given, schema_of

    def key_test(self, name, kind, kind_of_key):
        value = self.key_value(kind)
        if kind_of_key == "HASH" or self.chance(25):
            return f"{self.name(name)} = {self.placeholder(value)}"
        what = self.rng.random()
        if what < 0.5:
            operator = self.pick(COMPARATORS[2:])
            if self.chance(5):
                return f"{self.placeholder(value)} {operator} {name}"
            return f"{self.name(name)} {operator} {self.placeholder(value)}"
        if what < 0.75:
            return (f"{name} BETWEEN {self.placeholder(value)} AND "
                    f"{self.placeholder(self.key_value(kind))}")
        if kind == "N" and not self.chance(3):
            return f"{name} <> {self.placeholder(value)}" if self.chance(2) else f"{name} < {self.placeholder(value)}"
        return f"begins_with({name}, {self.placeholder(value)})"

    def query(self):
        table, given, parts = self.source()
        self.begin()
        tests = []
        for part in parts:
            if part["KeyType"] == "HASH" or self.chance(50):
                kind = NAMES[table][0][part["AttributeName"]]
                tests.append(self.key_test(part["AttributeName"], kind, part["KeyType"]))
        if self.chance(1):
            tests.append(self.key_test("c", "S", "RANGE"))
        if self.chance(1):
            tests.pop()
        if self.chance(5):
            tests.reverse()
        if tests:
            given["KeyConditionExpression"] = self.spoilt(self.pick([" AND ", " and "]).join(tests))
        if self.chance(40):
            given["ScanIndexForward"] = self.chance(20)
        return "Query", self.page(given, table), self.chance(70)

    def scan(self):
        table, given, _ = self.source()
        self.begin()
        if self.chance(20):
            given["TotalSegments"] = self.pick([1, 2, 3, 4])
            given["Segment"] = self.rng.randrange(4 if self.chance(10) else given["TotalSegments"])
        return "Scan", self.page(given, table), self.chance(70)

    # Several items at once.

    def batch_get_item(self):
        request = {}
        for table in self.rng.sample(self.tables, self.pick([1, 1, 2])):
            self.begin()
            keys = [self.key(table) for _ in range(self.rng.randrange(1, 8))]
            unique = {repr(key): key for key in keys}
            one = {"Keys": keys if self.chance(3) else list(unique.values())}
            if self.chance(20):
                one["ProjectionExpression"] = self.projected()
            if self.chance(30):
                one["ConsistentRead"] = self.chance(80)
            request[table] = self.placeholders(one, values=False)
        return "BatchGetItem", self.capacity({"RequestItems": request}), False

    def batch_write_item(self):
        request = {}
        for table in self.rng.sample(self.tables, self.pick([1, 1, 2])):
            changes = {}
            for _ in range(self.rng.randrange(26 if self.chance(4) else 8) + 1):
                key = self.key(table)
                changes[repr(key) if self.chance(99) else len(changes)] = (
                    {"DeleteRequest": {"Key": key}} if self.chance(30)
                    else {"PutRequest": {"Item": self.item(table) | key}})
            request[table] = list(changes.values())
        given = {"RequestItems": request}
        if self.chance(15):
            given["ReturnItemCollectionMetrics"] = "SIZE"
        return "BatchWriteItem", self.capacity(given), False

    def transact_write_items(self):
        actions = []
        for _ in range(self.rng.randrange(1, 6)):
            kind = self.pick(["Put", "Update", "Delete", "ConditionCheck"])
            if kind == "Put":
                body = self.put_item()[1]
            elif kind == "Update":
                body = self.update_body()
            else:
                body = self.conditional(self.keyed(), always=kind == "ConditionCheck")
            for name in ("ReturnValues", "ReturnItemCollectionMetrics", "ReturnConsumedCapacity"):
                body.pop(name, None)
            actions.append({kind: body})
        given = {"TransactItems": actions}
        if self.chance(20):
            self.token += self.chance(80)
            given["ClientRequestToken"] = f"token-{self.token}"
        if self.chance(15):
            given["ReturnItemCollectionMetrics"] = "SIZE"
        return "TransactWriteItems", self.capacity(given), False

    def transact_write_again(self):
        """The same transaction twice by one token."""
        name, given, _ = self.transact_write_items()
        given["ClientRequestToken"] = f"again-{self.pick('abcdef')}"
        given["TransactItems"] = given["TransactItems"][:1]
        return name, given, "twice"

    def transact_get_items(self):
        gets = [{"Get": self.get_body()} for _ in range(self.rng.randrange(1, 5))]
        return "TransactGetItems", self.capacity({"TransactItems": gets}), False

    def describe_table(self):
        return "DescribeTable", {"TableName": self.table()}, False

    def create_table(self):
        return "CreateTable", create(self.pick(self.tables)), False

    def delete_table(self):
        return "DeleteTable", {"TableName": self.table()}, False

    def update_table(self):
        change = {"Create": ADDED} if self.chance(60) else {"Delete": {"IndexName": "added"}}
        types = [{"AttributeName": "d", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "N"}]
        table = create(self.pick(self.tables))
        known = [one for one in table["AttributeDefinitions"] if one["AttributeName"] not in "db"]
        return "UpdateTable", {"TableName": table["TableName"], "AttributeDefinitions": known + types,
                               "GlobalSecondaryIndexUpdates": [change]}, False

    # How often each comes.
    KINDS = {"put_item": 240, "update_item": 260, "delete_item": 50, "get_item": 80, "query": 160,
             "scan": 60, "batch_get_item": 25, "batch_write_item": 30, "transact_write_items": 45,
             "transact_write_again": 8, "transact_get_items": 20, "describe_table": 8,
             "create_table": 4, "delete_table": 1, "update_table": 5}
