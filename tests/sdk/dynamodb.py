"""What the tests of DynamoDB share: tables with made-up names, and how a refusal is checked."""
import uuid

import pytest
from botocore.exceptions import ClientError


def name():
    return f"t-{uuid.uuid4()}"


def keys(*parts):
    return [{"AttributeName": part, "KeyType": "RANGE" if i else "HASH"} for i, part in enumerate(parts)]


def definitions(**types):
    return [{"AttributeName": attribute, "AttributeType": kind} for attribute, kind in types.items()]


def index(index_name, *parts, projection="ALL", include=None):
    shown = {"ProjectionType": projection}
    if include:
        shown["NonKeyAttributes"] = include
    return {"IndexName": index_name, "KeySchema": keys(*parts), "Projection": shown}


def make(db, hash_key="pk", range_key=None, types=None, **more):
    parts = [hash_key] + ([range_key] if range_key else [])
    kinds = {part: "S" for part in parts} | (types or {})
    table = name()
    db.create_table(TableName=table, KeySchema=keys(*parts), AttributeDefinitions=definitions(**kinds),
                    BillingMode="PAY_PER_REQUEST", **more)
    return table


def refused(words, call, code="ValidationException", status=400, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    message = answer["Error"]["Message"]
    assert message == words if isinstance(words, str) else words[0] in message, message
    return answer
