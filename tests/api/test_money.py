"""Money moves once, never below the floor, and the books always sum to zero."""
import uuid

import psycopg
import pytest

from conftest import together


def test_a_transfer_moves_money_and_shows_both_legs(api):
    source, target = api.world(), api.account()
    reply = api.transfer(source, target, 1250, reference=str(uuid.uuid4()), metadata={"b": "2", "a": "1"})
    assert reply.status_code == 201
    transfer = reply.json()
    assert [leg["balance_after"] for leg in transfer["legs"]] == [-1250, 1250]
    assert [leg["direction"] for leg in transfer["legs"]] == ["debit", "credit"]
    assert transfer["metadata"] == {"a": "1", "b": "2"}
    assert api.balance(target)["posted"] == 1250
    assert api.get("/v1/transfers/" + transfer["id"]).json() == transfer
    entries = api.get(f"/v1/accounts/{target}/entries").json()["data"]
    assert [(e["transfer"], e["amount"], e["direction"]) for e in entries] == [(transfer["id"], 1250, "credit")]


def test_sixteen_equal_requests_at_once_move_the_money_once(api, database):
    source, target, key = api.world(), api.account(), str(uuid.uuid4())
    replies = together(16, lambda _: api.transfer(source, target, 100, key))
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.content for reply in replies}) == 1
    replayed = [reply.headers.get("Idempotent-Replayed") for reply in replies]
    assert replayed.count("true") == 15 and replayed.count(None) == 1
    assert api.balance(target)["posted"] == 100
    count = database.execute("SELECT count(*) FROM transactions WHERE to_account = %s", [target]).fetchone()[0]
    assert count == 1


def test_two_hundred_debits_of_a_balance_that_covers_a_hundred(api, database):
    account, sink = api.funded(100), api.account()
    replies = together(50, lambda _: [api.transfer(account, sink, 1) for _ in range(4)])
    codes = [reply.status_code for batch in replies for reply in batch]
    assert sorted(codes) == [201] * 100 + [422] * 100
    assert api.balance(account) | {"account_version": 0} == {
        "account": account, "currency": "USD", "posted": 0, "pending": 0, "available": 0, "account_version": 0}
    assert api.balance(sink)["posted"] == 100
    history = database.execute(
        "SELECT account_version, balance_after FROM entries WHERE account_id = %s ORDER BY 1", [account]).fetchall()
    assert history == [(1, 100)] + [(n + 1, 100 - n) for n in range(1, 101)]


def test_opposite_transfers_at_once_never_deadlock(api):
    a, b = api.world(), api.world()
    replies = together(32, lambda i: api.transfer(a, b, 3) if i % 2 else api.transfer(b, a, 3))
    assert {reply.status_code for reply in replies} == {201}
    assert api.balance(a)["posted"] == 0


def test_a_key_with_another_body_is_refused_and_one_with_the_same_meaning_is_not(api):
    source, target, key = api.world(), api.account(), str(uuid.uuid4())
    first = api.transfer(source, target, 5, key)
    again = api.call("POST", "/v1/transfers", headers={"Idempotency-Key": key, "Content-Type": "application/json"},
                     data=f'{{ "currency":"USD", "amount":5,"to":"{target}",  "from":"{source}" }}')
    other = api.transfer(source, target, 6, key)
    assert again.content == first.content and again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert api.balance(target)["posted"] == 5


def test_a_refusal_stays_under_its_key_even_when_money_comes(api, database):
    account, sink, key = api.account(), api.account(), str(uuid.uuid4())
    first = api.transfer(account, sink, 10, key)
    assert (first.status_code, first.json()["code"]) == (422, "insufficient_funds")
    assert api.transfer(api.world(), account, 10).status_code == 201
    again = api.transfer(account, sink, 10, key)
    assert again.content == first.content and again.headers["Idempotent-Replayed"] == "true"
    assert api.transfer(account, sink, 10).status_code == 201
    outcomes = database.execute("SELECT outcome, reason FROM audit_events WHERE action = 'transfer.create' "
                                "AND request_id = %s", [first.headers["X-Request-Id"]]).fetchall()
    assert outcomes == [("denied", "insufficient_funds")]


def test_a_malformed_request_does_not_use_its_key_up(api):
    source, target, key = api.world(), api.account(), str(uuid.uuid4())
    assert api.transfer(source, target, "5", key).status_code == 400
    assert api.transfer(source, "acc_0", 5, key).status_code == 404
    assert api.transfer(source, target, 5, key).status_code == 201


def test_limits_of_an_account_hold(api):
    source = api.world()
    capped, overdrawn = api.account(ceiling=100), api.account(overdraft_limit=30)
    assert api.transfer(source, capped, 100).status_code == 201
    assert api.transfer(source, capped, 1).json()["code"] == "limit_exceeded"
    assert api.transfer(overdrawn, source, 31).json()["code"] == "insufficient_funds"
    assert api.transfer(overdrawn, source, 30).status_code == 201
    assert api.balance(overdrawn)["available"] == 0


def test_an_asset_account_has_its_floor_on_the_credit_side(api):
    cash, wallet = api.account("asset"), api.account()
    assert api.transfer(cash, wallet, 50).status_code == 201
    assert api.balance(cash)["posted"] == 50
    assert api.transfer(wallet, cash, 50).status_code == 201
    assert api.transfer(api.funded(5), cash, 1).json()["code"] == "insufficient_funds"


def test_currencies_do_not_mix(api):
    reply = api.transfer(api.world("USD"), api.account(currency="EUR"), 5)
    assert (reply.status_code, reply.json()["code"], reply.json()["param"]) == (400, "currency_mismatch", "to")


def test_a_balance_never_passes_the_largest_exact_number(api):
    source, target = api.world(), api.account()
    assert api.transfer(source, target, 2**53 - 1).status_code == 201
    assert api.transfer(source, target, 1).json()["code"] == "balance_overflow"


def test_frozen_and_closed_accounts_move_nothing(api, database):
    account, source = api.account(), api.world()
    for status in ["frozen", "closed"]:
        database.execute("UPDATE accounts SET status = %s WHERE id = %s", [status, account])
        assert api.transfer(source, account, 1).json()["code"] == "account_" + status


def test_a_reference_serves_once(api):
    source, target, reference = api.world(), api.account(), str(uuid.uuid4())
    first = api.transfer(source, target, 5, reference=reference)
    second = api.transfer(source, target, 5, reference=reference)
    assert (second.status_code, second.json()["code"]) == (409, "duplicate_reference")
    found = api.get("/v1/transfers", params={"reference": reference}).json()["data"]
    assert found == [first.json()]


@pytest.mark.parametrize("statement", [
    "UPDATE transactions SET amount = 1", "DELETE FROM entries", "TRUNCATE audit_events",
    "INSERT INTO entries SELECT * FROM entries LIMIT 0", "UPDATE accounts SET credits_posted = 0"])
def test_the_application_role_cannot_write_past_its_functions(database, statement):
    with database.transaction(force_rollback=True):
        database.execute("SET LOCAL ROLE florin_app")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(statement)


@pytest.mark.parametrize("table", ["transactions", "entries", "audit_events"])
def test_even_the_owner_cannot_change_history(database, table):
    for statement in [f"DELETE FROM {table}", f"TRUNCATE {table}"]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            database.execute(statement)


@pytest.mark.parametrize("legs", [[5], [5, -4], [5, -5, 1]])
def test_an_unbalanced_transaction_does_not_commit(database, legs):
    with pytest.raises(psycopg.errors.CheckViolation, match="does not sum to zero"):
        with database.transaction():
            for leg, amount in enumerate(legs):
                database.execute("INSERT INTO entries VALUES (%s, 1, 'ten', 'txn_bad', %s, %s, 'USD', 0, now(), now())",
                                 [f"acc_{uuid.uuid4().hex}", leg, amount])
