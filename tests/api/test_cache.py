"""Balances are cached, never stale after a transfer, and right without Redis."""
import os
import signal
import subprocess
import urllib.parse

import pytest

from conftest import setting, together


def redis_pid():
    port = urllib.parse.urlsplit(setting("REDIS_URL")).port
    listing = subprocess.run(["ss", "-Hltnp", f"sport = :{port}"], capture_output=True, text=True, check=False).stdout
    if "pid=" not in listing:
        pytest.skip("the process that listens on REDIS_URL is not ours to stop")
    return int(listing.split("pid=")[1].split(",")[0])


def test_a_read_after_a_transfer_is_a_hit_and_fresh(api):
    source, target = api.world(), api.account()
    for posted in range(1, 4):
        assert api.transfer(source, target, 1).status_code == 201
        reply = api.get(f"/v1/accounts/{target}/balances")
        assert reply.headers["X-Cache"] in {"hit", "bypass"}
        assert reply.json()["posted"] == posted


def test_the_first_read_misses_then_hits_and_no_cache_asks_the_ledger(api):
    account = api.account()
    caches = [api.get(f"/v1/accounts/{account}/balances").headers["X-Cache"] for _ in range(2)]
    assert caches in (["miss", "hit"], ["bypass", "bypass"])
    reply = api.get(f"/v1/accounts/{account}/balances", headers={"Cache-Control": "no-cache"})
    assert reply.headers["X-Cache"] == "bypass"


def test_versions_never_go_back_under_concurrent_reads(api):
    source, target = api.world(), api.account()

    def work(i):
        if i % 4 == 0:
            return [api.transfer(source, target, 1).status_code for _ in range(10)]
        versions = [api.balance(target)["account_version"] for _ in range(20)]
        return versions == sorted(versions)

    results = together(16, work)
    assert all(result is True or set(result) == {201} for result in results)
    assert api.balance(target)["posted"] == 40


def test_with_redis_stopped_nothing_fails(api):
    pid = redis_pid()
    source, target = api.world(), api.account()
    os.kill(pid, signal.SIGSTOP)
    try:
        for posted in range(1, 11):
            assert api.transfer(source, target, 1).status_code == 201
            reply = api.get(f"/v1/accounts/{target}/balances")
            assert (reply.json()["posted"], reply.headers["X-Cache"]) == (posted, "bypass")
        assert api.get("/health/ready").status_code == 200
    finally:
        os.kill(pid, signal.SIGCONT)
    assert api.balance(target)["posted"] == 10
