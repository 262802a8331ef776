"""The stack that runs: scripts/up in the folder FLORIN_STATE (default .florin) has brought it up."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import threading
import time
import uuid

import pytest
import urllib3

TOP = pathlib.Path(__file__).resolve().parents[2]
STATE = pathlib.Path(os.environ.get("FLORIN_STATE") or TOP / ".florin")


class Stack:
    """Its settings, its processes, and its database."""

    def __init__(self):
        if not (STATE / "env").exists():
            raise pytest.UsageError(f"no stack is up in {STATE}: run scripts/up")
        text = (STATE / "env").read_text()
        self.env = dict(re.findall(r"^export (\w+)=(.*)$", text, re.MULTILINE))
        self.url = self.env["FLORIN_API_URL"]

    def up(self):
        """scripts/up once more: what was stopped is started again. How many seconds it took."""
        began = time.monotonic()
        done = subprocess.run([TOP / "scripts/up", "--no-build", "--no-suite"], capture_output=True,
                              text=True, check=False, env={**os.environ, "FLORIN_STATE": str(STATE)})
        assert done.returncode == 0, done.stdout + done.stderr
        return time.monotonic() - began

    def process(self, name):
        return int((STATE / "pids" / name).read_text().split()[0])

    def kill(self, name, signal_number):
        """Sends the signal and waits for the end of the process."""
        pid = self.process(name)
        os.kill(pid, signal_number)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if re.search(r"^State:\s+[ZX]", pathlib.Path(f"/proc/{pid}/status").read_text(), re.MULTILINE):
                    return
            except (FileNotFoundError, ProcessLookupError):
                return
            time.sleep(0.01)
        raise AssertionError(f"{name} does not end")

    def sql(self, query):
        """Rows of texts."""
        done = subprocess.run(["psql", "-XAt", "-F", "\t", self.env["DATABASE_URL"], "-c", query],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]


class Reply:
    def __init__(self, answer):
        self.status, self.headers, self.body = answer.status, answer.headers, answer.data
        self.json = json.loads(answer.data) if answer.data else None

    @property
    def code(self):
        return self.json.get("code") if isinstance(self.json, dict) else None


class Api:
    """The API, signed in as the owner that scripts/up has seeded."""

    def __init__(self, stack):
        self.stack = stack
        self.pool = urllib3.PoolManager(maxsize=64, retries=False, timeout=30)
        self.token = None
        self.login()

    def login(self):
        env = self.stack.env
        reply = self.call("POST", "/v1/auth/login", {"email": env["FLORIN_API_USER"],
                                                     "password": env["FLORIN_API_PASSWORD"]})
        assert reply.status == 200, reply.body
        self.token = reply.json["access_token"]

    def call(self, method, path, body=None, **headers):
        """`body`: a value that is sent as JSON, or bytes that are sent as they are."""
        sent = {"Content-Type": "application/json"} if body is not None else {}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        return Reply(self.pool.request(method, self.stack.url + path, body=data,
                                       headers={n: v for n, v in sent.items() if v is not None}))

    def account(self, **members):
        reply = self.call("POST", "/v1/accounts", {"type": "liability", "currency": "USD", **members})
        assert reply.status == 201, reply.body
        return reply.json["id"]

    def transfer(self, source, target, amount, key=None, **members):
        return self.call("POST", "/v1/transfers", {"from": source, "to": target, "amount": amount,
                                                   "currency": "USD", **members},
                         Idempotency_Key=key or str(uuid.uuid4()))

    def funded(self, amount):
        """A new account with that balance, which may not go below zero."""
        source, target = self.account(overdraft_limit=amount), self.account()
        assert self.transfer(source, target, amount).status == 201
        return target

    def balance(self, account, **headers):
        reply = self.call("GET", f"/v1/accounts/{account}/balances", **headers)
        assert reply.status == 200, reply.body
        return reply


def at_once(count, function):
    """Runs function(number) in `count` threads that start together; the results in order."""
    gate = threading.Barrier(count)

    def run(number):
        gate.wait()
        return function(number)
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture(scope="session")
def stack():
    return Stack()


@pytest.fixture(scope="session")
def api(stack):
    return Api(stack)


@pytest.fixture(scope="session", autouse=True)
def books_balance(stack):
    """Whatever the tests did, the ledger sums to zero, and each transaction does."""
    yield
    assert stack.sql("SELECT currency FROM entries GROUP BY currency HAVING sum(amount) <> 0") == []
    assert stack.sql("SELECT transaction_id FROM entries GROUP BY transaction_id, currency "
                     "HAVING sum(amount) <> 0 OR count(*) < 2") == []
