"""DynamoDB Streams through boto3: what tables write, and how shards are read."""
import datetime

import boto3
import pytest
from botocore.config import Config

from conftest import Emulator
from dynamodb import definitions, keys, make, name, refused

ACCOUNT, REGION = "000000000000", "us-east-1"
DAY = 24 * 3600


@pytest.fixture(scope="module")
def db(client):
    return client("dynamodb")


@pytest.fixture(scope="module")
def streams(client):
    return client("dynamodbstreams")


@pytest.fixture(scope="module")
def own():
    """An emulator whose clock these tests may set."""
    emulator = Emulator()

    def connect(service, region=REGION):
        return boto3.client(service, endpoint_url=emulator.url, region_name=region, config=Config(retries={"total_max_attempts": 1}))
    emulator.db, emulator.streams = connect("dynamodb"), connect("dynamodbstreams")
    emulator.connect = connect
    yield emulator
    emulator.stop()


def streamed(db, view="NEW_AND_OLD_IMAGES", **more):
    """A table with a stream, and the stream's ARN."""
    table = make(db, StreamSpecification={"StreamEnabled": True, "StreamViewType": view}, **more)
    return table, db.describe_table(TableName=table)["Table"]["LatestStreamArn"]


def described(streams, arn):
    return streams.describe_stream(StreamArn=arn)["StreamDescription"]


def iterator(streams, arn, shard, kind="TRIM_HORIZON", **more):
    return streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType=kind, **more)["ShardIterator"]


def shard_records(streams, arn, shard, kind="TRIM_HORIZON", limit=1000, **more):
    found, at = [], iterator(streams, arn, shard, kind, **more)
    while at:
        page = streams.get_records(ShardIterator=at, Limit=limit)
        if not page["Records"]:
            break
        found, at = found + page["Records"], page.get("NextShardIterator")
    return found


def records(streams, arn, **more):
    return [r for shard in described(streams, arn)["Shards"] for r in shard_records(streams, arn, shard["ShardId"], **more)]


def story(found):
    return [(r["eventName"], r["dynamodb"].get("OldImage"), r["dynamodb"].get("NewImage")) for r in found]


def item(pk, **more):
    return {"pk": {"S": pk}} | {attribute: {"N": str(value)} for attribute, value in more.items()}


def test_a_table_is_created_with_a_stream(db, streams):
    table, arn = streamed(db, range_key="sk")
    shown = db.describe_table(TableName=table)["Table"]
    assert shown["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    label = shown["LatestStreamLabel"]
    assert arn == f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/stream/{label}"
    assert datetime.datetime.strptime(label, "%Y-%m-%dT%H:%M:%S.%f")
    stream = described(streams, arn)
    assert (stream["StreamArn"], stream["StreamLabel"], stream["TableName"]) == (arn, label, table)
    assert (stream["StreamStatus"], stream["StreamViewType"]) == ("ENABLED", "NEW_AND_OLD_IMAGES")
    assert stream["KeySchema"] == keys("pk", "sk")
    shard, = stream["Shards"]
    assert shard["ShardId"].startswith("shardId-0000000") and "ParentShardId" not in shard
    assert 21 <= len(shard["SequenceNumberRange"]["StartingSequenceNumber"]) <= 40
    assert "EndingSequenceNumber" not in shard["SequenceNumberRange"]


def test_records_tell_each_change_in_order(db, streams):
    table, arn = streamed(db)
    db.put_item(TableName=table, Item=item("a", n=1))
    db.update_item(TableName=table, Key=item("a"), UpdateExpression="SET n = n + :one",
                   ExpressionAttributeValues={":one": {"N": "1"}})
    db.delete_item(TableName=table, Key=item("a"))
    found = records(streams, arn)
    assert story(found) == [("INSERT", None, item("a", n=1)), ("MODIFY", item("a", n=1), item("a", n=2)),
                            ("REMOVE", item("a", n=2), None)]
    numbers = [int(r["dynamodb"]["SequenceNumber"]) for r in found]
    assert numbers == sorted(set(numbers))
    assert len({r["eventID"] for r in found}) == 3 and found == records(streams, arn)
    for record in found:
        assert (record["eventVersion"], record["eventSource"], record["awsRegion"]) == ("1.1", "aws:dynamodb", REGION)
        assert record["dynamodb"]["Keys"] == item("a") and "userIdentity" not in record
        assert record["dynamodb"]["ApproximateCreationDateTime"].microsecond == 0


@pytest.mark.parametrize("view, shows", [("KEYS_ONLY", set()), ("NEW_IMAGE", {"NewImage"}),
                                         ("OLD_IMAGE", {"OldImage"}), ("NEW_AND_OLD_IMAGES", {"NewImage", "OldImage"})])
def test_a_view_shows_what_it_names(db, streams, view, shows):
    table, arn = streamed(db, view)
    db.put_item(TableName=table, Item=item("a", n=1))
    db.put_item(TableName=table, Item=item("a", n=2))
    db.delete_item(TableName=table, Key=item("a"))
    images = [{n for n in r["dynamodb"] if n.endswith("Image")} for r in records(streams, arn)]
    assert images == [shows & {"NewImage"}, shows, shows & {"OldImage"}]
    assert {r["dynamodb"]["StreamViewType"] for r in records(streams, arn)} == {view}


def test_sizes_are_those_of_the_documents_example(db, streams):
    table, arn = name(), None
    db.create_table(TableName=table, KeySchema=keys("Id"), AttributeDefinitions=definitions(Id="N"), BillingMode="PAY_PER_REQUEST",
                    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    arn = db.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    for message in ("New item!", "This item has changed"):
        db.put_item(TableName=table, Item={"Id": {"N": "101"}, "Message": {"S": message}})
    db.delete_item(TableName=table, Key={"Id": {"N": "101"}})
    assert [r["dynamodb"]["SizeBytes"] for r in records(streams, arn)] == [26, 59, 38]


def test_what_changes_nothing_leaves_no_record(db, streams):
    table, arn = streamed(db)
    db.put_item(TableName=table, Item=item("a", n=1))
    db.put_item(TableName=table, Item=item("a", n=1))
    db.update_item(TableName=table, Key=item("a"), UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": {"N": "1"}})
    db.delete_item(TableName=table, Key=item("never there"))
    refused("The conditional request failed", db.put_item, "ConditionalCheckFailedException", TableName=table,
            Item=item("a", n=2), ConditionExpression="attribute_not_exists(pk)")
    assert story(records(streams, arn)) == [("INSERT", None, item("a", n=1))]


def test_batches_and_transactions_leave_a_record_an_item(db, streams):
    table, arn = streamed(db)
    db.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item(pk)}} for pk in "abc"]})
    db.batch_write_item(RequestItems={table: [{"DeleteRequest": {"Key": item("a")}}]})
    db.transact_write_items(TransactItems=[
        {"Put": {"TableName": table, "Item": item("d")}}, {"Delete": {"TableName": table, "Key": item("b")}},
        {"Update": {"TableName": table, "Key": item("c"), "UpdateExpression": "SET n = :n",
                    "ExpressionAttributeValues": {":n": {"N": "1"}}}}])
    with pytest.raises(db.exceptions.TransactionCanceledException):
        db.transact_write_items(TransactItems=[
            {"Put": {"TableName": table, "Item": item("e")}},
            {"ConditionCheck": {"TableName": table, "Key": item("f"), "ConditionExpression": "attribute_exists(pk)"}}])
    found = [(r["eventName"], r["dynamodb"]["Keys"]["pk"]["S"]) for r in records(streams, arn)]
    assert found == [("INSERT", "a"), ("INSERT", "b"), ("INSERT", "c"), ("REMOVE", "a"),
                     ("INSERT", "d"), ("REMOVE", "b"), ("MODIFY", "c")]


def test_each_iterator_begins_where_it_says(db, streams):
    table, arn = streamed(db)
    shard = described(streams, arn)["Shards"][0]["ShardId"]
    latest = iterator(streams, arn, shard, "LATEST")
    for n in range(5):
        db.put_item(TableName=table, Item=item("a", n=n))
    everything = shard_records(streams, arn, shard)
    assert [r["dynamodb"]["NewImage"] for r in everything] == [item("a", n=n) for n in range(5)]
    third = everything[2]["dynamodb"]["SequenceNumber"]
    assert shard_records(streams, arn, shard, "AT_SEQUENCE_NUMBER", SequenceNumber=third) == everything[2:]
    assert shard_records(streams, arn, shard, "AFTER_SEQUENCE_NUMBER", SequenceNumber=third) == everything[3:]
    assert shard_records(streams, arn, shard, "AT_TIMESTAMP", Timestamp=1) == everything
    assert shard_records(streams, arn, shard, "AT_TIMESTAMP", Timestamp=4102444800) == []
    assert shard_records(streams, arn, shard, "LATEST") == []
    assert streams.get_records(ShardIterator=latest)["Records"] == everything
    assert shard_records(streams, arn, shard, limit=2) == everything
    page = streams.get_records(ShardIterator=latest, Limit=2)
    assert page["Records"] == everything[:2] and page["NextShardIterator"].startswith(arn + "|1|")


def test_an_iterator_at_the_end_waits_for_more(db, streams):
    table, arn = streamed(db)
    shard = described(streams, arn)["Shards"][0]["ShardId"]
    page = streams.get_records(ShardIterator=iterator(streams, arn, shard))
    assert page["Records"] == []
    db.put_item(TableName=table, Item=item("a"))
    page = streams.get_records(ShardIterator=page["NextShardIterator"])
    assert story(page["Records"]) == [("INSERT", None, item("a"))]
    assert streams.get_records(ShardIterator=page["NextShardIterator"])["Records"] == []


def test_a_page_holds_a_megabyte(db, streams):
    table, arn = streamed(db, "NEW_IMAGE")
    shard = described(streams, arn)["Shards"][0]["ShardId"]
    for pk in "abcd":
        db.put_item(TableName=table, Item=item(pk) | {"text": {"S": "x" * 390 * 1024}})
    page = streams.get_records(ShardIterator=iterator(streams, arn, shard))
    assert len(page["Records"]) == 2
    assert len(streams.get_records(ShardIterator=page["NextShardIterator"])["Records"]) == 2


def test_bad_requests_are_refused(db, streams):
    table, arn = streamed(db)
    shard = described(streams, arn)["Shards"][0]
    start = shard["SequenceNumberRange"]["StartingSequenceNumber"]
    at = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "AT_SEQUENCE_NUMBER"}
    other = arn[:-1] + ("0" if arn[-1] != "0" else "1")
    for wrong in (other, arn.replace(REGION, "eu-west-1"), arn.replace(ACCOUNT, "1" * 12), arn.replace("/stream/", "/index/")):
        missing = f"Requested resource not found: Stream: {wrong} not found"
        refused(missing, streams.describe_stream, "ResourceNotFoundException", StreamArn=wrong)
        refused(missing, streams.get_shard_iterator, "ResourceNotFoundException", **at | {"StreamArn": wrong})
    no_shard = "Requested resource not found: Shard does not exist"
    other_shard = "shardId-00000001546300800000-00000000"
    refused(no_shard, streams.get_shard_iterator, "ResourceNotFoundException", **at | {"ShardId": other_shard})
    refused(no_shard, streams.describe_stream, "ResourceNotFoundException", StreamArn=arn, ExclusiveStartShardId=other_shard)
    refused(["SequenceNumber must be specified"], streams.get_shard_iterator, **at)
    refused(["Timestamp must be specified"], streams.get_shard_iterator, **at | {"ShardIteratorType": "AT_TIMESTAMP"})
    for wrong in ("1" * 25, "2" + start[1:], "1" + "0" * 20, "1" + "x" * 20):
        refused(f"Invalid SequenceNumber: {wrong}", streams.get_shard_iterator, **at, SequenceNumber=wrong)
    refused(["failed to satisfy constraint: Member must satisfy enum value set"], streams.get_shard_iterator,
            **at | {"ShardIteratorType": "MIDDLE"})
    good = iterator(streams, arn, shard["ShardId"])
    for wrong in ("nonsense", good + "|", good[:-2] + "!!", good.replace("|1|", "|2|"), arn + "|1|", arn + "|1|YQ"):
        refused("Invalid ShardIterator", streams.get_records, ShardIterator=wrong)
    refused(["less than or equal to 1000"], streams.get_records, ShardIterator=good, Limit=1001)
    refused(["less than or equal to 100"], streams.describe_stream, StreamArn=arn, Limit=101)
    refused(["less than or equal to 100"], streams.list_streams, Limit=101)
    refused(["Invalid StreamArn"], streams.list_streams, ExclusiveStartStreamArn="a" * 40)
    refused(["ShardFilter needs both"], streams.describe_stream, StreamArn=arn, ShardFilter={"Type": "CHILD_SHARDS"})


def test_stream_specifications_are_checked(db):
    def create(**specification):
        return {"TableName": name(), "KeySchema": keys("pk"), "AttributeDefinitions": definitions(pk="S"),
                "BillingMode": "PAY_PER_REQUEST", "StreamSpecification": specification}
    invalid = "One or more parameter values were invalid: "
    refused(invalid + "Table is being created with a stream disabled, UpdateViewType should not be specified",
            db.create_table, **create(StreamEnabled=False, StreamViewType="KEYS_ONLY"))
    refused(invalid + "Table is being created with a stream enabled, UpdateViewType is required",
            db.create_table, **create(StreamEnabled=True))
    refused(["enum value set: [NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]"],
            db.create_table, **create(StreamEnabled=True, StreamViewType="ALL"))
    table, _ = streamed(db)
    refused(f"Table already has an enabled stream: TableName: {table}", db.update_table, TableName=table,
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    plain = make(db, StreamSpecification={"StreamEnabled": False})
    assert "StreamSpecification" not in db.describe_table(TableName=plain)["Table"]
    refused(f"Table has no stream to disable: TableName: {plain}", db.update_table, TableName=plain,
            StreamSpecification={"StreamEnabled": False})


def test_a_stream_is_disabled_and_another_enabled(db, streams):
    table, first = streamed(db)
    db.put_item(TableName=table, Item=item("a"))
    shown = db.update_table(TableName=table, StreamSpecification={"StreamEnabled": False})["TableDescription"]
    assert not {"StreamSpecification", "LatestStreamArn", "LatestStreamLabel"} & set(shown)
    db.put_item(TableName=table, Item=item("unseen"))
    old = described(streams, first)
    assert old["StreamStatus"] == "DISABLED" and "EndingSequenceNumber" in old["Shards"][0]["SequenceNumberRange"]
    page = streams.get_records(ShardIterator=iterator(streams, first, old["Shards"][0]["ShardId"]))
    assert story(page["Records"]) == [("INSERT", None, item("a"))] and "NextShardIterator" not in page
    shown = db.update_table(TableName=table, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    second = shown["TableDescription"]["LatestStreamArn"]
    db.put_item(TableName=table, Item=item("b"))
    assert second != first and [r["dynamodb"]["Keys"] for r in records(streams, second)] == [item("b")]
    assert [s["StreamArn"] for s in streams.list_streams(TableName=table)["Streams"]] == [first, second]


def test_streams_are_listed_by_pages(db, streams):
    arns = sorted(streamed(db)[1] for _ in range(3))
    found, start = [], {}
    while True:
        page = streams.list_streams(Limit=2, **start)
        found += page["Streams"]
        if "LastEvaluatedStreamArn" not in page:
            break
        start = {"ExclusiveStartStreamArn": page["LastEvaluatedStreamArn"]}
    mine = [s for s in found if s["StreamArn"] in arns]
    assert [s["StreamArn"] for s in mine] == arns
    assert all(s["StreamArn"].endswith(f"table/{s['TableName']}/stream/{s['StreamLabel']}") for s in found)
    assert streams.list_streams(TableName=name())["Streams"] == []


def test_a_large_table_spreads_its_keys_over_shards(db, streams):
    table = name()
    db.create_table(TableName=table, KeySchema=keys("pk"), AttributeDefinitions=definitions(pk="S"),
                    ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 2500},
                    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    arn = db.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    for n in range(2):
        for pk in range(30):
            db.put_item(TableName=table, Item=item(str(pk), n=n))
    shards = [s["ShardId"] for s in described(streams, arn)["Shards"]]
    by_shard = [[r["dynamodb"]["NewImage"] for r in shard_records(streams, arn, s)] for s in shards]
    assert len(shards) == 3 and all(by_shard) and sum(map(len, by_shard)) == 60
    for found in by_shard:
        items = {image["pk"]["S"] for image in found}
        assert all([image["n"]["N"] for image in found if image["pk"]["S"] == pk] == ["0", "1"] for pk in items)
    first = streams.describe_stream(StreamArn=arn, Limit=2)["StreamDescription"]
    assert [s["ShardId"] for s in first["Shards"]] == shards[:2] and first["LastEvaluatedShardId"] == shards[1]
    rest = streams.describe_stream(StreamArn=arn, ExclusiveStartShardId=shards[1])["StreamDescription"]
    assert [s["ShardId"] for s in rest["Shards"]] == shards[2:] and "LastEvaluatedShardId" not in rest


def test_a_deleted_tables_stream_lives_a_day(own):
    table, arn = streamed(own.db)
    own.db.put_item(TableName=table, Item=item("a"))
    own.db.delete_table(TableName=table)
    own.advance(DAY - 3600)
    assert described(own.streams, arn)["StreamStatus"] == "DISABLED"
    assert story(records(own.streams, arn)) == [("INSERT", None, item("a"))]
    own.advance(3600 + 60)
    refused(["not found"], own.streams.describe_stream, "ResourceNotFoundException", StreamArn=arn)
    assert own.streams.list_streams(TableName=table)["Streams"] == []


def test_records_live_a_day_and_shards_four_hours(own):
    table, arn = streamed(own.db)
    own.db.put_item(TableName=table, Item=item("a", n=0))
    first = described(own.streams, arn)["Shards"][0]["ShardId"]
    number = records(own.streams, arn)[0]["dynamodb"]["SequenceNumber"]
    own.advance(4 * 3600)
    own.db.put_item(TableName=table, Item=item("a", n=1))
    parent, child = described(own.streams, arn)["Shards"]
    assert parent["ShardId"] == first and child["ParentShardId"] == first
    assert int(parent["SequenceNumberRange"]["EndingSequenceNumber"]) >= int(number)
    assert "EndingSequenceNumber" not in child["SequenceNumberRange"]
    children = own.streams.describe_stream(StreamArn=arn, ShardFilter={"Type": "CHILD_SHARDS", "ShardId": first})
    assert [s["ShardId"] for s in children["StreamDescription"]["Shards"]] == [child["ShardId"]]
    assert [r["dynamodb"]["NewImage"]["n"]["N"] for r in records(own.streams, arn)] == ["0", "1"]
    own.advance(20 * 3600 + 60)
    assert [r["dynamodb"]["NewImage"]["n"]["N"] for r in records(own.streams, arn)] == ["1"]
    refused("The data you are trying to access has been trimmed", own.streams.get_shard_iterator,
            "TrimmedDataAccessException", StreamArn=arn, ShardId=first, ShardIteratorType="AT_SEQUENCE_NUMBER", SequenceNumber=number)
    own.advance(4 * 3600)
    shard, = described(own.streams, arn)["Shards"]
    assert shard["ParentShardId"] == first and records(own.streams, arn) == []


def test_an_iterator_lives_a_quarter_of_an_hour(own):
    _, arn = streamed(own.db)
    shard = described(own.streams, arn)["Shards"][0]["ShardId"]
    own.clock(freeze=True)
    at = iterator(own.streams, arn, shard)
    own.advance(900)
    assert own.streams.get_records(ShardIterator=at)["Records"] == []
    own.advance(1)
    refused(["The shard iterator has expired"], own.streams.get_records, "ExpiredIteratorException", ShardIterator=at)
    own.clock(freeze=False)


def test_an_iterator_of_trimmed_records_is_refused(own):
    table, arn = streamed(own.db)
    own.db.put_item(TableName=table, Item=item("a", n=0))
    own.db.put_item(TableName=table, Item=item("a", n=1))
    own.advance(DAY - 60)
    shard = described(own.streams, arn)["Shards"][0]["ShardId"]
    page = own.streams.get_records(ShardIterator=iterator(own.streams, arn, shard), Limit=1)
    assert len(page["Records"]) == 1
    own.advance(300)
    refused("The data you are trying to access has been trimmed", own.streams.get_records, "TrimmedDataAccessException",
            ShardIterator=page["NextShardIterator"])


def test_streams_begun_in_one_instant_have_labels_of_their_own(own):
    own.clock(freeze=True)
    table, first = streamed(own.db)
    own.db.update_table(TableName=table, StreamSpecification={"StreamEnabled": False})
    own.db.update_table(TableName=table, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    own.clock(freeze=False)
    assert len({s["StreamLabel"] for s in own.streams.list_streams(TableName=table)["Streams"]}) == 2


def test_streams_of_regions_are_apart(own):
    table, arn = streamed(own.db)
    there = own.connect("dynamodbstreams", "eu-west-1")
    assert there.list_streams(TableName=table)["Streams"] == []
    refused(["not found"], there.describe_stream, "ResourceNotFoundException", StreamArn=arn)
