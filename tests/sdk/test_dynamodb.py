"""DynamoDB through boto3: tables, items, expressions, queries and scans, their errors and limits."""
import decimal
import json
import random
import threading
import uuid
import zlib

import boto3
import pytest
from botocore.exceptions import ClientError

from dynamodb import definitions, index, keys, make, name, refused

ACCOUNT, REGION = "000000000000", "us-east-1"
INVALID = "One or more parameter values were invalid: "
NOT_FOUND = "Requested resource not found"


@pytest.fixture(scope="module")
def db(client):
    return client("dynamodb")


@pytest.fixture(scope="module")
def loose(client):
    """The same without botocore's own checks, so that the emulator's are seen."""
    return client("dynamodb", check=False)


@pytest.fixture(scope="module")
def table(db):
    return make(db)


@pytest.fixture(scope="module")
def ranged(db):
    """Hash S, range N, a global and a local index, 20 items under one hash."""
    made = make(db, "pk", "sk", {"sk": "N", "gk": "S", "gr": "N", "lr": "S"},
                GlobalSecondaryIndexes=[index("all", "gk", "gr"),
                                        index("keys", "gk", projection="KEYS_ONLY"),
                                        index("some", "gk", projection="INCLUDE", include=["a"])],
                LocalSecondaryIndexes=[index("local", "pk", "lr", projection="KEYS_ONLY")])
    for i in range(20):
        db.put_item(TableName=made, Item={
            "pk": {"S": "p"}, "sk": {"N": str(i - 10)}, "gk": {"S": "even" if i % 2 == 0 else "odd"},
            "gr": {"N": str(-i)}, "lr": {"S": f"{19 - i:02}"}, "a": {"S": f"a{i}"}, "b": {"N": str(i)}})
    return made


# --- tables ----------------------------------------------------------------------------------

def test_a_table_is_created_described_and_deleted(db):
    table = name()
    made = db.create_table(TableName=table, KeySchema=keys("a", "b"), AttributeDefinitions=definitions(a="S", b="N"),
                           ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 4})["TableDescription"]
    assert made["TableStatus"] == "CREATING"
    db.get_waiter("table_exists").wait(TableName=table)
    shown = db.describe_table(TableName=table)["Table"]
    assert shown["TableArn"] == f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"
    assert str(uuid.UUID(shown["TableId"])) == shown["TableId"] == made["TableId"]
    assert shown["KeySchema"] == keys("a", "b")
    assert shown["AttributeDefinitions"] == definitions(a="S", b="N")
    assert (shown["ItemCount"], shown["TableSizeBytes"], shown["TableStatus"]) == (0, 0, "ACTIVE")
    throughput = shown["ProvisionedThroughput"]
    assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (3, 4)
    assert "BillingModeSummary" not in shown and "GlobalSecondaryIndexes" not in shown
    refused(f"Table already exists: {table}", db.create_table, "ResourceInUseException", TableName=table,
            KeySchema=keys("a"), AttributeDefinitions=definitions(a="S"), BillingMode="PAY_PER_REQUEST")
    assert db.delete_table(TableName=table)["TableDescription"]["TableStatus"] == "DELETING"
    db.get_waiter("table_not_exists").wait(TableName=table)


def test_the_settings_of_a_table_are_kept(client, db):
    key = client("kms").create_key()["KeyMetadata"]
    table = make(db, DeletionProtectionEnabled=True, TableClass="STANDARD_INFREQUENT_ACCESS",
                 SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key["KeyId"]},
                 Tags=[{"Key": "team", "Value": "ledger"}], StreamSpecification={"StreamEnabled": False})
    shown = db.describe_table(TableName=table)["Table"]
    assert shown["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert shown["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert shown["SSEDescription"]["KMSMasterKeyArn"] == key["Arn"]
    assert shown["DeletionProtectionEnabled"] is True
    refused("Resource cannot be deleted as it is currently protected against deletion. "
            "Disable deletion protection first.", db.delete_table, TableName=table)


def test_indexes_are_described(db, ranged):
    shown = db.describe_table(TableName=ranged)["Table"]
    found = {i["IndexName"]: i for i in shown["GlobalSecondaryIndexes"] + shown["LocalSecondaryIndexes"]}
    assert set(found) == {"all", "keys", "some", "local"}
    assert found["all"]["IndexStatus"] == "ACTIVE" and found["all"]["KeySchema"] == keys("gk", "gr")
    assert found["some"]["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]}
    assert found["local"]["IndexArn"].endswith(f":table/{ranged}/index/local")
    assert shown["ItemCount"] == 20 and found["all"]["ItemCount"] == 20
    assert shown["TableSizeBytes"] > found["keys"]["IndexSizeBytes"] > 0


@pytest.mark.parametrize("words, change", [
    ("Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
     {"KeySchema": [{"AttributeName": "a", "KeyType": "RANGE"}]}),
    ("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
     {"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "HASH"}]}),
    ("Both the Hash Key and the Range Key element in the KeySchema have the same name", {"KeySchema": keys("a", "a")}),
    (INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [b], "
     "AttributeDefinitions: [a]", {"KeySchema": keys("b")}),
    (INVALID + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
     "AttributeDefinitions", {"AttributeDefinitions": definitions(a="S", b="S")}),
    (INVALID + "Some AttributeDefinitions are not used. AttributeDefinitions: [a, b, c], keys used: [a, b]",
     {"AttributeDefinitions": definitions(a="S", b="S", c="S"), "GlobalSecondaryIndexes": [index("byb", "b")]}),
    (INVALID + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
     {"BillingMode": "PROVISIONED"}),
    (INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
     "PAY_PER_REQUEST", {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}),
    (INVALID + "Duplicate index name: same", {"GlobalSecondaryIndexes": [index("same", "a"), index("same", "a")]}),
    (INVALID + "Table KeySchema does not have a range key, which is required when specifying a "
     "LocalSecondaryIndex", {"AttributeDefinitions": definitions(a="S", b="S"),
                             "LocalSecondaryIndexes": [index("loc", "a", "b")]}),
    (INVALID + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
     {"GlobalSecondaryIndexes": [index("inc", "a", projection="INCLUDE")]}),
    (INVALID + "ProjectionType is ALL, but NonKeyAttributes is specified",
     {"GlobalSecondaryIndexes": [index("inc", "a", include=["x"])]}),
    (INVALID + "List of GlobalSecondaryIndexes is empty", {"GlobalSecondaryIndexes": []}),
    (["'tableName' failed to satisfy constraint: Member must not be null"], {"TableName": None}),
    (["Table/index names must be between 3 and 255 characters long"], {"TableName": "ab"}),
    (["Member must satisfy enum value set: [S, N, B]"], {"AttributeDefinitions": definitions(a="X")}),
])
def test_a_bad_table_is_refused_in_the_words_of_aws(loose, words, change):
    request = {"TableName": name(), "KeySchema": keys("a"), "AttributeDefinitions": definitions(a="S"),
               "BillingMode": "PAY_PER_REQUEST"} | change
    refused(words, loose.create_table, **{k: v for k, v in request.items() if v is not None})


def test_what_is_not_there_yet_is_refused_by_name(db):
    refused(["VectorIndexes"], make, "NotImplementedException", 501, db=db, VectorIndexes=[])


def test_tables_are_listed_by_pages(client):
    mine = client("dynamodb", region_name="eu-central-1")
    made = sorted(make(mine) for _ in range(5))
    pages = mine.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2})
    assert [t for page in pages for t in page["TableNames"] if t in made] == made
    first = mine.list_tables(Limit=1)
    assert first["LastEvaluatedTableName"] == first["TableNames"][0]
    refused(["Member must have value less than or equal to 100"], client("dynamodb", check=False).list_tables, Limit=101)


def test_tables_are_separate_by_region_and_account(client, db, table):
    for elsewhere in (client("dynamodb", region_name="eu-west-1"),
                      client("dynamodb", aws_access_key_id="111122223333", aws_secret_access_key="test")):
        refused(f"{NOT_FOUND}: Table: {table} not found", elsewhere.describe_table, "ResourceNotFoundException",
                TableName=table)
        assert table not in elsewhere.list_tables()["TableNames"]


def test_a_table_can_be_named_by_its_arn(db, table):
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"
    assert db.describe_table(TableName=arn)["Table"]["TableName"] == table
    db.put_item(TableName=arn, Item={"pk": {"S": "by arn"}})
    assert db.get_item(TableName=table, Key={"pk": {"S": "by arn"}})["Item"]


def test_missing_tables_are_named_only_by_the_control_plane(db):
    missing = name()
    for call in (db.describe_table, db.delete_table, db.describe_time_to_live):
        refused(f"{NOT_FOUND}: Table: {missing} not found", call, "ResourceNotFoundException", TableName=missing)
    key = {"pk": {"S": "a"}}
    for call, arguments in ((db.get_item, {"Key": key}), (db.put_item, {"Item": key}), (db.delete_item, {"Key": key}),
                            (db.update_item, {"Key": key}), (db.scan, {})):
        refused(NOT_FOUND, call, "ResourceNotFoundException", TableName=missing, **arguments)


def test_a_deleted_table_takes_its_items_along(db):
    table = make(db)
    db.put_item(TableName=table, Item={"pk": {"S": "a"}})
    db.delete_table(TableName=table)
    db.create_table(TableName=table, KeySchema=keys("pk"), AttributeDefinitions=definitions(pk="S"),
                    BillingMode="PAY_PER_REQUEST")
    assert db.scan(TableName=table)["Count"] == 0


def test_time_to_live_is_switched_on_and_off(db):
    table = make(db)
    assert db.describe_time_to_live(TableName=table)["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}
    on = {"Enabled": True, "AttributeName": "expires"}
    off = on | {"Enabled": False}
    change = lambda spec: db.update_time_to_live(TableName=table, TimeToLiveSpecification=spec)
    refused("TimeToLive is already disabled", change, spec=off)
    assert change(on)["TimeToLiveSpecification"] == on
    assert db.describe_time_to_live(TableName=table)["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    refused("TimeToLive is already enabled", change, spec=on)
    refused("TimeToLive is active on a different AttributeName: current AttributeName is expires", change,
            spec=on | {"AttributeName": "other"})
    db.put_item(TableName=table, Item={"pk": {"S": "old"}, "expires": {"N": "1"}})
    assert db.get_item(TableName=table, Key={"pk": {"S": "old"}})["Item"]
    change(off)


# --- items -----------------------------------------------------------------------------------

EVERY_TYPE = {
    "s": {"S": "text \u20ac \U0001f4b0 \"\\\n"}, "empty": {"S": ""}, "n": {"N": "-12.5"}, "b": {"B": b"\x00\xff"},
    "t": {"BOOL": True}, "f": {"BOOL": False}, "nothing": {"NULL": True}, "ss": {"SS": ["", "a", "b"]},
    "ns": {"NS": ["1", "2"]}, "bs": {"BS": [b"", b"\x00", b"\x01"]}, "l": {"L": [{"N": "1"}, {"L": []}]},
    "m": {"M": {"k": {"M": {}}}},
}


def test_an_item_of_every_type_comes_back_as_it_went(db, table):
    item = {"pk": {"S": "every"}} | EVERY_TYPE
    assert "Attributes" not in db.put_item(TableName=table, Item=item)
    assert db.get_item(TableName=table, Key={"pk": {"S": "every"}})["Item"] == item
    assert "Item" not in db.get_item(TableName=table, Key={"pk": {"S": "no such"}})


@pytest.mark.parametrize("given, shown", [
    ("1.50", "1.5"), ("-0", "0"), ("1e3", "1000"), ("0.1E-2", "0.001"), ("007", "7"),
    ("123456789012345678901234567890.12345678", "123456789012345678901234567890.12345678"),
    ("1e125", "1" + "0" * 125), ("1e-130", "0." + "0" * 129 + "1"),
])
def test_numbers_come_back_canonical(db, table, given, shown):
    db.put_item(TableName=table, Item={"pk": {"S": "number"}, "n": {"N": given}})
    assert db.get_item(TableName=table, Key={"pk": {"S": "number"}})["Item"]["n"] == {"N": shown}


DATATYPES = "must contain exactly one of the supported datatypes"


@pytest.mark.parametrize("words, value", [
    ("The parameter cannot be converted to a numeric value: b", {"N": "b"}),
    ("Attempting to store more than 38 significant digits in a Number", {"N": "1" * 39}),
    ("Number overflow. Attempting to store a number with magnitude larger than supported range", {"N": "1e126"}),
    ("Number underflow. Attempting to store a number with magnitude smaller than supported range", {"N": "1e-131"}),
    (f"Supplied AttributeValue is empty, {DATATYPES}", {}),
    (f"Supplied AttributeValue has more than one datatypes set, {DATATYPES}", {"S": "a", "N": "1"}),
    (INVALID + "An string set  may not be empty", {"SS": []}),
    (INVALID + "Input collection [a, a] contains duplicates.", {"SS": ["a", "a"]}),
    ("Input collection contains duplicates", {"NS": ["1", "1.0"]}),
    (INVALID + "Null attribute value types must have the value of true", {"NULL": False}),
])
def test_bad_values_are_refused_in_the_words_of_aws(loose, table, words, value):
    refused(words, loose.put_item, TableName=table, Item={"pk": {"S": "a"}, "v": value})


@pytest.mark.parametrize("words, item", [
    (INVALID + "Missing the key pk in the item", {"a": {"S": "b"}}),
    (INVALID + "Type mismatch for key pk expected: S actual: N", {"pk": {"N": "1"}}),
    ("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
     "string value. Key: pk", {"pk": {"S": ""}}),
    (INVALID + "Size of hashkey has exceeded the maximum size limit of2048 bytes", {"pk": {"S": "x" * 2049}}),
    ("Item size has exceeded the maximum allowed size", {"pk": {"S": "a"}, "v": {"S": "x" * (400 * 1024)}}),
])
def test_bad_items_are_refused(db, table, words, item):
    refused(words, db.put_item, TableName=table, Item=item)


def test_the_largest_item_and_key_fit(db, table):
    key = {"S": "k" * 2048}
    size = 400 * 1024 - len("pk") - 2048 - len("v")
    db.put_item(TableName=table, Item={"pk": key, "v": {"S": "x" * size}})
    assert len(db.get_item(TableName=table, Key={"pk": key})["Item"]["v"]["S"]) == size
    refused("Item size to update has exceeded the maximum allowed size", db.update_item, TableName=table,
            Key={"pk": key}, UpdateExpression="SET w = :w", ExpressionAttributeValues={":w": {"S": ""}})


def nested(levels):
    value = {"S": "deep"}
    for _ in range(levels):
        value = {"L": [value]}
    return value


def test_thirty_two_levels_are_the_limit(db, table):
    db.put_item(TableName=table, Item={"pk": {"S": "deep"}, "v": nested(32)})
    too_deep = "Nesting Levels have exceeded supported limits"
    refused(too_deep, db.put_item, TableName=table, Item={"pk": {"S": "deep"}, "v": nested(33)})
    refused(too_deep, db.update_item, TableName=table, Key={"pk": {"S": "deep"}}, UpdateExpression="SET v[0] = :v",
            ExpressionAttributeValues={":v": nested(32)})


@pytest.mark.parametrize("key", [{}, {"other": {"S": "a"}}, {"pk": {"N": "1"}}, {"pk": {"S": "a"}, "x": {"S": "b"}}])
def test_keys_must_match_the_schema(db, table, key):
    for call in (db.get_item, db.delete_item, db.update_item):
        refused("The provided key element does not match the schema", call, TableName=table, Key=key)


def test_a_put_replaces_and_returns_the_old_item(db, table):
    first, second = ({"pk": {"S": "twice"}, "v": {"N": str(i)}} for i in (1, 2))
    assert "Attributes" not in db.put_item(TableName=table, Item=first, ReturnValues="ALL_OLD")
    assert db.put_item(TableName=table, Item=second, ReturnValues="ALL_OLD")["Attributes"] == first
    refused("Return values set to invalid value", db.put_item, TableName=table, Item=first,
            ReturnValues="UPDATED_NEW")


def test_a_delete_returns_the_old_item_and_may_find_none(db, table):
    item = {"pk": {"S": "gone"}, "v": {"S": "x"}}
    db.put_item(TableName=table, Item=item)
    key = {"pk": {"S": "gone"}}
    assert db.delete_item(TableName=table, Key=key, ReturnValues="ALL_OLD")["Attributes"] == item
    assert "Attributes" not in db.delete_item(TableName=table, Key=key, ReturnValues="ALL_OLD")
    assert "Item" not in db.get_item(TableName=table, Key=key)


def test_a_projection_cuts_an_item(db, table):
    db.put_item(TableName=table, Item={"pk": {"S": "cut"}, "a": {"S": "1"}, "status": {"S": "2"},
                                       "m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}}},
                                       "l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}})
    read = lambda expression, **more: db.get_item(TableName=table, Key={"pk": {"S": "cut"}},
                                                  ProjectionExpression=expression, **more).get("Item")
    assert read("a, m.y") == {"a": {"S": "1"}, "m": {"M": {"y": {"N": "2"}}}}
    assert read("l[2], l[0]") == {"l": {"L": [{"N": "0"}, {"N": "2"}]}}
    assert read("#s", ExpressionAttributeNames={"#s": "status"}) == {"status": {"S": "2"}}
    assert read("absent") == {}
    prefix = "Invalid ProjectionExpression: "
    refused(prefix + "Attribute name is a reserved keyword; reserved keyword: status", read, expression="status")
    refused(prefix + "Two document paths overlap with each other; must remove or rewrite one of these paths; "
            "path one: [m], path two: [m, x]", read, expression="m, m.x")
    refused("Value provided in ExpressionAttributeNames unused in expressions: keys: {#s}", read, expression="a",
            ExpressionAttributeNames={"#s": "status"})
    refused("ExpressionAttributeNames can only be specified when using expressions", db.get_item, TableName=table,
            Key={"pk": {"S": "cut"}}, ExpressionAttributeNames={"#s": "status"})


# --- conditions ------------------------------------------------------------------------------

FAILED = "The conditional request failed"


def test_conditions_guard_puts_deletes_and_updates(db, table):
    key = {"pk": {"S": "guarded"}}
    create = lambda: db.put_item(TableName=table, Item=key | {"v": {"N": "1"}},
                                 ConditionExpression="attribute_not_exists(pk)")
    create()
    refused(FAILED, create, "ConditionalCheckFailedException")
    refused(FAILED, db.delete_item, "ConditionalCheckFailedException", TableName=table, Key=key,
            ConditionExpression="v > :v", ExpressionAttributeValues={":v": {"N": "1"}})
    answer = refused(FAILED, db.update_item, "ConditionalCheckFailedException", TableName=table, Key=key,
                     UpdateExpression="SET v = :v", ConditionExpression="v = :w",
                     ExpressionAttributeValues={":v": {"N": "2"}, ":w": {"N": "5"}},
                     ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert answer["Item"] == key | {"v": {"N": "1"}}
    db.delete_item(TableName=table, Key=key, ConditionExpression="v = :v", ExpressionAttributeValues={":v": {"N": "1"}})
    answer = refused(FAILED, db.delete_item, "ConditionalCheckFailedException", TableName=table, Key=key,
                     ConditionExpression="attribute_exists(pk)", ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert "Item" not in answer


BAD_CONDITIONS = [
    ("a = = :v", "Syntax error; token: \"=\", near: \"= = :v\""),
    ("", "The expression can not be empty;"),
    ("status = :v", "Attribute name is a reserved keyword; reserved keyword: status"),
    ("a = :none", "An expression attribute value used in expression is not defined; attribute value: :none"),
    ("#none = :v", "An expression attribute name used in the document path is not defined; attribute name: #none"),
    ("nope(a)", "Invalid function name; function: nope"),
    ("size(:v) = :v", "Incorrect operand type for operator or function; operator or function: size, operand type: N"),
    ("begins_with(a, :v)",
     "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"),
    ("((a = :v))", "The expression has redundant parentheses;"),
    ("a IN (" + ",".join([":v"] * 101) + ")",
     "The IN operator is provided with too many operands; number of operands: 101"),
    (" OR ".join(["a=:v"] * 301), "The expression contains too many operators; operator count: 301"),
    ("a = :v" + " " * 4100, "Expression size has exceeded the maximum allowed size;"),
]


@pytest.mark.parametrize("text, words", BAD_CONDITIONS)
def test_bad_conditions_are_refused_in_the_words_of_aws(db, table, text, words):
    refused("Invalid ConditionExpression: " + words, db.put_item, TableName=table, Item={"pk": {"S": "a"}},
            ConditionExpression=text, ExpressionAttributeValues={":v": {"N": "1"}})


def test_placeholders_are_checked(loose, table):
    put = lambda **more: loose.put_item(TableName=table, Item={"pk": {"S": "a"}}, **more)
    refused("Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}", put,
            ConditionExpression="a = :v", ExpressionAttributeValues={":v": {"N": "1"}, ":w": {"N": "1"}})
    refused("ExpressionAttributeValues contains invalid key: Syntax error; key: \"v\"", put,
            ConditionExpression="a = :v", ExpressionAttributeValues={"v": {"N": "1"}})
    refused("ExpressionAttributeNames contains invalid key: Syntax error; key: \"n\"", put,
            ConditionExpression="attribute_exists(a)", ExpressionAttributeNames={"n": "x"})
    refused("ExpressionAttributeValues must not be empty", put, ConditionExpression="attribute_exists(a)",
            ExpressionAttributeValues={})
    refused("ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null", put,
            ExpressionAttributeValues={":v": {"N": "1"}})
    refused(["ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty"], put,
            ConditionExpression="a = :v", ExpressionAttributeValues={":v": {}})


# --- updates ---------------------------------------------------------------------------------

@pytest.fixture
def update(db):
    """update(item, expression, values) gives the new attributes of a fresh item."""
    table = make(db)

    def run(item, expression, values=None, names=None, returned="ALL_NEW"):
        key = {"pk": {"S": str(uuid.uuid4())}}
        if item is not None:
            db.put_item(TableName=table, Item=key | item)
        more = {k: v for k, v in (("ExpressionAttributeValues", values), ("ExpressionAttributeNames", names)) if v}
        answer = db.update_item(TableName=table, Key=key, UpdateExpression=expression, ReturnValues=returned, **more)
        shown = answer.get("Attributes", {})
        stored = db.get_item(TableName=table, Key=key)["Item"]
        assert returned != "ALL_NEW" or shown == stored
        return {k: v for k, v in shown.items() if k != "pk"}
    return run


def test_updates_set_remove_add_and_delete(update):
    item = {"n": {"N": "1"}, "l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}, "ss": {"SS": ["a", "b"]},
            "m": {"M": {"x": {"S": "1"}}}, "gone": {"S": "x"}}
    assert update(item, "SET n = n + :one, m.y = :s, l[5] = :s, fresh = if_not_exists(fresh, :l) "
                        "REMOVE gone, l[0] ADD c :one DELETE ss :a",
                  {":one": {"N": "1"}, ":s": {"S": "s"}, ":l": {"L": []}, ":a": {"SS": ["a"]}}) == {
        "n": {"N": "2"}, "m": {"M": {"x": {"S": "1"}, "y": {"S": "s"}}}, "l": {"L": [{"N": "1"}, {"N": "2"}, {"S": "s"}]},
        "fresh": {"L": []}, "c": {"N": "1"}, "ss": {"SS": ["b"]}}


def test_an_update_reads_the_item_as_it_was(update):
    assert update({"a": {"N": "1"}, "b": {"N": "2"}}, "SET a = b, b = a") == {"a": {"N": "2"}, "b": {"N": "1"}}


def test_an_update_makes_the_item_that_is_not_there(update, db, table):
    assert update(None, "ADD visits :one", {":one": {"N": "1"}}) == {"visits": {"N": "1"}}
    db.update_item(TableName=table, Key={"pk": {"S": "bare"}})
    assert db.get_item(TableName=table, Key={"pk": {"S": "bare"}})["Item"] == {"pk": {"S": "bare"}}


def test_return_values_show_old_new_or_only_the_touched(update):
    item = {"a": {"N": "1"}, "m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}}}}
    run = lambda returned: update(item, "SET a = :v, m.x = :v REMOVE absent", {":v": {"N": "9"}}, returned=returned)
    assert run("NONE") == {}
    assert run("ALL_OLD") == item
    assert run("UPDATED_OLD") == {"a": {"N": "1"}, "m": {"M": {"x": {"N": "1"}}}}
    assert run("UPDATED_NEW") == {"a": {"N": "9"}, "m": {"M": {"x": {"N": "9"}}}}


REWRITE = "must remove or rewrite one of these paths; path one: "
OPERAND = "Invalid UpdateExpression: Incorrect operand type for operator or function; operator"


@pytest.mark.parametrize("words, expression", [
    ("Invalid UpdateExpression: Syntax error; token: \"INVALID\", near: \"INVALID SYNTAX\"", "INVALID SYNTAX HERE :v"),
    ("Invalid UpdateExpression: The expression can not be empty;", ""),
    ("Invalid UpdateExpression: The \"SET\" section can only be used once in an update expression;",
     "SET a = :v SET b = :v"),
    ("Invalid UpdateExpression: Two document paths overlap with each other; " + REWRITE + "[a], path two: [a, b]",
     "SET a = :v, a.b = :v"),
    ("Invalid UpdateExpression: Two document paths conflict with each other; " + REWRITE + "[a, b], path two: [a, [1]]",
     "SET a.b = :v, a[1] = :v"),
    (OPERAND + " or function: +, operand type: S", "SET a = a + :v"),
    (OPERAND + " or function: list_append, operand type: S", "SET a = list_append(a, :v)"),
    (OPERAND + ": ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND", "ADD a :v"),
    (OPERAND + ": DELETE, operand type: STRING, typeSet: ALLOWED_FOR_DELETE_OPERAND", "DELETE a :v"),
    ("The document path provided in the update expression is invalid for update", "SET absent.x = :v"),
    ("The provided expression refers to an attribute that does not exist in the item", "SET a = absent, b = :v"),
    (INVALID + "Cannot update attribute pk. This attribute is part of the key", "SET pk = :v"),
])
def test_bad_updates_are_refused_in_the_words_of_aws(update, words, expression):
    refused(words, update, item={"a": {"S": "1"}}, expression=expression, values={":v": {"S": "v"}})


def test_a_value_of_the_wrong_type_in_the_item_is_refused(update):
    wrong = "An operand in the update expression has an incorrect data type"
    refused(wrong, update, item={"a": {"S": "1"}}, expression="SET a = a + :n", values={":n": {"N": "1"}})
    refused(wrong, update, item={"a": {"S": "1"}}, expression="ADD a :n", values={":n": {"N": "1"}})


def test_concurrent_additions_all_count(db):
    table = make(db)
    key = {"pk": {"S": "counter"}}

    def add():
        for _ in range(25):
            db.update_item(TableName=table, Key=key, UpdateExpression="ADD n :one",
                           ExpressionAttributeValues={":one": {"N": "1"}})
    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.get_item(TableName=table, Key=key)["Item"]["n"] == {"N": "200"}


# --- queries ---------------------------------------------------------------------------------

def query(db, table, condition, values=None, **more):
    if values is None:
        values = {":p": {"S": "p"}}
    return db.query(TableName=table, KeyConditionExpression=condition, ExpressionAttributeValues=values, **more)


def sort_keys(answer):
    return [int(item["sk"]["N"]) for item in answer["Items"]]


@pytest.mark.parametrize("condition, expected", [
    ("pk = :p", range(-10, 10)), ("pk = :p AND sk = :n", [2]), ("pk = :p AND sk < :n", range(-10, 2)),
    ("pk = :p AND sk <= :n", range(-10, 3)), ("pk = :p AND sk > :n", range(3, 10)),
    ("sk >= :n AND pk = :p", range(2, 10)), ("pk = :p AND :n < sk", range(3, 10)),
    ("pk = :p AND sk BETWEEN :m AND :n", range(-3, 3)), ("(pk = :p) AND (sk = :n)", [2]),
])
def test_key_conditions_select_in_order(db, ranged, condition, expected):
    values = {":p": {"S": "p"}, ":n": {"N": "2"}, ":m": {"N": "-3"}}
    used = {k: v for k, v in values.items() if k in condition}
    assert sort_keys(query(db, ranged, condition, used)) == list(expected)
    backwards = query(db, ranged, condition, used, ScanIndexForward=False)
    assert sort_keys(backwards) == list(reversed(expected))


@pytest.mark.parametrize("kind", ["S", "B"])
def test_begins_with_and_byte_order(db, kind):
    table = make(db, "pk", "sk", {"sk": kind})
    texts = ["", "a", "a\0", "a\0b", "aa", "ab", "b", "\u00e9", "\uffff", "\U0001f4b0"][1:]
    wrap = lambda text: {kind: text if kind == "S" else text.encode()}
    for text in random.Random(1).sample(texts, len(texts)):
        db.put_item(TableName=table, Item={"pk": {"S": "p"}, "sk": wrap(text)})
    read = lambda condition, value: [item["sk"] for item in query(
        db, table, condition, {":p": {"S": "p"}, ":v": wrap(value)})["Items"]]
    assert read("pk = :p AND sk > :v", "\x01") == [wrap(t) for t in sorted(texts, key=str.encode)]
    assert read("pk = :p AND begins_with(sk, :v)", "a") == [wrap(t) for t in ["a", "a\0", "a\0b", "aa", "ab"]]
    assert read("pk = :p AND begins_with(sk, :v)", "a\0") == [wrap(t) for t in ["a\0", "a\0b"]]


def test_pages_by_limit_go_on_where_they_ended(db, ranged):
    for forward in (True, False):
        seen, start = [], {}
        while True:
            page = query(db, ranged, "pk = :p", Limit=7, ScanIndexForward=forward, **start)
            seen += sort_keys(page)
            assert page["Count"] == page["ScannedCount"] == len(page["Items"])
            if "LastEvaluatedKey" not in page:
                break
            assert page["LastEvaluatedKey"] == {k: page["Items"][-1][k] for k in ("pk", "sk")}
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        assert seen == list(range(-10, 10) if forward else range(9, -11, -1))


def test_a_limit_that_just_fits_still_gives_a_last_key(db, ranged):
    page = query(db, ranged, "pk = :p", Limit=20)
    assert page["Count"] == 20 and page["LastEvaluatedKey"]["sk"] == {"N": "9"}
    rest = query(db, ranged, "pk = :p", Limit=20, ExclusiveStartKey=page["LastEvaluatedKey"])
    assert rest["Count"] == 0 and "LastEvaluatedKey" not in rest


def test_a_filter_works_after_the_limit(db, ranged):
    page = query(db, ranged, "pk = :p", {":p": {"S": "p"}, ":b": {"N": "8"}}, FilterExpression="b >= :b", Limit=10)
    assert (page["Count"], page["ScannedCount"]) == (2, 10)
    assert query(db, ranged, "pk = :p", Select="COUNT") ["Count"] == 20
    assert "Items" not in query(db, ranged, "pk = :p", Select="COUNT")


def test_pages_end_at_one_megabyte(db):
    table = make(db, "pk", "sk", {"sk": "N"})
    for i in range(5):
        db.put_item(TableName=table, Item={"pk": {"S": "p"}, "sk": {"N": str(i)}, "v": {"S": "x" * 300_000}})
    first = query(db, table, "pk = :p")
    assert sort_keys(first) == [0, 1, 2] and first["LastEvaluatedKey"]["sk"] == {"N": "2"}
    rest = query(db, table, "pk = :p", ExclusiveStartKey=first["LastEvaluatedKey"])
    assert sort_keys(rest) == [3, 4] and "LastEvaluatedKey" not in rest


def test_global_indexes_hold_what_they_project(db, ranged):
    even = {":g": {"S": "even"}}
    whole = query(db, ranged, "gk = :g", even, IndexName="all")
    assert [int(i["gr"]["N"]) for i in whole["Items"]] == list(range(-18, 1, 2))
    assert set(whole["Items"][0]) == {"pk", "sk", "gk", "gr", "lr", "a", "b"}
    assert set(query(db, ranged, "gk = :g", even, IndexName="keys")["Items"][0]) == {"pk", "sk", "gk"}
    assert set(query(db, ranged, "gk = :g", even, IndexName="some")["Items"][0]) == {"pk", "sk", "gk", "a"}
    page = query(db, ranged, "gk = :g", even, IndexName="all", Limit=3)
    assert set(page["LastEvaluatedKey"]) == {"pk", "sk", "gk", "gr"}
    rest = query(db, ranged, "gk = :g", even, IndexName="all", ExclusiveStartKey=page["LastEvaluatedKey"])
    assert rest["Items"] == whole["Items"][3:]


def test_an_index_key_that_many_items_share_pages_well(db):
    table = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    for i in range(10):
        db.put_item(TableName=table, Item={"pk": {"S": str(i)}, "g": {"S": "same"}})
    pages = db.get_paginator("query").paginate(
        TableName=table, IndexName="by-g", KeyConditionExpression="g = :g",
        ExpressionAttributeValues={":g": {"S": "same"}}, PaginationConfig={"PageSize": 3})
    assert sorted(i["pk"]["S"] for page in pages for i in page["Items"]) == [str(i) for i in range(10)]


def test_indexes_follow_their_items(db):
    table = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g", projection="KEYS_ONLY")])
    found = lambda value: query(db, table, "g = :g", {":g": {"S": value}}, IndexName="by-g")["Count"]
    key = {"pk": {"S": "1"}}
    db.put_item(TableName=table, Item=key)
    assert found("x") == 0
    db.put_item(TableName=table, Item=key | {"g": {"S": "x"}})
    assert found("x") == 1
    db.update_item(TableName=table, Key=key, UpdateExpression="SET g = :g", ExpressionAttributeValues={":g": {"S": "y"}})
    assert (found("x"), found("y")) == (0, 1)
    db.update_item(TableName=table, Key=key, UpdateExpression="REMOVE g")
    assert found("y") == 0
    db.put_item(TableName=table, Item=key | {"g": {"S": "x"}})
    db.delete_item(TableName=table, Key=key)
    assert found("x") == 0 and db.scan(TableName=table, IndexName="by-g")["Count"] == 0
    refused(INVALID + "Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g", db.put_item,
            TableName=table, Item=key | {"g": {"N": "1"}})


def test_local_indexes_read_the_table_for_what_they_lack(db, ranged):
    answer = query(db, ranged, "pk = :p AND lr < :l", {":p": {"S": "p"}, ":l": {"S": "03"}}, IndexName="local")
    assert [set(i) for i in answer["Items"]] == [{"pk", "sk", "lr"}] * 3
    whole = query(db, ranged, "pk = :p AND lr < :l", {":p": {"S": "p"}, ":l": {"S": "03"}}, IndexName="local",
                  Select="ALL_ATTRIBUTES", ConsistentRead=True)
    assert [i["b"]["N"] for i in whole["Items"]] == ["19", "18", "17"]
    some = query(db, ranged, "pk = :p AND lr < :l", {":p": {"S": "p"}, ":l": {"S": "02"}}, IndexName="local",
                 ProjectionExpression="a")
    assert some["Items"] == [{"a": {"S": "a19"}}, {"a": {"S": "a18"}}]


def test_an_index_may_have_keys_of_several_attributes(db):
    several = {"IndexName": "deep", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [
        {"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "HASH"},
        {"AttributeName": "c", "KeyType": "RANGE"}, {"AttributeName": "d", "KeyType": "RANGE"}]}
    table = make(db, types={"a": "S", "b": "N", "c": "S", "d": "N"}, GlobalSecondaryIndexes=[several])
    for i in range(6):
        db.put_item(TableName=table, Item={"pk": {"S": str(i)}, "a": {"S": "a"}, "b": {"N": "1"},
                                           "c": {"S": "c" if i < 3 else "d"}, "d": {"N": str(-i)}})
    values = {":a": {"S": "a"}, ":b": {"N": "1"}, ":c": {"S": "c"}, ":d": {"N": "-2"}}
    found = query(db, table, "a = :a AND b = :b AND c = :c AND d > :d", values, IndexName="deep")
    assert [i["pk"]["S"] for i in found["Items"]] == ["1", "0"]
    refused("Query condition missed key schema element: b", query, db=db, table=table, condition="a = :a",
            values={":a": {"S": "a"}}, IndexName="deep")


KEY_CONDITION = "Invalid KeyConditionExpression: "


@pytest.mark.parametrize("words, condition, more", [
    ("Query condition missed key schema element: pk", "sk = :n", {}),
    ("Query key condition not supported", "pk > :p", {}),
    (KEY_CONDITION + "Invalid operator used in KeyConditionExpression: OR", "pk = :p OR sk = :n", {}),
    (KEY_CONDITION + "KeyConditionExpressions must only contain one condition per key",
     "pk = :p AND sk > :n AND sk < :n", {}),
    (INVALID + "Condition parameter type does not match schema type", "pk = :n", {}),
    ("The table does not have the specified index: nope", "pk = :p", {"IndexName": "nope"}),
    ("Consistent reads are not supported on global secondary indexes", "gk = :p",
     {"IndexName": "all", "ConsistentRead": True}),
    (INVALID + "Select type ALL_ATTRIBUTES is not supported for global secondary index keys because its projection "
     "type is not ALL", "gk = :p", {"IndexName": "keys", "Select": "ALL_ATTRIBUTES"}),
    (INVALID + "Global secondary index keys does not project [b]", "gk = :p",
     {"IndexName": "keys", "ProjectionExpression": "b"}),
    ("Filter Expression can only contain non-primary key attributes: Primary key attribute: sk", "pk = :p",
     {"FilterExpression": "sk > :n"}),
    ("The provided starting key is invalid: The provided key element does not match the schema", "pk = :p",
     {"ExclusiveStartKey": {"pk": {"S": "p"}}}),
    ("The provided starting key is outside query boundaries based on provided conditions", "pk = :p",
     {"ExclusiveStartKey": {"pk": {"S": "q"}, "sk": {"N": "1"}}}),
    ("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES", "pk = :p",
     {"Select": "SPECIFIC_ATTRIBUTES"}),
    ("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName", "pk = :p",
     {"Select": "ALL_PROJECTED_ATTRIBUTES"}),
    (["Member must have value greater than or equal to 1"], "pk = :p", {"Limit": 0}),
])
def test_bad_queries_are_refused_in_the_words_of_aws(loose, ranged, words, condition, more):
    every = {":p": {"S": "p"}, ":n": {"N": "2"}}
    used = {k: v for k, v in every.items() if k in condition + more.get("FilterExpression", "")}
    refused(words, query, db=loose, table=ranged, condition=condition, values=used, **more)


def test_a_query_needs_a_condition(db, ranged):
    refused("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
            db.query, TableName=ranged)


# --- scans -----------------------------------------------------------------------------------

def test_a_scan_finds_everything_once_whole_or_in_segments(db):
    table = make(db)
    for i in range(60):
        db.put_item(TableName=table, Item={"pk": {"S": str(i)}, "v": {"N": str(i)}})
    everything = sorted(str(i) for i in range(60))
    assert sorted(i["pk"]["S"] for i in db.scan(TableName=table)["Items"]) == everything
    pages = db.get_paginator("scan").paginate(TableName=table, PaginationConfig={"PageSize": 7})
    assert sorted(i["pk"]["S"] for page in pages for i in page["Items"]) == everything
    segments = [[i["pk"]["S"] for page in db.get_paginator("scan").paginate(
        TableName=table, TotalSegments=4, Segment=s, PaginationConfig={"PageSize": 3}) for i in page["Items"]]
        for s in range(4)]
    assert sorted(sum(segments, [])) == everything and all(segments)
    few = db.scan(TableName=table, FilterExpression="v < :v AND pk <> :p",
                  ExpressionAttributeValues={":v": {"N": "3"}, ":p": {"S": "1"}})
    assert (sorted(i["pk"]["S"] for i in few["Items"]), few["ScannedCount"]) == (["0", "2"], 60)


@pytest.mark.parametrize("words, more", [
    ("The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
     {"Segment": 0}),
    ("The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
     {"TotalSegments": 2}),
    ("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than "
     "TotalSegments: 2", {"Segment": 2, "TotalSegments": 2}),
    ("Consistent reads are not supported on global secondary indexes", {"IndexName": "all", "ConsistentRead": True}),
    ("ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null",
     {"ExpressionAttributeValues": {":v": {"S": "x"}}}),
])
def test_bad_scans_are_refused_in_the_words_of_aws(db, ranged, words, more):
    refused(words, db.scan, TableName=ranged, **more)


# --- capacity and metrics --------------------------------------------------------------------

def test_capacity_is_counted_as_aws_counts_it(db, ranged):
    table = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    key = {"pk": {"S": "1"}}
    put = lambda item: db.put_item(TableName=table, Item=key | item, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert put({"v": {"S": "x" * 1100}}) == {"TableName": table, "CapacityUnits": 2.0, "Table": {"CapacityUnits": 2.0}}
    assert put({"g": {"S": "a"}}) == {
        "TableName": table, "CapacityUnits": 3.0, "Table": {"CapacityUnits": 2.0},
        "GlobalSecondaryIndexes": {"by-g": {"CapacityUnits": 1.0}}}
    assert put({"g": {"S": "a"}})["CapacityUnits"] == 1.0
    assert put({"g": {"S": "b"}})["GlobalSecondaryIndexes"] == {"by-g": {"CapacityUnits": 2.0}}
    get = lambda **more: db.get_item(TableName=table, ReturnConsumedCapacity="TOTAL", **more)["ConsumedCapacity"]
    assert get(Key=key) == {"TableName": table, "CapacityUnits": 0.5}
    assert get(Key=key, ConsistentRead=True)["CapacityUnits"] == 1.0
    db.put_item(TableName=table, Item=key | {"v": {"S": "x" * 9000}})
    assert get(Key=key)["CapacityUnits"] == 1.5
    scan = db.scan(TableName=table, ReturnConsumedCapacity="TOTAL", ConsistentRead=True)
    assert scan["ConsumedCapacity"]["CapacityUnits"] == 3.0
    local = query(db, ranged, "pk = :p", IndexName="local", Select="ALL_ATTRIBUTES", Limit=4,
                  ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert local["Table"] == {"CapacityUnits": 2.0}
    assert local["LocalSecondaryIndexes"] == {"local": {"CapacityUnits": 0.5}}


def test_item_collection_metrics_come_with_local_indexes_alone(db, ranged, table):
    item = {"pk": {"S": "m"}, "sk": {"N": "1"}}
    answer = db.put_item(TableName=ranged, Item=item, ReturnItemCollectionMetrics="SIZE")
    assert answer["ItemCollectionMetrics"] == {"ItemCollectionKey": {"pk": {"S": "m"}},
                                               "SizeEstimateRangeGB": [0.0, 1.0]}
    db.delete_item(TableName=ranged, Key=item)
    assert "ItemCollectionMetrics" not in db.put_item(TableName=table, Item={"pk": {"S": "m"}},
                                                      ReturnItemCollectionMetrics="SIZE")


# --- the wire --------------------------------------------------------------------------------

def test_answers_carry_their_checksum(db, table):
    bodies = []
    db.meta.events.register("before-parse.dynamodb.GetItem", lambda response_dict, **_: bodies.append(response_dict))
    db.get_item(TableName=table, Key={"pk": {"S": "no such"}})
    assert bodies and int(bodies[0]["headers"]["x-amz-crc32"]) == zlib.crc32(bodies[0]["body"])


@pytest.mark.parametrize("words, value", [
    ("NUMBER_VALUE cannot be converted to String", {"S": 5}),
    ("STRING_VALUE cannot be converted to Boolean", {"BOOL": "yes"}),
    ("Start of list found where not expected", {"M": []}),
])
def test_json_of_the_wrong_type_is_refused_before_the_rules(client, db, table, words, value):
    raw = client("dynamodb", check=False, region_name=REGION)
    body = json.dumps({"TableName": table, "Item": {"pk": {}, "v": value}}).encode()
    set_body = lambda request, **_: setattr(request, "data", body)
    raw.meta.events.register("before-sign.dynamodb.PutItem", set_body)
    try:
        refused(words, raw.put_item, "SerializationException", TableName=table, Item={"pk": {"S": "a"}})
    finally:
        raw.meta.events.unregister("before-sign.dynamodb.PutItem", set_body)


def test_the_resource_interface_works_whole(endpoint, db):
    table = boto3.resource("dynamodb", endpoint_url=endpoint).Table(make(db, "pk", "sk", {"sk": "N"}))
    with pytest.raises(ClientError):
        table.get_item(Key={"pk": "a"})
    table.put_item(Item={"pk": "a", "sk": 1, "price": decimal.Decimal("1.10"), "tags": {"x", "y"}})
    found = table.query(KeyConditionExpression=boto3.dynamodb.conditions.Key("pk").eq("a"),
                        FilterExpression=boto3.dynamodb.conditions.Attr("price").gt(1))["Items"]
    assert found == [{"pk": "a", "sk": 1, "price": decimal.Decimal("1.1"), "tags": {"x", "y"}}]
    table.update_item(Key={"pk": "a", "sk": 1}, UpdateExpression="SET price = price + :x",
                      ExpressionAttributeValues={":x": decimal.Decimal("0.9")})
    assert table.get_item(Key={"pk": "a", "sk": 1})["Item"]["price"] == 2
