"""DynamoDB's UpdateTable through boto3."""
import pytest

from dynamodb import definitions, index, keys, make, name, refused

INVALID = "One or more parameter values were invalid: "


@pytest.fixture(scope="module")
def db(client):
    return client("dynamodb")


@pytest.fixture
def table(db):
    return make(db)


@pytest.fixture
def provisioned(db):
    made = name()
    db.create_table(TableName=made, KeySchema=keys("pk"), AttributeDefinitions=definitions(pk="S", g="S"),
                    ProvisionedThroughput=units(3, 4),
                    GlobalSecondaryIndexes=[index("by-g", "g") | {"ProvisionedThroughput": units(1, 2)}])
    return made


def units(read, write):
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


def shown(db, table):
    return db.describe_table(TableName=table)["Table"]


def amounts(description):
    throughput = description["ProvisionedThroughput"]
    return throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]


def create(index_name, *parts, **options):
    return {"Create": index(index_name, *parts, **options)}


def delete(index_name):
    return {"Delete": {"IndexName": index_name}}


def found(db, table, index_name, attribute, value):
    pages = db.get_paginator("query").paginate(
        TableName=table, IndexName=index_name, KeyConditionExpression="#a = :v",
        ExpressionAttributeNames={"#a": attribute}, ExpressionAttributeValues={":v": value})
    return [item["pk"]["S"] for page in pages for item in page["Items"]]


# --- indexes -------------------------------------------------------------------------------------

def test_a_new_index_is_filled_from_the_table(db, table):
    for i in range(30):
        db.put_item(TableName=table, Item={"pk": {"S": f"{i:02}"}, "g": {"S": "even" if i % 2 == 0 else "odd"},
                                           "n": {"N": str(-i)}})
    db.put_item(TableName=table, Item={"pk": {"S": "no key"}})
    changed = db.update_table(TableName=table, AttributeDefinitions=definitions(g="S", n="N"),
                              GlobalSecondaryIndexUpdates=[create("by-g", "g", "n")])["TableDescription"]
    assert changed["TableStatus"] == "UPDATING"
    assert [i["IndexStatus"] for i in changed["GlobalSecondaryIndexes"]] == ["CREATING"]
    after = shown(db, table)
    [made] = after["GlobalSecondaryIndexes"]
    assert (after["TableStatus"], made["IndexStatus"], made["ItemCount"]) == ("ACTIVE", "ACTIVE", 30)
    assert made["KeySchema"] == keys("g", "n") and made["IndexSizeBytes"] == after["TableSizeBytes"] - len("pkno key")
    assert after["AttributeDefinitions"] == definitions(pk="S", g="S", n="N")
    assert found(db, table, "by-g", "g", {"S": "odd"}) == [f"{i:02}" for i in range(29, 0, -2)]
    db.put_item(TableName=table, Item={"pk": {"S": "later"}, "g": {"S": "odd"}, "n": {"N": "99"}})
    assert found(db, table, "by-g", "g", {"S": "odd"})[-1] == "later"


def test_items_that_cannot_be_indexed_are_left_out_and_stay_out(db, table):
    for key, value in (("right", {"S": "x"}), ("number", {"N": "1"}), ("empty", {"S": ""}), ("long", {"S": "x" * 2049})):
        db.put_item(TableName=table, Item={"pk": {"S": key}, "g": value})
    db.update_table(TableName=table, AttributeDefinitions=definitions(g="S"),
                    GlobalSecondaryIndexUpdates=[create("by-g", "g", projection="KEYS_ONLY")])
    assert shown(db, table)["GlobalSecondaryIndexes"][0]["ItemCount"] == 1
    assert db.scan(TableName=table, IndexName="by-g")["Items"] == [{"pk": {"S": "right"}, "g": {"S": "x"}}]
    for key in ("number", "empty", "long"):
        db.delete_item(TableName=table, Key={"pk": {"S": key}})
    assert shown(db, table)["GlobalSecondaryIndexes"][0]["ItemCount"] == 1


def test_an_index_is_deleted_and_made_again(db):
    table = make(db, types={"g": "S", "h": "S"},
                 GlobalSecondaryIndexes=[index("by-g", "g"), index("by-h", "h", "g")])
    db.put_item(TableName=table, Item={"pk": {"S": "a"}, "g": {"S": "x"}, "h": {"S": "y"}})
    changed = db.update_table(TableName=table, GlobalSecondaryIndexUpdates=[delete("by-h")])["TableDescription"]
    assert {i["IndexName"]: i["IndexStatus"] for i in changed["GlobalSecondaryIndexes"]} == \
        {"by-g": "ACTIVE", "by-h": "DELETING"}
    after = shown(db, table)
    assert [i["IndexName"] for i in after["GlobalSecondaryIndexes"]] == ["by-g"]
    assert after["AttributeDefinitions"] == definitions(pk="S", g="S")
    refused(["The table does not have the specified index: by-h"], db.scan, TableName=table, IndexName="by-h")
    db.delete_item(TableName=table, Key={"pk": {"S": "a"}})
    db.put_item(TableName=table, Item={"pk": {"S": "b"}, "g": {"S": "x"}, "h": {"S": "z"}})
    db.update_table(TableName=table, AttributeDefinitions=definitions(h="S"),
                    GlobalSecondaryIndexUpdates=[create("by-h", "h")])
    assert [i["pk"]["S"] for i in db.scan(TableName=table, IndexName="by-h")["Items"]] == ["b"]
    assert found(db, table, "by-g", "g", {"S": "x"}) == ["b"]


@pytest.mark.parametrize("words, code, change", [
    (["Some index key attributes are not defined in AttributeDefinitions"], "ValidationException",
     {"GlobalSecondaryIndexUpdates": [create("new", "undefined")]}),
    ("Attempting to create an index which already exists", "ValidationException",
     {"GlobalSecondaryIndexUpdates": [create("by-g", "g")]}),
    (["Some AttributeDefinitions are not used"], "ValidationException",
     {"AttributeDefinitions": definitions(more="S"), "GlobalSecondaryIndexUpdates": [create("new", "g")]}),
    (["type of an attribute that is a key cannot change: g"], "ValidationException",
     {"AttributeDefinitions": definitions(g="N"), "GlobalSecondaryIndexUpdates": [create("new", "g")]}),
    ("Requested resource not found", "ResourceNotFoundException", {"GlobalSecondaryIndexUpdates": [delete("absent")]}),
    ("Requested resource not found", "ResourceNotFoundException",
     {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "absent", "ProvisionedThroughput": units(1, 1)}}]}),
    ("Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
     "LimitExceededException", {"GlobalSecondaryIndexUpdates": [create("new", "g"), delete("by-g")]}),
    (["Only one global secondary index update per index is allowed simultaneously. Index: by-g"], "ValidationException",
     {"GlobalSecondaryIndexUpdates": [delete("by-g"), create("by-g", "g")]}),
    (["Exactly one of Create, Update and Delete"], "ValidationException",
     {"GlobalSecondaryIndexUpdates": [create("new", "g") | delete("by-g")]}),
    (INVALID + "ProvisionedThroughput should not be specified for index: by-g when BillingMode is PAY_PER_REQUEST",
     "ValidationException",
     {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "by-g", "ProvisionedThroughput": units(1, 1)}}]}),
    (INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
     "ValidationException", {"ProvisionedThroughput": units(1, 1)}),
    (INVALID + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
     "ValidationException", {"BillingMode": "PROVISIONED"}),
    (INVALID + "ProvisionedThroughput must be specified for index: by-g", "ValidationException",
     {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(1, 1)}),
    (["At least one of ProvisionedThroughput, BillingMode"], "ValidationException", {}),
])
def test_bad_changes_are_refused_and_change_nothing(db, words, code, change):
    table = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    before = shown(db, table)
    refused(words, db.update_table, code, TableName=table, **change)
    assert shown(db, table) == before


def test_a_table_has_at_most_twenty_global_indexes(db):
    table = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index(f"index-{i}", "g") for i in range(20)])
    refused(["exceeds the per-table limit of 20"], db.update_table, TableName=table,
            GlobalSecondaryIndexUpdates=[create("one-more", "g")])


# --- settings ------------------------------------------------------------------------------------

def test_throughput_changes(db, provisioned):
    changed = db.update_table(TableName=provisioned, ProvisionedThroughput=units(5, 4), GlobalSecondaryIndexUpdates=[
        {"Update": {"IndexName": "by-g", "ProvisionedThroughput": units(7, 8)}}])["TableDescription"]
    for description in (changed, shown(db, provisioned)):
        assert amounts(description) == (5, 4) and amounts(description["GlobalSecondaryIndexes"][0]) == (7, 8)
    refused(["The provisioned throughput for the table will not change. The requested value equals the current value. "
             "Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. "],
            db.update_table, TableName=provisioned, ProvisionedThroughput=units(5, 4))
    refused(["The provisioned throughput for the index by-g will not change."], db.update_table, TableName=provisioned,
            GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": "by-g", "ProvisionedThroughput": units(7, 8)}}])
    refused(INVALID + "ProvisionedThroughput must be specified for index: new", db.update_table, TableName=provisioned,
            GlobalSecondaryIndexUpdates=[create("new", "g")])


def test_billing_changes_both_ways(db, provisioned):
    assert "BillingModeSummary" not in shown(db, provisioned)
    db.update_table(TableName=provisioned, BillingMode="PAY_PER_REQUEST")
    after = shown(db, provisioned)
    assert after["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert after["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] >= after["CreationDateTime"]
    assert amounts(after) == amounts(after["GlobalSecondaryIndexes"][0]) == (0, 0)
    db.update_table(TableName=provisioned, BillingMode="PROVISIONED", ProvisionedThroughput=units(1, 2),
                    GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": "by-g", "ProvisionedThroughput": units(3, 4)}}])
    after = shown(db, provisioned)
    assert after["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert amounts(after) == (1, 2) and amounts(after["GlobalSecondaryIndexes"][0]) == (3, 4)


def test_protection_class_and_encryption_change(db, table):
    db.update_table(TableName=table, DeletionProtectionEnabled=True)
    db.update_table(TableName=table, TableClass="STANDARD_INFREQUENT_ACCESS")
    db.update_table(TableName=table, SSESpecification={"Enabled": True, "SSEType": "KMS"})
    after = shown(db, table)
    assert after["DeletionProtectionEnabled"] and after["SSEDescription"]["Status"] == "ENABLED"
    assert after["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    refused(["protected against deletion"], db.delete_table, TableName=table)
    db.update_table(TableName=table, DeletionProtectionEnabled=False, SSESpecification={"Enabled": False})
    assert "SSEDescription" not in shown(db, table)
    db.delete_table(TableName=table)


def test_what_cannot_be_changed_is_told(db, table):
    missing = name()
    refused(f"Requested resource not found: Table: {missing} not found", db.update_table, "ResourceNotFoundException",
            TableName=missing, DeletionProtectionEnabled=True)
    refused(["VectorIndexUpdates"], db.update_table, "NotImplementedException", 501, TableName=table,
            VectorIndexUpdates=[])
