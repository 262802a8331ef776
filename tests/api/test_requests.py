"""Bad input gets its clear error, and the process lives."""
import os
import re
import socket
import urllib.parse
import uuid

import pytest
import requests

GOOD = {"from": "acc_1", "to": "acc_2", "amount": 1, "currency": "USD"}


def post(api, text, **headers):
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()), **headers}
    return api.call("POST", "/v1/transfers", data=text, headers=headers)


@pytest.mark.parametrize("text, code", [
    ("", "malformed_json"), ("[]", "malformed_json"), ("{", "malformed_json"), ('{"amount":01}', "malformed_json"),
    ('{"amount":NaN}', "malformed_json"), ("\x00", "malformed_json"), ('{"a":' * 20 + "1" + "}" * 20, "malformed_json"),
    ("[" * 100000, "malformed_json"), ('{"from":"\\ud800"}', "malformed_json")])
def test_a_body_that_is_not_a_json_object(api, text, code):
    reply = post(api, text)
    assert (reply.status_code, reply.json()["code"]) == (400, code)


@pytest.mark.parametrize("change, code, param", [
    ({"amount": 1.5}, "invalid_amount", "amount"), ({"amount": "1"}, "invalid_amount", "amount"),
    ({"amount": 0}, "invalid_amount", "amount"), ({"amount": -1}, "invalid_amount", "amount"),
    ({"amount": 2**53}, "invalid_amount", "amount"), ({"amount": None}, "invalid_amount", "amount"),
    ({"amount": True}, "invalid_amount", "amount"), ({"currency": "XTS"}, "invalid_currency", "currency"),
    ({"currency": 840}, "invalid_field", "currency"), ({"from": "txn_1"}, "invalid_field", "from"),
    ({"from": None}, "invalid_field", "from"), ({"reference": ""}, "invalid_field", "reference"),
    ({"metadata": {"a": 1}}, "invalid_field", "metadata"), ({"effective_at": "now"}, "invalid_field", "effective_at"),
    ({"description": "x" * 501}, "invalid_field", "description"), ({"balance": 1}, "unknown_field", "balance"),
    ({"to": "acc_1"}, "same_account", None)])
def test_a_member_that_cannot_be(api, change, code, param):
    reply = api.post("/v1/transfers", GOOD | change, headers={"Idempotency-Key": "k"})
    problem = reply.json()
    assert (reply.status_code, problem["code"], problem["param"]) == (400, code, param)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "param", "errors", "retryable",
                            "doc_url"}
    assert problem["instance"] == reply.headers["X-Request-Id"]


def test_every_missing_member_is_told_at_once(api):
    problem = api.post("/v1/transfers", {}, headers={"Idempotency-Key": "k"}).json()
    assert {(e["code"], e["param"]) for e in problem["errors"]} == {
        ("missing_field", name) for name in ["from", "to", "amount", "currency"]}


def test_a_doubled_member(api):
    assert post(api, '{"amount":1,"amount":1}').json()["code"] == "duplicate_field"


def test_money_needs_a_key(api):
    assert api.post("/v1/transfers", GOOD).json()["code"] == "missing_idempotency_key"
    long = api.post("/v1/transfers", GOOD, headers={"Idempotency-Key": "k" * 256})
    assert long.json()["code"] == "invalid_idempotency_key"


def test_media_types_methods_versions_and_paths(api):
    assert post(api, "{}", **{"Content-Type": "text/plain"}).status_code == 415
    assert post(api, "{}", **{"Accept": "text/html"}).status_code == 406
    assert post(api, "{}", **{"API-Version": "1999-01-01"}).json()["code"] == "unknown_api_version"
    wrong = api.call("DELETE", "/v1/transfers")
    assert wrong.status_code == 405 and set(wrong.headers["Allow"].split(", ")) == {"GET", "POST"}
    assert api.get("/v1/nothing").status_code == 404
    assert api.get("/v1/accounts/acc_0/../acc_0%2f").status_code == 404


def test_bodies_urls_and_headers_that_are_too_large(api):
    assert post(api, '{"description":"' + "x" * (1 << 20) + '"}').status_code == 413
    assert api.get("/v1/accounts?currency=" + "U" * 5000).status_code == 414
    assert api.get("/v1/accounts", headers={"X-Long": "x" * 9000}).status_code == 431


def raw(text):
    """One request by hand; the whole reply."""
    url = urllib.parse.urlsplit(os.environ["FLORIN_API_URL"])
    with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
        connection.sendall(text)
        reply = b""
        while chunk := connection.recv(65536):
            reply += chunk
        return reply


@pytest.mark.parametrize("head", [
    b"Content-Length: 2\r\nContent-Length: 3\r\n", b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
    b"Host: other\r\n"])
def test_a_request_whose_end_is_ambiguous(api, head):
    reply = raw(b"POST /v1/auth/login HTTP/1.1\r\nHost: h\r\n" + head + b"Connection: close\r\n\r\n{}")
    assert reply.startswith(b"HTTP/1.1 400") and b"malformed_request" in reply
    assert api.get("/health/live").status_code == 200


def test_queries_and_cursors(api):
    accounts = {api.account(currency="JPY") for _ in range(5)}
    page = api.get("/v1/accounts", params={"currency": "JPY", "limit": 2}).json()
    seen = [a["id"] for a in page["data"]]
    assert page["has_more"] and page["prev_cursor"] is None
    second = api.get("/v1/accounts", params={"currency": "JPY", "limit": 2, "starting_after": page["next_cursor"]}).json()
    back = api.get("/v1/accounts", params={"currency": "JPY", "limit": 2, "ending_before": second["prev_cursor"]}).json()
    assert [a["id"] for a in back["data"]] == seen and not back["has_more"]
    while page["has_more"]:
        page = api.get("/v1/accounts", params={"currency": "JPY", "limit": 2, "starting_after": page["next_cursor"]}).json()
        seen += [a["id"] for a in page["data"]]
    assert accounts <= set(seen) and len(seen) == len(set(seen)) and seen == sorted(seen, reverse=True)
    for params in [{"limit": 2, "starting_after": second["prev_cursor"]},
                   {"limit": 2, "currency": "JPY", "starting_after": "AAAA"}]:
        assert api.get("/v1/accounts", params=params).json()["code"] == "cursor_mismatch"
    for params in [{"limit": 0}, {"limit": 201}, {"limit": "x"}]:
        assert api.get("/v1/accounts", params=params).json()["code"] == "invalid_parameter"
    assert api.get("/v1/accounts", params={"q": "1"}).json()["code"] == "unknown_parameter"


def test_entries_page_through_an_accounts_history(api):
    source, target = api.world(), api.account()
    for amount in range(1, 6):
        assert api.transfer(source, target, amount).status_code == 201
    versions, cursor = [], None
    while True:
        page = api.get(f"/v1/accounts/{target}/entries", params={"limit": 2, "starting_after": cursor}).json()
        versions += [entry["account_version"] for entry in page["data"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert versions == [5, 4, 3, 2, 1]
    assert api.get("/v1/accounts/acc_0/entries").status_code == 404


def test_another_tenants_objects_are_not_found(api, database):
    tenant = "ten_" + uuid.uuid4().hex
    account = "acc_" + uuid.uuid4().hex
    database.execute("INSERT INTO tenants (id, name) VALUES (%s, 'other')", [tenant])
    database.execute("INSERT INTO accounts (id, tenant_id, type, debit_normal, currency) "
                     "VALUES (%s, %s, 'liability', false, 'USD')", [account, tenant])
    for path in ["", "/balances", "/entries"]:
        assert api.get(f"/v1/accounts/{account}{path}").status_code == 404
    reply = api.transfer(api.world(), account, 5)
    assert (reply.status_code, reply.json()["param"]) == (404, "to")
    assert account not in api.get("/v1/accounts?limit=200").text


def test_every_reply_can_be_traced(api):
    given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    reply = api.get("/health/live", headers={"traceparent": given})
    assert re.fullmatch(r"req_[0-9a-f]{32}", reply.headers["X-Request-Id"])
    assert reply.headers["traceparent"].startswith(given[:36]) and reply.headers["traceparent"] != given
    assert requests.get(api.url + "/nothing", timeout=10).headers["X-Request-Id"].startswith("req_")


def test_health_and_version(api):
    assert api.get("/health/live").json() == {"status": "live"}
    assert api.get("/health/ready").json() == {"status": "ready"}
    assert api.get("/version").json()["program"] == "florin-api"
