"""The DynamoDB table that is measured, and the signed calls on it."""
import itertools
import random
import sys
import time

from measure import TOP, load, raw

sys.path.insert(0, str(TOP / "tests/sdk"))

from wire import Speaker, Wire, sign  # noqa: E402

TABLE, GROUP, BATCH, CHUNK = "bench", 100, 25, 2000
DYNAMODB = Speaker("dynamodb", "json")


def item(number):
    return {"group": {"S": f"group-{number // GROUP:06}"}, "id": {"S": f"item-{number:08}"},
            "n": {"N": str(number)}, "text": {"S": "the quick brown fox jumps over the lazy dog"}}


def key(number):
    return {name: item(number)[name] for name in ("group", "id")}


# What is asked for; of `n`, a random number below `items`.
OPERATIONS = {
    "GetItem": lambda n, items: {"TableName": TABLE, "Key": key(n)},
    "PutItem": lambda n, items: {"TableName": TABLE, "Item": item(n)},
    "Query": lambda n, items: {"TableName": TABLE, "KeyConditionExpression": "#g = :g",
                               "ExpressionAttributeNames": {"#g": "group"},
                               "ExpressionAttributeValues": {":g": item(n)["group"]}},
    "TransactWriteItems": lambda n, items: {"TransactItems": [
        {"Put": {"TableName": TABLE, "Item": item((n + i * GROUP) % items)}} for i in range(4)]},
    "Scan": lambda n, items: {"TableName": TABLE, "Limit": 1000, "ExclusiveStartKey": key(n)},
}


def signed(url, operation, body):
    """A request as bytes; good for as long as a signature is, a quarter of an hour."""
    request = DYNAMODB.request(operation, body)
    request.headers.pop("Host", None)
    return raw(sign(request, url, DYNAMODB))


def some(server, operation, items, count=500):
    return [signed(server.url, operation, OPERATIONS[operation](random.randrange(items), items))
            for _ in range(count)]


def call(server, operation, body):
    wire = Wire(server.url)
    answer = wire.call(DYNAMODB, operation, body)
    wire.close()
    return answer


def batches(url, first, last):
    """The signed BatchWriteItems that put these items."""
    return [signed(url, "BatchWriteItem", {"RequestItems": {TABLE: [
        {"PutRequest": {"Item": item(n)}} for n in range(at, min(at + BATCH, last))]}})
        for at in range(first, last, BATCH)]


def fill(server, items, chunks=map):
    """Makes the table and loads it through the wire: BatchWriteItem over many connections, signed
    like any call. `chunks` is map, or a process pool's that signs the next chunk meanwhile."""
    answer = call(server, "CreateTable", {
        "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in ("group", "id")],
        "KeySchema": [{"AttributeName": "group", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}]})
    assert answer.status == 200, answer
    while b'"ACTIVE"' not in call(server, "DescribeTable", {"TableName": TABLE}).body:
        time.sleep(0.02)
    size = CHUNK * BATCH
    starts = range(0, items, size)
    ends = [min(start + size, items) for start in starts]
    for chunk in chunks(batches, itertools.repeat(server.url), starts, ends):
        load(server.port, chunk, once=True)
