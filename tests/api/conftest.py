"""The running stack that these tests drive, given by the environment that scripts/up leaves.

FLORIN_API_URL, FLORIN_API_USER, FLORIN_API_PASSWORD, DATABASE_URL; REDIS_URL and AWS_ENDPOINT_URL where
a test needs them. Without FLORIN_API_URL every test is skipped.
"""
import concurrent.futures
import os
import uuid

import psycopg
import pytest
import requests


def setting(name):
    value = os.environ.get(name)
    if not value:
        pytest.skip(f"{name} names no running stack")
    return value


class Api:
    """The API under one access token."""

    def __init__(self, url, tokens):
        self.url = url
        self.tokens = tokens
        self.session = requests.Session()
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=64)
        self.session.mount("http://", adapter)
        self.session.headers["Authorization"] = "Bearer " + tokens["access_token"]

    def call(self, method, path, **options):
        return self.session.request(method, self.url + path, timeout=30, **options)

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.call("POST", path, json=body, **options)

    def account(self, kind="liability", currency="USD", **more):
        reply = self.post("/v1/accounts", {"type": kind, "currency": currency, **more})
        assert reply.status_code == 201, reply.text
        return reply.json()["id"]

    def world(self, currency="USD"):
        """An account that money can come from."""
        return self.account("equity", currency, overdraft_limit=None)

    def transfer(self, source, target, amount, key=None, currency="USD", **more):
        body = {"from": source, "to": target, "amount": amount, "currency": currency, **more}
        return self.post("/v1/transfers", body, headers={"Idempotency-Key": key or str(uuid.uuid4())})

    def balance(self, account, **options):
        reply = self.get(f"/v1/accounts/{account}/balances", **options)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def funded(self, amount):
        account = self.account()
        assert self.transfer(self.world(), account, amount).status_code == 201
        return account


def sign_in():
    url = setting("FLORIN_API_URL")
    body = {"email": setting("FLORIN_API_USER"), "password": setting("FLORIN_API_PASSWORD")}
    for _ in range(50):
        reply = requests.post(url + "/v1/auth/login", json=body, timeout=30)
        if reply.status_code != 429:  # at most two passwords are hashed at once
            break
    assert reply.status_code == 200, reply.text
    return Api(url, reply.json())


@pytest.fixture(scope="session")
def api():
    return sign_in()


@pytest.fixture
def fresh():
    """A session of the test's own, which it may end."""
    return sign_in()


@pytest.fixture(scope="session")
def database():
    with psycopg.connect(setting("DATABASE_URL"), autocommit=True) as connection:
        yield connection


@pytest.fixture(autouse=True)
def books_are_balanced(database):
    """Whatever a test did, the ledger sums to zero after it."""
    yield
    unbalanced = database.execute(
        "SELECT transaction_id, currency, sum(amount), count(*) FROM entries "
        "GROUP BY transaction_id, currency HAVING sum(amount) <> 0 OR count(*) < 2").fetchall()
    assert unbalanced == []
    totals = database.execute(
        "SELECT currency FROM accounts GROUP BY currency "
        "HAVING sum(debits_posted) <> sum(credits_posted)").fetchall()
    assert totals == []


def together(count, function):
    """Calls function(i) from `count` threads at once, and gives the results in order."""
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(function, range(count)))
