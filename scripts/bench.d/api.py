"""The API's part of scripts/bench: transfers beside pgbench's TPC-B on the same Postgres."""
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import urllib.request

from measure import HOME, TOP, load, median, say, table, verdict


class Stack:
    """A whole stack of its own, brought up and taken down by scripts/up and scripts/down."""

    def __init__(self, folder):
        self.environment = {**os.environ, "FLORIN_STATE": str(folder)}
        for part in ("EMULATOR", "API", "POSTGRES", "REDIS"):
            self.environment[f"FLORIN_{part}_PORT"] = "0"
        self.folder = folder

    def __enter__(self):
        subprocess.run([TOP / "scripts/up", "--no-build", "--no-suite"], check=True, env=self.environment,
                       stdout=subprocess.DEVNULL)
        self.env = dict(re.findall(r"^export (\w+)=(.*)$", (self.folder / "env").read_text(), re.MULTILINE))
        words = (self.folder / "passwords").read_text() + (self.folder / "ports").read_text()
        self.settings = dict(re.findall(r"^(\w+)=(.*)$", words, re.MULTILINE))
        return self

    def __exit__(self, *unused):
        subprocess.run([TOP / "scripts/down", "--erase"], check=True, env=self.environment)

    def call(self, path, body, **headers):
        request = urllib.request.Request(self.env["FLORIN_API_URL"] + path, json.dumps(body).encode(),
                                         {"Content-Type": "application/json", **headers})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def postgres(self, program, *words, **options):
        found = next(iter(sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)),
                     program)
        environment = {**os.environ, "PGPASSWORD": self.settings["superuser_password"]}
        return subprocess.run([found, "-h", "127.0.0.1", "-p", self.settings["postgres_port"], "-U", "postgres", *words],
                              check=True, env=environment, capture_output=True, text=True, **options).stdout


def prepare_transfers(stack, accounts):
    token = stack.call("/v1/auth/login", {"email": stack.env["FLORIN_API_USER"],
                                          "password": stack.env["FLORIN_API_PASSWORD"]})["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    made = [stack.call("/v1/accounts", {"type": "liability", "currency": "USD", "overdraft_limit": 10 ** 12}, **bearer)["id"]
            for _ in range(accounts)]
    return token, made


def transfers(stack, token, accounts, count, name):
    host = stack.env["FLORIN_API_URL"].split("//")[1]
    made = []
    for number in range(count):
        source, target = random.sample(accounts, 2)
        body = json.dumps({"from": source, "to": target, "amount": random.randint(1, 999), "currency": "USD"}).encode()
        made.append((f"POST /v1/transfers HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
                     f"Content-Type: application/json\r\nIdempotency-Key: {name}-{number}\r\n"
                     f"Content-Length: {len(body)}\r\n\r\n").encode() + body)
    return made


def tpcb(stack, seconds):
    told = stack.postgres("pgbench", "-n", "-c", "8", "-j", "2", "-T", str(seconds), "bench")
    return float(re.search(r"tps = ([\d.]+)", told).group(1))


def books_balance(stack):
    """The ledger's total and the number of transactions that do not sum to zero: both are to be 0."""
    query = ("SELECT coalesce(sum(amount), 0), (SELECT count(*) FROM (SELECT 1 FROM entries GROUP BY "
             "transaction_id, currency HAVING sum(amount) <> 0) AS wrong) FROM entries")
    return stack.postgres("psql", "-XAt", "-d", "florin", "-c", query).strip() == "0|0"


def bench_api(rounds, seconds):
    folder = HOME / "stack"
    with Stack(folder) as stack:
        port = int(stack.settings["api_port"])
        say("API: preparing accounts, and pgbench's tables at scale 10")
        token, accounts = prepare_transfers(stack, 200)
        stack.postgres("createdb", "bench")
        stack.postgres("pgbench", "-i", "-q", "-s", "10", "bench")
        load(port, transfers(stack, token, accounts, 500, "warm"), once=True)
        tpcb(stack, 2)
        pairs = []
        for number in range(rounds):
            base = tpcb(stack, seconds)
            wanted = transfers(stack, token, accounts, int(base * seconds * 3) + 1000, f"round-{number}")
            result = load(port, wanted, seconds=seconds, once=True)
            pairs.append((base, result["per_second"], result["p99_ms"]))
            say(f"API: round {number + 1} of {rounds}: TPC-B {base:.0f}/s, transfers {result['per_second']:.0f}/s")
        half = int(median([p[1] for p in pairs]) / 2)
        open_loop = load(port, transfers(stack, token, accounts, half * seconds, "open"), rate=half,
                         connections=64, once=True, seconds=seconds * 2)
        balanced = books_balance(stack)
    report_api(pairs, half, open_loop, balanced)
    if not balanced:
        sys.exit("the ledger does not sum to zero: these figures are void")


def report_api(pairs, half, open_loop, balanced):
    table("Transfers through the API, 8 connections, beside pgbench TPC-B (scale 10, 8 clients) on the same Postgres",
          ["", "per second", "p99"], [
              ["TPC-B", f"{median([p[0] for p in pairs]):,.0f}", ""],
              ["transfers", f"{median([p[1] for p in pairs]):,.0f}", f"{median([p[2] for p in pairs]):.1f} ms"],
              [f"transfers, open loop at {half}/s", f"{open_loop['per_second']:,.0f}", f"{open_loop['p99_ms']:.1f} ms"]])
    ratios = [p[1] / p[0] for p in pairs]
    table("Goals", ["", "measured", "goal", ""], [
        ["transfers / TPC-B, median of pairs", *verdict(median(ratios), 0.8, ">=")],
        ["p99 at half load", *verdict(open_loop["p99_ms"], 25, "<", " ms")],
        ["the ledger sums to zero", "yes" if balanced else "NO", "yes", "met" if balanced else "MISSED"]])
    print(f"  pairs: {', '.join(f'{r:.2f}' for r in ratios)}")
