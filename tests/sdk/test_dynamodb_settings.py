"""Settings of tables and their indexes through boto3: throughput, encryption, and how tables come, change and go."""
import json
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import Emulator
from dynamodb import definitions, index, keys, make, name, refused

INVALID = "One or more parameter values were invalid: "
BUSY = "Attempt to change a resource which is still in use: "
SECONDS = 60


@pytest.fixture(scope="module")
def db(client):
    return client("dynamodb")


@pytest.fixture(scope="module")
def slow():
    """An emulator whose tables take a minute of virtual time to come, change and go."""
    emulator = Emulator("--transition-seconds", str(SECONDS))
    emulator.clock(freeze=True)
    yield emulator
    emulator.stop()


@pytest.fixture(scope="module")
def slow_db(slow):
    return boto3.client("dynamodb", endpoint_url=slow.url)


def provisioned(db, reads=5, writes=5, **more):
    table = name()
    db.create_table(TableName=table, KeySchema=keys("pk"), AttributeDefinitions=definitions(pk="S"),
                    ProvisionedThroughput=units(reads, writes), **more)
    return table


def units(reads, writes):
    return {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}


def shown(db, table):
    return db.describe_table(TableName=table)["Table"]


def index_of(db, table, index_name="by-g"):
    found = [i for i in shown(db, table).get("GlobalSecondaryIndexes", []) if i["IndexName"] == index_name]
    return found[0] if found else None


def create_index(**more):
    return {"AttributeDefinitions": definitions(pk="S", g="S"),
            "GlobalSecondaryIndexUpdates": [{"Create": index("by-g", "g") | more}]}


# --- throughput ---------------------------------------------------------------------------------

def test_on_demand_maximums_are_kept_changed_and_lifted(db):
    table = make(db, types={"g": "S"}, OnDemandThroughput={"MaxReadRequestUnits": 10},
                 GlobalSecondaryIndexes=[index("by-g", "g") | {"OnDemandThroughput": {"MaxWriteRequestUnits": 7}}])
    assert shown(db, table)["OnDemandThroughput"] == {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": -1}
    assert index_of(db, table)["OnDemandThroughput"] == {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 7}
    db.update_table(TableName=table, OnDemandThroughput={"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 20},
                    GlobalSecondaryIndexUpdates=[{"Update": {
                        "IndexName": "by-g", "OnDemandThroughput": {"MaxReadRequestUnits": 3}}}])
    assert shown(db, table)["OnDemandThroughput"] == {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 20}
    assert index_of(db, table)["OnDemandThroughput"] == {"MaxReadRequestUnits": 3, "MaxWriteRequestUnits": 7}
    assert "OnDemandThroughput" not in shown(db, make(db))


@pytest.mark.parametrize("given, words", [
    ({"MaxReadRequestUnits": 0}, "Given value 0 for MaxReadRequestUnits is out of bounds"),
    ({"MaxWriteRequestUnits": -2}, "Given value -2 for MaxWriteRequestUnits is out of bounds")])
def test_on_demand_maximums_that_are_refused(db, given, words):
    refused(words, make, db=db, OnDemandThroughput=given)
    refused(words + " for index by-g", make, db=db, types={"g": "S"},
            GlobalSecondaryIndexes=[index("by-g", "g") | {"OnDemandThroughput": given}])


def test_a_provisioned_table_has_no_on_demand_maximum(db):
    words = INVALID + "OnDemandThroughput can only be specified for the table when BillingMode is PAY_PER_REQUEST"
    refused(words, provisioned, db=db, OnDemandThroughput={"MaxReadRequestUnits": 1})
    refused(words, db.update_table, TableName=provisioned(db), OnDemandThroughput={"MaxReadRequestUnits": 1})


def test_warm_throughput_begins_as_the_billing_mode_gives_and_only_rises(db):
    table, small = make(db), provisioned(db, 5, 6)
    assert shown(db, table)["WarmThroughput"] == {
        "ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"}
    assert shown(db, small)["WarmThroughput"] == {"ReadUnitsPerSecond": 5, "WriteUnitsPerSecond": 6, "Status": "ACTIVE"}
    db.update_table(TableName=small, WarmThroughput={"ReadUnitsPerSecond": 500})
    assert shown(db, small)["WarmThroughput"]["ReadUnitsPerSecond"] == 500
    refused(["decreasing WarmThroughput is not supported. Requested: 499. Current: 500."], db.update_table,
            TableName=small, WarmThroughput={"ReadUnitsPerSecond": 499})
    refused(["Requested WriteUnitsPerSecond for WarmThroughput for table is lower"], make, db=db,
            WarmThroughput={"WriteUnitsPerSecond": 3999})
    refused("Given value 0 for ReadUnitsPerSecond is out of bounds", make, db=db, WarmThroughput={"ReadUnitsPerSecond": 0})
    warm = make(db, types={"g": "S"}, WarmThroughput={"ReadUnitsPerSecond": 20000, "WriteUnitsPerSecond": 5000},
                GlobalSecondaryIndexes=[index("by-g", "g") | {"WarmThroughput": {"ReadUnitsPerSecond": 15000}}])
    assert shown(db, warm)["WarmThroughput"]["ReadUnitsPerSecond"] == 20000
    assert index_of(db, warm)["WarmThroughput"]["ReadUnitsPerSecond"] == 15000
    db.update_table(TableName=warm, GlobalSecondaryIndexUpdates=[{"Update": {
        "IndexName": "by-g", "WarmThroughput": {"WriteUnitsPerSecond": 6000}}}])
    assert index_of(db, warm)["WarmThroughput"]["WriteUnitsPerSecond"] == 6000


def test_units_have_bounds(db):
    refused("Given value 1000000000001 for ReadCapacityUnits is out of bounds", provisioned, db=db, reads=10**12 + 1)
    refused(["Subscriber limit exceeded: WriteCapacityUnits of one table or index may be at most 40000"], provisioned,
            "LimitExceededException", db=db, writes=40001)
    assert shown(db, provisioned(db, 40000, 40000))["ProvisionedThroughput"]["ReadCapacityUnits"] == 40000
    refused("Given value 1000000000001 for ReadCapacityUnits is out of bounds for index by-g", db.create_table,
            TableName=name(), KeySchema=keys("pk"), AttributeDefinitions=definitions(pk="S", g="S"),
            ProvisionedThroughput=units(1, 1),
            GlobalSecondaryIndexes=[index("by-g", "g") | {"ProvisionedThroughput": units(10**12 + 1, 1)}])


def test_decreases_are_counted_by_the_utc_day():
    emulator = Emulator()
    try:
        emulator.clock(set="2030-05-01T10:00:00Z", freeze=True)
        db = boto3.client("dynamodb", endpoint_url=emulator.url)
        table = provisioned(db, 100, 100)
        for reads in (90, 80, 70, 60):
            db.update_table(TableName=table, ProvisionedThroughput=units(reads, 100))
        throughput = shown(db, table)["ProvisionedThroughput"]
        assert throughput["NumberOfDecreasesToday"] == 4 and "LastIncreaseDateTime" not in throughput
        words = ["After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once "
                 "every 3600 seconds. Number of decreases today: 4."]
        refused(words, db.update_table, "LimitExceededException", TableName=table, ProvisionedThroughput=units(50, 100))
        db.update_table(TableName=table, ProvisionedThroughput=units(60, 200))
        emulator.advance(3600)
        db.update_table(TableName=table, ProvisionedThroughput=units(50, 200))
        refused(["Number of decreases today: 5."], db.update_table, "LimitExceededException", TableName=table,
                ProvisionedThroughput=units(40, 200))
        throughput = shown(db, table)["ProvisionedThroughput"]
        assert throughput["LastIncreaseDateTime"] < throughput["LastDecreaseDateTime"]
        emulator.clock(set="2030-05-02T00:00:00Z")
        assert shown(db, table)["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0
        db.update_table(TableName=table, ProvisionedThroughput=units(40, 200))
    finally:
        emulator.stop()


def test_a_table_class_tells_when_it_changed(db):
    table = make(db, TableClass="STANDARD")
    assert "LastUpdateDateTime" not in shown(db, table)["TableClassSummary"]
    db.update_table(TableName=table, TableClass="STANDARD_INFREQUENT_ACCESS")
    summary = shown(db, table)["TableClassSummary"]
    assert summary["TableClass"] == "STANDARD_INFREQUENT_ACCESS" and summary["LastUpdateDateTime"]


# --- encryption ---------------------------------------------------------------------------------

def encrypted(key=None):
    return {"Enabled": True, "SSEType": "KMS"} | ({"KMSMasterKeyId": key} if key else {})


def test_a_key_is_resolved_by_kms(client, db):
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]
    alias = f"alias/{uuid.uuid4()}"
    kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    for named in (alias, key["KeyId"], key["Arn"]):
        described = shown(db, make(db, SSESpecification=encrypted(named)))["SSEDescription"]
        assert described == {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key["Arn"]}
    own = shown(db, make(db, SSESpecification={"Enabled": True}))["SSEDescription"]["KMSMasterKeyArn"]
    assert own == kms.describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["Arn"]
    assert "SSEDescription" not in shown(db, make(db, SSESpecification={"Enabled": False}))


def test_encryption_is_changed_and_ended(client, db):
    first, second = (client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    table = make(db)
    refused(INVALID + "Table is already encrypted by default", db.update_table, TableName=table,
            SSESpecification={"Enabled": False})
    db.update_table(TableName=table, SSESpecification=encrypted(first))
    refused([INVALID + "Table is already encrypted with given KMSMasterKeyId."], db.update_table, TableName=table,
            SSESpecification=encrypted(first))
    db.update_table(TableName=table, SSESpecification=encrypted(second))
    assert shown(db, table)["SSEDescription"]["KMSMasterKeyArn"] == second
    db.update_table(TableName=table, SSESpecification={"Enabled": False})
    assert "SSEDescription" not in shown(db, table)


def test_encryption_changes_so_often_a_day(slow, slow_db):
    kms = boto3.client("kms", endpoint_url=slow.url)
    first, second = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    table = make(slow_db)
    slow.advance(SECONDS)
    for key in (first, second, first, second):
        slow_db.update_table(TableName=table, SSESpecification=encrypted(key))
        slow.advance(SECONDS)
    refused(["After the first 4 change, each subsequent change in the same window can be performed at most once every "
             "21600 seconds. Number of updates today: 4"], slow_db.update_table, "LimitExceededException",
            TableName=table, SSESpecification=encrypted(first))
    slow.advance(6 * 3600)
    slow_db.update_table(TableName=table, SSESpecification=encrypted(first))
    slow.advance(SECONDS)
    refused(["Number of updates today: 5"], slow_db.update_table, "LimitExceededException", TableName=table,
            SSESpecification=encrypted(second))
    slow.advance(24 * 3600)
    slow_db.update_table(TableName=table, SSESpecification=encrypted(second))


def test_specifications_that_are_refused(db):
    refused([f"KMS validation error: com.amazonaws.services.kms.model.NotFoundException: Alias "], make, db=db,
            SSESpecification=encrypted("alias/nonesuch"))
    refused(INVALID + "SSEType KMS is required if KMSMasterKeyId is specified", make, db=db,
            SSESpecification={"Enabled": True, "KMSMasterKeyId": "alias/nonesuch"})
    refused(INVALID + "The only valid SSEType is KMS", make, db=db, SSESpecification={"Enabled": True, "SSEType": "AES256"})
    refused(INVALID + "KMSMasterKeyId can only be specified when SSESpecification is enabled", make, db=db,
            SSESpecification={"Enabled": False, "KMSMasterKeyId": "alias/nonesuch"})


def test_a_disabled_key_shuts_its_table(client, db):
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]
    table = make(db, SSESpecification=encrypted(key["KeyId"]))
    db.put_item(TableName=table, Item={"pk": {"S": "a"}})
    kms.disable_key(KeyId=key["KeyId"])
    words = [f"KMS key access denied error: com.amazonaws.services.kms.model.DisabledException: {key['Arn']} is disabled."]
    for call, options in ((db.get_item, {"Key": {"pk": {"S": "a"}}}), (db.put_item, {"Item": {"pk": {"S": "b"}}}),
                          (db.scan, {})):
        refused(words, call, "AccessDeniedException", TableName=table, **options)
    assert shown(db, table)["TableStatus"] == "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
    refused(["KMS validation error"], make, db=db, SSESpecification=encrypted(key["KeyId"]))
    kms.enable_key(KeyId=key["KeyId"])
    assert db.scan(TableName=table)["Count"] == 1 and shown(db, table)["TableStatus"] == "ACTIVE"


# --- resource policies ---------------------------------------------------------------------------

def policy(arn, action="dynamodb:GetItem", **change):
    statement = {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": action, "Resource": arn} | change
    return json.dumps({"Version": "2012-10-17", "Statement": [{k: v for k, v in statement.items() if v}]})


@pytest.fixture
def arn(db):
    return shown(db, make(db, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}))["TableArn"]


def test_a_policy_is_put_shown_and_deleted(db, arn):
    missing = ["Resource-based policy not found for the provided ResourceArn: " + arn]
    refused(missing, db.get_resource_policy, "PolicyNotFoundException", ResourceArn=arn)
    assert "RevisionId" not in db.delete_resource_policy(ResourceArn=arn)
    first = db.put_resource_policy(ResourceArn=arn, Policy=policy(arn))["RevisionId"]
    assert db.put_resource_policy(ResourceArn=arn, Policy=policy(arn))["RevisionId"] == first
    found = db.get_resource_policy(ResourceArn=arn)
    assert (found["Policy"], found["RevisionId"]) == (policy(arn), first)
    second = db.put_resource_policy(ResourceArn=arn, Policy=policy(arn, "dynamodb:Query"))["RevisionId"]
    assert second != first
    assert db.delete_resource_policy(ResourceArn=arn)["RevisionId"] == second
    refused(missing, db.get_resource_policy, "PolicyNotFoundException", ResourceArn=arn)


def test_a_policy_is_changed_only_at_the_expected_revision(db, arn):
    put, missing = db.put_resource_policy, "PolicyNotFoundException"
    refused(["not found"], put, missing, ResourceArn=arn, Policy=policy(arn), ExpectedRevisionId="1")
    first = put(ResourceArn=arn, Policy=policy(arn), ExpectedRevisionId="NO_POLICY")["RevisionId"]
    refused([f"the revision is {first}"], put, missing, ResourceArn=arn, Policy=policy(arn), ExpectedRevisionId="NO_POLICY")
    refused([f"the revision is {first}"], db.delete_resource_policy, missing, ResourceArn=arn, ExpectedRevisionId="1")
    db.delete_resource_policy(ResourceArn=arn, ExpectedRevisionId=first)
    refused(["not found"], db.delete_resource_policy, missing, ResourceArn=arn, ExpectedRevisionId=first)


def test_a_stream_has_a_policy_of_its_own(db, arn):
    stream = shown(db, arn)["LatestStreamArn"]
    db.put_resource_policy(ResourceArn=stream, Policy=policy(stream, "dynamodb:GetRecords"))
    assert db.get_resource_policy(ResourceArn=stream)["Policy"] == policy(stream, "dynamodb:GetRecords")
    refused(["not found"], db.get_resource_policy, "PolicyNotFoundException", ResourceArn=arn)
    refused(["ResourcArn"], db.get_resource_policy, "ResourceNotFoundException", ResourceArn=stream + "0")


def test_create_table_attaches_a_policy_that_goes_with_it(db):
    table = name()
    arn = f"arn:aws:dynamodb:us-east-1:000000000000:table/{table}"
    request = {"TableName": table, "KeySchema": keys("pk"), "AttributeDefinitions": definitions(pk="S"),
               "BillingMode": "PAY_PER_REQUEST"}
    refused(["Invalid policy document"], db.create_table, ResourcePolicy="{}", **request)
    db.create_table(ResourcePolicy=policy(arn), **request)
    assert db.get_resource_policy(ResourceArn=arn)["Policy"] == policy(arn)
    db.delete_table(TableName=table)
    refused([arn], db.get_resource_policy, "ResourceNotFoundException", ResourceArn=arn)
    db.create_table(**request)
    refused([arn], db.get_resource_policy, "PolicyNotFoundException", ResourceArn=arn)


@pytest.mark.parametrize("text, words", [
    ("{", "Syntax errors in policy."), ("[]", "Syntax errors in policy."), ("{} x", "Syntax errors in policy."),
    ("{}", "it has no Statement"), ('{"Statement": [1]}', "a statement is no object"),
    (policy("*", Effect="Maybe"), "the Effect of a statement must be Allow or Deny"),
    (policy("*", Principal=None), "a statement lacks Principal"), (policy("*", Action=None), "a statement lacks Action"),
    (policy(None), "a statement lacks Resource"), (policy("*") + " " * 20480, "it is larger than 20480 bytes")])
def test_policies_that_are_refused(db, arn, text, words):
    refused("Invalid policy document: " + words, db.put_resource_policy, ResourceArn=arn, Policy=text)


def test_a_policy_of_twenty_kilobytes_is_kept(db, arn):
    text = policy(arn)
    text += " " * (20480 - len(text))
    db.put_resource_policy(ResourceArn=arn, Policy=text)
    assert db.get_resource_policy(ResourceArn=arn)["Policy"] == text


# --- Contributor Insights -----------------------------------------------------------------------

def test_contributor_insights_are_enabled_described_and_disabled(db):
    table = make(db, range_key="sk", types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    off = db.describe_contributor_insights(TableName=table)
    assert off["ContributorInsightsStatus"] == "DISABLED" and "LastUpdateDateTime" not in off
    made = db.update_contributor_insights(TableName=table, ContributorInsightsAction="ENABLE")
    assert (made["TableName"], made["ContributorInsightsStatus"]) == (table, "ENABLING")
    on = db.describe_contributor_insights(TableName=table)
    assert (on["ContributorInsightsStatus"], on["ContributorInsightsMode"]) == ("ENABLED", "ACCESSED_AND_THROTTLED_KEYS")
    kinds = [rule.split("-")[1] for rule in on["ContributorInsightsRuleList"]]
    assert kinds == ["PKC", "PKT", "SKC", "SKT"] and on["LastUpdateDateTime"]
    db.update_contributor_insights(TableName=table, IndexName="by-g", ContributorInsightsAction="ENABLE",
                                   ContributorInsightsMode="THROTTLED_KEYS")
    of_index = db.describe_contributor_insights(TableName=table, IndexName="by-g")
    assert [rule.split("-")[1] for rule in of_index["ContributorInsightsRuleList"]] == ["PKT"]
    assert db.update_contributor_insights(TableName=table, ContributorInsightsAction="DISABLE")[
        "ContributorInsightsStatus"] == "DISABLING"
    assert db.describe_contributor_insights(TableName=table)["ContributorInsightsStatus"] == "DISABLED"
    refused([f"Index: nonesuch not found"], db.describe_contributor_insights, "ResourceNotFoundException",
            TableName=table, IndexName="nonesuch")
    refused(["Table: nonesuch not found"], db.update_contributor_insights, "ResourceNotFoundException",
            TableName="nonesuch", ContributorInsightsAction="ENABLE")


def test_contributor_insights_are_listed_by_pages(client):
    db = client("dynamodb", region_name="ap-south-1")
    tables = sorted(make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")]) for _ in range(3))
    for table in tables:
        db.update_contributor_insights(TableName=table, ContributorInsightsAction="ENABLE")
        db.update_contributor_insights(TableName=table, IndexName="by-g", ContributorInsightsAction="ENABLE")
    wanted = [(table, index_name) for table in tables for index_name in (None, "by-g")]
    found, token = [], {}
    while token is not None:
        page = db.list_contributor_insights(MaxResults=4, **token)
        found += [(s["TableName"], s.get("IndexName")) for s in page["ContributorInsightsSummaries"]]
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else None
    assert found == wanted
    of_one = db.list_contributor_insights(TableName=tables[1])["ContributorInsightsSummaries"]
    assert [(s["IndexName"] if "IndexName" in s else None, s["ContributorInsightsStatus"]) for s in of_one] == [
        (None, "ENABLED"), ("by-g", "ENABLED")]
    refused("Invalid NextToken", db.list_contributor_insights, NextToken="?")
    refused(["Member must have value less than or equal to 100"], db.list_contributor_insights, MaxResults=101)


def test_contributor_insights_take_their_time(slow, slow_db):
    table = make(slow_db)
    slow.advance(SECONDS)
    slow_db.update_contributor_insights(TableName=table, ContributorInsightsAction="ENABLE")
    assert slow_db.describe_contributor_insights(TableName=table)["ContributorInsightsStatus"] == "ENABLING"
    slow.advance(SECONDS)
    assert slow_db.describe_contributor_insights(TableName=table)["ContributorInsightsStatus"] == "ENABLED"


# --- names as ARNs ------------------------------------------------------------------------------

def test_a_table_is_named_by_its_arn_everywhere(db):
    table = make(db)
    arn = shown(db, table)["TableArn"]
    item = {"pk": {"S": "a"}}
    put = db.put_item(TableName=arn, Item=item, ReturnConsumedCapacity="TOTAL")
    assert put["ConsumedCapacity"]["TableName"] == arn
    assert db.get_item(TableName=arn, Key=item)["Item"] == item
    assert db.query(TableName=arn, KeyConditionExpression="pk = :a", ExpressionAttributeValues={":a": item["pk"]})["Count"] == 1
    assert db.scan(TableName=arn)["Count"] == 1
    batch = db.batch_get_item(RequestItems={arn: {"Keys": [item]}}, ReturnConsumedCapacity="TOTAL")
    assert batch["Responses"] == {arn: [item]} and batch["ConsumedCapacity"][0]["TableName"] == arn
    db.batch_write_item(RequestItems={arn: [{"DeleteRequest": {"Key": item}}]})
    db.transact_write_items(TransactItems=[{"Put": {"TableName": arn, "Item": item}}])
    assert db.transact_get_items(TransactItems=[{"Get": {"TableName": arn, "Key": item}}])["Responses"][0]["Item"] == item
    db.update_time_to_live(TableName=arn, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
    assert db.describe_time_to_live(TableName=arn)["TimeToLiveDescription"]["AttributeName"] == "ttl"
    db.update_table(TableName=arn, DeletionProtectionEnabled=False)
    assert db.delete_table(TableName=arn)["TableDescription"]["TableName"] == table
    made = db.create_table(TableName=arn, KeySchema=keys("pk"), AttributeDefinitions=definitions(pk="S"),
                           BillingMode="PAY_PER_REQUEST")["TableDescription"]
    assert (made["TableName"], made["TableArn"]) == (table, arn)


# --- what Florin does not have, and says why -----------------------------------------------------

def test_operations_that_need_what_is_not_here_tell_why(client):
    db = client("dynamodb", check=False)
    arn = "arn:aws:dynamodb:us-east-1:000000000000:bulk/1"
    files = {"InputS3Configuration": {}, "OutputS3Configuration": {}}
    vectors = {"IndexName": "v", "SearchVector": [{"N": "0.5"}], "TopK": 1}
    for operation, why, options in (
            ("StartBulkPutItems", "Bulk operations read S3", {"TableName": "table"} | files),
            ("CancelBulkOperation", "Bulk operations read S3", {"BulkOperationArn": arn}),
            ("DescribeBulkOperation", "Bulk operations read S3", {"BulkOperationArn": arn}),
            ("ListBulkOperations", "Bulk operations read S3", {}),
            ("SearchVectors", "Which neighbours an approximate search finds", {"TableName": "table"} | vectors)):
        with pytest.raises(ClientError) as caught:
            db._make_api_call(operation, options)
        error = caught.value.response["Error"]
        assert error["Code"] == "NotImplementedException"
        assert error["Message"].startswith(f"Florin does not implement dynamodb:{operation}: {why}")


# --- how tables come, change and go -------------------------------------------------------------

def test_a_new_table_is_creating_for_a_while(slow, slow_db):
    db = slow_db
    table = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    assert shown(db, table)["TableStatus"] == "CREATING" and index_of(db, table)["IndexStatus"] == "CREATING"
    assert table in db.list_tables()["TableNames"]
    arn = shown(db, table)["TableArn"]
    for call, options in ((db.put_item, {"Item": {"pk": {"S": "a"}}}), (db.get_item, {"Key": {"pk": {"S": "a"}}}), (db.scan, {})):
        refused("Requested resource not found", call, "ResourceNotFoundException", TableName=table, **options)
    being = BUSY + f"Table is being created: {table}"
    for call, options in ((db.update_table, {"DeletionProtectionEnabled": True}), (db.delete_table, {}),
                          (db.update_time_to_live, {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "t"}})):
        refused(being, call, "ResourceInUseException", TableName=table, **options)
    refused(being, db.tag_resource, "ResourceInUseException", ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    refused(f"Table already exists: {table}", db.create_table, "ResourceInUseException", TableName=table, KeySchema=keys("pk"),
            AttributeDefinitions=definitions(pk="S"), BillingMode="PAY_PER_REQUEST")
    slow.advance(SECONDS - 1)
    assert shown(db, table)["TableStatus"] == "CREATING"
    slow.advance(1)
    assert shown(db, table)["TableStatus"] == "ACTIVE" and index_of(db, table)["IndexStatus"] == "ACTIVE"
    db.put_item(TableName=table, Item={"pk": {"S": "a"}})


def test_a_changed_table_is_updating_and_serves_items(slow, slow_db):
    db = slow_db
    table = make(db)
    slow.advance(SECONDS)
    assert db.update_table(TableName=table, TableClass="STANDARD")["TableDescription"]["TableStatus"] == "UPDATING"
    db.put_item(TableName=table, Item={"pk": {"S": "a"}})
    being = BUSY + f"Table is being updated: {table}"
    refused(being, db.update_table, "ResourceInUseException", TableName=table, DeletionProtectionEnabled=True)
    refused(being, db.delete_table, "ResourceInUseException", TableName=table)
    slow.advance(SECONDS)
    assert shown(db, table)["TableStatus"] == "ACTIVE"


def test_an_index_is_allocated_and_then_filled(slow, slow_db):
    db = slow_db
    table = make(db)
    slow.advance(SECONDS)
    db.put_item(TableName=table, Item={"pk": {"S": "a"}, "g": {"S": "x"}})
    made = db.update_table(TableName=table, **create_index())["TableDescription"]
    assert made["TableStatus"] == "UPDATING"
    assert (index_of(db, table)["IndexStatus"], index_of(db, table)["Backfilling"]) == ("CREATING", False)
    slow.advance(SECONDS / 2)
    assert shown(db, table)["TableStatus"] == "ACTIVE"
    assert (index_of(db, table)["IndexStatus"], index_of(db, table)["Backfilling"]) == ("CREATING", True)
    query = {"TableName": table, "IndexName": "by-g", "KeyConditionExpression": "g = :g",
             "ExpressionAttributeValues": {":g": {"S": "x"}}}
    refused("Cannot read from backfilling global secondary index: by-g", db.query, **query)
    db.put_item(TableName=table, Item={"pk": {"S": "b"}, "g": {"S": "x"}})
    one = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
    refused(one, db.update_table, "LimitExceededException", TableName=table, AttributeDefinitions=definitions(pk="S", h="S"),
            GlobalSecondaryIndexUpdates=[{"Create": index("by-h", "h")}])
    refused(BUSY + f"Index is being created. Table: {table} Index: by-g", db.delete_table, "ResourceInUseException",
            TableName=table)
    refused(BUSY + f"Index is being created. Table: {table} Index: by-g", db.update_table, "ResourceInUseException",
            TableName=table, GlobalSecondaryIndexUpdates=[{"Update": {
                "IndexName": "by-g", "OnDemandThroughput": {"MaxReadRequestUnits": 3}}}])
    slow.advance(SECONDS / 2)
    assert "Backfilling" not in index_of(db, table) and db.query(**query)["Count"] == 2


def test_an_index_that_is_filled_may_be_deleted_and_stays_described_for_a_while(slow, slow_db):
    db = slow_db
    table = make(db)
    slow.advance(SECONDS)
    db.update_table(TableName=table, **create_index())
    slow.advance(SECONDS / 2)
    gone = db.update_table(TableName=table, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-g"}}])
    assert gone["TableDescription"]["GlobalSecondaryIndexes"][0]["IndexStatus"] == "DELETING"
    refused("The table does not have the specified index: by-g", db.scan, TableName=table, IndexName="by-g")
    slow.advance(SECONDS)
    assert index_of(db, table) is None and shown(db, table)["TableStatus"] == "ACTIVE"
    db.update_table(TableName=table, **create_index())


def test_a_deleted_table_is_deleting_and_then_gone(slow, slow_db):
    db = slow_db
    table = make(db)
    slow.advance(SECONDS)
    db.put_item(TableName=table, Item={"pk": {"S": "a"}})
    assert db.delete_table(TableName=table)["TableDescription"]["TableStatus"] == "DELETING"
    assert shown(db, table)["TableStatus"] == "DELETING" and table in db.list_tables()["TableNames"]
    refused("Requested resource not found", db.scan, "ResourceNotFoundException", TableName=table)
    refused(BUSY + f"Table is being deleted: {table}", db.delete_table, "ResourceInUseException", TableName=table)
    slow.advance(SECONDS)
    refused(f"Requested resource not found: Table: {table} not found", db.describe_table, "ResourceNotFoundException",
            TableName=table)
    assert table not in db.list_tables()["TableNames"]
    db.create_table(TableName=table, KeySchema=keys("pk"), AttributeDefinitions=definitions(pk="S"),
                    BillingMode="PAY_PER_REQUEST")
    slow.advance(SECONDS)
    assert db.scan(TableName=table)["Count"] == 0
    db.get_waiter("table_exists").wait(TableName=table)


def test_a_table_in_transition_survives_a_restart(tmp_path):
    options = ("--data", str(tmp_path), "--transition-seconds", str(SECONDS))
    emulator = Emulator(*options)
    db = boto3.client("dynamodb", endpoint_url=emulator.url)
    kept, gone = make(db), make(db)
    emulator.advance(SECONDS)
    db.delete_table(TableName=gone)
    emulator.stop()
    emulator = Emulator(*options)
    try:
        db = boto3.client("dynamodb", endpoint_url=emulator.url)
        emulator.advance(3 * SECONDS)
        assert db.list_tables()["TableNames"] == [kept] and shown(db, kept)["TableStatus"] == "ACTIVE"
    finally:
        emulator.stop()
