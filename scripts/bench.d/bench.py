"""Called by scripts/bench, in the tests' Python environment."""
import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests/sdk"))

from kms_rows import bench_kms  # noqa: E402
from measure import TOP, Server, free_port, load, median, raw, table, verdict  # noqa: E402
from wire import Speaker, Wire, sign  # noqa: E402

DYNALITE, MOTO = "dynalite@3.2.2", "moto[server,dynamodb]==5.1.0"
HOME = TOP / ".florin/bench"
TABLE, ITEMS, GROUP = "bench", 1000, 10
DYNAMODB = Speaker("dynamodb", "json")
random.seed(7)


def say(text):
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


# --- the servers -----------------------------------------------------------------------------

def install_peers():
    """Runs their packages' own installers once; their code stays under .florin/bench."""
    if not (HOME / "node/node_modules/.bin/dynalite").exists():
        say(f"installing {DYNALITE}")
        (HOME / "node").mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix",
                        HOME / "node", DYNALITE], check=True, stdout=subprocess.DEVNULL)
    if not (HOME / "python/bin/moto_server").exists():
        say(f"installing {MOTO}")
        subprocess.run([sys.executable, "-m", "venv", HOME / "python"], check=True)
        subprocess.run([HOME / "python/bin/pip", "install", "--quiet", "--disable-pip-version-check", MOTO],
                       check=True)


def start_emulator():
    return Server("florin", [str(TOP / "build/bin/florin-emulator"), "--listen", "127.0.0.1:0"])


def start_bare():
    return Server("bare libmicrohttpd", [str(TOP / "build/release/scripts/bench.d/bare-httpd")])


def start_dynalite():
    port = free_port()
    return Server("dynalite", ["node", str(HOME / "node/node_modules/.bin/dynalite"), "--host", "127.0.0.1",
                               "--port", str(port), "--createTableMs", "0"], port)


def start_moto():
    port = free_port()
    return Server("moto", [str(HOME / "python/bin/moto_server"), "-H", "127.0.0.1", "-p", str(port)], port)


# --- DynamoDB --------------------------------------------------------------------------------

def item(number):
    return {"group": {"S": f"group-{number // GROUP:03}"}, "id": {"S": f"item-{number:04}"},
            "n": {"N": str(number)}, "text": {"S": "the quick brown fox jumps over the lazy dog"}}


def key(number):
    return {name: item(number)[name] for name in ("group", "id")}


OPERATIONS = {
    "GetItem": lambda n: {"TableName": TABLE, "Key": key(n)},
    "PutItem": lambda n: {"TableName": TABLE, "Item": item(n)},
    "Query": lambda n: {"TableName": TABLE, "KeyConditionExpression": "#g = :g",
                        "ExpressionAttributeNames": {"#g": "group"},
                        "ExpressionAttributeValues": {":g": item(n)["group"]}},
}


def fill(server):
    wire = Wire(server.url)
    answer = wire.call(DYNAMODB, "CreateTable", {
        "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in ("group", "id")],
        "KeySchema": [{"AttributeName": "group", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}]})
    assert answer.status == 200, answer
    while b'"ACTIVE"' not in wire.call(DYNAMODB, "DescribeTable", {"TableName": TABLE}).body:
        time.sleep(0.02)
    for number in range(ITEMS):
        assert wire.call(DYNAMODB, "PutItem", OPERATIONS["PutItem"](number)).status == 200
    wire.close()


def signed(server, operation):
    """Each with a signature of its own; all within the time that a signature is good for."""
    made = []
    for _ in range(500):
        request = DYNAMODB.request(operation, OPERATIONS[operation](random.randrange(ITEMS)))
        request.headers.pop("Host", None)
        made.append(raw(sign(request, server.url, DYNAMODB)))
    return made


def measure_operations(servers, rounds, seconds):
    """{(server, operation): {"per_second": [...], "cpu_us": [...], "p99_ms": [...]}}, in turns."""
    figures = {}
    for number in range(rounds):
        for server in servers:
            for operation in OPERATIONS:
                requests = signed(server, operation)
                before = server.cpu_seconds()
                result = load(server.port, requests, seconds=seconds)
                cpu = (server.cpu_seconds() - before) * 1e6 / result["answered"]
                row = figures.setdefault((server.name, operation), {"per_second": [], "cpu_us": [], "p99_ms": []})
                row["cpu_us"].append(cpu)
                for name in ("per_second", "p99_ms"):
                    row[name].append(result[name])
        say(f"emulator: round {number + 1} of {rounds}")
    return figures


def measure_start(start, times):
    ready, memory = [], []
    for _ in range(times):
        with start() as server:
            ready.append(server.ready_ms)
            time.sleep(0.3)
            memory.append(server.memory_mib())
    return median(ready), median(memory)


def bench_emulator(rounds, seconds):
    install_peers()
    starts = {"florin": (start_emulator, 15), "dynalite": (start_dynalite, 3), "moto": (start_moto, 2)}
    say("emulator: time to ready and idle memory")
    idle = {name: measure_start(start, times) for name, (start, times) in starts.items()}
    servers = [start_emulator(), start_bare(), start_dynalite(), start_moto()]
    try:
        for server in servers:
            if server.name != "bare libmicrohttpd":
                fill(server)
        figures = measure_operations(servers, rounds, seconds)
    finally:
        for server in servers:
            server.stop()
    report_emulator(idle, figures)


def report_emulator(idle, figures):
    table("Start", ["", "ready", "idle memory"],
          [[name, f"{ready:.1f} ms", f"{memory:.1f} MiB"] for name, (ready, memory) in idle.items()])
    rows = []
    for (name, operation), row in sorted(figures.items(), key=lambda f: (list(OPERATIONS).index(f[0][1]), f[0][0] != "florin")):
        rows.append([operation, name, f"{median(row['per_second']):,.0f}", f"{median(row['cpu_us']):.1f} us",
                     f"{median(row['p99_ms']):.2f} ms"])
    table("Signed requests, 8 connections (the bare server answers a constant and verifies nothing)",
          ["operation", "server", "per second", "CPU each", "p99"], rows)
    cpu = {pair: median(row["cpu_us"]) for pair, row in figures.items()}
    own = cpu["florin", "GetItem"]
    table("Goals", ["", "measured", "goal", ""], [
        ["time to ready", *verdict(idle["florin"][0], 30, "<", " ms")],
        ["idle memory", *verdict(idle["florin"][1], 15, "<", " MiB")],
        ["GetItem's CPU time / the bare server's",
         *verdict(own / cpu["bare libmicrohttpd", "GetItem"], 2.5, "<")],
        ["dynalite's CPU time / GetItem's", *verdict(cpu["dynalite", "GetItem"] / own, 6, ">=")],
        ["moto's CPU time / GetItem's", f"{cpu['moto', 'GetItem'] / own:.3g}", "", ""],
    ])


# --- the API ---------------------------------------------------------------------------------

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


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--rounds", type=int, default=3, choices=range(1, 21), metavar="N")
    parser.add_argument("--seconds", type=int, default=4, choices=range(1, 61), metavar="N")
    parser.add_argument("--only", choices=["emulator", "kms", "api"])
    options = parser.parse_args()
    began = time.monotonic()
    if options.only in (None, "emulator"):
        bench_emulator(options.rounds, options.seconds)
    if options.only in (None, "kms"):
        install_peers()
        bench_kms(options.rounds, options.seconds, [start_emulator, start_moto])
    if options.only in (None, "api"):
        bench_api(options.rounds, options.seconds)
    print(f"\n{os.cpu_count()} processors; {options.rounds} rounds of {options.seconds} s; "
          f"{time.monotonic() - began:.0f} s in all")


main()
