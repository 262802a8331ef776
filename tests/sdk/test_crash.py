"""kill -9 under load, 100 times: no acknowledged write is lost, none is torn, every restart succeeds.

Four clients write as fast as they are answered and keep a journal of what was acknowledged. What
was under way when the process died may be there or not, but never in part. FLORIN_CRASHES sets
how often it dies.
"""
import base64
import hashlib
import http.client
import json
import os
import random
import signal
import statistics
import threading
import time
import uuid

import pytest

import services
from conftest import Emulator
from wire import Speaker, Wire

ROUNDS = int(os.environ.get("FLORIN_CRASHES", "100"))
LOAD_SECONDS = (0.02, 0.15)
BUILT = {f.name for f in services.built()}
TABLE = "journal"


class Client(threading.Thread):
    """Writes until the connection breaks, and remembers what was acknowledged."""

    def __init__(self, url, journal):
        super().__init__()
        self.wire, self.journal, self.error = Wire(url), journal, None
        self.serial = 0

    def call(self, speaker, operation, parameters=None):
        answer = self.wire.call(speaker, operation, parameters)
        if answer.status != 200:
            raise AssertionError(f"{operation}: {answer.status} {answer.code} {answer.message}")
        return json.loads(answer.body) if answer.body else {}

    def run(self):
        try:
            while True:
                self.write()
        except (OSError, http.client.HTTPException, ValueError):
            pass  # the process was killed, before an answer or in the midst of it
        except AssertionError as error:
            self.error = error


class Keys(Client):
    kms = Speaker("kms", "json")

    def write(self):
        key = self.call(self.kms, "CreateKey")["KeyMetadata"]["KeyId"]
        self.journal.keys[key] = None
        name = f"alias/{uuid.uuid4()}"
        self.call(self.kms, "CreateAlias", {"AliasName": name, "TargetKeyId": key})
        self.journal.aliases[name] = key
        sealed = self.call(self.kms, "Encrypt", {"KeyId": key, "Plaintext": name.encode()})
        self.journal.keys[key] = (name, sealed["CiphertextBlob"])


class Secrets(Client):
    speaker = Speaker("secretsmanager", "json") if "secretsmanager" in BUILT else None

    def write(self):
        name = f"secret-{uuid.uuid4()}"
        self.call(self.speaker, "CreateSecret", {"Name": name, "SecretString": name,
                                                 "ClientRequestToken": str(uuid.uuid4())})
        self.journal.secrets[name] = name
        self.call(self.speaker, "PutSecretValue", {"SecretId": name, "SecretString": name + "2",
                                                   "ClientRequestToken": str(uuid.uuid4())})
        self.journal.secrets[name] = name + "2"


class Items(Client):
    """One item of its own, overwritten again and again with a rising number, and new items."""
    speaker = Speaker("dynamodb", "json") if "dynamodb" in BUILT else None

    def put(self, key, number):
        text = f"{key} {number} " + "x" * (number % 2000)
        self.journal.sent[key] = number
        self.call(self.speaker, "PutItem", {"TableName": TABLE, "Item": {
            "id": {"S": key}, "n": {"N": str(number)}, "text": {"S": text},
            "sum": {"S": hashlib.sha256(text.encode()).hexdigest()}}})
        self.journal.items[key] = number

    def write(self):
        self.serial += 1
        self.put(f"{self.name}-hot", self.serial)
        self.put(f"{self.name}-{self.serial}", self.serial)


class Journal:
    """Everything acknowledged so far, and the check that it is there."""

    def __init__(self):
        self.keys, self.aliases, self.secrets, self.items, self.sent = {}, {}, {}, {}, {}
        self.checked = set()

    def clients(self, url):
        kinds = [Keys, Keys] + [Secrets] * ("secretsmanager" in BUILT) + [Items, Items] * ("dynamodb" in BUILT)
        return [kind(url, self) for kind in kinds]

    def prepare(self, url):
        if "dynamodb" in BUILT:
            answer = Wire(url).call(Items.speaker, "CreateTable", {
                "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]})
            assert answer.status == 200, answer
            deadline = time.time() + 10
            while b'"ACTIVE"' not in Wire(url).call(Items.speaker, "DescribeTable", {"TableName": TABLE}).body:
                assert time.time() < deadline
                time.sleep(0.02)

    @property
    def size(self):
        return len(self.keys) + len(self.aliases) + len(self.secrets) + len(self.items)

    def verify(self, url, everything):
        """All of it with `everything`, else what was acknowledged since the last time."""
        reader = Client(url, self)
        parts = ((self.keys, self.key_is_there), (self.aliases, self.alias_is_there),
                 (self.secrets, self.secret_is_there), (self.items, self.item_is_there))
        for part, is_there in parts:
            for name in list(part):
                if everything or name not in self.checked or name.endswith("-hot"):
                    assert is_there(reader, name), f"lost or torn: {name}"
                    self.checked.add(name)
        reader.wire.close()

    def key_is_there(self, reader, key):
        described = reader.call(Keys.kms, "DescribeKey", {"KeyId": key})["KeyMetadata"]
        if self.keys[key] is None:
            return described["KeyState"] == "Enabled"
        name, blob = self.keys[key]
        opened = reader.call(Keys.kms, "Decrypt", {"CiphertextBlob": base64.b64decode(blob)})
        return base64.b64decode(opened["Plaintext"]).decode() == name

    def alias_is_there(self, reader, name):
        described = reader.call(Keys.kms, "DescribeKey", {"KeyId": name})["KeyMetadata"]
        return described["KeyId"] == self.aliases[name]

    def secret_is_there(self, reader, name):
        value = reader.call(Secrets.speaker, "GetSecretValue", {"SecretId": name})["SecretString"]
        return value == self.secrets[name] or value == name + "2"

    def item_is_there(self, reader, key):
        item = reader.call(Items.speaker, "GetItem", {
            "TableName": TABLE, "Key": {"id": {"S": key}}, "ConsistentRead": True}).get("Item")
        text, number = item["text"]["S"], int(item["n"]["N"])
        whole = hashlib.sha256(text.encode()).hexdigest() == item["sum"]["S"]
        return whole and text.startswith(f"{key} {number} ") and self.items[key] <= number <= self.sent[key]


@pytest.mark.skipif("AWS_ENDPOINT_URL" in os.environ, reason="it kills an emulator of its own")
def test_no_acknowledged_write_is_lost(tmp_path):
    seed = int(os.environ.get("FLORIN_SEED", random.randrange(2 ** 32)))
    rng = random.Random(seed)
    data, journal, ready_ms = str(tmp_path / "data"), Journal(), []
    for number in range(ROUNDS + 1):
        began = time.monotonic()
        emulator = Emulator("--data", data, "--log-level", "error")
        ready_ms.append((time.monotonic() - began) * 1000)
        if number == 0:
            journal.prepare(emulator.url)
        journal.verify(emulator.url, everything=number == ROUNDS)
        if number == ROUNDS:
            emulator.stop()
            break
        clients = journal.clients(emulator.url)
        for client in clients:
            client.name = f"{number}.{client.name}"
            client.start()
        time.sleep(rng.uniform(*LOAD_SECONDS))
        emulator.process.send_signal(signal.SIGKILL)
        emulator.process.wait()
        for client in clients:
            client.join()
            assert client.error is None, (seed, number, client.error)
    assert journal.size > ROUNDS, "the load was too thin to show anything"
    print(f"\nkilled {ROUNDS} times (seed {seed}): {journal.size} acknowledged writes, none lost; "
          f"ready again in {statistics.median(ready_ms):.0f} ms (median), {max(ready_ms):.0f} ms (most)")
