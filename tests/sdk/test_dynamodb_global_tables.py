"""Global tables through boto3: one table in several regions of the emulator."""
import boto3
import pytest
from botocore.config import Config

from conftest import Emulator
from dynamodb import definitions, index, keys, make, name, refused

HOME, EAST, WEST = "us-east-1", "us-east-2", "eu-west-1"
INVALID = "One or more parameter values were invalid: "


@pytest.fixture(scope="module")
def at(client):
    """at(region): DynamoDB's client there."""
    return lambda region, service="dynamodb": client(service, region_name=region)


@pytest.fixture(scope="module")
def db(at):
    return at(HOME)


def item(pk, n=None, **more):
    return {"pk": {"S": pk}} | ({} if n is None else {"n": {"N": str(n)}}) | more


def items(db, table, **more):
    found = db.scan(TableName=table, ConsistentRead=not more, **more)["Items"]
    return sorted(found, key=lambda i: i["pk"]["S"])


def shown(db, table):
    return db.describe_table(TableName=table)["Table"]


def regions(described):
    return {r["RegionName"]: r["ReplicaStatus"] for r in described.get("Replicas", [])}


def update(db, table, *changes, **more):
    return db.update_table(TableName=table, ReplicaUpdates=list(changes), **more)["TableDescription"]


def create(region, **more):
    return {"Create": {"RegionName": region} | more}


def delete(region):
    return {"Delete": {"RegionName": region}}


def global_table(db, *others, **more):
    table = make(db, **more)
    update(db, table, *map(create, others))
    return table


def records(streams, arn):
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    first = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    return [(r["eventName"], r["dynamodb"].get("OldImage"), r["dynamodb"].get("NewImage"), r["awsRegion"], "userIdentity" in r)
            for r in streams.get_records(ShardIterator=first)["Records"]]


def test_a_replica_has_the_tables_form_and_items(db, at):
    table = make(db, range_key="sk", types={"g": "N"}, GlobalSecondaryIndexes=[index("by-g", "g", projection="KEYS_ONLY")],
                 Tags=[{"Key": "team", "Value": "ledger"}], DeletionProtectionEnabled=True)
    held = [item(pk, sk={"S": "s"}, g={"N": "1"}) for pk in "abc"]
    for each in held:
        db.put_item(TableName=table, Item=each)
    changed = update(db, table, create(EAST, TableClassOverride="STANDARD_INFREQUENT_ACCESS"))
    assert (changed["TableStatus"], regions(changed)) == ("UPDATING", {EAST: "CREATING"})
    here, there = shown(db, table), shown(at(EAST), table)
    assert (regions(here), regions(there)) == ({EAST: "ACTIVE"}, {HOME: "ACTIVE"})
    assert here["GlobalTableVersion"] == there["GlobalTableVersion"] == "2019.11.21"
    assert here["Replicas"][0]["ReplicaTableClassSummary"]["TableClass"] == there["TableClassSummary"]["TableClass"]
    for same in ("KeySchema", "AttributeDefinitions", "ItemCount", "TableSizeBytes", "StreamSpecification"):
        assert here[same] == there[same], same
    assert here["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert there["TableArn"] == here["TableArn"].replace(HOME, EAST) and there["LatestStreamArn"] != here["LatestStreamArn"]
    assert (there["DeletionProtectionEnabled"], here["DeletionProtectionEnabled"]) == (False, True)
    assert items(at(EAST), table) == held and len(items(at(EAST), table, IndexName="by-g")) == 3
    assert at(EAST).list_tags_of_resource(ResourceArn=there["TableArn"])["Tags"] == []


def test_writes_go_both_ways(db, at):
    table = global_table(db, EAST, WEST)
    db.put_item(TableName=table, Item=item("a", 1))
    at(EAST).update_item(TableName=table, Key=item("a"), UpdateExpression="SET n = n + :one",
                         ExpressionAttributeValues={":one": {"N": "1"}})
    at(WEST).batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item("b")}}, {"PutRequest": {"Item": item("c")}}]})
    db.transact_write_items(TransactItems=[{"Delete": {"TableName": table, "Key": item("b")}},
                                           {"Put": {"TableName": table, "Item": item("d")}}])
    expected = [item("a", 2), item("c"), item("d")]
    for region in (HOME, EAST, WEST):
        assert items(at(region), table) == expected
        assert (shown(at(region), table)["ItemCount"]) == 3
    refused("The conditional request failed", at(WEST).put_item, "ConditionalCheckFailedException", TableName=table,
            Item=item("a"), ConditionExpression="attribute_not_exists(pk)")


def test_each_replica_writes_its_own_stream(db, at):
    table = global_table(db, EAST)
    db.put_item(TableName=table, Item=item("a", 1))
    at(EAST).put_item(TableName=table, Item=item("a", 2))
    at(EAST).put_item(TableName=table, Item=item("a", 2))
    db.delete_item(TableName=table, Key=item("a"))
    for region in (HOME, EAST):
        told = records(at(region, "dynamodbstreams"), shown(at(region), table)["LatestStreamArn"])
        assert told == [("INSERT", None, item("a", 1), region, False), ("MODIFY", item("a", 1), item("a", 2), region, False),
                        ("REMOVE", item("a", 2), None, region, False)]


def test_indexes_and_billing_are_those_of_all(db, at):
    table = global_table(db, EAST)
    at(EAST).put_item(TableName=table, Item=item("a", 5))
    wanted = index("by-n", "n")
    db.update_table(TableName=table, AttributeDefinitions=definitions(pk="S", n="N"),
                    GlobalSecondaryIndexUpdates=[{"Create": wanted}])
    db.put_item(TableName=table, Item=item("b", 6))
    assert items(at(EAST), table, IndexName="by-n") == [item("a", 5), item("b", 6)]
    assert shown(at(EAST), table)["GlobalSecondaryIndexes"][0]["ItemCount"] == 2
    at(EAST).update_table(TableName=table, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-n"}}])
    for region in (HOME, EAST):
        assert "GlobalSecondaryIndexes" not in shown(at(region), table)
        assert shown(at(region), table)["AttributeDefinitions"] == definitions(pk="S")
    refused("Table write capacity should either be Pay-Per-Request or AutoScaled.", db.update_table, TableName=table,
            BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})


def test_a_replica_is_deleted(db, at):
    table = global_table(db, EAST, WEST)
    db.put_item(TableName=table, Item=item("a"))
    changed = update(db, table, delete(EAST))
    assert regions(changed) == {EAST: "DELETING", WEST: "ACTIVE"}
    refused(["not found"], at(EAST).describe_table, "ResourceNotFoundException", TableName=table)
    assert (regions(shown(db, table)), regions(shown(at(WEST), table))) == ({WEST: "ACTIVE"}, {HOME: "ACTIVE"})
    at(WEST).delete_table(TableName=table)
    left = shown(db, table)
    assert "Replicas" not in left and "GlobalTableVersion" not in left and items(db, table) == [item("a")]
    db.update_table(TableName=table, StreamSpecification={"StreamEnabled": False})
    update(db, table, create(EAST))
    assert items(at(EAST), table) == [item("a")]


def test_a_protected_replica_stays(db, at):
    table = global_table(db, EAST)
    at(EAST).update_table(TableName=table, DeletionProtectionEnabled=True)
    with pytest.raises(db.exceptions.ClientError, match="protected against deletion"):
        update(db, table, delete(EAST))
    assert regions(shown(db, table)) == {EAST: "ACTIVE"} and shown(at(EAST), table)["DeletionProtectionEnabled"]


def test_a_replica_has_a_class_and_a_key_of_its_own(db, at):
    key = at(EAST, "kms").create_key()["KeyMetadata"]["Arn"]
    table = global_table(db, EAST)
    changed = update(db, table, {"Update": {"RegionName": EAST, "KMSMasterKeyId": key,
                                            "TableClassOverride": "STANDARD_INFREQUENT_ACCESS"}})
    assert regions(changed) == {EAST: "UPDATING"}
    replica, = shown(db, table)["Replicas"]
    assert replica["KMSMasterKeyId"] == shown(at(EAST), table)["SSEDescription"]["KMSMasterKeyArn"] == key
    assert replica["ReplicaTableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    assert "SSEDescription" not in shown(db, table)
    with pytest.raises(db.exceptions.ClientError) as caught:
        update(db, table, create(WEST, KMSMasterKeyId="alias/none"))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert regions(shown(db, table)) == {EAST: "ACTIVE"}


def test_what_cannot_be_done_to_replicas_is_told(db, at):
    def told(words, *changes, table=None, **more):
        refused(words, db.update_table, TableName=table or plain, ReplicaUpdates=list(changes), **more)
    plain, both = make(db), global_table(db, EAST)
    local = "Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as required."
    none = "Update global table operation failed because one or more replicas were not part of the global table."
    exists = f"Failed to create a the new replica of table with name: '{both}' because one or more replicas already existed as tables."
    for change in (create(HOME), delete(HOME), {"Update": {"RegionName": HOME}}):
        told(local, change)
    told(none, delete(EAST))
    told(none, {"Update": {"RegionName": EAST, "TableClassOverride": "STANDARD"}})
    told(exists, create(EAST), table=both)
    told(["Exactly one of Create, Update and Delete"], create(EAST) | delete(EAST))
    told(["Exactly one of Create, Update and Delete"], {})
    told(["Only one replica update per region is allowed: " + WEST], create(WEST), create(WEST))
    told(["RegionName is not the name of a region: Nowhere"], create("Nowhere"))
    told(["ProvisionedThroughputOverride should not be specified"],
         create(WEST, ProvisionedThroughputOverride={"ReadCapacityUnits": 1}))
    refused(INVALID + "Disabling Stream is not allowed for a Global Table replica.", db.update_table, TableName=both,
            StreamSpecification={"StreamEnabled": False})
    told(["must have the view type NEW_AND_OLD_IMAGES"], create(EAST),
         table=make(db, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}))
    provisioned = name()
    db.create_table(TableName=provisioned, KeySchema=keys("pk"), AttributeDefinitions=definitions(pk="S"),
                    ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})
    told("Table write capacity should either be Pay-Per-Request or AutoScaled.", create(EAST), table=provisioned)
    for change in (create(WEST, OnDemandThroughputOverride={"MaxReadRequestUnits": 1}),
                   create(WEST, GlobalSecondaryIndexes=[{"IndexName": "abc"}])):
        refused(["does not implement"], db.update_table, "NotImplementedException", 501, TableName=plain, ReplicaUpdates=[change])
    refused(["MultiRegionConsistency STRONG"], db.update_table, "NotImplementedException", 501, TableName=plain,
            ReplicaUpdates=[create(WEST)], MultiRegionConsistency="STRONG")
    for region in (EAST, WEST):
        refused(["not found"], at(region).describe_table, "ResourceNotFoundException", TableName=plain)
    assert regions(update(db, plain, create(WEST), MultiRegionConsistency="EVENTUAL")) == {WEST: "CREATING"}


@pytest.fixture
def emulator():
    """One of its own, whose clock the test may set."""
    started = Emulator()
    yield started
    started.stop()


def test_items_expire_in_all_regions(emulator):
    config = Config(retries={"total_max_attempts": 1})
    here, there, streams_here, streams_there = (
        boto3.client(service, endpoint_url=emulator.url, region_name=region, config=config)
        for service in ("dynamodb", "dynamodbstreams") for region in (HOME, EAST))
    emulator.clock(set="2030-01-01T00:00:00Z")
    table = make(here)
    here.put_item(TableName=table, Item=item("a", 1893456000 + 3600))
    update(here, table, create(EAST))
    there.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "n"})
    assert here.describe_time_to_live(TableName=table)["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "n"}
    there.put_item(TableName=table, Item=item("b", 1893456000 + 3600))
    there.put_item(TableName=table, Item=item("stays"))
    emulator.advance(3600)
    assert items(here, table) == items(there, table) == [item("stays")]
    told = [records(streams, shown(db, table)["LatestStreamArn"])[-2:]
            for db, streams in ((here, streams_here), (there, streams_there))]
    assert all(event == "REMOVE" for each in told for event, *_ in each)
    for a, b in zip(*told):  # only where the service removed it
        assert a[4] != b[4]


def test_a_restored_replica_is_a_table_by_itself(db, at):
    table = global_table(db, EAST)
    db.put_item(TableName=table, Item=item("a"))
    arn = at(EAST).create_backup(TableName=table, BackupName="copy")["BackupDetails"]["BackupArn"]
    at(EAST).restore_table_from_backup(TargetTableName=table + "-2", BackupArn=arn)
    restored = shown(at(EAST), table + "-2")
    assert not {"Replicas", "GlobalTableVersion", "StreamSpecification"} & set(restored)
    at(EAST).put_item(TableName=table + "-2", Item=item("b"))
    assert items(db, table) == [item("a")]
