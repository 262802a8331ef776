"""Conditional writes and transactions of eight clients, with kill -9 between, are linearizable.

The checker is proven first, on histories that are good and on histories that are seeded with one
fault. FLORIN_LINEARIZE_SECONDS sets how long the emulator is driven, FLORIN_SEED the random choices.
"""
import http.client
import itertools
import json
import os
import random
import signal
import threading
import time
import types
import urllib.parse

import pytest

from conftest import Emulator
from linearizability import LOST, Action, Operation, apply, refusal
from wire import Request, sign

SECONDS = float(os.environ.get("FLORIN_LINEARIZE_SECONDS", "30"))
SEED = int(os.environ.get("FLORIN_SEED", random.randrange(2 ** 32)))
CLIENTS = 8
TABLE = "histories"
KEYS = ("a", "b", "c")


# The checker, on histories of a simulated store.

class Store:
    """A linearizable store: each operation happens at a random moment between call and return."""

    def __init__(self, rng):
        self.rng, self.values, self.now, self.numbers = rng, {}, 0.0, itertools.count(1)

    def act(self):
        key, number = self.rng.choice(KEYS), next(self.numbers)
        return self.rng.choice((
            lambda: (Action("read", key),), lambda: (Action("write", key, number),),
            lambda: (Action("write", key, None),), lambda: (Action("swap", key, number, self.values.get(key)),),
            lambda: (Action("swap", key, number, -1),), lambda: (Action("add", "n", 1),),
            lambda: tuple(Action("write", each, number) for each in KEYS[:2]),
            lambda: (Action("check", "a", expected=self.values.get("a")), Action("write", "b", number)),
            lambda: tuple(Action("read", each) for each in KEYS)))()

    def history(self, count, lost=0.05):
        """`count` operations whose times overlap, with the results that they had."""
        made = []
        for _ in range(count):
            self.now += self.rng.random()
            operation = Operation(self.act(), self.now - self.rng.random() * 3, self.now + self.rng.random() * 3)
            if self.rng.random() < lost:
                if self.rng.random() < 0.5:
                    self.values, _ = apply(operation, self.values)
            else:
                self.values, operation.result = apply(operation, self.values)
            made.append(operation)
        self.now += 10
        return made

    def after(self, actions, result, lasts=1.0):
        """An operation after all others, with a result of the test's own."""
        self.now += 2
        return Operation(actions, self.now, self.now + lasts, result)


def read(*keys):
    return tuple(Action("read", key) for key in keys)


def write(key, value):
    return (Action("write", key, value),)


def stale_read(store):
    yield store.after(write("a", "old"), (None,))
    yield store.after(write("a", "new"), (None,))
    yield store.after(read("a"), ("old",)), store.after(read("a"), ("new",))


def lost_update(store):
    yield store.after(write("n", 10), (None,))
    yield store.after((Action("add", "n", 1),), (11,))
    yield store.after((Action("add", "n", 1),), (11,)), store.after((Action("add", "n", 1),), (12,))


def lost_swap(store):
    yield store.after(write("a", "x"), (None,))
    yield store.after((Action("swap", "a", "y", "x"),), (None,))
    yield store.after((Action("swap", "a", "z", "x"),), (None,)), store.after((Action("swap", "a", "z", "x"),), None)


def half_transaction(store):
    yield store.after(write("a", 1) + write("b", 1), (None, None))
    yield store.after(write("a", 2) + write("b", 2), (None, None), lasts=5)
    yield store.after(read("a", "b"), (2, 1)), store.after(read("a", "b"), (2, 2))


def cancelled_transaction_applied(store):
    yield store.after(write("a", 1) + write("b", 1), (None, None))
    yield store.after((Action("check", "a", expected=7), Action("write", "b", 2)), None)
    yield store.after(read("b"), (2,)), store.after(read("b"), (1,))


def write_lost_by_a_kill(store):
    yield store.after(write("a", "kept"), (None,))
    yield store.after(write("b", "in flight"), LOST)
    yield store.after(read("a"), (None,)), store.after(read("a"), ("kept",))


def resurrected_value(store):
    yield store.after(write("a", "before"), (None,))
    yield store.after(write("a", "in flight"), LOST)
    yield store.after(read("a"), ("before",))
    yield store.after(read("a"), ("in flight",)), store.after(read("a"), ("before",))


def deleted_value_comes_back(store):
    yield store.after(write("a", "value"), (None,))
    yield store.after(write("a", None), (None,))
    yield store.after(read("a"), ("value",)), store.after(read("a"), (None,))


FAULTS = (stale_read, lost_update, lost_swap, half_transaction, cancelled_transaction_applied, write_lost_by_a_kill,
          resurrected_value, deleted_value_comes_back)


def test_good_histories_are_accepted():
    for seed in range(60):
        words = refusal(Store(random.Random(seed)).history(60))
        assert words is None, (seed, words)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_seeded_fault_is_refused_and_its_good_twin_accepted(fault):
    for seed in range(10):
        store = Store(random.Random(seed))
        history = store.history(40)
        *good, (bad, right) = fault(store)
        assert refusal(history + good + [bad]) is not None, seed
        assert refusal(history + good + [right]) is None, seed


def test_a_wrong_result_anywhere_is_refused():
    """Any one result of a good history is changed to a value that nobody wrote."""
    for seed in range(40):
        rng = random.Random(seed)
        history = Store(rng).history(50, lost=0)
        reads = [o for o in history if o.result and o.actions[0].kind in ("read", "add")]
        rng.choice(reads).result = ("nobody's",) * len(reads[0].result)
        assert refusal(history) is not None, seed


def test_concurrent_operations_may_have_either_order():
    for first, second in ((None, "x"), ("x", None)):
        write_x, reads = Operation(write("a", "x"), 0, 10, (None,)), [
            Operation(read("a"), 1, 2, (first,)), Operation(read("a"), 3, 4, (second,))]
        assert (refusal([write_x, *reads]) is None) is (first is None)


# The emulator.

class Connection:
    """Signed requests that are sent once: a request repeated in silence would be two operations."""
    service = types.SimpleNamespace(signing_name="dynamodb")

    def __init__(self, url):
        self.url = url
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=30)

    def call(self, operation, **body):
        request = sign(Request(json.dumps(body).encode(), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}"}),
            self.url, self.service)
        self.connection.request("POST", "/", request.body, request.headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


def encoded(value):
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def decoded(item):
    """Counters are numbers, registers are texts."""
    value = item.get("v") if item else None
    return None if value is None else int(value["N"]) if "N" in value else value["S"]


def condition(expected):
    if expected is None:
        return {"ConditionExpression": "attribute_not_exists(v)"}
    return {"ConditionExpression": "v = :e", "ExpressionAttributeValues": {":e": encoded(expected)}}


def parameters(action):
    """The operation of DynamoDB that does the action, and what it is given."""
    place = {"TableName": TABLE, "Key": {"k": {"S": action.key}}}
    if action.kind == "read":
        return "Get", place
    if action.kind == "add":
        return "Update", {**place, "UpdateExpression": "ADD v :n", "ExpressionAttributeValues": {
            ":n": {"N": str(action.value)}}}
    if action.kind == "check":
        return "ConditionCheck", {**place, **condition(action.expected)}
    more = condition(action.expected) if action.kind == "swap" else {}
    if action.value is None:
        return "Delete", {**place, **more}
    return "Put", {"TableName": TABLE, "Item": {**place["Key"], "v": encoded(action.value)}, **more}


def run_one(connection, action):
    kind, given = parameters(action)
    more = {"ConsistentRead": True} if kind == "Get" else {"ReturnValues": "UPDATED_NEW"} if kind == "Update" else {}
    status, answer = connection.call(f"{kind}Item", **given, **more)
    if status == 400 and answer["__type"].endswith("#ConditionalCheckFailedException"):
        return None
    assert status == 200, answer
    return (decoded(answer.get("Item") or answer.get("Attributes")),)


def run_all(connection, actions):
    """A transaction, of reads or of writes."""
    reads = actions[0].kind == "read"
    items = [dict([parameters(action)]) for action in actions]
    status, answer = connection.call("TransactGetItems" if reads else "TransactWriteItems", TransactItems=items)
    if status == 400 and answer["__type"].endswith("#TransactionCanceledException"):
        assert "ConditionalCheckFailed" in [reason["Code"] for reason in answer["CancellationReasons"]], answer
        return None
    assert status == 200, answer
    return tuple(decoded(each.get("Item")) for each in answer["Responses"]) if reads else (None,) * len(actions)


class Choices:
    """What the clients do. The keys of an era are used before and after one kill, then left alone."""

    def __init__(self):
        self.era, self.numbers = 0, itertools.count(1)
        self.last = {}  # a guess of each key's value, so that some conditions hold

    def keys(self):
        return [f"{self.era}.{name}" for name in ("r", "s", "a", "b", "c")]

    def next(self, rng):
        register, other, *joined = self.keys()
        counter, text = f"{self.era}.n", f"v{next(self.numbers)}"
        one, two = rng.sample(joined, 2)
        swap = rng.choice((register, other, one))
        return rng.choice((
            lambda: read(register), lambda: read(other), lambda: write(register, text), lambda: write(other, None),
            lambda: (Action("swap", swap, text, self.last.get(swap)),),
            lambda: (Action("swap", swap, None, self.last.get(swap)),),
            lambda: (Action("add", counter, 1),), lambda: read(counter), lambda: write(one, text),
            lambda: write(one, text) + write(two, text), lambda: read(*joined), lambda: read(one),
            lambda: (Action("check", one, expected=self.last.get(one)), Action("write", two, text)),
            lambda: (Action("swap", one, text, self.last.get(one)), Action("swap", two, text, self.last.get(two)))))()

    def learn(self, operation):
        for action, result in zip(operation.actions, operation.result or ()):
            self.last[action.key] = result if action.kind in ("read", "add") else \
                self.last.get(action.key) if action.kind == "check" else action.value


class Client(threading.Thread):
    """Does one thing after the other until the emulator dies."""

    def __init__(self, number, url, choices, history, rng):
        super().__init__()
        self.number, self.choices, self.history, self.rng = number, choices, history, rng
        self.connection, self.error = Connection(url), None

    def run(self):
        try:
            while True:
                self.do(self.choices.next(self.rng))
        except (OSError, http.client.HTTPException, ValueError):
            pass  # killed: the last operation's result stays lost
        except AssertionError as error:
            self.error = error

    def do(self, actions):
        operation = Operation(actions, time.monotonic(), client=self.number)
        self.history.append(operation)
        result = run_one(self.connection, actions[0]) if len(actions) == 1 else run_all(self.connection, actions)
        operation.returned, operation.result = time.monotonic(), result
        self.choices.learn(operation)


def create_table(url):
    status, answer = Connection(url).call(
        "CreateTable", TableName=TABLE, BillingMode="PAY_PER_REQUEST", KeySchema=[
            {"AttributeName": "k", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
    assert status == 200, answer


def test_histories_with_kills_are_linearizable(tmp_path):
    rng, choices, history = random.Random(SEED), Choices(), []
    data, ends, kills = str(tmp_path / "data"), time.monotonic() + SECONDS, 0
    while True:
        emulator = Emulator("--data", data, "--log-level", "error")
        if kills == 0:
            create_table(emulator.url)
        if time.monotonic() > ends:
            break
        clients = [Client(f"{kills}.{number}", emulator.url, choices, history, random.Random(rng.random()))
                   for number in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(rng.uniform(0.05, 0.15))
        choices.era += 1
        time.sleep(rng.uniform(0.05, 0.15))
        emulator.process.send_signal(signal.SIGKILL)
        emulator.process.wait()
        killed, kills = time.monotonic(), kills + 1
        for client in clients:
            client.join()
            assert client.error is None, (SEED, client.error)
        for operation in history:
            operation.returned = operation.returned or killed  # what was under way ended with the process
    reader = Client("reader", emulator.url, choices, history, rng)
    for key in sorted({action.key for operation in history for action in operation.actions}):
        reader.do(read(key))
    emulator.stop()
    lost = sum(operation.result is LOST for operation in history)
    done = sum(operation.result not in (LOST, None) for operation in history)
    assert kills >= 3 and lost >= kills and done > 100 * kills, (kills, lost, done)
    words = refusal(history)
    assert words is None, f"seed {SEED}: {words}"
    counted = [o for o in history if o.client == "reader" and o.result[0] and o.actions[0].key.endswith(".n")]
    counted[0].result = (counted[0].result[0] - 1,)
    assert refusal(history) is not None, "the history is too loose to show that one addition was lost"
    print(f"\n{len(history)} operations of {CLIENTS} clients, {lost} of them lost to {kills} kills (seed {SEED}): "
          "linearizable")
