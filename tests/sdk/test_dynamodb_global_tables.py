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


STREAMED = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}


def group(*named):
    return [{"RegionName": region} for region in named]


def alike(at, *named, **more):
    """Tables of one name in several regions, that may become a global table of version 2017.11.29."""
    table = name()
    for region in named:
        at(region).create_table(TableName=table, KeySchema=keys("pk"), BillingMode="PAY_PER_REQUEST",
                                **{"AttributeDefinitions": definitions(pk="S")} | STREAMED | more)
    return table


def old_global(db, at, *named, **more):
    table = alike(at, *named, **more)
    db.create_global_table(GlobalTableName=table, ReplicationGroup=group(*named))
    return table


def replicas(described):
    return {r["RegionName"]: r["ReplicaStatus"] for r in described["GlobalTableDescription"]["ReplicationGroup"]}


def test_tables_become_a_global_table_of_the_first_version(db, at):
    table = alike(at, HOME, EAST, WEST)
    made = db.create_global_table(GlobalTableName=table, ReplicationGroup=group(HOME, EAST))["GlobalTableDescription"]
    assert (made["GlobalTableName"], made["GlobalTableStatus"]) == (table, "CREATING")
    assert made["GlobalTableArn"] == f"arn:aws:dynamodb::000000000000:global-table/{table}"
    described = at(WEST).describe_global_table(GlobalTableName=table)
    assert described["GlobalTableDescription"]["GlobalTableStatus"] == "ACTIVE"
    assert described["GlobalTableDescription"]["CreationDateTime"] == made["CreationDateTime"]
    assert replicas(described) == {HOME: "ACTIVE", EAST: "ACTIVE"}
    assert shown(at(EAST), table)["GlobalTableVersion"] == "2017.11.29"
    db.put_item(TableName=table, Item=item("a"))
    db.update_global_table(GlobalTableName=table, ReplicaUpdates=[create(WEST)])
    at(WEST).put_item(TableName=table, Item=item("b"))
    db.update_item(TableName=table, Key=item("a"), UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": {"N": "1"}})
    for region in (HOME, EAST, WEST):  # what was there before a replica came goes there when it changes
        assert items(at(region), table) == [item("a", 1), item("b")]
    changed = db.update_global_table(GlobalTableName=table, ReplicaUpdates=[delete(EAST)])
    assert changed["GlobalTableDescription"]["GlobalTableStatus"] == "UPDATING"
    assert replicas(changed) == {HOME: "ACTIVE", WEST: "ACTIVE"}
    db.put_item(TableName=table, Item=item("c"))
    assert len(items(at(EAST), table)) == 2 and len(items(at(WEST), table)) == 3
    assert "GlobalTableVersion" not in shown(at(EAST), table)
    at(WEST).delete_table(TableName=table)
    assert replicas(db.describe_global_table(GlobalTableName=table)) == {HOME: "ACTIVE"}
    db.delete_table(TableName=table)
    refused(f"Global table with name: '{table}' does not exist.", db.describe_global_table, "GlobalTableNotFoundException",
            GlobalTableName=table)


def test_global_tables_are_listed_by_pages(db, at):
    tables = sorted([old_global(db, at, HOME, EAST), old_global(db, at, HOME), old_global(db, at, EAST, WEST)])
    found, start = [], {}
    while True:
        page = db.list_global_tables(Limit=2, **start)
        found += page["GlobalTables"]
        if "LastEvaluatedGlobalTableName" not in page:
            break
        start = {"ExclusiveStartGlobalTableName": page["LastEvaluatedGlobalTableName"]}
    mine = {t["GlobalTableName"]: [r["RegionName"] for r in t["ReplicationGroup"]] for t in found if t["GlobalTableName"] in tables}
    assert list(mine) == tables
    assert sorted(map(sorted, mine.values())) == sorted(map(sorted, [[HOME, EAST], [HOME], [EAST, WEST]]))
    there = [t["GlobalTableName"] for t in db.list_global_tables(RegionName=WEST)["GlobalTables"]]
    assert [t for t in tables if t in there] == [t for t in tables if WEST in mine[t]]


def test_tables_that_differ_become_no_global_table(db, at):
    def told(words, table, code="ValidationException", named=(HOME, EAST)):
        refused(words, db.create_global_table, code, GlobalTableName=table, ReplicationGroup=group(*named))
    missing = name()
    told(f"Table with name: '{missing}' does not exist in region: '{HOME}'.", missing, "TableNotFoundException")
    told(["does not exist in region: 'eu-west-1'"], alike(at, HOME), "TableNotFoundException", (HOME, WEST))
    told(["no stream of the view type"], alike(at, HOME, EAST, StreamSpecification={"StreamEnabled": False}))
    held = alike(at, HOME, EAST)
    at(EAST).put_item(TableName=held, Item=item("a"))
    told(["it is not empty"], held)
    other_key = alike(at, HOME)
    at(EAST).create_table(TableName=other_key, KeySchema=keys("pk"), AttributeDefinitions=definitions(pk="N"),
                          BillingMode="PAY_PER_REQUEST", **STREAMED)
    told(["its key schema is another"], other_key)
    other_index = alike(at, HOME)
    at(EAST).create_table(TableName=other_index, KeySchema=keys("pk"), AttributeDefinitions=definitions(pk="S", g="S"),
                          BillingMode="PAY_PER_REQUEST", GlobalSecondaryIndexes=[index("by-g", "g")], **STREAMED)
    told(["its secondary indexes are others"], other_index)
    told(["Duplicate region in ReplicationGroup"], alike(at, HOME), named=(HOME, HOME))
    told(["1 to 64 replicas"], alike(at, HOME), named=())
    there = old_global(db, at, HOME, EAST)
    told(f"Global table with name: '{there}' already exists.", there, "GlobalTableAlreadyExistsException")
    told(["belongs to a global table already"], global_table(db, EAST))
    assert "GlobalTableVersion" not in shown(db, other_index)


def test_updates_of_global_tables_are_checked(db, at):
    table = old_global(db, at, HOME, EAST)

    def told(words, code, *changes, named=table):
        refused(words, db.update_global_table, code, GlobalTableName=named, ReplicaUpdates=list(changes))
    missing = name()
    told(f"Global table with name: '{missing}' does not exist.", "GlobalTableNotFoundException", create(WEST), named=missing)
    told(["has a replica in region 'us-east-2' already"], "ReplicaAlreadyExistsException", create(EAST))
    told(["has no replica in region 'eu-west-1'"], "ReplicaNotFoundException", delete(WEST))
    told(["does not exist in region: 'eu-west-1'"], "TableNotFoundException", create(WEST))
    told(["Exactly one of Create and Delete"], "ValidationException", {})
    told(["The last replica of a global table"], "ValidationException", delete(EAST), delete(HOME))
    refused(["use UpdateGlobalTable"], db.update_table, TableName=table, ReplicaUpdates=[create(WEST)])
    assert set(replicas(db.describe_global_table(GlobalTableName=table))) == {HOME, EAST}


def test_settings_of_global_tables(db, at):
    table = old_global(db, at, HOME, EAST, AttributeDefinitions=definitions(pk="S", g="S"), GlobalSecondaryIndexes=[index("by-g", "g")])

    def settings(answer):
        return {s["RegionName"]: s for s in answer["ReplicaSettings"]}
    before = settings(db.describe_global_table_settings(GlobalTableName=table))
    assert set(before) == {HOME, EAST}
    assert all(s["ReplicaBillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST" for s in before.values())
    units = [{"RegionName": region, "ReplicaProvisionedReadCapacityUnits": read,
              "ReplicaGlobalSecondaryIndexSettingsUpdate": [{"IndexName": "by-g", "ProvisionedReadCapacityUnits": read + 1}]}
             for region, read in ((HOME, 10), (EAST, 20))]
    wanted = {"GlobalTableName": table, "GlobalTableBillingMode": "PROVISIONED", "GlobalTableProvisionedWriteCapacityUnits": 5,
              "GlobalTableGlobalSecondaryIndexSettingsUpdate": [{"IndexName": "by-g", "ProvisionedWriteCapacityUnits": 6}],
              "ReplicaSettingsUpdate": units}
    after = settings(db.update_global_table_settings(**wanted))
    assert after == settings(at(WEST).describe_global_table_settings(GlobalTableName=table))
    assert {r: (s["ReplicaProvisionedReadCapacityUnits"], s["ReplicaProvisionedWriteCapacityUnits"]) for r, s in after.items()} == {
        HOME: (10, 5), EAST: (20, 5)}
    there = shown(at(EAST), table)["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]
    assert (there["ReadCapacityUnits"], there["WriteCapacityUnits"]) == (21, 6)

    def told(words, code="ValidationException", status=400, **more):
        refused(words, db.update_global_table_settings, code, status, **{"GlobalTableName": table} | more)
    told(["has no replica in region 'eu-west-1'"], "ReplicaNotFoundException", ReplicaSettingsUpdate=[{"RegionName": WEST}])
    told(["has no global secondary index 'none'"], "IndexNotFoundException",
         GlobalTableGlobalSecondaryIndexSettingsUpdate=[{"IndexName": "none"}])
    told(["does not exist"], "GlobalTableNotFoundException", GlobalTableName=name())
    told(["MinimumUnits and MaximumUnits must both be specified"],
         GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate={"MinimumUnits": 1})
    bare = old_global(db, at, HOME)
    told(["must be specified for each replica and index"], GlobalTableName=bare, GlobalTableBillingMode="PROVISIONED")


OFF = {"AutoScalingDisabled": True}


def scaling(least, most, target=70.0, **policy):
    """AutoScalingSettingsUpdate with a policy."""
    return {"MinimumUnits": least, "MaximumUnits": most,
            "ScalingPolicyUpdate": {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": target} | policy}}


def scaled(least, most, policy_name, target=70.0, **policy):
    """AutoScalingSettingsDescription of the same."""
    return {"MinimumUnits": least, "MaximumUnits": most,
            "AutoScalingRoleArn": "arn:aws:iam::000000000000:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
                                  "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
            "ScalingPolicies": [{"PolicyName": policy_name,
                                 "TargetTrackingScalingPolicyConfiguration": {"TargetValue": target} | policy}]}


def scale(db, table, **more):
    return db.update_table_replica_auto_scaling(TableName=table, **more)["TableAutoScalingDescription"]


def scaling_of(db, table):
    return db.describe_table_replica_auto_scaling(TableName=table)["TableAutoScalingDescription"]


def provisioned(db):
    table, units = name(), {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}
    db.create_table(TableName=table, KeySchema=keys("pk"), AttributeDefinitions=definitions(pk="S", g="S"), ProvisionedThroughput=units,
                    GlobalSecondaryIndexes=[index("by-g", "g") | {"ProvisionedThroughput": units}])
    return table


def test_settings_of_auto_scaling_are_those_of_all_replicas(db, at):
    table = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    update(db, table, create(EAST))
    before = scaling_of(db, table)
    assert (before["TableName"], before["TableStatus"]) == (table, "ACTIVE")
    assert before["Replicas"] == [
        {"RegionName": region, "ReplicaStatus": "ACTIVE", "ReplicaProvisionedReadCapacityAutoScalingSettings": OFF,
         "ReplicaProvisionedWriteCapacityAutoScalingSettings": OFF, "GlobalSecondaryIndexes": [
             {"IndexName": "by-g", "IndexStatus": "ACTIVE", "ProvisionedReadCapacityAutoScalingSettings": OFF,
              "ProvisionedWriteCapacityAutoScalingSettings": OFF}]} for region in (HOME, EAST)]
    after = scale(at(EAST), table, ProvisionedWriteCapacityAutoScalingUpdate=scaling(5, 50),
                  GlobalSecondaryIndexUpdates=[{"IndexName": "by-g", "ProvisionedWriteCapacityAutoScalingUpdate": scaling(7, 7, 20)}],
                  ReplicaUpdates=[{"RegionName": EAST, "ReplicaProvisionedReadCapacityAutoScalingUpdate": scaling(
                      1, 9, 90, DisableScaleIn=False, ScaleInCooldown=0, ScaleOutCooldown=60),
                      "ReplicaGlobalSecondaryIndexUpdates": [
                          {"IndexName": "by-g", "ProvisionedReadCapacityAutoScalingUpdate": scaling(2, 3, 33.5)}]}])
    assert after == scaling_of(db, db.describe_table(TableName=table)["Table"]["TableArn"])
    here, there = after["Replicas"]
    writes = scaled(5, 50, f"DynamoDBWriteCapacityUtilization:table/{table}")
    index_writes = scaled(7, 7, f"DynamoDBWriteCapacityUtilization:table/{table}/index/by-g", 20.0)
    for each in (here, there):
        assert each["ReplicaProvisionedWriteCapacityAutoScalingSettings"] == writes
        assert each["GlobalSecondaryIndexes"][0]["ProvisionedWriteCapacityAutoScalingSettings"] == index_writes
    assert here["ReplicaProvisionedReadCapacityAutoScalingSettings"] == OFF
    assert there["ReplicaProvisionedReadCapacityAutoScalingSettings"] == scaled(
        1, 9, f"DynamoDBReadCapacityUtilization:table/{table}", 90.0, DisableScaleIn=False, ScaleInCooldown=0, ScaleOutCooldown=60)
    index_reads = scaled(2, 3, f"DynamoDBReadCapacityUtilization:table/{table}/index/by-g", 33.5)
    assert there["GlobalSecondaryIndexes"][0]["ProvisionedReadCapacityAutoScalingSettings"] == index_reads
    db.update_table(TableName=table, OnDemandThroughput={"MaxReadRequestUnits": 100})  # reads stay each replica's own
    assert scaling_of(db, table) == after


def test_auto_scaling_is_changed_in_part_and_ended(db):
    table, role = make(db), "arn:aws:iam::000000000000:role/scaler"

    def writes(**given):
        told = scale(db, table, ProvisionedWriteCapacityAutoScalingUpdate=given)
        return told["Replicas"][0]["ReplicaProvisionedWriteCapacityAutoScalingSettings"]
    assert writes(MinimumUnits=1, MaximumUnits=10, AutoScalingRoleArn=role) == {
        "MinimumUnits": 1, "MaximumUnits": 10, "AutoScalingRoleArn": role, "ScalingPolicies": []}
    policy = {"PolicyName": "mine", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 50.0, "DisableScaleIn": True}}
    assert writes(ScalingPolicyUpdate=policy)["ScalingPolicies"] == [policy]
    assert writes(MaximumUnits=20, AutoScalingDisabled=False) == {
        "MinimumUnits": 1, "MaximumUnits": 20, "AutoScalingRoleArn": role, "ScalingPolicies": [policy]}
    assert writes(AutoScalingDisabled=True) == OFF
    described = scaling_of(db, table)["Replicas"][0]
    assert (described["RegionName"], described["ReplicaProvisionedWriteCapacityAutoScalingSettings"]) == (HOME, OFF)


def test_settings_of_auto_scaling_that_cannot_be_are_told(db, at):
    table = make(db)

    def told(words, code="ValidationException", table=table, **more):
        refused(words, db.update_table_replica_auto_scaling, code, TableName=table, **more)

    def writes(words, **given):
        told(words, ProvisionedWriteCapacityAutoScalingUpdate=given)
    told(["At least one of"])
    writes(["must both be specified"], MinimumUnits=1)
    writes(["must both be specified"], AutoScalingDisabled=False)
    writes(["MinimumUnits must not be greater than MaximumUnits. MinimumUnits: 3. MaximumUnits: 2"], MinimumUnits=3, MaximumUnits=2)
    for target in (19.99, 90.01):
        writes(["TargetValue must be between 20 and 90 percent"], **scaling(1, 2, target))
    writes(["must not be negative"], **scaling(1, 2, ScaleOutCooldown=-1))
    writes(["AutoScalingRoleArn is not the ARN of a role: me"], MinimumUnits=1, MaximumUnits=2, AutoScalingRoleArn="me")
    told(["one or more replicas were not part of the global table"], ReplicaUpdates=[{"RegionName": EAST}])
    told(["Index: none not found"], "ResourceNotFoundException", GlobalSecondaryIndexUpdates=[{"IndexName": "none"}])
    told(["IndexName must be specified"], GlobalSecondaryIndexUpdates=[{}])
    told(["Index: none not found"], "ResourceNotFoundException", ReplicaUpdates=[
        {"RegionName": HOME, "ReplicaGlobalSecondaryIndexUpdates": [{"IndexName": "none"}]}])
    missing = name()
    told([f"Table: {missing} not found"], "ResourceNotFoundException", missing, ReplicaUpdates=[{"RegionName": HOME}])
    refused([f"Table: {missing} not found"], db.describe_table_replica_auto_scaling, "ResourceNotFoundException", TableName=missing)
    told(["use UpdateGlobalTableSettings"], table=old_global(db, at, HOME), ProvisionedWriteCapacityAutoScalingUpdate=scaling(1, 2))
    assert scaling_of(db, table)["Replicas"][0]["ReplicaProvisionedWriteCapacityAutoScalingSettings"] == OFF


def test_a_provisioned_table_whose_writes_are_scaled_gets_a_replica(db, at):
    table = provisioned(db)
    refused("Table write capacity should either be Pay-Per-Request or AutoScaled.", db.update_table, TableName=table,
            ReplicaUpdates=[create(EAST)])
    scale(db, table, ProvisionedWriteCapacityAutoScalingUpdate={"MinimumUnits": 1, "MaximumUnits": 9})
    refused("Table write capacity should either be Pay-Per-Request or AutoScaled.", db.update_table, TableName=table,
            ReplicaUpdates=[create(EAST)])
    scale(db, table, ProvisionedWriteCapacityAutoScalingUpdate=scaling(1, 9))
    refused("GSI write capacity should either be Pay-Per-Request or AutoScaled.", db.update_table, TableName=table,
            ReplicaUpdates=[create(EAST)])
    told = scale(db, table, GlobalSecondaryIndexUpdates=[{"IndexName": "by-g", "ProvisionedWriteCapacityAutoScalingUpdate": scaling(1, 8)}])
    update(db, table, create(EAST, ProvisionedThroughputOverride={"ReadCapacityUnits": 30}))
    there = shown(at(EAST), table)
    units = there["ProvisionedThroughput"]
    assert (units["ReadCapacityUnits"], units["WriteCapacityUnits"]) == (30, 4)
    assert [r for r in scaling_of(at(EAST), table)["Replicas"] if r["RegionName"] == HOME] == told["Replicas"]
    assert shown(db, table)["Replicas"][0]["ProvisionedThroughputOverride"] == {"ReadCapacityUnits": 30}
    db.put_item(TableName=table, Item=item("a"))
    assert items(at(EAST), table) == [item("a")]


def test_a_global_table_becomes_provisioned_once_its_writes_are_scaled(db, at):
    table = global_table(db, EAST)
    wanted = {"TableName": table, "BillingMode": "PROVISIONED",
              "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}}
    refused(["should either be Pay-Per-Request or AutoScaled"], db.update_table, **wanted)
    scale(db, table, ProvisionedWriteCapacityAutoScalingUpdate=scaling(1, 9))
    db.update_table(**wanted)
    assert shown(at(EAST), table)["ProvisionedThroughput"]["WriteCapacityUnits"] == 2


def test_auto_scaling_waits_for_what_is_in_transition_and_is_not_restored():
    started = Emulator("--transition-seconds", "60")
    try:
        db = boto3.client("dynamodb", endpoint_url=started.url, region_name=HOME, config=Config(retries={"total_max_attempts": 1}))
        table = make(db)
        change = {"TableName": table, "ProvisionedWriteCapacityAutoScalingUpdate": scaling(1, 9)}
        assert scaling_of(db, table)["TableStatus"] == "CREATING"
        refused(["Table is being created"], db.update_table_replica_auto_scaling, "ResourceInUseException", **change)
        started.advance(60)
        db.update_table_replica_auto_scaling(**change)
        arn = db.create_backup(TableName=table, BackupName="copy")["BackupDetails"]["BackupArn"]
        db.restore_table_from_backup(TargetTableName=table + "-2", BackupArn=arn)
        restored, = scaling_of(db, table + "-2")["Replicas"]
        assert restored["ReplicaProvisionedWriteCapacityAutoScalingSettings"] == OFF
    finally:
        started.stop()


def test_global_tables_of_the_first_version_have_auto_scaling_settings(db, at):
    table = old_global(db, at, HOME, EAST, AttributeDefinitions=definitions(pk="S", g="S"), GlobalSecondaryIndexes=[index("by-g", "g")])
    before, _ = db.describe_global_table_settings(GlobalTableName=table)["ReplicaSettings"]
    assert before["ReplicaProvisionedReadCapacityAutoScalingSettings"] == before["ReplicaProvisionedWriteCapacityAutoScalingSettings"] == OFF
    after = db.update_global_table_settings(
        GlobalTableName=table, GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate=scaling(1, 2),
        GlobalTableGlobalSecondaryIndexSettingsUpdate=[
            {"IndexName": "by-g", "ProvisionedWriteCapacityAutoScalingSettingsUpdate": scaling(3, 4)}],
        ReplicaSettingsUpdate=[{
            "RegionName": EAST, "ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate": scaling(5, 6),
            "ReplicaGlobalSecondaryIndexSettingsUpdate": [
                {"IndexName": "by-g", "ProvisionedReadCapacityAutoScalingSettingsUpdate": scaling(7, 8)}]}])["ReplicaSettings"]
    assert after == at(EAST).describe_global_table_settings(GlobalTableName=table)["ReplicaSettings"]
    policy = "DynamoDB%sCapacityUtilization:table/" + table
    for each in after:
        east, by_g = each["RegionName"] == EAST, each["ReplicaGlobalSecondaryIndexSettings"][0]
        assert each["ReplicaProvisionedWriteCapacityAutoScalingSettings"] == scaled(1, 2, policy % "Write")
        assert each["ReplicaProvisionedReadCapacityAutoScalingSettings"] == (scaled(5, 6, policy % "Read") if east else OFF)
        assert by_g["ProvisionedWriteCapacityAutoScalingSettings"] == scaled(3, 4, policy % "Write" + "/index/by-g")
        assert by_g["ProvisionedReadCapacityAutoScalingSettings"] == (scaled(7, 8, policy % "Read" + "/index/by-g") if east else OFF)
