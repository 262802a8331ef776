"""What no client should send: each gets a clear error of its service, and the process lives."""
import json
import os
import random
import socket
import urllib.parse

import pytest

import services
from wire import Request, Speaker, sign

OVERSIZE = 16 * 1024 * 1024 + 1
SPOKEN = services.spoken()
JSON_SPOKEN = [pair for pair in SPOKEN if pair[1] == "json"]


def label(value):
    return f"{value[0].name}-{value[1]}" if isinstance(value, tuple) else None


@pytest.fixture(autouse=True)
def process_lives(endpoint, wire):
    yield
    wire.close()
    answer = wire.send(Request(method="GET", path="/_florin/health", headers={"Host": "localhost"}))
    assert (answer.status, json.loads(answer.body)["status"]) == (200, "ok")


def send(wire, speaker, request, **how):
    return speaker.read(wire.send(sign(request, wire.endpoint, speaker, **how)))


# --- bodies ----------------------------------------------------------------------------------

@pytest.mark.parametrize("pair", JSON_SPOKEN, ids=label)
@pytest.mark.parametrize("body", [
    b"{", b"}", b"nul", b"{\"a\"}", b"{\"a\":}", b"{\"a\":1,}", b"{'a':1}", b"{}{}", b"{} x",
    b"\xff\xfe", b"{\"a\":\"\xc3\x28\"}", b"{\"a\":\"\xed\xa0\x80\"}", b"{\"a\":\"\n\"}",
    b"{\"a\":01}", b"{\"a\":NaN}", b"{\"a\":\"\\x\"}", b"[" * 100_000, b"{\"a\":" * 50_000,
    b"\0", b"<xml/>"])
def test_unparsable_json_is_refused(wire, pair, body):
    facts, protocol = pair
    speaker = Speaker(facts.name, protocol)
    answer = send(wire, speaker, speaker.named(facts.probe, body))
    assert (answer.status, answer.code) == (400, "SerializationException"), answer


@pytest.mark.parametrize("pair", JSON_SPOKEN, ids=label)
@pytest.mark.parametrize("body", [b"[]", b"\"text\"", b"1", b"true"])
def test_json_that_is_no_object_is_refused(wire, pair, body):
    facts, protocol = pair
    speaker = Speaker(facts.name, protocol)
    answer = send(wire, speaker, speaker.named(facts.probe, body))
    assert (answer.status, answer.code) == (400, "SerializationException"), answer


@pytest.mark.parametrize("pair", JSON_SPOKEN, ids=label)
def test_a_wrong_type_is_refused(wire, pair):
    facts, protocol = pair
    speaker = Speaker(facts.name, protocol)
    operation, parameters = facts.wrong_type
    answer = send(wire, speaker, speaker.named(operation, json.dumps(parameters).encode()))
    assert (answer.status, answer.code) == (400, "SerializationException"), answer


@pytest.mark.parametrize("pair", [p for p in SPOKEN if p[0].missing], ids=label)
def test_a_missing_member_is_refused_by_its_name(wire, pair):
    facts, protocol = pair
    speaker = Speaker(facts.name, protocol)
    operation, parameters = facts.missing
    answer = wire.call(speaker, operation, parameters)
    assert answer.status == 400 and answer.code in (
        "ValidationException", "InvalidParameterException", "ValidationError", "MissingParameter",
        "InvalidParameterValue"), answer
    required = facts.model["shapes"][facts.model["operations"][operation]["input"]]["required"]
    assert any(name.lower() in answer.message.lower() for name in required), answer.message


@pytest.mark.parametrize("pair", JSON_SPOKEN, ids=label)
def test_unknown_members_are_ignored_as_aws_does(wire, pair):
    facts, protocol = pair
    speaker = Speaker(facts.name, protocol)
    body = json.dumps({"Nonesuch": {"deep": [1, 2.5e300, None, "\ud83d\udcb0"]}}).encode()
    assert send(wire, speaker, speaker.named(facts.probe, body)).status == 200


@pytest.mark.parametrize("pair", [p for p in SPOKEN if p[1] == "smithy-rpc-v2-cbor"], ids=label)
@pytest.mark.parametrize("body", [b"\xbf", b"\xa1", b"\xff", b"\x9f" * 10_000, b"\x1c", b"\xa1\x61a",
                                  b"\xbb" + b"\xff" * 8, b"\x5b" + b"\xff" * 8, b"\x80", b"\x01"])
def test_unparsable_cbor_is_refused(wire, pair, body):
    speaker = Speaker(pair[0].name, pair[1])
    answer = send(wire, speaker, speaker.named(pair[0].probe, body))
    assert answer.status == 400 and answer.code, answer


@pytest.mark.parametrize("pair", SPOKEN, ids=label)
def test_a_body_that_is_announced_too_large_is_refused(wire, pair):
    speaker = Speaker(pair[0].name, pair[1])
    request = sign(speaker.named(pair[0].probe, b""), wire.endpoint, speaker)
    request.headers["Content-Length"] = str(OVERSIZE)
    answer = speaker.read(wire.send(request))
    assert answer.status == 413 and "16 MiB" in answer.message, answer


def test_a_body_that_grows_too_large_is_refused(endpoint):
    with connect(endpoint) as s:
        s.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.ListKeys\r\n"
                  b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"%x\r\n" % 65536 + b" " * 65536 + b"\r\n"
        try:
            for _ in range(OVERSIZE // 65536 + 2):
                s.sendall(chunk)
            s.sendall(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass  # it need not read on once it has refused
        assert b" 413 " in s.recv(65536).split(b"\r\n")[0]


# --- operations and services -----------------------------------------------------------------

@pytest.mark.parametrize("pair", SPOKEN, ids=label)
@pytest.mark.parametrize("operation", ["Nonesuch", "listkeys", "a" * 500, "List-Keys", "%00"])
def test_an_unknown_operation_is_refused(wire, pair, operation):
    speaker = Speaker(pair[0].name, pair[1])
    answer = send(wire, speaker, speaker.named(operation))
    expected = "InvalidAction" if pair[1] == "query" else "UnknownOperationException"
    assert (answer.status, answer.code) == (400, expected), answer


@pytest.mark.parametrize("pair", SPOKEN, ids=label)
def test_each_operation_that_florin_lacks_says_so_by_its_name(wire, pair):
    speaker = Speaker(pair[0].name, pair[1])
    for operation in pair[0].refused:
        answer = send(wire, speaker, speaker.named(operation))
        assert answer.status == 501 and answer.code.startswith("NotImplemented"), (operation, answer)
        assert operation in answer.message


@pytest.mark.parametrize("target", ["Nonesuch_20200101.List", "Nonesuch", ".", "", "TrentService.",
                                    ".ListKeys", "TrentService.ListKeys.ListKeys", "x" * 5000])
def test_an_unknown_target_is_refused(wire, target):
    kms = Speaker("kms", "json")
    request = kms.named("ListKeys")
    request.headers["X-Amz-Target"] = target
    answer = send(wire, kms, request)
    assert answer.status in (400, 501) and answer.message, answer


@pytest.mark.parametrize("request_", [
    Request(b"Action=ListTopics&Version=2010-03-31", {"Content-Type": "application/x-www-form-urlencoded"}),
    Request(method="GET", path="/bucket/key"),
    Request(method="PUT", path="/bucket", body=b"<x/>"),
    Request(method="GET", path="/2015-03-31/functions"),
], ids=["sns", "s3 object", "s3 bucket", "lambda"])
def test_a_service_that_florin_lacks_says_so(wire, request_):
    kms = Speaker("kms", "json")
    answer = kms.read(wire.send(sign(request_, wire.endpoint, kms, scope_service="sns")))
    assert answer.status in (400, 501), answer
    assert answer.body


@pytest.mark.parametrize("path", ["/?x=1", "/x", "/service/GraniteServiceVersion20100801", "/%", "/..%2f..",
                                  "/service//operation/", "/service/Nonesuch/operation/Nonesuch"])
def test_a_request_that_names_nothing_is_refused(wire, path):
    request = Request(method="GET", path=path, headers={"Host": "localhost"})
    answer = wire.send(request)
    assert 400 <= answer.status < 500 or answer.status == 501, answer
    assert answer.body


@pytest.mark.parametrize("pair", SPOKEN, ids=label)
def test_a_signed_request_without_an_operation_is_refused_in_the_service_s_form(wire, pair):
    speaker = Speaker(pair[0].name, "query" if "query" in pair[0].model["metadata"]["protocols"] else "json")
    answer = send(wire, speaker, Request(b"Version=2011-06-15", {"Content-Type": "text/plain"}))
    by_query = pair[0].refusals is services.QUERY_FAMILY
    assert (answer.status, answer.code) == (
        400, "MissingAction" if by_query else "UnknownOperationException"), answer


# --- HTTP ------------------------------------------------------------------------------------

def connect(endpoint):
    address = urllib.parse.urlsplit(endpoint)
    return socket.create_connection((address.hostname, address.port), timeout=20)


@pytest.mark.parametrize("text, statuses", [
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", {400}),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", {400}),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", {400}),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", {400}),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n", {400, 413}),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 200 + b"\r\n", {431}),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nA: " + b"b" * 200_000 + b"\r\n\r\n", {400, 413, 431}),
    (b"POST /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 414, 431}),
    (b"POST / HTTP/1.1\r\n\r\n", {400, 421}),
    (b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 405, 501}),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500 + b"\r\n\r\n", {400}),
], ids=["two lengths", "length and chunked", "unknown coding", "two hosts", "negative length",
        "huge length", "many headers", "long header", "long target", "no host", "unknown method",
        "tls hello"])
def test_broken_http_is_refused(endpoint, text, statuses):
    with connect(endpoint) as s:
        try:
            s.sendall(text)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            answer = s.recv(65536)
        except ConnectionResetError:
            answer = b""
    if answer:  # a peer that speaks no HTTP may also be left without an answer
        assert int(answer.split(b" ", 2)[1]) in statuses, answer[:200]


def test_clients_that_vanish_are_no_harm(endpoint):
    for text in (b"", b"POST", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc",
                 b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"):
        for _ in range(20):
            with connect(endpoint) as s:
                s.sendall(text)


# --- by chance -------------------------------------------------------------------------------

def spoil(rng, body):
    """One of the ways in which bytes go wrong on their way."""
    at = rng.randrange(len(body) + 1)
    piece = bytes(rng.randrange(256) for _ in range(rng.randint(1, 4)))
    return rng.choice([body[:at], body[:at] + piece + body[at:], body[:at] + body[at + 1:],
                       body[:at] + piece + body[at + len(piece):], body + body[at:],
                       body[:at] + rng.choice([b"\"", b"{", b"[", b"\\", b"&", b"%", b"\0"]) + body[at:]])


@pytest.mark.parametrize("pair", SPOKEN, ids=label)
def test_spoilt_bodies_never_break_a_service(wire, pair):
    """Well signed and badly formed; FLORIN_SEED repeats a run."""
    facts, protocol = pair
    seed = int(os.environ.get("FLORIN_SEED", random.randrange(2 ** 32)))
    rng = random.Random(seed)
    speaker = Speaker(facts.name, protocol)
    operations = [speaker.model.operation_model(name) for name in facts.implemented]
    for number in range(300):
        operation = rng.choice(operations)
        request = speaker.request(operation.name, random_input(rng, operation.input_shape, 0) or {})
        if rng.random() < 0.7:
            request.body = spoil(rng, request.body)
        answer = send(wire, speaker, request)
        assert answer.status in (200, 400, 403, 404, 409, 413, 501), (seed, number, request, answer)


def random_input(rng, shape, depth):
    """A value of the shape that botocore can write, often outside of the model's constraints."""
    if shape is None:
        return None
    kind = shape.type_name
    if kind == "structure":
        names = [n for n in shape.members if rng.random() < (0.6 if depth < 3 else 0.2)]
        return {n: random_input(rng, shape.members[n], depth + 1) for n in names}
    if kind == "list":
        return [random_input(rng, shape.member, depth + 1) for _ in range(rng.randint(0, 2))]
    if kind == "map":
        return {random_text(rng): random_input(rng, shape.value, depth + 1)
                for _ in range(rng.randint(0, 2))}
    if kind == "string":
        return rng.choice(getattr(shape, "enum", None) or [random_text(rng)])
    return {"blob": random_text(rng).encode(), "boolean": rng.random() < 0.5,
            "timestamp": rng.choice([0, 1, 2_000_000_000]),
            "float": rng.uniform(-9, 9), "double": rng.uniform(-1e9, 1e9)}.get(
                kind, rng.choice([-1, 0, 1, 5, 1000, 2 ** 31 - 1]))


def random_text(rng):
    return rng.choice(["", "a", "x" * 300, "alias/a", "#n", ":v", "S", "name", "\u20ac\U0001f4b0", "a b", "1",
                       "arn:aws:kms:us-east-1:000000000000:key/x", "attribute_exists(a)", "a = :v"])
