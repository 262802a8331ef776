"""Parts of the stack that die, and the stack itself: who notices, and what stays."""
import concurrent.futures
import os
import re
import signal
import subprocess
import threading
import time

import boto3
import pytest
import urllib3

from conftest import STATE, TOP, Api


@pytest.fixture
def healed(stack):
    """Whatever a test has killed runs again after it."""
    yield
    stack.up()


def traffic(api, seconds):
    """Reads and transfers from 8 threads for that long; the statuses that came back."""
    source, target, statuses = api.funded(10 ** 9), api.account(), []
    end = time.monotonic() + seconds

    def run(number):
        while time.monotonic() < end:
            try:
                reply = api.transfer(source, target, 1) if number % 2 else api.call(
                    "GET", f"/v1/accounts/{source}/balances")
                statuses.append((reply.status, reply.code))
            except urllib3.exceptions.HTTPError as error:
                statuses.append((0, type(error).__name__))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))
    return source, target, statuses


def test_up_again_is_quick_and_leaves_what_runs(stack):
    before = [stack.process(name) for name in ("emulator", "postgres", "redis", "api")]
    assert stack.up() < 5
    assert [stack.process(name) for name in ("emulator", "postgres", "redis", "api")] == before


def test_env_has_all_that_a_user_needs(stack):
    assert set(stack.env) == {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION",
                              "AWS_DEFAULT_REGION", "FLORIN_API_URL", "FLORIN_API_USER", "FLORIN_API_PASSWORD",
                              "DATABASE_URL", "REDIS_URL"}
    assert (STATE / "env").stat().st_mode & 0o077 == 0, "it holds passwords"


def test_a_balance_is_cached_and_never_stale(api):
    account, other = api.funded(100), api.account()
    api.balance(account)
    assert api.balance(account).headers["X-Cache"] == "hit"
    api.transfer(account, other, 1)
    assert api.balance(account).json["posted"] == 99
    assert api.balance(account, Cache_Control="no-cache").headers["X-Cache"] == "bypass"


def test_without_redis_no_request_fails(api, stack, healed):
    killer = threading.Timer(0.7, lambda: stack.kill("redis", signal.SIGKILL))
    killer.start()
    source, target, statuses = traffic(api, 2.5)
    killer.join()
    assert {s for s, _ in statuses} == {200, 201}, statuses
    moved = api.balance(target, Cache_Control="no-cache").json["posted"]
    assert moved == sum(s == 201 for s, _ in statuses) > 0
    stack.up()
    deadline = time.monotonic() + 10
    while api.balance(source).headers["X-Cache"] != "hit":
        assert time.monotonic() < deadline, "the cache is not used again"
        time.sleep(0.1)
    assert api.balance(target).json["posted"] == moved


def test_sessions_outlive_a_killed_emulator(api, stack, healed):
    stack.kill("emulator", signal.SIGKILL)
    reply = api.call("POST", "/v1/auth/login", {"email": stack.env["FLORIN_API_USER"],
                                                "password": stack.env["FLORIN_API_PASSWORD"]})
    assert (reply.status, reply.code) == (503, "session_store_unavailable")
    assert reply.json["retryable"] is True
    stack.up()
    assert api.call("GET", "/v1/accounts").status == 200  # by the token from before
    assert api.funded(5)


def test_a_disabled_key_stops_personal_data_and_nothing_else(api, stack):
    env = stack.env
    kms = boto3.client("kms", endpoint_url=env["AWS_ENDPOINT_URL"], region_name=env["AWS_REGION"],
                       aws_access_key_id=env["AWS_ACCESS_KEY_ID"], aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"])
    person = {"kind": "person", "full_name": "Grace Hopper"}
    key = kms.describe_key(KeyId="alias/fintech-pii")["KeyMetadata"]["KeyId"]
    known = api.call("POST", "/v1/customers", person).json["id"]
    kms.disable_key(KeyId=key)
    try:
        reply = api.call("POST", "/v1/customers", person)
        assert (reply.status, reply.code, reply.json["retryable"]) == (503, "kms_unavailable", True)
        assert api.call("GET", f"/v1/customers/{known}?reveal=pii").json["pii"]["full_name"] == "Grace Hopper", \
            "a kept key serves"
        assert api.call("GET", f"/v1/customers/{known}").status == 200
        assert api.balance(api.funded(5)).json["posted"] == 5
    finally:
        kms.enable_key(KeyId=key)
    assert api.call("POST", "/v1/customers", person).status == 201


def test_postgres_restarted_at_once_is_found_again(api, stack, healed):
    account = api.funded(50)
    stack.kill("postgres", signal.SIGQUIT)
    reply = api.call("GET", "/v1/accounts")
    assert (reply.status, reply.code) == (503, "database_unavailable")
    stack.up()
    deadline = time.monotonic() + 10
    while api.call("GET", "/v1/accounts").status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert api.balance(account, Cache_Control="no-cache").json["posted"] == 50


def test_an_api_that_is_told_to_stop_finishes_its_work(api, stack, healed):
    pid = stack.process("api")
    killer = threading.Timer(0.7, lambda: stack.kill("api", signal.SIGTERM))
    killer.start()
    source, target, statuses = traffic(api, 1.5)
    killer.join()
    answered = {s for s, _ in statuses if s}
    assert answered <= {200, 201, 503}, statuses
    assert {code for status, code in statuses if status == 503} <= {"draining"}
    stack.up()
    assert stack.process("api") != pid
    moved = Api(stack).balance(target, Cache_Control="no-cache").json["posted"]
    acknowledged = sum(s == 201 for s, _ in statuses)
    assert acknowledged <= moved <= acknowledged + 8  # 8 may have lost their answers


def test_a_killed_api_loses_no_acknowledged_transfer(api, stack, healed):
    for _ in range(3):
        killer = threading.Timer(0.3, lambda: stack.kill("api", signal.SIGKILL))
        killer.start()
        _, target, statuses = traffic(api, 0.6)
        killer.join()
        stack.up()
        acknowledged = sum(s == 201 for s, _ in statuses)
        moved = api.balance(target, Cache_Control="no-cache").json["posted"]
        assert acknowledged <= moved <= acknowledged + 8
        assert {s for s, _ in statuses} <= {0, 200, 201}


def test_no_secret_stands_in_a_log(api, stack):
    secrets = re.findall(r"=(\w+)$", (STATE / "passwords").read_text(), re.MULTILINE) + [api.token]
    for log in (STATE / "logs").iterdir():
        text = log.read_text(errors="replace")
        assert not [s for s in secrets if s in text], f"a secret stands in {log.name}"


def test_the_api_refuses_settings_that_it_does_not_know(stack):
    environment = {"PATH": os.environ["PATH"], "FLORIN_LISTN": "127.0.0.1:0"}
    done = subprocess.run([TOP / "build/bin/florin-api"], env=environment, capture_output=True, text=True,
                          timeout=20, check=False)
    assert done.returncode == 2 and "did you mean FLORIN_LISTEN" in done.stderr
