"""What no client should send to the API: each gets a clear problem, and nothing is half done."""
import socket
import urllib.parse

import pytest

GOOD = {"type": "liability", "currency": "USD"}


@pytest.fixture(autouse=True)
def nothing_is_left_behind(api, stack):
    counts = "SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM transactions), (SELECT count(*) FROM idempotency)"
    before = stack.sql(counts)
    yield
    assert stack.sql(counts) == before
    assert api.call("GET", "/health/ready").status == 200


def problem(reply, status, code):
    assert (reply.status, reply.code) == (status, code), (reply.status, reply.body)
    assert reply.headers["Content-Type"].startswith("application/problem+json")
    assert reply.json["status"] == status and reply.json["title"] and reply.json["type"].endswith(code)
    assert reply.json["instance"] in (reply.headers.get("X-Request-Id"), reply.json["instance"])


@pytest.mark.parametrize("body", [b"", b"{", b"nul", b"[", b"{\"type\":}", b"{}{}", b"\xff\xfe",
                                  b"{\"type\":\"\xc3\x28\"}", b"{\"a\":" * 500, b"[" * 100_000, b"{'a':1}"])
def test_unparsable_json(api, body):
    problem(api.call("POST", "/v1/accounts", body), 400, "malformed_json")


@pytest.mark.parametrize("body, code", [
    ({}, "missing_field"), ({"type": "liability"}, "missing_field"), ({**GOOD, "nonesuch": 1}, "unknown_field"),
    ({**GOOD, "type": 1}, "invalid_field"), ({**GOOD, "type": "gold"}, "invalid_field"),
    ({**GOOD, "currency": "XXXX"}, "invalid_currency"), ({**GOOD, "name": ["x"]}, "invalid_field"),
    ({**GOOD, "name": "x" * 121}, "invalid_field"), ({**GOOD, "metadata": {"k": 1}}, "invalid_field"),
    (b'{"type":"liability","type":"asset","currency":"USD"}', "duplicate_field")])
def test_members_that_are_wrong(api, body, code):
    problem(api.call("POST", "/v1/accounts", body), 400, code)


@pytest.mark.parametrize("amount", [0, -1, 1.5, "10", 2 ** 53, 1e3, True, None])
def test_amounts_that_are_none(api, amount):
    reply = api.transfer("acc_" + "0" * 32, "acc_" + "1" * 32, amount)
    assert reply.status == 400 and reply.code in ("invalid_amount", "missing_field"), reply.body


def test_an_oversize_body(api):
    problem(api.call("POST", "/v1/accounts", b" " * (1024 * 1024 + 1)), 413, "body_too_large")


@pytest.mark.parametrize("method, path, status, code", [
    ("GET", "/nonesuch", 404, "not_found"), ("GET", "/v1/", 404, "not_found"),
    ("GET", "/v1/accounts/acc_nonesuch", 404, "not_found"), ("DELETE", "/v1/accounts", 405, "method_not_allowed"),
    ("GET", "/v1/accounts/..%2f..%2fetc%2fpasswd", 404, "not_found"),
    ("GET", "/v1/accounts?nonesuch=1", 400, "unknown_parameter"),
    ("GET", "/v1/accounts?limit=0", 400, "invalid_parameter"),
    ("GET", "/v1/accounts?limit=201", 400, "invalid_parameter")])
def test_routes_and_parameters_that_are_wrong(api, method, path, status, code):
    problem(api.call(method, path), status, code)


def test_headers_that_are_wrong(api):
    problem(api.call("POST", "/v1/accounts", GOOD, Content_Type="text/plain"), 415, "unsupported_media_type")
    problem(api.call("GET", "/v1/accounts", Accept="image/png"), 406, "not_acceptable")
    problem(api.call("GET", "/v1/accounts", API_Version="1999-01-01"), 400, "unknown_api_version")
    body = {"from": "acc_" + "0" * 32, "to": "acc_" + "1" * 32, "amount": 1, "currency": "USD"}
    problem(api.call("POST", "/v1/transfers", body), 400, "missing_idempotency_key")
    problem(api.call("POST", "/v1/transfers", body, Idempotency_Key="x" * 256), 400, "invalid_idempotency_key")


@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer x", "Basic dGVzdDp0ZXN0", "Bearer " + "a" * 4000])
def test_tokens_that_are_wrong(api, token):
    problem(api.call("GET", "/v1/accounts", Authorization=token), 401, "unauthenticated")


def test_a_wrong_password_and_an_unknown_user_look_the_same(api, stack):
    answers = [api.call("POST", "/v1/auth/login", {"email": email, "password": "wrong password"})
               for email in (stack.env["FLORIN_API_USER"], "nobody@example.com")]
    assert [a.status for a in answers] == [401, 401]
    assert answers[0].json["detail"] == answers[1].json["detail"]


@pytest.mark.parametrize("text", [
    b"POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    b"POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET /v1/accounts HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 500 + b"\r\n",
    b"\x16\x03\x01" + b"\0" * 200 + b"\r\n\r\n"])
def test_broken_http(stack, text):
    address = urllib.parse.urlsplit(stack.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as s:
        try:
            s.sendall(text)
            answer = s.recv(65536)
        except ConnectionError:
            return
    assert not answer or 400 <= int(answer.split(b" ", 2)[1]) < 500, answer[:200]
