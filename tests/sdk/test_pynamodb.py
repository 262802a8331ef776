"""PynamoDB, as its registry has it: models, indexes, conditions, batches and transactions."""
import datetime
import uuid

import pytest
from pynamodb.attributes import (BooleanAttribute, JSONAttribute, ListAttribute, MapAttribute, NumberAttribute,
                                 TTLAttribute, UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute,
                                 VersionAttribute)
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection, LocalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactGet, TransactWrite

from conftest import REGION

NOW = datetime.datetime(2026, 5, 4, 3, 2, 1, tzinfo=datetime.timezone.utc)


class ByState(GlobalSecondaryIndex):
    class Meta:
        index_name, projection, read_capacity_units, write_capacity_units = "by-state", AllProjection(), 1, 1
    state = UnicodeAttribute(hash_key=True)
    amount = NumberAttribute(range_key=True)


class ByTime(LocalSecondaryIndex):
    class Meta:
        index_name, projection = "by-time", KeysOnlyProjection()
    owner = UnicodeAttribute(hash_key=True)
    at = UTCDateTimeAttribute(range_key=True)


class Place(MapAttribute):
    city = UnicodeAttribute()
    floor = NumberAttribute(default=0)


@pytest.fixture(scope="module")
def payments(endpoint):
    """A model whose table it has made itself and waited for."""
    class Payment(Model):
        class Meta:
            table_name, host, region = f"payments-{uuid.uuid4()}", endpoint, REGION
            read_capacity_units = write_capacity_units = 5
            aws_access_key_id = aws_secret_access_key = "test"
            max_retry_attempts = 0
        owner = UnicodeAttribute(hash_key=True)
        number = NumberAttribute(range_key=True)
        state = UnicodeAttribute(default="open")
        amount = NumberAttribute(default=0)
        at = UTCDateTimeAttribute(default=NOW)
        place = Place(null=True)
        lines = ListAttribute(default=list)
        tags = UnicodeSetAttribute(null=True)
        more = JSONAttribute(null=True)
        done = BooleanAttribute(default=False)
        expires = TTLAttribute(null=True)
        by_state, by_time = ByState(), ByTime()

    Payment.create_table(wait=True)
    yield Payment
    Payment.delete_table()
    assert not Payment.exists()


def test_an_item_of_every_attribute_goes_and_comes(payments):
    later = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(hours=1)
    made = payments("ada", 1, place=Place(city="Ulm", floor=-2), lines=["a", 1, {"b": [True, None]}], tags={"x", "y"},
                    more={"any": [1.5]}, expires=later)
    made.save(payments.owner.does_not_exist())
    read = payments.get("ada", 1, consistent_read=True)
    assert read.attribute_values.keys() == made.attribute_values.keys()
    assert (read.place.city, read.place.floor, read.tags, read.more, read.at) == ("Ulm", -2, {"x", "y"}, made.more, NOW)
    with pytest.raises(PutError) as caught:
        made.save(payments.owner.does_not_exist())
    assert caught.value.cause_response_code == "ConditionalCheckFailedException"
    with pytest.raises(DoesNotExist):
        payments.get("ada", 2)


def test_updates_under_conditions(payments):
    one = payments("bob", 1, amount=10, lines=["a"], tags={"x"})
    one.save()
    one.update([payments.amount.set(payments.amount + 5), payments.lines.set(payments.lines.append(["b"])),
                payments.tags.add({"z"}), payments.more.remove()],
               condition=(payments.amount >= 10) & payments.tags.contains("x") & ~(payments.state == "void"))
    assert (one.amount, one.lines, one.tags) == (15, ["a", "b"], {"x", "z"})
    with pytest.raises(UpdateError) as caught:
        one.update([payments.amount.set(0)], condition=payments.state.is_in("paid", "void"))
    assert caught.value.cause_response_code == "ConditionalCheckFailedException"
    one.update([payments.place.set(Place(city="Rom"))])
    one.update([payments.place.city.set("Bern"), payments.tags.delete({"x", "z"})])
    one.refresh(consistent_read=True)
    assert (one.place.city, one.tags) == ("Bern", None)
    one.delete(condition=payments.amount == 15)
    assert payments.count("bob") == 0


def test_queries_scans_and_pages(payments):
    with payments.batch_write() as batch:
        for number in range(30):
            batch.save(payments("cyd", number, state=f"s{number % 3}", amount=number,
                                at=NOW + datetime.timedelta(hours=-number)))
    assert [one.number for one in payments.query("cyd", payments.number.between(3, 6), scan_index_forward=False)] == [6, 5, 4, 3]
    assert [one.number for one in payments.by_state.query("s1", payments.amount > 20)] == [22, 25, 28]
    assert [one.number for one in payments.by_time.query("cyd", limit=2)] == [29, 28]
    found = payments.query("cyd", filter_condition=payments.state.startswith("s2"), page_size=7, limit=4)
    assert [one.number for one in found] == [2, 5, 8, 11]
    more = payments.query("cyd", filter_condition=payments.state.startswith("s2"), last_evaluated_key=found.last_evaluated_key)
    assert [one.number for one in more] == [14, 17, 20, 23, 26, 29]
    assert payments.count("cyd", payments.number < 10) == 10
    scanned = list(payments.scan(payments.owner == "cyd", page_size=4, attributes_to_get=["number"]))
    assert sorted(one.number for one in scanned) == list(range(30)) and scanned[0].state == "open"
    halves = [sum(1 for _ in payments.scan(payments.owner == "cyd", segment=part, total_segments=2)) for part in (0, 1)]
    assert sorted(halves) == [0, 30]
    read = payments.batch_get([("cyd", number) for number in range(25, 35)])
    assert sorted(one.number for one in read) == [25, 26, 27, 28, 29]
    with payments.batch_write() as batch:
        for number in range(30):
            batch.delete(payments("cyd", number))
    assert payments.count("cyd") == 0


def test_transactions_are_whole(payments, endpoint):
    connection = Connection(host=endpoint, region=REGION)
    for owner, amount in (("from", 50), ("to", 0)):
        payments(owner, 1, amount=amount).save()

    def move(amount):
        with TransactWrite(connection=connection) as transaction:
            transaction.update(payments("from", 1), [payments.amount.add(-amount)], condition=payments.amount >= amount)
            transaction.update(payments("to", 1), [payments.amount.add(amount)])
            transaction.condition_check(payments, "none", 1, condition=payments.owner.does_not_exist())
    move(30)
    with pytest.raises(TransactWriteError) as caught:
        move(30)
    assert [reason and reason.code for reason in caught.value.cancellation_reasons] == [None, "ConditionalCheckFailed", None]
    with TransactGet(connection=connection) as transaction:
        both = [transaction.get(payments, owner, 1) for owner in ("from", "to")]
    assert [one.get().amount for one in both] == [20, 30]


def test_a_version_attribute_guards_an_item(endpoint):
    class Versioned(Model):
        class Meta:
            table_name, host, region, billing_mode = f"versioned-{uuid.uuid4()}", endpoint, REGION, "PAY_PER_REQUEST"
        name = UnicodeAttribute(hash_key=True)
        version = VersionAttribute()

    Versioned.create_table(wait=True)
    first = Versioned("a")
    first.save()
    second = Versioned.get("a")
    second.save()
    assert (first.version, second.version) == (1, 2)
    with pytest.raises(PutError) as caught:
        first.save()
    assert caught.value.cause_response_code == "ConditionalCheckFailedException"
    Versioned.delete_table()


def test_the_table_was_told_of_the_attribute_of_expiry(payments, client):
    described = client("dynamodb").describe_time_to_live(TableName=payments.Meta.table_name)
    assert described["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
