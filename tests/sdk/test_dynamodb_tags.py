"""DynamoDB's tags, limits and endpoints through boto3."""
import uuid

import pytest

from dynamodb import definitions, keys, make, name, refused

ACCOUNT, REGION = "000000000000", "us-east-1"


@pytest.fixture(scope="module")
def db(client):
    return client("dynamodb")


@pytest.fixture
def arn(db):
    return db.describe_table(TableName=make(db))["Table"]["TableArn"]


def tags(**values):
    return [{"Key": key, "Value": value} for key, value in values.items()]


def shown(db, arn):
    pages = db.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}


def test_a_table_is_tagged_and_untagged(db, arn):
    assert shown(db, arn) == {}
    db.tag_resource(ResourceArn=arn, Tags=tags(team="ledger", stage="test"))
    db.tag_resource(ResourceArn=arn, Tags=tags(stage="live", empty=""))
    assert shown(db, arn) == {"team": "ledger", "stage": "live", "empty": ""}
    db.untag_resource(ResourceArn=arn, TagKeys=["stage", "never there"])
    assert shown(db, arn) == {"team": "ledger", "empty": ""}


def test_tags_of_create_table_are_listed(db):
    table = make(db, Tags=tags(team="ledger"))
    assert shown(db, db.describe_table(TableName=table)["Table"]["TableArn"]) == {"team": "ledger"}


def test_tags_come_by_pages(db, arn):
    fifty = {f"key-{i:02}": str(i) for i in range(50)}
    db.tag_resource(ResourceArn=arn, Tags=tags(**fifty))
    first = db.list_tags_of_resource(ResourceArn=arn)
    assert len(first["Tags"]) == 10 and first["NextToken"]
    assert shown(db, arn) == fifty
    refused(["Too many tags"], db.tag_resource, ResourceArn=arn, Tags=tags(another=""))
    db.tag_resource(ResourceArn=arn, Tags=[{"Key": "key-00", "Value": "replaced"}])
    assert shown(db, arn) == fifty | {"key-00": "replaced"}
    refused("Invalid NextToken", db.list_tags_of_resource, ResourceArn=arn, NextToken="?")


def test_bad_tags_are_refused(client, db, arn):
    refused("Atleast one Tag needs to be provided as Input.", db.tag_resource, ResourceArn=arn, Tags=[])
    refused("Atleast one Tag Key needs to be provided as Input.", db.untag_resource, ResourceArn=arn, TagKeys=[])
    refused(["aws:"], db.tag_resource, ResourceArn=arn, Tags=[{"Key": "aws:mine", "Value": ""}])
    refused(["Duplicate tag key: a"], db.tag_resource, ResourceArn=arn, Tags=tags(a="1") + tags(a="2"))
    refused(["Member must have length less than or equal to 128"], client("dynamodb", check=False).tag_resource,
            ResourceArn=arn, Tags=[{"Key": "k" * 129, "Value": ""}])
    refused(["aws:"], db.create_table, TableName=name(), KeySchema=keys("a"), AttributeDefinitions=definitions(a="S"),
            BillingMode="PAY_PER_REQUEST", Tags=[{"Key": "aws:mine", "Value": ""}])
    assert shown(db, arn) == {}


def test_each_wrong_arn_has_its_error(db, arn):
    missing = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{uuid.uuid4()}"
    for operation, options in ((db.list_tags_of_resource, {}), (db.tag_resource, {"Tags": tags(a="b")}),
                               (db.untag_resource, {"TagKeys": ["a"]})):
        refused(f"Requested resource not found: ResourcArn: {missing} not found", operation,
                "ResourceNotFoundException", ResourceArn=missing, **options)
        for wrong in ("table", arn.replace(REGION, "eu-west-1"), arn.replace(":table/", ":thing/")):
            refused(f"Invalid TableArn: Invalid ResourceArn provided as input {wrong}", operation,
                    ResourceArn=wrong, **options)
        for foreign in (arn.replace(ACCOUNT, "1" * 12), arn.replace("dynamodb", "kms")):
            refused([f"on resource: {foreign}"], operation, "AccessDeniedException", ResourceArn=foreign, **options)


def test_limits_and_endpoints_are_described(client, db):
    limits = db.describe_limits()
    assert (limits["AccountMaxReadCapacityUnits"], limits["AccountMaxWriteCapacityUnits"]) == (80000, 80000)
    assert (limits["TableMaxReadCapacityUnits"], limits["TableMaxWriteCapacityUnits"]) == (40000, 40000)
    there = client("dynamodb", region_name="eu-west-1").describe_endpoints()["Endpoints"]
    assert there == [{"Address": "dynamodb.eu-west-1.amazonaws.com", "CachePeriodInMinutes": 1440}]
