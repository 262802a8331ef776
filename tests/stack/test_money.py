"""Money through the API and Postgres, many requests at once."""
import json
import random
import uuid

import pytest

from conftest import at_once


def test_16_equal_transfers_at_once_move_the_money_once(api, stack):
    source, target, key = api.funded(1000), api.account(), str(uuid.uuid4())
    replies = at_once(16, lambda _: api.transfer(source, target, 400, key))
    assert {r.status for r in replies} == {201}
    assert len({r.body for r in replies}) == 1
    assert sum(r.headers.get("Idempotent-Replayed") == "true" for r in replies) == 15
    assert api.balance(source).json["posted"] == 600 and api.balance(target).json["posted"] == 400
    assert stack.sql(f"SELECT count(*) FROM transactions WHERE idempotency_key = '{key}'") == [["1"]]


def test_200_debits_at_once_of_a_balance_that_covers_100(api):
    source, target = api.funded(100), api.account()
    replies = at_once(200, lambda _: api.transfer(source, target, 1))
    assert sorted(r.status for r in replies) == [201] * 100 + [422] * 100
    assert {r.code for r in replies if r.status == 422} == {"insufficient_funds"}
    assert api.balance(source, Cache_Control="no-cache").json["posted"] == 0
    assert api.balance(target, Cache_Control="no-cache").json["posted"] == 100


def test_transfers_back_and_forth_at_once_all_pass(api):
    one, other = api.funded(10_000), api.funded(10_000)

    def move(number):
        return api.transfer(*((one, other) if number % 2 else (other, one)), 7).status
    assert at_once(60, move) == [201] * 60
    assert api.balance(one).json["posted"] == api.balance(other).json["posted"] == 10_000


def test_the_same_key_with_another_body_is_refused(api):
    source, target, key = api.funded(100), api.account(), str(uuid.uuid4())
    first = api.transfer(source, target, 10, key)
    changed = api.transfer(source, target, 11, key)
    assert (first.status, changed.status, changed.code) == (201, 422, "idempotency_key_reused")
    again = api.transfer(source, target, 10, key)
    assert (again.status, again.body) == (201, first.body)


def test_a_refusal_stays_refused_under_its_key(api):
    source, target, key = api.funded(5), api.account(), str(uuid.uuid4())
    assert api.transfer(source, target, 6, key).code == "insufficient_funds"
    filler = api.funded(100)
    assert api.transfer(filler, source, 50).status == 201
    assert api.transfer(source, target, 6, key).code == "insufficient_funds"
    assert api.transfer(source, target, 6).status == 201


def test_random_transfers_agree_with_a_model(api):
    rng = random.Random(20261122)
    accounts = [api.funded(500) for _ in range(6)]
    model = {account: 500 for account in accounts}
    for _ in range(150):
        source, target = rng.sample(accounts, 2)
        amount = rng.randint(1, 200)
        reply = api.transfer(source, target, amount)
        if model[source] >= amount:
            assert reply.status == 201
            model[source] -= amount
            model[target] += amount
        else:
            assert (reply.status, reply.code) == (422, "insufficient_funds")
    for account, posted in model.items():
        assert api.balance(account).json["posted"] == posted
        entries = api.call("GET", f"/v1/accounts/{account}/entries?limit=200").json["data"]
        assert sum(e["amount"] * (1 if e["direction"] == "credit" else -1) for e in entries) == posted


def test_personal_data_is_sealed_in_the_database(api, stack):
    name, email = f"Ada {uuid.uuid4().hex}", f"{uuid.uuid4().hex}@example.com"
    made = api.call("POST", "/v1/customers", {"kind": "person", "full_name": name, "email": email})
    assert made.status == 201, made.body
    rows = json.dumps(stack.sql("SELECT to_jsonb(c) FROM customers c"))
    for text in (name, email):
        assert text not in rows and text.encode().hex() not in rows
    read = api.call("GET", f"/v1/customers/{made.json['id']}?reveal=pii")
    assert read.status == 200 and name in json.dumps(read.json) and email in json.dumps(read.json)
    assert name not in json.dumps(api.call("GET", f"/v1/customers/{made.json['id']}").json)


@pytest.mark.parametrize("statement", ["UPDATE entries SET amount = 1", "DELETE FROM entries",
                                       "TRUNCATE transactions CASCADE", "DELETE FROM audit_events"])
def test_what_is_posted_cannot_be_changed(api, stack, statement):
    api.funded(1)
    with pytest.raises(AssertionError, match="append-only"):
        stack.sql(statement)
