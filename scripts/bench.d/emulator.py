"""The emulator's part of scripts/bench: start, memory, and signed calls beside its peers."""
import time

import peers
from calls import OPERATIONS, call, fill, some
from measure import load, median, say, table, verdict

ITEMS = 1000
BARE = "bare libmicrohttpd"


def answers(server, operation):
    """Whether the server has the operation at all: dynalite knows no transactions."""
    if server.name == BARE:
        return operation == "GetItem"
    return call(server, operation, OPERATIONS[operation](1, ITEMS)).status == 200


def measure_one(server, operation, items, seconds):
    requests = some(server, operation, items)
    before = server.cpu_seconds()
    result = load(server.port, requests, seconds=seconds)
    return {"per_second": result["per_second"], "p99_ms": result["p99_ms"],
            "cpu_us": (server.cpu_seconds() - before) * 1e6 / result["answered"]}


def measure_operations(servers, items, rounds, seconds, operations=tuple(OPERATIONS)):
    """{(server, operation): {"per_second", "cpu_us", "p99_ms"}}: medians of rounds, in turns."""
    wanted = [(server, operation) for server in servers for operation in operations
              if answers(server, operation)]
    taken = {(server.name, operation): [] for server, operation in wanted}
    for number in range(rounds):
        for server, operation in wanted:
            taken[server.name, operation].append(measure_one(server, operation, items, seconds))
        say(f"round {number + 1} of {rounds}")
    return {pair: {name: median([row[name] for row in rows]) for name in rows[0]} for pair, rows in taken.items()}


def measure_start(start, times):
    ready, memory = [], []
    for _ in range(times):
        with start() as server:
            ready.append(server.ready_ms)
            time.sleep(0.3)
            memory.append(server.memory_mib())
    return median(ready), median(memory)


def bench_emulator(rounds, seconds, dynamodb_local):
    peers.install()
    starts = {"florin": (peers.florin, 15), "dynalite": (peers.dynalite, 3), "moto": (peers.moto, 2),
              "ministack": (peers.ministack, 2)}
    if dynamodb_local:
        starts["dynamodb local"] = (lambda: peers.dynamodb_local(dynamodb_local), 2)
    say("emulator: time to ready and idle memory")
    idle = {name: measure_start(start, times) for name, (start, times) in starts.items()}
    servers = [peers.bare(), *(start() for start, _ in starts.values())]
    try:
        for server in servers[1:]:
            fill(server, ITEMS)
        figures = measure_operations(servers, ITEMS, rounds, seconds)
    finally:
        for server in servers:
            server.stop()
    report(idle, figures)


def rows_of(figures):
    for operation in OPERATIONS:
        own = figures["florin", operation]["cpu_us"]
        for name in sorted({n for n, _ in figures}, key=lambda n: (n != "florin", n)):
            row = figures.get((name, operation))
            if row:
                yield [operation, name, f"{row['per_second']:,.0f}", f"{row['cpu_us']:.1f} us",
                       f"{row['cpu_us'] / own:.2f}", f"{row['p99_ms']:.2f} ms"]
            elif name != BARE:
                yield [operation, name, "does not have it", "", "", ""]


def report(idle, figures):
    table("Start", ["", "ready", "idle memory"],
          [[name, f"{ready:.1f} ms", f"{memory:.1f} MiB"] for name, (ready, memory) in idle.items()])
    table("Signed requests, 8 connections: Query and Scan of 100 and up to 1000 items, TransactWriteItems of 4 puts "
          "(the bare server answers a constant and verifies nothing)",
          ["operation", "server", "per second", "CPU each", "/ florin", "p99"], list(rows_of(figures)))
    cpu = {pair: row["cpu_us"] for pair, row in figures.items()}
    get, put = cpu["florin", "GetItem"], cpu["florin", "PutItem"]
    table("Goals", ["", "measured", "goal", ""], [
        ["time to ready", *verdict(idle["florin"][0], 30, "<", " ms")],
        ["idle memory", *verdict(idle["florin"][1], 15, "<", " MiB")],
        ["GetItem's CPU time / the bare server's", *verdict(get / cpu[BARE, "GetItem"], 1.6, "<")],
        ["dynalite's CPU time / GetItem's", *verdict(cpu["dynalite", "GetItem"] / get, 6, ">=")],
        ["dynalite's CPU time / PutItem's", *verdict(cpu["dynalite", "PutItem"] / put, 6, ">=")],
    ])
