"""Input made to hurt DynamoDB: it is answered as AWS answers, at a bounded cost, and holds up nobody.

The cost is what the emulator's threads have run, by the kernel's count.
"""
import itertools
import json
import os
import pathlib
import statistics
import string
import threading
import time

import pytest

import services
from conftest import Emulator, emulator_program
from dynamodb_differ import Client
from dynamodb_model import expressions

SANITIZED = b"__asan_init" in pathlib.Path(emulator_program()).read_bytes()
# Seconds of one call: 16 MB take some tenths of a second to be read at all.
CPU_MOST = 8.0 if SANITIZED else 0.8
MEMORY_MB_MOST = 600
BODY_MOST = 16 * 1024 * 1024
MODEL = next(facts for facts in services.ALL if facts.name == "dynamodb")
ITEMS = ("AttributeMap", "PutItemInputAttributeMap", "Key", "ExpressionAttributeValueMap", "AttributeValue",
         "ItemCollectionKeyAttributeMap")

class Measured:
    """An emulator whose processor time and memory are watched."""

    def __init__(self):
        self.emulator = Emulator("--auth", "off", "--log-level", "error")
        self.client = Client(self.emulator.url)
        self.place = pathlib.Path(f"/proc/{self.emulator.process.pid}")
        self.client.call("CreateTable", {
            "TableName": "table", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]})

    def cpu(self):
        return sum(int((task / "schedstat").read_text().split()[0]) for task in (self.place / "task").iterdir()) / 1e9

    def memory_mb(self):
        return int((self.place / "status").read_text().split("VmHWM:")[1].split()[0]) // 1024

    def call(self, operation, body):
        """Status, code and message; the call must have cost little."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        assert len(data) <= BODY_MOST, "this is refused before it is read"
        before = self.cpu()
        status, answer = self.client.send(operation, data)
        assert self.cpu() - before < CPU_MOST, f"{operation} took {self.cpu() - before:.2f} s"
        assert SANITIZED or self.memory_mb() < MEMORY_MB_MOST, f"{operation} took {self.memory_mb()} MB"
        return status, answer.get("__type", "").rpartition("#")[2], answer.get("message", "")


@pytest.fixture(scope="module")
def measured():
    made = Measured()
    yield made
    made.client.close()
    made.emulator.stop()


# --- bodies ----------------------------------------------------------------------------------

VALUES = {":v": {"S": "a"}}
KEY = {"TableName": "table", "Key": {"pk": {"S": "a"}}}
SIZE = "Item size has exceeded the maximum allowed size"
PAIRS = [name for name in map("".join, itertools.product(string.ascii_letters, repeat=2))
         if name.upper() not in expressions.RESERVED and name != "pk"]


def put(item=None, **more):
    return {"TableName": "table", "Item": {"pk": {"S": "a"}, **(item or {})}, **more}


def nested(depth, opening=b'{"L":[', closing=b"]}"):
    return (b'{"TableName":"table","Item":{"pk":{"S":"a"},"v":' + opening * depth + b'{"S":"x"}' +
            closing * depth + b"}}")


def under(condition, values=True, **more):
    return put(ConditionExpression=condition, **({"ExpressionAttributeValues": VALUES} if values else {}), **more)


def update(text, values=True):
    return KEY | {"UpdateExpression": text} | ({"ExpressionAttributeValues": VALUES} if values else {})


NESTING = ("ValidationException", "Nesting Levels have exceeded supported limits")
UNREADABLE = ("SerializationException", "")
OPERATORS = "Invalid ConditionExpression: The expression contains too many operators; operator count: 301"
TOO_LONG = "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size;"
REDUNDANT = "Invalid ConditionExpression: The expression has redundant parentheses;"
FAILED = ("ConditionalCheckFailedException", "The conditional request failed")


def invalid(words):
    return "ValidationException", words


@pytest.mark.parametrize("body, refusal", [
    (nested(33), NESTING), (nested(33, b'{"M":{"a":', b"}}"), NESTING), (nested(80), NESTING),
    (nested(1000), UNREADABLE), (nested(5000, b'{"M":{"a":', b"}}"), UNREADABLE), (lambda: nested(1_300_000), UNREADABLE),
    (lambda: b'{"TableName":"table","None":' + b"[" * 8_000_000 + b"]" * 8_000_000 + b"}", UNREADABLE),
    (lambda: b"[" * 16_000_000, UNREADABLE), (lambda: b'{"a":' * 3_000_000, UNREADABLE),
    (under("(" * 4096), invalid(REDUNDANT)), (under("(" * 1000 + "a=:v" + ")" * 1000), invalid(REDUNDANT)),
    (under("(a=:v AND " * 250 + "a=:v" + ")" * 250), FAILED),
    (under("(a=:v AND " * 300 + "a=:v" + ")" * 300), invalid(OPERATORS)),
    (under("NOT " * 1000 + "a=:v"), FAILED), (under("NOT (" * 600 + "a=:v" + ")" * 600), invalid(OPERATORS)),
    (under(" AND ".join(["a=:v"] * 400)), invalid(OPERATORS)),
    (lambda: under("a=:v " * 3_000_000), invalid(TOO_LONG)),
    (under("size(" * 500 + "a" + ")" * 500 + "=:v"), invalid("Invalid ConditionExpression: ")),
    (under("attribute_exists(a" + ".b" * 2000 + ")", False),
     invalid("Invalid ConditionExpression: The document path has too many nesting elements; nesting depth: 2001")),
    (under("attribute_exists(a" + "[0]" * 1300 + ")", False),
     invalid("Invalid ConditionExpression: The document path has too many nesting elements; nesting depth: 1301")),
    (under("a = a", False), invalid("Invalid ConditionExpression: The first operand must be distinct from the remaining "
                                    "operands for this operator or function; operator: =, first operand: [a]")),
    (under("a IN (" + ",".join([":v"] * 1000) + ")"),
     invalid("Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 1000")),
    *[(under((text * 4096)[:4096], False), invalid("Invalid ConditionExpression: Syntax error; token: "))
      for text in ("=", "<>", ",", ".", "a.", "a[", "[", ")", ":v", "a=", "a,", "- ", "NOT ", "a AND ", "a BETWEEN ")],
    (lambda: put({str(i): {"S": ""} for i in range(800_000)}), invalid(SIZE)),
    (lambda: put({"s": {"SS": [str(i) for i in range(1_400_000)]}}), invalid(SIZE)),
    (lambda: put({"s": {"NS": [str(i) for i in range(1_400_000)]}}), invalid(SIZE)),
    (lambda: put({"s": {"NS": ["1"] * 3_000_000}}), invalid("Input collection contains duplicates")),
    (lambda: put({"l": {"L": [{"NULL": True}] * 900_000}}), invalid(SIZE)),
    (lambda: put({"s": {"S": "x" * 16_700_000}}), invalid(SIZE)), (lambda: put({"b": {"B": "AAAA" * 4_000_000}}), invalid(SIZE)),
    (lambda: put({"x" * 16_000_000: {"S": "a"}}), invalid("")),
    (lambda: put({"n": {"N": "1" * 16_000_000}}), invalid("Attempting to store more than 38 significant digits in a Number")),
    (lambda: put({"n": {"N": "1" + "0" * 16_000_000}}), invalid("Number overflow.")),
    (lambda: put({"n": {"N": "." + "0" * 16_000_000 + "1"}}), invalid("Number underflow.")),
    (lambda: b'{"TableName":"table","Item":{"pk":{' + b'"S":"a",' * 1_800_000 + b'"N":"1"}}}',
     invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")),
    (lambda: put(ExpressionAttributeNames={f"#{i:06d}": "a" for i in range(700_000)}, ConditionExpression="attribute_exists(#a)"),
     invalid("Invalid ConditionExpression: An expression attribute name used in the document path is not defined; "
             "attribute name: #a")),
    (lambda: put(ExpressionAttributeNames={f"#n{i}": "a" for i in range(300_000)},
         ConditionExpression=" OR ".join(f"#n{299_000 + i} = z" for i in range(200))),
     invalid("Value provided in ExpressionAttributeNames unused in expressions: keys: {#n0, #n1, ")),
    (lambda: put(ExpressionAttributeValues={f":{i}": {"S": "a"} for i in range(600_000)}, ConditionExpression="a = :1"),
     invalid("Value provided in ExpressionAttributeValues unused in expressions: keys: {:0, :10, ")),
    (lambda: {"TableName": "x" * 16_000_000, "Item": {"pk": {"S": "a"}}}, invalid("")),
    (put({"pk": {"S": "x" * 400_000}}), invalid("One or more parameter values were invalid: Size of hashkey has exceeded")),
], ids=lambda value: None)
def test_hostile_puts_are_refused_at_once(measured, body, refusal):
    status, code, message = measured.call("PutItem", body() if callable(body) else body)
    assert (status, code) == (400, refusal[0]), message
    assert message.startswith(refusal[1]), message


@pytest.mark.parametrize("operation, body", [
    ("BatchGetItem", lambda: {"RequestItems": {"table": {"Keys": [{"pk": {"S": str(i)}} for i in range(500_000)]}}}),
    ("BatchGetItem", lambda: {"RequestItems": {f"t{i}": {"Keys": [{"pk": {"S": "a"}}]} for i in range(300_000)}}),
    ("BatchWriteItem", lambda: {"RequestItems": {"table": [{"PutRequest": {"Item": {"pk": {"S": str(i)}}}} for i in range(280_000)]}}),
    ("TransactWriteItems", lambda: {"TransactItems": [{"Put": put()} for i in range(200_000)]}),
    ("TransactGetItems", lambda: {"TransactItems": [{"Get": KEY} for i in range(200_000)]}),
    ("CreateTable", lambda: {"TableName": "more", "AttributeDefinitions": [{"AttributeName": str(i), "AttributeType": "S"} for i in range(200_000)],
                     "KeySchema": [{"AttributeName": str(i), "KeyType": "HASH"} for i in range(100_000)]}),
    ("TagResource", lambda: {"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/table",
                     "Tags": [{"Key": str(i), "Value": "x"} for i in range(400_000)]}),
], ids=lambda value: value if isinstance(value, str) else "")
def test_far_too_many_parts_are_refused_at_once(measured, operation, body):
    status, code, message = measured.call(operation, body())
    assert (status, code) == (400, "ValidationException"), message


def test_updates_of_a_large_item_cost_by_its_size(measured):
    """80,000 attributes and 200,000 elements, with as many actions as 4 KB hold."""
    wide = {f"{a}{b}": {"NULL": True} for a in PAIRS[:1000] for b in string.digits + string.ascii_letters}
    wide = dict(list(wide.items())[:60_000]) | {name: {"NULL": True} for name in PAIRS[:1350]}
    assert measured.call("PutItem", put(wide))[0] == 200
    assert measured.call("UpdateItem", update("REMOVE " + ",".join(PAIRS[:1350]), False))[0] == 200
    assert measured.call("UpdateItem", update("SET " + ",".join(f"{name}=:v" for name in PAIRS[:650])))[0] == 200
    assert measured.call("PutItem", put({"l": {"L": [{"NULL": True}] * 200_000}}))[0] == 200
    assert measured.call("UpdateItem", update("SET " + ",".join(f"l[{i}]=:v" for i in range(370))))[0] == 200
    assert measured.call("UpdateItem", update("REMOVE " + ",".join(f"l[{i}]" for i in range(600)), False))[0] == 200
    for grown in (",".join(f"{name}=l" for name in PAIRS[:650]),
                  ",".join(f"{name}=list_append(l,l)" for name in PAIRS[:180]),
                  "q=" + "list_append(l," * 240 + "l" + ")" * 240):
        status, code, message = measured.call("UpdateItem", update("SET " + grown, False))
        assert (status, code, message) == (400, "ValidationException",
                                           "Item size to update has exceeded the maximum allowed size")


@pytest.mark.parametrize("text, part", [("a" * 400_000, "a" * 200_000 + "b"), ("ab" * 200_000, "ab" * 100_000 + "c"),
                                        ("ab" * 200_000, "c" + "ab" * 100_000)])
def test_searches_in_long_texts_take_no_quadratic_time(measured, text, part):
    assert measured.call("PutItem", put({"s": {"S": text}}))[0] == 200
    condition = " OR ".join(["contains(s,:v)"] * 200)
    _, code, _ = measured.call("PutItem", put(ConditionExpression=condition, ExpressionAttributeValues={":v": {"S": part}}))
    assert code == "ConditionalCheckFailedException"


def test_slow_calls_hold_up_no_other(measured):
    """GetItem from four connections while hostile calls come without pause."""
    assert measured.client.call("PutItem", put())[0] == 200
    hostile = [json.dumps(body).encode() if not isinstance(body, bytes) else body for body in (
        put({"s": {"NS": [str(i) for i in range(200_000)]}}), nested(100_000), under("NOT (" * 600 + "a=:v" + ")" * 600),
        put({str(i): {"S": ""} for i in range(50_000)}), under("(" * 4096))]
    over, seconds = threading.Event(), []

    def attack():
        client = Client(measured.emulator.url)
        while not over.is_set():
            for body in hostile:
                client.send("PutItem", body)
        client.close()

    def read():
        client = Client(measured.emulator.url)
        for _ in range(60):
            began = time.monotonic()
            assert client.call("GetItem", KEY)[0] == 200
            seconds.append(time.monotonic() - began)
        client.close()

    attacker, readers = threading.Thread(target=attack), [threading.Thread(target=read) for _ in range(4)]
    for thread in [attacker, *readers]:
        thread.start()
    for thread in readers:
        thread.join()
    over.set()
    attacker.join()
    assert len(seconds) == 240
    assert statistics.median(seconds) < CPU_MOST / 8 and max(seconds) < CPU_MOST * 2, sorted(seconds)[-5:]


# --- members ---------------------------------------------------------------------------------

SHAPES = MODEL.model["shapes"]


def kind_of(shape):
    return "item" if shape in ITEMS else SHAPES[shape]["type"]


def example(shape):
    """The least value that the model allows."""
    facts, kind = SHAPES[shape], kind_of(shape)
    if kind == "item":
        return {"S": "a"} if shape == "AttributeValue" else {":v" if "Expression" in shape else "pk": {"S": "a"}}
    if kind == "structure":
        return {name: example(facts["members"][name]) for name in facts.get("required", [])}
    if kind == "list":
        return [example(facts["member"])]
    if kind == "map":
        return {"#a" if "AttributeName" in shape else "abc": example(facts["value"])}
    if kind == "string":
        return facts["enum"][0] if "enum" in facts else "a" * max(3, facts.get("min", 0))
    if kind == "boolean":
        return True
    return max(1, facts.get("min", 1))


def variants(shape, seen=()):
    """Every place in a shape: (value of the shape, path to the place, its shape, whether required).
    Optional members are there only where the path goes through them."""
    facts, kind = SHAPES[shape], kind_of(shape)
    if shape in seen or kind == "item":
        return
    if kind == "structure":
        for name, inner in facts["members"].items():
            whole = example(shape) | {name: example(inner)}
            yield whole, (name,), inner, name in facts.get("required", [])
            for value, path, place, required in variants(inner, (*seen, shape)):
                yield whole | {name: value}, (name, *path), place, required
    elif kind in ("list", "map"):
        inner = facts["member" if kind == "list" else "value"]
        step = 0 if kind == "list" else next(iter(example(shape)))
        for value, path, place, required in variants(inner, (*seen, shape)):
            yield [value] if kind == "list" else {step: value}, (step, *path), place, required


def replaced(value, path, new):
    """The value with another at the path; None: with none."""
    if not path:
        return new
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    if copy[path[0]] is None:
        del copy[path[0]]
    return copy


PLACES = [(operation, *place) for operation in MODEL.implemented
          for place in variants(MODEL.model["operations"][operation]["input"])]
# What a value of a kind is not; numbers and timestamps are JSON numbers.
WRONG = {"string": [5, True, [], {}], "boolean": ["true", 5, [], {}], "integer": ["5", True, [], {}],
         "long": ["5", True, [], {}], "double": ["5", True, [], {}], "timestamp": [True, [], {}],
         "list": ["a", 5, True, {"a": 1}], "map": ["a", 5, True, [1]], "structure": ["a", 5, True, [1]],
         "item": ["a", 5, True, [1]], "blob": [5, True, [], {}]}


@pytest.mark.parametrize("operation", MODEL.implemented)
def test_each_missing_member_is_told(measured, operation):
    for name, whole, path, _, required in PLACES:
        if name == operation and required:
            status, code, message = measured.call(operation, replaced(whole, path, None))
            assert (status, code) == (400, "ValidationException"), (path, message)
            member = path[-1][0].lower() + path[-1][1:]
            assert f"{member}' failed to satisfy constraint: Member must not be null" in message, (path, message)


@pytest.mark.parametrize("operation", MODEL.implemented)
def test_each_wrong_type_is_told(measured, operation):
    for name, whole, path, shape, _ in PLACES:
        for wrong in WRONG[kind_of(shape)] if name == operation else []:
            status, code, message = measured.call(operation, replaced(whole, path, wrong))
            assert (status, code) == (400, "SerializationException"), (path, wrong, message)
            assert message, (path, wrong)
