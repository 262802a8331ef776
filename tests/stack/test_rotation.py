"""The database secret is rotated while the API serves: who notices, and for how long."""
import json
import random
import re
import signal
import threading
import time

import boto3
import psycopg
import pytest
import urllib3

from conftest import STATE, Api

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:SecretsManagerRDSPostgreSQLRotation"
SECRET, ROTATIONS, CLIENTS, DELAYED_SECONDS = "fintech/db", 20, 8, 0.25


@pytest.fixture(scope="module")
def secrets(stack):
    env = stack.env
    return boto3.client("secretsmanager", endpoint_url=env["AWS_ENDPOINT_URL"], region_name=env["AWS_REGION"],
                        aws_access_key_id=env["AWS_ACCESS_KEY_ID"], aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"])


@pytest.fixture(scope="module")
def superuser(stack):
    password = re.search(r"^superuser_password=(\w+)$", (STATE / "passwords").read_text(), re.MULTILINE)[1]
    port = re.search(r":(\d+)/", stack.env["DATABASE_URL"])[1]
    with psycopg.connect(host="127.0.0.1", port=port, user="postgres", password=password, dbname="florin",
                         autocommit=True) as connection:
        yield connection


class Load:
    """Clients that read and transfer without a pause, and remember each request: (when, seconds, status)."""

    def __init__(self, api):
        self.api, self.source, self.target = api, api.funded(10 ** 9), api.account()
        self.requests, self.stopped = [], False
        self.gate, self.under_way = threading.Condition(), 0
        self.open = True
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        while not self.stopped:
            with self.gate:
                self.gate.wait_for(lambda: self.open)
                self.under_way += 1
            began = time.monotonic()
            try:
                reply = self.api.transfer(self.source, self.target, 1) if number % 2 else self.api.call(
                    "GET", f"/v1/accounts/{self.source}/balances", Cache_Control="no-cache")
                status = reply.status
            except urllib3.exceptions.HTTPError:
                status = 0
            self.requests.append((began, time.monotonic() - began, status))
            with self.gate:
                self.under_way -= 1
                self.gate.notify_all()

    def without_requests(self, function):
        """Runs it while no request is under way; those that follow come all at once."""
        with self.gate:
            self.open = False
            self.gate.wait_for(lambda: self.under_way == 0)
            function()
            self.open = True
            self.gate.notify_all()

    def stop(self):
        self.stopped = True
        for thread in self.threads:
            thread.join()

    def figures(self):
        failed = sorted(when for when, _, status in self.requests if status not in (200, 201))
        outage = failed[-1] - failed[0] if failed else 0
        return {"requests": len(self.requests), "failed": len(failed), "outage seconds": round(outage, 3),
                "delayed": sum(s > DELAYED_SECONDS for _, s, _ in self.requests),
                "slowest seconds": round(max(s for _, s, _ in self.requests), 3)}


def rotate(secrets, strategy):
    return secrets.rotate_secret(SecretId=SECRET, RotationLambdaARN=FUNCTION + strategy)["VersionId"]


def wait_until_current(secrets, version):
    end = time.monotonic() + 20
    while secrets.describe_secret(SecretId=SECRET)["VersionIdsToStages"].get(version) != ["AWSCURRENT"]:
        assert time.monotonic() < end, "the rotation does not end"
        time.sleep(0.01)


def end_sessions(superuser):
    """The API has to log in anew, whatever the moment."""
    superuser.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'florin-api'")


@pytest.mark.parametrize("strategy", ["MultiUser", "SingleUser"])
def test_rotations_under_load(api, stack, secrets, superuser, strategy, capsys):
    random.seed(7)
    process = stack.process("api")
    load = Load(api)
    for _ in range(ROTATIONS):
        version = rotate(secrets, strategy)
        time.sleep(random.uniform(0, 0.06))  # some step of it
        load.without_requests(lambda: end_sessions(superuser))
        wait_until_current(secrets, version)
        time.sleep(0.1)
        load.without_requests(lambda: end_sessions(superuser))
    load.stop()
    figures = load.figures()
    with capsys.disabled():
        print(f"\n{strategy}, {ROTATIONS} rotations, {2 * ROTATIONS} times all logins anew: {figures}")
    assert figures["failed"] == 0, figures
    assert figures["slowest seconds"] < 1.5 and figures["requests"] > 10 * ROTATIONS
    assert stack.process("api") == process
    posted = sum(status == 201 for _, _, status in load.requests)
    assert api.balance(load.target, Cache_Control="no-cache").json["posted"] == posted


def test_open_sessions_move_to_the_new_login_by_themselves(api, secrets, superuser):
    """Nothing forces them: the API hears of the new login within about a minute, then reconnects."""
    version = rotate(secrets, "MultiUser")
    wait_until_current(secrets, version)
    value = secrets.get_secret_value(SecretId=SECRET)["SecretString"]
    user, end = json.loads(value)["username"], time.monotonic() + 100
    account = api.funded(1)

    def logins():
        return {row[0] for row in superuser.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'florin-api' "
            "AND state_change > now() - interval '8 seconds'")}
    while logins() != {user}:
        assert time.monotonic() < end, (logins(), user)
        assert api.balance(account, Cache_Control="no-cache").status == 200
        time.sleep(0.2)


def test_an_api_that_starts_after_a_rotation_serves_with_the_new_login(api, stack, secrets):
    user = json.loads(secrets.get_secret_value(SecretId=SECRET)["SecretString"])["username"]
    if not user.endswith("_clone"):
        wait_until_current(secrets, rotate(secrets, "MultiUser"))
    stack.kill("api", signal.SIGTERM)
    stack.up()
    assert Api(stack).funded(5), "scripts/up has left the rotated secret alone"
    assert json.loads(secrets.get_secret_value(SecretId=SECRET)["SecretString"])["username"].endswith("_clone")
