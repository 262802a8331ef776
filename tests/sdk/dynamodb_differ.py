"""Runs random operations against the emulator and the model, and compares every answer.

usage: dynamodb_differ.py [--operations N] [--seed N] [--episode N]

The run is cut into episodes with tables of their own. A difference is shrunk to the fewest operations
that still show it, and printed with the seed and the episode, which alone bring it back.
"""
import argparse
import json
import re
import socket
import sys
import time
import urllib.parse

from conftest import Emulator
from dynamodb_model import Database, Refused
from dynamodb_random_legacy import Operations

EPISODE_OPERATIONS = 400
PAGES_MAX = 40
SETS = ("SS", "NS", "BS")


class Client:
    """One connection, kept alive; requests are not signed, so the emulator runs with --auth off."""

    def __init__(self, url):
        place = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((place.hostname, place.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = f"POST / HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/x-amz-json-1.0\r\n"

    def call(self, operation, body):
        """Status and answer."""
        return self.send(operation, json.dumps(body).encode())

    def send(self, operation, data):
        self.socket.sendall(f"{self.head}X-Amz-Target: DynamoDB_20120810.{operation}\r\n"
                            f"Content-Length: {len(data)}\r\n\r\n".encode() + data)
        received = self.socket.recv(65536)
        while b"\r\n\r\n" not in received:
            received += self.more()
        head, _, content = received.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: *(\d+)", head)[1])
        parts, have = [content], len(content)
        while have < length:
            parts.append(self.more())
            have += len(parts[-1])
        return int(head[9:12]), json.loads(b"".join(parts) or b"{}")

    def more(self):
        received = self.socket.recv(1 << 20)
        if not received:
            raise ConnectionError("the emulator closed the connection")
        return received

    def close(self):
        self.socket.close()


def settled(answer):
    """Sets in one order: they have none of their own."""
    if isinstance(answer, dict):
        return {name: sorted(one) if name in SETS and isinstance(one, list) else settled(one)
                for name, one in answer.items()}
    return [settled(one) for one in answer] if isinstance(answer, list) else answer


def comparable(operation, answer):
    """What of an answer is compared: all of it, but for the orders that AWS leaves open."""
    if operation in ("CreateTable", "DeleteTable", "UpdateTable"):
        return {}
    if operation == "DescribeTable" and "Table" in answer:
        table = answer["Table"]
        indexes = table.get("LocalSecondaryIndexes", []) + table.get("GlobalSecondaryIndexes", [])
        return {"Sizes": {None: [table["ItemCount"], table["TableSizeBytes"]],
                          **{one["IndexName"]: [one["ItemCount"], one["IndexSizeBytes"]] for one in indexes}}}
    answer = settled(answer)
    if operation == "BatchGetItem":
        answer["Responses"] = {name: sorted(items, key=repr_of) for name, items in answer["Responses"].items()}
    if isinstance(answer.get("ConsumedCapacity"), list):
        answer["ConsumedCapacity"].sort(key=lambda one: one["TableName"])
    return answer


def repr_of(item):
    return json.dumps(item, sort_keys=True)


def refusal(status, answer):
    """An error's code and members, without its words."""
    found = {"status": status, "code": answer.get("__type", "").rpartition("#")[2]}
    if "CancellationReasons" in answer:
        found["CancellationReasons"] = [{name: settled(one) for name, one in reason.items() if name != "Message"}
                                        for reason in answer["CancellationReasons"]]
    return found | ({"Item": settled(answer["Item"])} if "Item" in answer else {})


class Difference(Exception):
    def __init__(self, at, operation, given, expected, answered):
        super().__init__(f"{operation} differs")
        self.at, self.operation, self.given = at, operation, given
        self.expected, self.answered = expected, answered

    def key(self):
        """What must stay while it is shrunk: the operation, and how the two answers differ."""
        codes = [one.get("code") if isinstance(one, dict) else None for one in (self.expected, self.answered)]
        return self.operation, *codes


class Run:
    def __init__(self, client):
        self.client, self.episodes, self.made, self.accepted, self.pages = client, 0, 0, 0, 0

    def compare(self, at, operation, given):
        try:
            expected = comparable(operation, self.model.call(operation, given))
        except Refused as refused:
            members = {name: settled(one) for name, one in refused.members.items()}
            expected = {"status": 400, "code": refused.code, **members}
        status, answer = self.client.call(operation, self.sent(given))
        answered = comparable(operation, answer) if status == 200 else refusal(status, answer)
        self.made += 1
        self.accepted += status == 200
        if expected != answered:
            raise Difference(at, operation, given, expected, {**answered, **words(answer)})
        return expected

    def sent(self, given):
        """Tokens outlive the tables: each episode has its own."""
        token = given.get("ClientRequestToken")
        return given if token is None else given | {"ClientRequestToken": f"{token}-{self.episodes}"}

    def episode(self, operations):
        """Plays the operations on empty tables; raises the first Difference."""
        self.episodes += 1
        self.model = Database()
        for name in self.client.call("ListTables", {})[1]["TableNames"]:
            self.client.call("DeleteTable", {"TableName": name})
        for at, (operation, given, follow) in enumerate(operations):
            answer = self.compare(at, operation, given)
            if follow == "twice":
                self.compare(at, operation, given)
            for _ in range(PAGES_MAX if follow is True else 0):
                if "LastEvaluatedKey" not in answer:
                    break
                self.pages += 1
                answer = self.compare(at, operation, given | {"ExclusiveStartKey": answer["LastEvaluatedKey"]})

    def difference(self, operations):
        try:
            self.episode(operations)
        except Difference as found:
            return found
        return None

    def shrink(self, operations, found):
        """The fewest operations that differ in the same way: halves are left out, then quarters, ..."""
        operations = operations[:found.at + 1]
        part = len(operations) // 2
        while part:
            at = 0
            while at < len(operations):
                fewer = operations[:at] + operations[at + part:]
                again = self.difference(fewer)
                if again and again.key() == found.key():
                    operations, found = fewer[:again.at + 1], again
                else:
                    at += part
            part //= 2
        return operations, found


def words(answer):
    message = answer.get("message") or answer.get("Message")
    return {"words": message} if message else {}


def told(seed, episode, operations, found):
    lines = [f"the emulator differs from the model: seed {seed}, episode {episode}"]
    lines += [f"  {operation} {json.dumps(given, ensure_ascii=False)[:3000]}" for operation, given, _ in operations]
    lines += [f"the last: {json.dumps(found.given, ensure_ascii=False)[:3000]}",
              f"expected: {json.dumps(found.expected, ensure_ascii=False)[:3000]}",
              f"answered: {json.dumps(found.answered, ensure_ascii=False)[:3000]}"]
    return "\n".join(lines)


def play(url, seed, operations=None, seconds=None, first=0):
    """Plays until so many operations are made or so much time is gone. Returns the Run, and the text
    of the first difference or None."""
    run, began, episode = Run(Client(url)), time.monotonic(), first
    while ((operations is None or run.made < operations) and
           (seconds is None or time.monotonic() - began < seconds)):
        chosen = list(Operations(f"{seed}/{episode}").episode(EPISODE_OPERATIONS))
        found = run.difference(chosen)
        if found:
            fewest, found = run.shrink(chosen, found)
            return run, told(seed, episode, fewest, found)
        episode += 1
    run.client.close()
    return run, None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operations", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--episode", type=int, default=0, help="the first to play")
    given = parser.parse_args()
    emulator, began = Emulator("--auth", "off", "--log-level", "error"), time.monotonic()
    run, difference = play(emulator.url, given.seed, operations=given.operations, first=given.episode)
    emulator.stop()
    print(difference or f"{run.made} operations (seed {given.seed}), {run.accepted} of them accepted, "
          f"{run.pages} further pages: no difference, in {time.monotonic() - began:.0f} s")
    sys.exit(difference is not None)


if __name__ == "__main__":
    main()
