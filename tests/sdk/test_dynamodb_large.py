"""DynamoDB's tables that are too large to be removed, or read, at once."""
import sqlite3

import boto3
import pytest

from conftest import Emulator

PART = 1000  # rows that due work removes at once
ITEMS = 4500


@pytest.fixture
def kept(tmp_path):
    """A folder, and emulators on it, one after the other."""
    running = []

    def stop():
        while running:
            running.pop().stop()

    def start():
        stop()
        running.append(Emulator("--data", str(tmp_path)))
        return running[0], boto3.client("dynamodb", endpoint_url=running[0].url)
    yield tmp_path, start, stop
    stop()


def make(dynamodb, name):
    dynamodb.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("id", "group")],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[{"IndexName": "by-group", "Projection": {"ProjectionType": "KEYS_ONLY"},
                                 "KeySchema": [{"AttributeName": "group", "KeyType": "HASH"}]}])


def fill(dynamodb, name, count):
    for first in range(0, count, 25):
        puts = [{"PutRequest": {"Item": {"id": {"S": f"item-{n}"}, "group": {"S": f"group-{n % 7}"}}}}
                for n in range(first, min(first + 25, count))]
        assert not dynamodb.batch_write_item(RequestItems={name: puts})["UnprocessedItems"]


def rows(folder):
    with sqlite3.connect(f"file:{folder}/dynamodb.db?mode=ro", uri=True) as database:
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
                for name in ("items", "index_entries", "rubbish")}


def test_a_large_table_is_gone_at_once_and_its_rows_by_and_by(kept):
    folder, start, stop = kept
    _, dynamodb = start()
    make(dynamodb, "large")
    fill(dynamodb, "large", ITEMS)
    dynamodb.delete_table(TableName="large")
    assert dynamodb.list_tables()["TableNames"] == []
    make(dynamodb, "large")
    assert dynamodb.scan(TableName="large")["Count"] == 0, "the new table has nothing of the old one"
    fill(dynamodb, "large", 3)
    emulator, dynamodb = start()
    for _ in range(ITEMS * 2 // PART + 2):  # a part each
        emulator.advance(1)
    assert dynamodb.scan(TableName="large")["Count"] == 3
    assert dynamodb.scan(TableName="large", IndexName="by-group")["Count"] == 3
    stop()
    assert rows(folder) == {"items": 3, "index_entries": 3, "rubbish": 0}
