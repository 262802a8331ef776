"""Large backups and restores: made in parts while the table is in use, and across kill -9.

A copy is large when it takes more parts than are made within the call. FLORIN_SEED sets the random
choices.
"""
import datetime
import os
import random
import signal
import threading
import time

import boto3
import pytest

from conftest import Emulator
from dynamodb import index, make, name, refused

ITEMS = 6000
KILLS = 4
SEED = int(os.environ.get("FLORIN_SEED", random.randrange(2 ** 32)))


@pytest.fixture
def emulator(credentials, tmp_path):
    started = Emulator("--data", str(tmp_path / "data"))
    yield started
    started.stop()


def connect(emulator):
    return boto3.client("dynamodb", endpoint_url=emulator.url)


def item(number, version=0):
    return {"pk": {"S": f"k{number}"}, "n": {"N": str(version)}, "g": {"S": f"g{(number + version) % 7}"}}


def large(db):
    table = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g", projection="KEYS_ONLY")])
    items = [item(number) for number in range(ITEMS)]
    for at in range(0, ITEMS, 25):
        db.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": each}} for each in items[at:at + 25]]})
    return table, {each["pk"]["S"]: each for each in items}


def rows(db, table, **options):
    return {row["pk"]["S"]: row for page in db.get_paginator("scan").paginate(TableName=table, **options)
            for row in page["Items"]}


class Writer:
    """One client that keeps a model of the table beside it."""

    def __init__(self, db, table, model, rng):
        self.db, self.table, self.model, self.rng, self.version = db, table, model, rng, 0

    def write(self):
        self.version += 1
        number = self.rng.randrange(ITEMS + 500)
        if self.rng.random() < 0.3:
            self.db.delete_item(TableName=self.table, Key={"pk": {"S": f"k{number}"}})
            self.model.pop(f"k{number}", None)
        else:
            self.db.put_item(TableName=self.table, Item=item(number, self.version))
            self.model[f"k{number}"] = item(number, self.version)

    def write_while(self, goes_on):
        """At least a few times; tells whether it was going on when it was first asked."""
        seen = goes_on()
        for _ in range(20):
            self.write()
        while goes_on():
            self.write()
        return seen


def is_creating(db, backup):
    return db.describe_backup(BackupArn=backup)["BackupDescription"]["BackupDetails"]["BackupStatus"] == "CREATING"


def is_restoring(db, table):
    shown = db.describe_table(TableName=table)["Table"]
    assert shown.get("RestoreSummary", {}).get("RestoreInProgress", False) is (shown["TableStatus"] == "CREATING")
    return shown["TableStatus"] == "CREATING"


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def assert_is(db, table, model):
    found = rows(db, table)
    assert found == model, SEED
    assert rows(db, table, IndexName="by-g") == {
        key: {"pk": value["pk"], "g": value["g"]} for key, value in model.items()}, SEED
    shown = db.describe_table(TableName=table)["Table"]
    assert shown["ItemCount"] == shown["GlobalSecondaryIndexes"][0]["ItemCount"] == len(model)


def test_a_backup_is_the_table_of_its_moment_while_it_is_written(emulator):
    db, rng = connect(emulator), random.Random(SEED)
    table, model = large(db)
    writer, seen = Writer(db, table, model, rng), False
    for _ in range(2):
        snapshot = dict(model)
        backup = db.create_backup(TableName=table, BackupName="large")["BackupDetails"]["BackupArn"]
        seen = writer.write_while(lambda: is_creating(db, backup)) or seen
        target = name()
        db.restore_table_from_backup(TargetTableName=target, BackupArn=backup)
        writer.write_while(lambda: is_restoring(db, target))
        assert_is(db, target, snapshot)
        assert db.describe_backup(BackupArn=backup)["BackupDescription"]["SourceTableDetails"]["ItemCount"] == len(
            snapshot)
        db.delete_backup(BackupArn=backup)
        db.delete_table(TableName=target)
    assert seen, "no backup was large enough to be seen under way"
    assert_is(db, table, model)


def test_a_moment_is_restored_while_the_table_is_written(emulator):
    db, rng = connect(emulator), random.Random(SEED)
    table, model = large(db)
    emulator.clock(freeze=True)
    db.update_continuous_backups(TableName=table,
                                 PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    emulator.advance(2)
    writer, moments = Writer(db, table, model, rng), []
    for _ in range(4):
        now = datetime.datetime.fromisoformat(emulator.clock()["now"].replace("Z", "+00:00"))
        moments.append((now.replace(microsecond=0) + datetime.timedelta(seconds=1), dict(model)))
        emulator.advance(2)
        for _ in range(400):
            writer.write()
    emulator.advance(302)
    seen = False
    for moment, snapshot in moments:
        target = name()
        db.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=target, RestoreDateTime=moment)
        seen = writer.write_while(lambda: is_restoring(db, target)) or seen
        assert_is(db, target, snapshot)
    assert seen, "no restore was large enough to be seen under way"


def test_what_is_refused_while_items_are_on_their_way(emulator):
    """A change may come too late to be refused, but not each time."""
    db = connect(emulator)
    table, _ = large(db)
    db.update_table(TableName=table, DeletionProtectionEnabled=True)
    kinds = set()

    def attempt(kind, call, *codes, **arguments):
        try:
            call(**arguments)
        except db.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] in codes, error
            if error.response["Error"]["Code"] == codes[0]:
                kinds.add(kind)
    for _ in range(10):
        backup = db.create_backup(TableName=table, BackupName="large")["BackupDetails"]["BackupArn"]
        attempt("deletion of the source", db.delete_table, "ResourceInUseException", "ValidationException",
                TableName=table)
        attempt("restore of what is being made", db.restore_table_from_backup, "BackupInUseException",
                TargetTableName=name(), BackupArn=backup)
        wait_for(lambda: not is_creating(db, backup))
        target = name()
        db.restore_table_from_backup(TargetTableName=target, BackupArn=backup)
        attempt("read of the target", db.get_item, "ResourceNotFoundException", TableName=target, Key={"pk": {"S": "k1"}})
        attempt("backup of the target", db.create_backup, "TableInUseException", TableName=target, BackupName="abc")
        attempt("deletion of the target", db.delete_table, "ResourceInUseException", TableName=target)
        attempt("deletion of the backup", db.delete_backup, "BackupInUseException", BackupArn=backup)
        if len(kinds) == 6:
            break
    assert len(kinds) == 6, kinds
    wait_for(lambda: not is_restoring(db, target))
    db.delete_table(TableName=target)
    db.delete_backup(BackupArn=backup)
    refused(f"Backup not found: {backup}", db.describe_backup, "BackupNotFoundException", BackupArn=backup)


def test_readers_and_writers_have_their_turn(emulator):
    db, reader = connect(emulator), connect(emulator)
    table, _ = large(db)
    other, slowest, stop = make(db), [0.0], threading.Event()

    def use():
        while not stop.is_set():
            began = time.monotonic()
            reader.get_item(TableName=table, Key={"pk": {"S": "k1"}})
            reader.put_item(TableName=other, Item={"pk": {"S": "a"}})
            slowest[0] = max(slowest[0], time.monotonic() - began)
    thread = threading.Thread(target=use)
    thread.start()
    began = time.monotonic()
    backup = db.create_backup(TableName=table, BackupName="large")["BackupDetails"]["BackupArn"]
    wait_for(lambda: not is_creating(db, backup))
    target = name()
    db.restore_table_from_backup(TargetTableName=target, BackupArn=backup)
    wait_for(lambda: not is_restoring(db, target))
    took = time.monotonic() - began
    stop.set()
    thread.join()
    assert slowest[0] < took / 2, f"a read and a write took {slowest[0]:.2f} s of {took:.2f} s"


def test_kill_leaves_no_half_table(credentials, tmp_path):
    """Whatever was begun is whole after a restart, or was never begun."""
    rng, data = random.Random(SEED), str(tmp_path / "data")
    emulator = Emulator("--data", data)
    db = connect(emulator)
    table, model = large(db)
    backups, targets = [], []
    for round_number in range(KILLS):
        def begin():
            try:
                backup = db.create_backup(TableName=table, BackupName="large")["BackupDetails"]["BackupArn"]
                backups.append(backup)
                target = f"target-{round_number}"
                wait_for(lambda: not is_creating(db, backup))
                db.restore_table_from_backup(TargetTableName=target, BackupArn=backup)
                targets.append(target)
            except db.exceptions.ClientError:
                raise
            except Exception:  # the connection broke
                pass
        thread = threading.Thread(target=begin)
        thread.start()
        time.sleep(rng.uniform(0, 0.8))
        emulator.process.send_signal(signal.SIGKILL)
        emulator.process.wait()
        thread.join()
        emulator = Emulator("--data", data)
        db = connect(emulator)
        for backup in backups:
            wait_for(lambda: not is_creating(db, backup))
    found = [t for t in db.list_tables()["TableNames"] if t != table]
    assert set(targets) <= set(found)
    for backup in [b["BackupArn"] for b in db.list_backups()["BackupSummaries"]][-2:]:
        db.restore_table_from_backup(TargetTableName=f"after-{backup[-8:]}", BackupArn=backup)
        found.append(f"after-{backup[-8:]}")
    for target in found:
        wait_for(lambda: not is_restoring(db, target))
        assert_is(db, target, model)
    assert {b["BackupArn"] for b in db.list_backups()["BackupSummaries"]} >= set(backups)
    emulator.stop()
