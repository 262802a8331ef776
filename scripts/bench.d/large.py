"""A table of ten million items beside one of ten thousand; scripts/bench --only large."""
import concurrent.futures
import contextlib
import tempfile
import threading
import time

import peers
from calls import TABLE, call, fill, signed
from emulator import measure_operations
from measure import load, say, table, verdict

SMALL = 10_000
OPERATIONS = ("GetItem", "PutItem", "Query", "Scan")


def restart(folder):
    """The server on that folder, and the time from its start to its first answered GetItem."""
    began = time.monotonic()
    server = peers.florin("--data", folder)
    answered = call(server, "DescribeTable", {"TableName": TABLE})
    assert answered.status == 200, answered
    return server, (time.monotonic() - began) * 1000


def put_during_deletion(server):
    """The answers' time of DeleteTable, and the worst of PutItems on another table meanwhile."""
    call(server, "CreateTable", {"TableName": "other", "BillingMode": "PAY_PER_REQUEST",
                                 "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                                 "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]})
    puts = [signed(server.url, "PutItem", {"TableName": "other", "Item": {"id": {"S": str(n)}}})
            for n in range(500)]
    result = {}
    writer = threading.Thread(target=lambda: result.update(
        load(server.port, puts, seconds=5, connections=2)))
    writer.start()
    time.sleep(0.5)
    began = time.monotonic()
    assert call(server, "DeleteTable", {"TableName": TABLE}).status == 200
    took = (time.monotonic() - began) * 1000
    writer.join()
    return took, result["p99_ms"], result["max_ms"], server.memory_mib()


def measure_size(items, rounds, seconds, pool):
    with tempfile.TemporaryDirectory(prefix="florin-bench-") as folder, contextlib.ExitStack() as stack:
        server = stack.enter_context(peers.florin("--data", folder))
        began = time.monotonic()
        fill(server, items, pool.map if items > SMALL else map)
        took = time.monotonic() - began
        say(f"{items:,} items in {took:.0f} s")
        server.stop()
        server, ready = restart(folder)
        stack.enter_context(server)
        figures = measure_operations([server], items, rounds, seconds, OPERATIONS)
        memory = server.memory_mib()
        deletion = put_during_deletion(server)
    return {"load": items / took, "ready": ready, "figures": figures, "memory": memory, "deletion": deletion}


def bench_large(items, rounds, seconds):
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        sizes = {count: measure_size(count, rounds, seconds, pool) for count in (SMALL, items)}
    small, large = sizes[SMALL], sizes[items]
    rows = [["items loaded a second", *(f"{s['load']:,.0f}" for s in sizes.values())],
            ["restart to the first answer", *(f"{s['ready']:.0f} ms" for s in sizes.values())],
            ["memory after the calls", *(f"{s['memory']:.1f} MiB" for s in sizes.values())]]
    for operation in OPERATIONS:
        row = [s["figures"]["florin", operation] for s in sizes.values()]
        rows.append([f"{operation}: CPU each", *(f"{r['cpu_us']:.1f} us" for r in row)])
        rows.append([f"{operation}: p99", *(f"{r['p99_ms']:.2f} ms" for r in row)])
    for at, words in enumerate(["DeleteTable answers in", "PutItem elsewhere meanwhile: p99",
                                "PutItem elsewhere meanwhile: worst"]):
        rows.append([words, *(f"{s['deletion'][at]:.1f} ms" for s in sizes.values())])
    rows.append(["memory after it", *(f"{s['deletion'][3]:.1f} MiB" for s in sizes.values())])
    table("One table, random keys", ["items", f"{SMALL:,}", f"{items:,}"], rows)
    table("Goals", ["", "measured", "goal", ""], [
        ["restart to the first answer", *verdict(large["ready"], 250, "<", " ms")],
        ["memory beside that of the small table", *verdict(large["memory"] - small["memory"], 32, "<", " MiB more")],
        ["worst PutItem during DeleteTable", *verdict(large["deletion"][2], 100, "<", " ms")]])
