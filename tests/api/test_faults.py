"""An API of the test's own, on the running stack's parts, while one of them fails or it is told to stop.

The program is FLORIN_API_PROGRAM, or what the build left.
"""
import json
import os
import pathlib
import signal
import subprocess
import threading
import time
import urllib.parse
import uuid

import boto3
import pytest
import requests

from conftest import Api, setting

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ["build/bin/florin-api", "build/dev/api/florin-api"]
PERSON = {"kind": "person", "full_name": "Grace Hopper"}


def program():
    named = os.environ.get("FLORIN_API_PROGRAM")
    for path in [named] if named else PROGRAMS:
        if (TOP / path).exists():
            return str(TOP / path)
    return pytest.skip("no florin-api is built")


def environment(**more):
    aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    return {"PATH": os.environ["PATH"], "FLORIN_LISTEN": "127.0.0.1:0", **aws, **more}


class Server:
    """A florin-api: where it listens, and its log line by line."""

    def __init__(self, **settings):
        self.process = subprocess.Popen([program()], env=environment(**settings), stdout=subprocess.PIPE, text=True)
        self.log = []
        self.url = None
        for text in self.process.stdout:
            self.log.append(text)
            line = json.loads(text)
            if line.get("message") == "listening":
                self.url = "http://" + line["address"]
                break
        assert self.url, "".join(self.log)
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stdout))
        self.reader.start()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        self.reader.join()
        return code


@pytest.fixture
def start():
    servers = []

    def begin(**settings):
        servers.append(Server(**settings))
        return servers[-1]

    yield begin
    for server in servers:
        if server.process.poll() is None:
            assert server.stop() == 0, "".join(server.log[-20:])


def database_secret(**change):
    url = urllib.parse.urlsplit(setting("DATABASE_URL"))
    return json.dumps({"username": url.username, "password": url.password or "-", "host": url.hostname,
                       "port": url.port, "dbname": url.path[1:]} | change)


@pytest.fixture
def secret():
    """A secret of the test's own with the way into the database; gives its name and its client."""
    setting("AWS_ENDPOINT_URL")
    client = boto3.client("secretsmanager", region_name=os.environ.get("AWS_REGION", "us-east-1"))
    name = "test/" + uuid.uuid4().hex
    client.create_secret(Name=name, SecretString=database_secret())
    yield name, client
    client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def test_without_kms_personal_data_waits_and_money_moves(start, secret, api):
    server = start(FLORIN_DATABASE_SECRET=secret[0], AWS_ENDPOINT_URL_KMS="http://127.0.0.1:1")
    mine = Api(server.url, api.tokens)
    customer = api.post("/v1/customers", PERSON).json()
    for reply in [mine.post("/v1/customers", PERSON), mine.get(f"/v1/customers/{customer['id']}?reveal=pii")]:
        assert (reply.status_code, reply.json()["code"]) == (503, "kms_unavailable")
        assert reply.headers["Retry-After"] == "1"
    assert mine.get("/v1/customers/" + customer["id"]).status_code == 200
    assert mine.transfer(mine.world(), mine.account(), 5).status_code == 201


def test_without_dynamodb_nobody_gets_in(start, secret, api):
    server = start(FLORIN_DATABASE_SECRET=secret[0], AWS_ENDPOINT_URL_DYNAMODB="http://127.0.0.1:1")
    mine = Api(server.url, api.tokens)
    for reply in [mine.get("/v1/accounts"), mine.post("/v1/transfers", {}, headers={"Idempotency-Key": "k"})]:
        assert (reply.status_code, reply.json()["code"]) == (503, "session_store_unavailable")
    assert mine.get("/health/ready").status_code == 200


def test_without_redis_configured_balances_come_from_the_ledger(start, secret, api):
    mine = Api(start(FLORIN_DATABASE_SECRET=secret[0]).url, api.tokens)
    account = api.funded(7)
    reply = mine.get(f"/v1/accounts/{account}/balances")
    assert (reply.headers["X-Cache"], reply.json()["posted"]) == ("bypass", 7)


def test_the_previous_credentials_serve_while_a_rotation_is_half_done(start, secret, api):
    name, client = secret
    client.put_secret_value(SecretId=name, SecretString=database_secret(username="florin_not_yet"))
    server = start(FLORIN_DATABASE_SECRET=name, FLORIN_MIGRATE="off")
    mine = Api(server.url, api.tokens)
    assert mine.get("/health/ready").status_code == 200
    assert mine.transfer(mine.world(), mine.account(), 5).status_code == 201


def test_a_missing_secret_stops_the_start_and_is_named(secret):
    result = subprocess.run([program()], env=environment(FLORIN_DATABASE_SECRET="test/none"), capture_output=True,
                            text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert "test/none" in result.stdout and "FLORIN_DATABASE_SECRET" in result.stdout


def test_an_unknown_setting_stops_the_start_with_the_nearest_name():
    setting("FLORIN_API_URL")
    result = subprocess.run([program()], env=environment(FLORIN_REDIS_ULR="x"), capture_output=True, text=True,
                            timeout=60, check=False)
    assert (result.returncode, result.stderr) == (2, "FLORIN_REDIS_ULR is not a setting; did you mean FLORIN_REDIS_URL?\n")


def test_help_teaches_every_setting():
    setting("FLORIN_API_URL")
    result = subprocess.run([program(), "--help"], capture_output=True, text=True, timeout=60, check=True)
    for name in ["FLORIN_LISTEN", "FLORIN_DATABASE_SECRET", "FLORIN_SESSIONS_TABLE", "create-owner", "migrate"]:
        assert name in result.stdout


def test_a_stop_under_load_finishes_what_is_under_way(start, secret, api):
    server = start(FLORIN_DATABASE_SECRET=secret[0])
    source, target = api.world(), api.account()
    posted, broken, stopping = [], [], threading.Event()

    def work():
        mine = Api(server.url, api.tokens)
        while True:
            try:
                posted.append(mine.transfer(source, target, 1).status_code)
            except requests.ConnectionError as error:
                broken.append(error) if not stopping.is_set() else None
                return

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    time.sleep(0.5)
    stopping.set()
    assert server.stop() == 0
    for worker in workers:
        worker.join()
    assert broken == [] and set(posted) == {201} and len(posted) > 8
    assert api.balance(target, headers={"Cache-Control": "no-cache"})["posted"] >= len(posted)
    assert '"message":"stopped"' in "".join(server.log)


def test_it_serves_unready_for_as_long_as_a_load_balancer_needs(start, secret):
    server = start(FLORIN_DATABASE_SECRET=secret[0], FLORIN_DEREGISTRATION_SECONDS="1")
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    ready = requests.get(server.url + "/health/ready", timeout=5)
    assert (ready.status_code, ready.json()["code"], ready.headers["Connection"]) == (503, "draining", "close")
    assert requests.get(server.url + "/health/live", timeout=5).status_code == 200
    assert server.process.wait(timeout=10) == 0


def test_no_secret_reaches_the_log(start, secret, api):
    server = start(FLORIN_DATABASE_SECRET=secret[0], FLORIN_LOG_LEVEL="debug", FLORIN_METRICS_SECONDS="1")
    mine = Api(server.url, api.tokens)
    requests.post(server.url + "/v1/auth/login", json={"email": setting("FLORIN_API_USER"),
                                                       "password": setting("FLORIN_API_PASSWORD")}, timeout=30)
    mine.post("/v1/customers", PERSON)
    mine.transfer(mine.world(), mine.account(), 5)
    assert server.stop() == 0
    log = "".join(server.log)
    password = urllib.parse.urlsplit(setting("DATABASE_URL")).password
    hidden = [setting("FLORIN_API_PASSWORD"), "Grace", *(t.rsplit(".", 1)[1] for t in api.tokens.values()
                                                          if isinstance(t, str) and "." in t)]
    assert not [word for word in hidden + ([password] if password else []) if word in log]
    metrics = [json.loads(line) for line in log.splitlines() if "CloudWatchMetrics" in line]
    assert any(line.get("TransfersPosted") == 1 for line in metrics)
