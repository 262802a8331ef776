"""On-demand backups of tables, and tables restored from them."""
import datetime
import re
import uuid

import pytest

from conftest import ACCOUNT, REGION
from dynamodb import definitions, index, keys, make, name, refused

MISSING = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/nonesuch/backup/01489602797149-73d8d5bc"


@pytest.fixture
def db(client):
    return client("dynamodb")


def item(number, group="g", **more):
    return {"pk": {"S": f"p{number % 3}"}, "sk": {"N": str(number)}, "g": {"S": group}, **more}


@pytest.fixture
def table(db):
    """A table with both kinds of indexes, settings that are not restored, and ten items."""
    made = make(db, range_key="sk", types={"sk": "N", "g": "S"}, GlobalSecondaryIndexes=[
        index("by-g", "g", "sk"), index("few", "g", projection="INCLUDE", include=["a"])],
        LocalSecondaryIndexes=[index("local", "pk", "g", projection="KEYS_ONLY")],
        Tags=[{"Key": "team", "Value": "ledger"}], DeletionProtectionEnabled=True,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    db.update_time_to_live(TableName=made, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
    for number in range(10):
        db.put_item(TableName=made, Item=item(number, a={"S": "a" * number}))
    return made


def back_up(db, table, called="the-backup"):
    return db.create_backup(TableName=table, BackupName=called)["BackupDetails"]["BackupArn"]


def rows(db, table, **options):
    found = [row for page in db.get_paginator("scan").paginate(TableName=table, **options) for row in page["Items"]]
    return sorted(found, key=repr)


def listed(db, table, **options):
    pages = db.get_paginator("list_backups").paginate(TableName=table, **options)
    return [backup for page in pages for backup in page["BackupSummaries"]]


def test_a_backup_is_made_described_and_deleted(db, table):
    source = db.describe_table(TableName=table)["Table"]
    made = db.create_backup(TableName=table, BackupName="the-backup")["BackupDetails"]
    assert re.fullmatch(source["TableArn"] + r"/backup/\d{14}-[0-9a-f]{8}", made["BackupArn"])
    assert (made["BackupStatus"], made["BackupType"], made["BackupName"]) == ("CREATING", "USER", "the-backup")
    assert made["BackupSizeBytes"] == source["TableSizeBytes"] and "BackupExpiryDateTime" not in made
    shown = db.describe_backup(BackupArn=made["BackupArn"])["BackupDescription"]
    assert shown["BackupDetails"] == {**made, "BackupStatus": "AVAILABLE"}
    details, features = shown["SourceTableDetails"], shown["SourceTableFeatureDetails"]
    for same in ("TableName", "TableId", "TableArn", "KeySchema", "TableSizeBytes", "ItemCount"):
        assert details[same] == source[same]
    assert details["TableCreationDateTime"] == source["CreationDateTime"]
    assert details["BillingMode"] == "PAY_PER_REQUEST"
    assert details["ProvisionedThroughput"] == {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    assert [i["IndexName"] for i in features["GlobalSecondaryIndexes"]] == ["by-g", "few"]
    assert features["LocalSecondaryIndexes"] == [index("local", "pk", "g", projection="KEYS_ONLY")]
    assert features["StreamDescription"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert features["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    gone = db.delete_backup(BackupArn=made["BackupArn"])["BackupDescription"]
    assert gone["BackupDetails"] == {**made, "BackupStatus": "DELETED"} and gone["SourceTableDetails"] == details
    for operation in (db.describe_backup, db.delete_backup):
        refused(f"Backup not found: {made['BackupArn']}", operation, "BackupNotFoundException",
                BackupArn=made["BackupArn"])


def test_a_restored_table_has_the_items_of_the_backup_and_is_a_table_of_its_own(db, table):
    before, size = rows(db, table), db.describe_table(TableName=table)["Table"]["TableSizeBytes"]
    backup = back_up(db, table)
    db.put_item(TableName=table, Item=item(100))
    db.delete_item(TableName=table, Key={"pk": {"S": "p0"}, "sk": {"N": "0"}})
    target = name()
    making = db.restore_table_from_backup(TargetTableName=target, BackupArn=backup)["TableDescription"]
    assert (making["TableName"], making["TableStatus"]) == (target, "CREATING")
    assert making["RestoreSummary"]["RestoreInProgress"] is True
    source, made = (db.describe_table(TableName=t)["Table"] for t in (table, target))
    assert made["TableStatus"] == "ACTIVE" and made["TableId"] != source["TableId"]
    created = db.describe_backup(BackupArn=backup)["BackupDescription"]["BackupDetails"]["BackupCreationDateTime"]
    assert made["RestoreSummary"] == {"SourceBackupArn": backup, "SourceTableArn": source["TableArn"],
                                      "RestoreDateTime": created, "RestoreInProgress": False}
    assert rows(db, target) == before
    for name_of_index in ("by-g", "few", "local"):
        assert len(rows(db, target, IndexName=name_of_index)) == 10
    assert rows(db, target, IndexName="by-g") == before
    assert (made["ItemCount"], made["TableSizeBytes"]) == (10, size)
    assert made["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert (made["KeySchema"], made["AttributeDefinitions"]) == (source["KeySchema"], source["AttributeDefinitions"])
    db.put_item(TableName=target, Item=item(7, group="changed"))
    assert rows(db, table) != rows(db, target)
    assert db.describe_backup(BackupArn=backup)["BackupDescription"]["SourceTableDetails"]["ItemCount"] == 10


def test_what_is_not_restored(db, table):
    target = name()
    db.restore_table_from_backup(TargetTableName=target, BackupArn=back_up(db, table))
    made = db.describe_table(TableName=target)["Table"]
    assert made["DeletionProtectionEnabled"] is False and "StreamSpecification" not in made
    assert db.list_tags_of_resource(ResourceArn=made["TableArn"])["Tags"] == []
    ttl = db.describe_time_to_live(TableName=target)["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "DISABLED"}


def test_a_backup_outlives_its_table(db):
    table = make(db)
    db.put_item(TableName=table, Item={"pk": {"S": "a"}})
    backup = back_up(db, table)
    db.delete_table(TableName=table)
    assert [b["BackupArn"] for b in listed(db, table)] == [backup]
    assert listed(db, table, BackupType="SYSTEM") == []
    db.restore_table_from_backup(TargetTableName=table, BackupArn=backup)
    assert rows(db, table) == [{"pk": {"S": "a"}}]


def test_an_empty_table_is_backed_up_and_restored(db):
    table, target = make(db), name()
    db.restore_table_from_backup(TargetTableName=target, BackupArn=back_up(db, table))
    assert rows(db, target) == [] and db.describe_table(TableName=target)["Table"]["ItemCount"] == 0


def test_indexes_are_overridden(db, table):
    backup, target = back_up(db, table), name()
    db.restore_table_from_backup(TargetTableName=target, BackupArn=backup, LocalSecondaryIndexOverride=[],
                                 GlobalSecondaryIndexOverride=[index("few", "g", projection="INCLUDE", include=["a"])])
    made = db.describe_table(TableName=target)["Table"]
    assert [i["IndexName"] for i in made["GlobalSecondaryIndexes"]] == ["few"]
    assert "LocalSecondaryIndexes" not in made and len(rows(db, target, IndexName="few")) == 10
    bare = name()
    db.restore_table_from_backup(TargetTableName=bare, BackupArn=backup, GlobalSecondaryIndexOverride=[],
                                 LocalSecondaryIndexOverride=[])
    made = db.describe_table(TableName=bare)["Table"]
    assert "GlobalSecondaryIndexes" not in made
    assert sorted(a["AttributeName"] for a in made["AttributeDefinitions"]) == ["pk", "sk"]
    for wrong in (index("other", "g"), index("by-g", "g"), index("by-g", "g", "sk", projection="KEYS_ONLY"),
                  index("local", "pk", "g", projection="KEYS_ONLY"), index("few", "g", projection="INCLUDE", include=["b"])):
        refused(["does not match an index"], db.restore_table_from_backup, TargetTableName=name(), BackupArn=backup,
                GlobalSecondaryIndexOverride=[wrong])
    refused(["does not match an index"], db.restore_table_from_backup, TargetTableName=name(), BackupArn=backup,
            GlobalSecondaryIndexOverride=[], LocalSecondaryIndexOverride=[index("by-g", "g", "sk")])
    refused(["Duplicate index name: by-g"], db.restore_table_from_backup, TargetTableName=name(), BackupArn=backup,
            GlobalSecondaryIndexOverride=[index("by-g", "g", "sk")] * 2)


def test_billing_and_throughput_are_overridden(db, table):
    backup, units = back_up(db, table), {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}
    restore = {"BackupArn": backup, "BillingModeOverride": "PROVISIONED"}
    refused(["must both be specified"], db.restore_table_from_backup, TargetTableName=name(), **restore)
    refused(["ProvisionedThroughput must be specified for index: by-g"], db.restore_table_from_backup,
            TargetTableName=name(), ProvisionedThroughputOverride=units, **restore)
    refused(["Neither ReadCapacityUnits nor"], db.restore_table_from_backup, TargetTableName=name(), BackupArn=backup,
            ProvisionedThroughputOverride=units)
    refused(["should not be specified for index: by-g"], db.restore_table_from_backup, TargetTableName=name(),
            BackupArn=backup,
            GlobalSecondaryIndexOverride=[{**index("by-g", "g", "sk"), "ProvisionedThroughput": units}])
    provisioned, on_demand = name(), name()
    db.restore_table_from_backup(
        TargetTableName=provisioned, ProvisionedThroughputOverride=units, **restore,
        GlobalSecondaryIndexOverride=[{**index("by-g", "g", "sk"), "ProvisionedThroughput": units}])
    made = db.describe_table(TableName=provisioned)["Table"]
    for shown in (made["ProvisionedThroughput"], made["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]):
        assert (shown["ReadCapacityUnits"], shown["WriteCapacityUnits"]) == (3, 4)
    assert "BillingModeSummary" not in made
    again = back_up(db, provisioned)
    db.restore_table_from_backup(TargetTableName=on_demand, BackupArn=again, BillingModeOverride="PAY_PER_REQUEST")
    made = db.describe_table(TableName=on_demand)["Table"]
    assert made["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert made["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    limited, most = name(), {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": -1}
    db.restore_table_from_backup(TargetTableName=limited, BackupArn=backup, OnDemandThroughputOverride=most)
    assert db.describe_table(TableName=limited)["Table"]["OnDemandThroughput"] == most
    refused(["OnDemandThroughput can only be specified"], db.restore_table_from_backup, TargetTableName=name(),
            BackupArn=again, OnDemandThroughputOverride=most)
    same = name()
    db.restore_table_from_backup(TargetTableName=same, BackupArn=again)
    assert db.describe_table(TableName=same)["Table"]["ProvisionedThroughput"]["WriteCapacityUnits"] == 4


def test_encryption_is_overridden(client, db, table):
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    backup, sealed, plain = back_up(db, table), name(), name()
    db.restore_table_from_backup(TargetTableName=sealed, BackupArn=backup, SSESpecificationOverride={
        "Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key})
    shown = db.describe_table(TableName=sealed)["Table"]["SSEDescription"]
    assert shown == {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}
    again = back_up(db, sealed)
    features = db.describe_backup(BackupArn=again)["BackupDescription"]["SourceTableFeatureDetails"]
    assert features["SSEDescription"] == shown
    db.restore_table_from_backup(TargetTableName=plain, BackupArn=again, SSESpecificationOverride={"Enabled": False})
    assert "SSEDescription" not in db.describe_table(TableName=plain)["Table"]


def test_backups_are_listed_by_pages_time_and_type(client, db):
    table, other = make(db), make(db)
    made = [db.create_backup(TableName=table, BackupName=f"backup-{i}")["BackupDetails"] for i in range(5)]
    back_up(db, other)
    arns = sorted(b["BackupArn"] for b in made)
    shown = listed(db, table)
    assert [b["BackupArn"] for b in shown] == arns
    assert {b["BackupStatus"] for b in shown} == {"AVAILABLE"} and {b["TableName"] for b in shown} == {table}
    assert shown[0]["TableId"] == db.describe_table(TableName=table)["Table"]["TableId"]
    arn = db.describe_table(TableName=table)["Table"]["TableArn"]
    assert shown == listed(db, arn) == listed(db, table, BackupType="USER") == listed(db, table, BackupType="ALL")
    assert listed(db, table, BackupType="SYSTEM") == listed(db, table, BackupType="AWS_BACKUP") == []
    first = db.list_backups(TableName=table, Limit=2)
    assert [b["BackupArn"] for b in first["BackupSummaries"]] == arns[:2]
    assert first["LastEvaluatedBackupArn"] == arns[1]
    rest = db.list_backups(TableName=table, Limit=3, ExclusiveStartBackupArn=arns[1])
    assert [b["BackupArn"] for b in rest["BackupSummaries"]] == arns[2:] and "LastEvaluatedBackupArn" not in rest
    everywhere = [b["BackupArn"] for page in db.get_paginator("list_backups").paginate(PaginationConfig={"PageSize": 3})
                  for b in page["BackupSummaries"]]
    assert everywhere == sorted(everywhere) and set(arns) < set(everywhere)
    now = made[0]["BackupCreationDateTime"]
    hour = datetime.timedelta(hours=1)
    assert len(listed(db, table, TimeRangeLowerBound=now - hour, TimeRangeUpperBound=now + hour)) == 5
    assert listed(db, table, TimeRangeLowerBound=now + hour) == listed(db, table, TimeRangeUpperBound=now - hour) == []
    refused(["TimeRangeLowerBound must not be later"], db.list_backups, TimeRangeLowerBound=now + hour,
            TimeRangeUpperBound=now)
    elsewhere = client("dynamodb", region_name="eu-west-1")
    assert listed(elsewhere, table) == []
    refused(f"Backup not found: {arns[0]}", elsewhere.describe_backup, "BackupNotFoundException", BackupArn=arns[0])


def test_refusals(client, db):
    table = make(db)
    backup = back_up(db, table)
    refused("Table not found: nonesuch", db.create_backup, "TableNotFoundException", TableName="nonesuch",
            BackupName="abc")
    for operation in (db.describe_backup, db.delete_backup):
        refused(f"Backup not found: {MISSING}", operation, "BackupNotFoundException", BackupArn=MISSING)
    refused(f"Backup not found: {MISSING}", db.restore_table_from_backup, "BackupNotFoundException",
            TargetTableName=name(), BackupArn=MISSING)
    refused(f"Table already exists: {table}", db.restore_table_from_backup, "TableAlreadyExistsException",
            TargetTableName=table, BackupArn=backup)
    for wrong in (backup.replace("/backup/", "/stream/"), backup.replace("dynamodb", "kms"), backup + "/more", "x" * 37):
        refused(["Invalid BackupArn"], db.describe_backup, BackupArn=wrong)
        refused(["Invalid BackupArn"], db.list_backups, ExclusiveStartBackupArn=wrong)
    loose = client("dynamodb", check=False)
    refused(["Member must have length greater than or equal to 3"], loose.create_backup, TableName=table, BackupName="ab")
    refused(["Member must have length less than or equal to 255"], loose.create_backup, TableName=table,
            BackupName="b" * 256)
    refused(["Member must satisfy regular expression pattern"], loose.create_backup, TableName=table, BackupName="a b c")
    refused(["Member must have length greater than or equal to 37"], loose.describe_backup, BackupArn="short")
    refused(["less than or equal to 100"], loose.list_backups, Limit=101)


def test_definitions_and_keys_of_a_table_without_range_key(db):
    table = name()
    db.create_table(TableName=table, KeySchema=keys("id"), AttributeDefinitions=definitions(id="B"),
                    ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 2})
    db.put_item(TableName=table, Item={"id": {"B": b"\x00\xff"}, "n": {"N": "1.50"}})
    details = db.describe_backup(BackupArn=back_up(db, table))["BackupDescription"]["SourceTableDetails"]
    assert details["BillingMode"] == "PROVISIONED"
    assert details["ProvisionedThroughput"] == {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}
    target = name()
    db.restore_table_from_backup(TargetTableName=target, BackupArn=listed(db, table)[0]["BackupArn"])
    assert rows(db, target) == [{"id": {"B": b"\x00\xff"}, "n": {"N": "1.5"}}]
