"""Time to live through boto3: items that the service itself removes, by the emulator's clock."""
import contextlib

import boto3
import pytest
from botocore.config import Config

from conftest import Emulator
from dynamodb import index, make, name, refused

DAY = 24 * 3600
YEAR = 365 * DAY
START = 1_893_456_000  # 2030-01-01


@pytest.fixture(scope="module")
def cloud():
    emulator = Emulator()
    config = Config(retries={"total_max_attempts": 1})
    for service in ("dynamodb", "dynamodbstreams"):
        setattr(emulator, service, boto3.client(service, endpoint_url=emulator.url, config=config))
    yield emulator
    emulator.stop()


@pytest.fixture
def frozen(cloud):
    """The clock stands at START until it is advanced."""
    cloud.clock(set="2030-01-01T00:00:00Z")
    cloud.clock(freeze=True)
    yield cloud
    cloud.clock(freeze=False)


@pytest.fixture
def db(cloud):
    return cloud.dynamodb


def item(pk, expires=None, **more):
    held = {"pk": {"S": pk}} | more
    return held if expires is None else held | {"expires": {"N": str(expires)}}


def expire(db, table, attribute="expires", enabled=True):
    return db.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": enabled, "AttributeName": attribute})


def lasting(db, **more):
    table = make(db, **more)
    expire(db, table)
    return table


def left(db, table, **more):
    return sorted(i["pk"]["S"] for page in db.get_paginator("scan").paginate(TableName=table, **more) for i in page["Items"])


def put(db, table, *items):
    for each in items:
        db.put_item(TableName=table, Item=each)


def test_items_go_when_their_moment_has_come(frozen, db):
    table = lasting(db)
    put(db, table, item("a", START + 10), item("b", START + 20), item("stays"))
    frozen.advance(9)
    assert left(db, table) == ["a", "b", "stays"]
    frozen.advance(1)
    assert left(db, table) == ["b", "stays"]
    frozen.advance(3600)
    assert left(db, table) == ["stays"]


def test_only_numbers_of_seconds_count(frozen, db):
    table = lasting(db)
    put(db, table, item("text", expires=None) | {"expires": {"S": str(START + 10)}},
        item("set") | {"expires": {"NS": [str(START + 10)]}}, item("map") | {"expires": {"M": {"expires": {"N": str(START + 10)}}}},
        item("null") | {"expires": {"NULL": True}}, item("zero", 0), item("negative", -START), item("milliseconds", START * 1000 + 10000),
        item("huge", "1E+125"), item("tiny", "1E-130"), item("other") | {"Expires": {"N": str(START + 10)}},
        item("fraction", f"{START + 10}.5"), item("exponent", f"{START // 10 + 1}e1"))
    frozen.advance(11)
    assert left(db, table) == ["huge", "map", "milliseconds", "negative", "null", "other", "set", "text", "tiny", "zero"]


def test_what_is_five_years_old_is_left_alone(frozen, db):
    table = lasting(db)
    put(db, table, item("older", START - 5 * YEAR - 1), item("younger", START - 5 * YEAR), item("past", START - 1))
    frozen.advance(1)
    assert left(db, table) == ["older"]


def test_a_moment_that_changes_counts_anew(frozen, db):
    table = lasting(db)
    put(db, table, *(item(pk, START + 10) for pk in ("later", "never", "removed", "sooner", "again")))
    put(db, table, item("sooner", START + 5), item("never"))
    db.update_item(TableName=table, Key=item("later"), UpdateExpression="SET expires = expires + :more",
                   ExpressionAttributeValues={":more": {"N": "10"}})
    db.update_item(TableName=table, Key=item("removed"), UpdateExpression="REMOVE expires")
    db.delete_item(TableName=table, Key=item("again"))
    put(db, table, item("again"))
    frozen.advance(5)
    assert left(db, table) == ["again", "later", "never", "removed"]
    frozen.advance(14)
    assert left(db, table) == ["again", "later", "never", "removed"]
    frozen.advance(1)
    assert left(db, table) == ["again", "never", "removed"]


def test_items_from_before_it_was_enabled_go_too(frozen, db):
    table = make(db)
    put(db, table, item("a", START + 10), item("b", START - 10), item("c", START - 6 * YEAR), item("d"))
    frozen.advance(1)
    assert left(db, table) == ["a", "b", "c", "d"]
    expire(db, table)
    frozen.advance(0)
    assert left(db, table) == ["a", "c", "d"]
    frozen.advance(10)
    assert left(db, table) == ["c", "d"]


def test_nothing_goes_once_it_is_disabled(frozen, db):
    table = lasting(db)
    put(db, table, item("a", START + 10))
    expire(db, table, enabled=False)
    put(db, table, item("b", START + 10))
    frozen.advance(60)
    assert left(db, table) == ["a", "b"]
    expire(db, table)
    frozen.advance(0)
    assert left(db, table) == []


def test_indexes_sizes_and_streams_follow(frozen, db):
    table = lasting(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g", projection="KEYS_ONLY")],
                    StreamSpecification={"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"})
    gone, kept = item("a", START + 10, g={"S": "x"}), item("b", g={"S": "x"})
    put(db, table, gone, kept)
    frozen.advance(30)
    assert left(db, table, IndexName="by-g") == ["b"]
    shown = db.describe_table(TableName=table)["Table"]
    assert (shown["ItemCount"], shown["TableSizeBytes"]) == (1, len("pk" "b" "g" "x"))
    assert shown["GlobalSecondaryIndexes"][0]["ItemCount"] == 1
    db.delete_item(TableName=table, Key=item("b"))
    streams, arn = frozen.dynamodbstreams, shown["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    at = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    records = streams.get_records(ShardIterator=at)["Records"][2:]
    assert [(r["eventName"], r["dynamodb"]["OldImage"], r.get("userIdentity")) for r in records] == [
        ("REMOVE", gone, {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}), ("REMOVE", kept, None)]
    assert [r["dynamodb"]["ApproximateCreationDateTime"].timestamp() for r in records] == [START + 10, START + 30]


def test_many_items_of_many_tables_go_in_batches(frozen, db):
    tables = [lasting(db) for _ in range(3)]
    for table in tables:
        for first in range(0, 250, 25):
            db.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item(str(n), START + 10 + n % 2)}}
                                                      for n in range(first, first + 25)]})
        put(db, table, item("stays"))
    frozen.advance(10)
    assert [len(left(db, table)) for table in tables] == [126] * 3
    frozen.advance(1)
    assert [left(db, table) for table in tables] == [["stays"]] * 3
    assert [db.describe_table(TableName=table)["Table"]["ItemCount"] for table in tables] == [1] * 3


def test_a_table_that_is_deleted_takes_its_moments_along(frozen, db):
    table = lasting(db)
    put(db, table, item("a", START + 10))
    db.delete_table(TableName=table)
    again = make(db)
    put(db, again, item("a", START + 10))
    frozen.advance(20)
    assert left(db, again) == ["a"]


@contextlib.contextmanager
def running(*options):
    emulator = Emulator(*options)
    try:
        yield emulator, boto3.client("dynamodb", endpoint_url=emulator.url)
    finally:
        emulator.stop()


def test_moments_survive_a_restart(tmp_path):
    with running("--data", str(tmp_path)) as (_, db):
        table = lasting(db)
        now = int(db.describe_table(TableName=table)["Table"]["CreationDateTime"].timestamp())
        put(db, table, item("a", now + 3600), item("b", now + 7200))
    with running("--data", str(tmp_path)) as (emulator, db):
        emulator.advance(5400)
        assert left(db, table) == ["b"]


def test_settings_are_described_and_bad_ones_refused(db):
    table = make(db)

    def shown():
        return db.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert shown() == {"TimeToLiveStatus": "DISABLED"}
    refused("TimeToLive is already disabled", expire, db=db, table=table, enabled=False)
    assert expire(db, table)["TimeToLiveSpecification"] == {"Enabled": True, "AttributeName": "expires"}
    assert shown() == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    refused("TimeToLive is already enabled", expire, db=db, table=table)
    for enabled in (True, False):
        refused("TimeToLive is active on a different AttributeName: current AttributeName is expires", expire, db=db,
                table=table, attribute="other", enabled=enabled)
    expire(db, table, enabled=False)
    assert shown() == {"TimeToLiveStatus": "DISABLED"}
    missing = name()
    words = f"Requested resource not found: Table: {missing} not found"
    refused(words, expire, "ResourceNotFoundException", db=db, table=missing)
    refused(words, db.describe_time_to_live, "ResourceNotFoundException", TableName=missing)
    refused(["Member must have length less than or equal to 255"], expire, db=db, table=table, attribute="x" * 256)
