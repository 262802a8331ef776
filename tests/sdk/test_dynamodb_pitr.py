"""Point-in-time recovery: the state that is restored is exactly that of the second asked for.

The emulator is one of our own, with the virtual clock standing still between steps. FLORIN_SEED sets
the random choices.
"""
import datetime
import os
import random
import threading

import boto3
import botocore.config
import pytest


from conftest import ACCOUNT, REGION, Emulator
from dynamodb import index, make, name, refused

UNCHECKED = botocore.config.Config(parameter_validation=False)
DAY = 24 * 3600
STEPS = 400


@pytest.fixture(scope="module")
def emulator(credentials):
    started = Emulator()
    yield started
    started.stop()


@pytest.fixture
def db(emulator):
    """Each test begins at a whole second of virtual time, and time stands still."""
    emulator.clock(freeze=True)
    now = moment(emulator)
    emulator.clock(set=(now + datetime.timedelta(days=1)).replace(microsecond=0).isoformat().replace("+00:00", "Z"))
    return boto3.client("dynamodb", endpoint_url=emulator.url)


def moment(emulator):
    return datetime.datetime.fromisoformat(emulator.clock()["now"].replace("Z", "+00:00"))


def switch(db, table, on=True, **more):
    wish = {"PointInTimeRecoveryEnabled": on, **more}
    return db.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification=wish)["ContinuousBackupsDescription"]


def recovery(db, table):
    return db.describe_continuous_backups(
        TableName=table)["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]


def restored(db, table, at=None, **more):
    target = name()
    when = {"RestoreDateTime": at} if at else {"UseLatestRestorableTime": True}
    db.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=target, **when, **more)
    return target


def rows(db, table, **options):
    found = {}
    for page in db.get_paginator("scan").paginate(TableName=table, **options):
        for row in page["Items"]:
            found[row["pk"]["S"]] = row
    return found


def put(db, table, key, **more):
    db.put_item(TableName=table, Item={"pk": {"S": key}, **more})


def test_recovery_is_switched_on_and_off(emulator, db):
    table = make(db)
    assert db.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"] == {
        "ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}}
    began = moment(emulator)
    assert switch(db, table)["PointInTimeRecoveryDescription"] == {
        "PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35, "EarliestRestorableDateTime": began,
        "LatestRestorableDateTime": began}
    emulator.advance(3600.5)
    shown = recovery(db, table)
    assert shown["EarliestRestorableDateTime"] == began
    assert shown["LatestRestorableDateTime"] == began + datetime.timedelta(seconds=3300)
    assert switch(db, table, RecoveryPeriodInDays=1)["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 1
    assert switch(db, table)["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 1
    emulator.advance(2 * DAY)
    shown = recovery(db, table)
    assert shown["EarliestRestorableDateTime"] == moment(emulator).replace(microsecond=0) + datetime.timedelta(
        seconds=1 - DAY)
    longer = switch(db, table, RecoveryPeriodInDays=35)["PointInTimeRecoveryDescription"]
    assert longer["EarliestRestorableDateTime"] == shown["EarliestRestorableDateTime"]
    assert switch(db, table, on=False)["PointInTimeRecoveryDescription"] == {"PointInTimeRecoveryStatus": "DISABLED"}
    again = switch(db, table)["PointInTimeRecoveryDescription"]["EarliestRestorableDateTime"]
    assert again >= moment(emulator).replace(microsecond=0)


def test_a_table_is_restored_to_each_second(emulator, db):
    table = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    put(db, table, "before", g={"S": "x"})
    switch(db, table)
    began = moment(emulator)
    put(db, table, "a", n={"N": "1"})
    emulator.advance(1)
    put(db, table, "a", n={"N": "2"}, g={"S": "x"})
    db.delete_item(TableName=table, Key={"pk": {"S": "before"}})
    emulator.advance(1)
    db.delete_item(TableName=table, Key={"pk": {"S": "a"}})
    emulator.advance(400)
    one, two = ({"pk": {"S": "a"}, "n": {"N": n}} for n in "12")
    two["g"] = {"S": "x"}
    before = {"pk": {"S": "before"}, "g": {"S": "x"}}
    for seconds, expected in ((0, {"a": one, "before": before}), (1, {"a": two}), (2, {}), (100, {})):
        target = restored(db, table, began + datetime.timedelta(seconds=seconds))
        assert rows(db, target) == expected
        assert rows(db, target, IndexName="by-g") == {k: v for k, v in expected.items() if "g" in v}
        shown = db.describe_table(TableName=target)["Table"]
        assert shown["ItemCount"] == len(expected)
        assert shown["RestoreSummary"] == {
            "SourceTableArn": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}",
            "RestoreDateTime": began + datetime.timedelta(seconds=seconds), "RestoreInProgress": False}
        assert recovery(db, target)["PointInTimeRecoveryStatus"] == "DISABLED"


class Model:
    """Two tables as plain dictionaries, and how they were at each second."""

    def __init__(self, db, rng):
        self.db, self.rng, self.states = db, rng, []
        self.tables = {make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")]): {} for _ in range(2)}
        for table in self.tables:
            switch(db, table)

    def item(self, key):
        item = {"pk": {"S": key}, "n": {"N": str(self.rng.randrange(1000))}, "t": {"S": "x" * self.rng.randrange(50)}}
        if self.rng.random() < 0.5:
            item["g"] = {"S": self.rng.choice("abc")}
        return item

    def pick(self):
        return self.rng.choice(list(self.tables)), f"k{self.rng.randrange(25)}"

    def put(self):
        table, key = self.pick()
        item = self.item(key)
        self.db.put_item(TableName=table, Item=item)
        self.tables[table][key] = item

    def delete(self):
        table, key = self.pick()
        self.db.delete_item(TableName=table, Key={"pk": {"S": key}})
        self.tables[table].pop(key, None)

    def update(self):
        table, key = self.pick()
        self.db.update_item(TableName=table, Key={"pk": {"S": key}}, UpdateExpression="SET g = :g REMOVE n",
                            ExpressionAttributeValues={":g": {"S": "updated"}})
        item = dict(self.tables[table].get(key, {"pk": {"S": key}}), g={"S": "updated"})
        item.pop("n", None)
        self.tables[table][key] = item

    def batch(self):
        table, _ = self.pick()
        items = {f"k{n}": self.item(f"k{n}") for n in self.rng.sample(range(25), 5)}
        gone = f"k{25 + self.rng.randrange(2)}"
        writes = [{"PutRequest": {"Item": item}} for item in items.values()]
        self.db.batch_write_item(RequestItems={table: writes + [{"DeleteRequest": {"Key": {"pk": {"S": gone}}}}]})
        self.tables[table].update(items)
        self.tables[table].pop(gone, None)

    def transact(self):
        actions = []
        for table, items in self.tables.items():
            for key in {self.pick()[1] for _ in range(3)}:
                if self.rng.random() < 0.3:
                    actions.append({"Delete": {"TableName": table, "Key": {"pk": {"S": key}}}})
                    items.pop(key, None)
                else:
                    items[key] = self.item(key)
                    actions.append({"Put": {"TableName": table, "Item": items[key]}})
        self.db.transact_write_items(TransactItems=actions)

    def refused(self):
        """Neither a write whose condition fails nor a cancelled transaction changes a thing."""
        table, key = self.pick()
        never = {"ConditionExpression": "attribute_exists(nonesuch)"}
        refused(["conditional request failed"], self.db.put_item, "ConditionalCheckFailedException", TableName=table,
                Item=self.item(key), **never)
        refused(["Transaction cancelled"], self.db.transact_write_items, "TransactionCanceledException", TransactItems=[
            {"Put": {"TableName": table, "Item": self.item("k1")}},
            {"Put": {"TableName": table, "Item": self.item("k2"), **never}}])

    def step(self):
        kinds = (self.put, self.put, self.delete, self.update, self.batch, self.transact, self.refused)
        self.rng.choice(kinds)()

    def note(self, when):
        self.states.append((when, {table: dict(items) for table, items in self.tables.items()}))


def test_the_restored_state_is_that_of_a_model(emulator, db):
    seed = int(os.environ.get("FLORIN_SEED", random.randrange(2 ** 32)))
    rng = random.Random(seed)
    model, now = Model(db, rng), moment(emulator)
    for _ in range(STEPS):
        model.step()
        seconds = rng.choice((0, 0, 1, 1, 2, 5))
        if seconds:
            model.note(now)
            emulator.advance(seconds)
            now += datetime.timedelta(seconds=seconds)
    model.note(now)
    emulator.advance(301)
    for when, tables in rng.sample(model.states, 40) + [model.states[0], model.states[-1]]:
        for table, expected in tables.items():
            target = restored(db, table, when)
            assert rows(db, target) == expected, (seed, when)
            assert rows(db, target, IndexName="by-g") == {k: v for k, v in expected.items() if "g" in v}, (seed, when)
            shown = db.describe_table(TableName=target)["Table"]
            assert shown["ItemCount"] == len(expected), (seed, when)
            assert shown["TableSizeBytes"] == sum(map(size, expected.values())), (seed, when)
            db.delete_table(TableName=target)


def size(item):
    """As AWS counts it; a number here has at most four digits."""
    texts = sum(len(name) + len(value["S"]) for name, value in item.items() if "S" in value)
    numbers = (value["N"].strip("0") for value in item.values() if "N" in value)
    return texts + sum(1 + (len(n) + 1) // 2 + 1 if n else 2 for n in numbers)


def test_concurrent_transactions_are_never_restored_by_half(emulator, db):
    """Four clients move both tables on in step, while time jumps and others write to one of them
    alone; at each second the tables agree."""
    left, right = make(db), make(db)
    for table in (left, right):
        switch(db, table)
    emulator.clock(freeze=False)
    began = moment(emulator)

    def write(writer):
        client = boto3.client("dynamodb", endpoint_url=emulator.url)
        for number in range(120):
            item = {"pk": {"S": f"{writer}"}, "n": {"N": str(number)}}
            client.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": item}}
                                                       for table in (right, left)])

    def write_alone(_):
        client = boto3.client("dynamodb", endpoint_url=emulator.url)
        for number in range(240):
            put(client, left, "alone", n={"N": str(number)})

    def hurry(_):
        for _ in range(100):
            emulator.advance(1)
    threads = [threading.Thread(target=kind, args=(i,))
               for i, kind in enumerate((write, write, write, write, write_alone, write_alone, hurry))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended = moment(emulator)
    emulator.advance(302)
    seen = set()
    for second in range(1, int((ended - began).total_seconds()) + 2):
        when = began.replace(microsecond=0) + datetime.timedelta(seconds=second)
        states = [rows(db, restored(db, table, when)) for table in (left, right)]
        states[0].pop("alone", None)
        assert states[0] == states[1], when
        seen.add(tuple(sorted((k, v["n"]["N"]) for k, v in states[0].items())))
    assert len(seen) > 20, "too few states between the writes were looked at"
    assert len(states[0]) == 4 and all(row["n"]["N"] == "119" for row in states[0].values())


def test_the_latest_restorable_time_is_five_minutes_ago(emulator, db):
    table = make(db)
    switch(db, table)
    put(db, table, "early")
    emulator.advance(301)
    put(db, table, "late")
    assert set(rows(db, restored(db, table))) == {"early"}
    emulator.advance(300)
    assert set(rows(db, restored(db, table))) == {"early", "late"}


def test_history_is_trimmed_and_the_window_moves(emulator, db):
    table = make(db)
    switch(db, table, RecoveryPeriodInDays=2)
    began = moment(emulator)
    put(db, table, "a", n={"N": "1"})
    emulator.advance(DAY)
    put(db, table, "a", n={"N": "2"})
    emulator.advance(DAY)
    assert rows(db, restored(db, table, began))["a"]["n"] == {"N": "1"}
    emulator.advance(DAY / 2)
    refused(["An invalid restore time was specified"], db.restore_table_to_point_in_time, "InvalidRestoreTimeException",
            SourceTableName=table, TargetTableName=name(), RestoreDateTime=began)
    assert rows(db, restored(db, table, began + datetime.timedelta(hours=13)))["a"]["n"] == {"N": "1"}
    emulator.advance(3 * DAY)
    earliest = recovery(db, table)["EarliestRestorableDateTime"]
    assert rows(db, restored(db, table, earliest))["a"]["n"] == {"N": "2"}


def test_switching_recovery_off_and_on_begins_anew(emulator, db):
    table = make(db)
    switch(db, table)
    began = moment(emulator)
    put(db, table, "a")
    emulator.advance(600)
    switch(db, table, on=False)
    put(db, table, "unrecorded")
    emulator.advance(5)
    switch(db, table)
    refused(["An invalid restore time"], db.restore_table_to_point_in_time, "InvalidRestoreTimeException",
            SourceTableName=table, TargetTableName=name(), RestoreDateTime=began)
    assert set(rows(db, restored(db, table))) == {"a", "unrecorded"}


def test_the_restored_table_has_the_settings_of_now(emulator, db):
    table = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    switch(db, table)
    began = moment(emulator)
    put(db, table, "a", h={"S": "x"})
    emulator.advance(400)
    put(db, table, "b", h={"S": "y"})
    db.update_table(TableName=table, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-g"}}])
    db.update_table(TableName=table, AttributeDefinitions=[{"AttributeName": "h", "AttributeType": "S"}],
                    GlobalSecondaryIndexUpdates=[{"Create": index("by-h", "h")}])
    target = restored(db, table, began)
    assert set(rows(db, target, IndexName="by-h")) == {"a"}
    bare = restored(db, table, began, GlobalSecondaryIndexOverride=[], BillingModeOverride="PROVISIONED",
                    ProvisionedThroughputOverride={"ReadCapacityUnits": 1, "WriteCapacityUnits": 2})
    shown = db.describe_table(TableName=bare)["Table"]
    assert "GlobalSecondaryIndexes" not in shown and shown["ProvisionedThroughput"]["WriteCapacityUnits"] == 2


def test_a_deleted_table_leaves_a_system_backup_for_35_days(emulator, db):
    kept, plain = make(db), make(db)
    switch(db, kept)
    for table in (kept, plain):
        put(db, table, "a")
        db.delete_table(TableName=table)
    listed = db.list_backups(TableName=kept, BackupType="SYSTEM")["BackupSummaries"]
    assert [(b["BackupName"], b["BackupType"]) for b in listed] == [(f"{kept}$DeletedTableBackup", "SYSTEM")]
    arn, expires = listed[0]["BackupArn"], listed[0]["BackupExpiryDateTime"]
    assert expires == moment(emulator) + datetime.timedelta(days=35)
    assert db.list_backups(TableName=kept)["BackupSummaries"] == []
    assert db.list_backups(TableName=plain, BackupType="ALL")["BackupSummaries"] == []
    target = name()
    db.restore_table_from_backup(TargetTableName=target, BackupArn=arn)
    assert set(rows(db, target)) == {"a"}
    db.create_table(TableName=kept, KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
                    AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}])
    assert recovery(db, kept)["PointInTimeRecoveryStatus"] == "DISABLED"
    emulator.advance(35 * DAY - 1)
    assert db.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupExpiryDateTime"] == expires
    emulator.advance(1)
    refused(f"Backup not found: {arn}", db.describe_backup, "BackupNotFoundException", BackupArn=arn)
    assert db.list_backups(TableName=kept, BackupType="ALL")["BackupSummaries"] == []


def test_a_table_of_another_region_is_restored_by_its_arn(emulator, db):
    there = boto3.client("dynamodb", endpoint_url=emulator.url, region_name="eu-west-1")
    table, target = make(there), name()
    switch(there, table)
    put(there, table, "a")
    emulator.advance(301)
    arn = there.describe_table(TableName=table)["Table"]["TableArn"]
    db.restore_table_to_point_in_time(SourceTableArn=arn, TargetTableName=target, UseLatestRestorableTime=True)
    assert set(rows(db, target)) == {"a"}
    assert db.describe_table(TableName=target)["Table"]["RestoreSummary"]["SourceTableArn"] == arn


def test_refusals(emulator, db):
    table, plain = make(db), make(db)
    switch(db, table)
    now = moment(emulator)
    restore = db.restore_table_to_point_in_time
    for operation, more in ((db.describe_continuous_backups, {}),
                            (db.update_continuous_backups, {"PointInTimeRecoverySpecification": {
                                "PointInTimeRecoveryEnabled": True}})):
        refused("Table not found: nonesuch", operation, "TableNotFoundException", TableName="nonesuch", **more)
    refused("Source table not found: nonesuch", restore, "TableNotFoundException", SourceTableName="nonesuch",
            TargetTableName=name(), UseLatestRestorableTime=True)
    refused(f"Point in time recovery is not enabled for table '{plain}'", restore,
            "PointInTimeRecoveryUnavailableException", SourceTableName=plain, TargetTableName=name(),
            UseLatestRestorableTime=True)
    refused(f"Table already exists: {plain}", restore, "TableAlreadyExistsException", SourceTableName=table,
            TargetTableName=plain, UseLatestRestorableTime=True)
    for wrong in (now - datetime.timedelta(seconds=1), now + datetime.timedelta(hours=1)):
        refused(["An invalid restore time was specified."], restore, "InvalidRestoreTimeException",
                SourceTableName=table, TargetTableName=name(), RestoreDateTime=wrong)
    refused(["Exactly one of RestoreDateTime and UseLatestRestorableTime"], restore, SourceTableName=table,
            TargetTableName=name())
    refused(["Exactly one of RestoreDateTime and UseLatestRestorableTime"], restore, SourceTableName=table,
            TargetTableName=name(), RestoreDateTime=now, UseLatestRestorableTime=True)
    refused(["Exactly one of SourceTableName and SourceTableArn"], restore, TargetTableName=name(),
            UseLatestRestorableTime=True)
    for days in (0, 36):
        refused(["at 'pointInTimeRecoverySpecification.recoveryPeriodInDays' failed to satisfy constraint"],
                boto3.client("dynamodb", endpoint_url=emulator.url, config=UNCHECKED).update_continuous_backups,
                TableName=table,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": days})
