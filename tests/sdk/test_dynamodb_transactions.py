"""DynamoDB's TransactWriteItems and TransactGetItems through boto3."""
import threading
import uuid

import pytest
from botocore.exceptions import ClientError

from dynamodb import index, make, name, refused

MISMATCH = "The provided key element does not match the schema"
TWICE = "Transaction request cannot include multiple operations on one item"
ONE_OF = "TransactItems can only contain one of Check, Put, Update or Delete"
FAILED = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
NONE = {"Code": "None"}
MISSING = "attribute_not_exists(pk)"


@pytest.fixture(scope="module")
def db(client):
    return client("dynamodb")


@pytest.fixture(scope="module")
def loose(client):
    """The same without botocore's own checks, so that the emulator's are seen."""
    return client("dynamodb", check=False)


@pytest.fixture
def table(db):
    return make(db)


def key(value):
    return {"pk": {"S": value}}


def put(table, value, more=None, **options):
    return {"Put": {"TableName": table, "Item": key(value) | (more or {})} | options}


def delete(table, value, **options):
    return {"Delete": {"TableName": table, "Key": key(value)} | options}


def check(table, value, condition, **options):
    return {"ConditionCheck": {"TableName": table, "Key": key(value), "ConditionExpression": condition} | options}


def update(table, value, expression="SET n = :n", n=1, **options):
    return {"Update": {"TableName": table, "Key": key(value), "UpdateExpression": expression,
                       "ExpressionAttributeValues": {":n": {"N": str(n)}}} | options}


def get(table, value, **options):
    return {"Get": {"TableName": table, "Key": key(value)} | options}


def all_of(db, table):
    items = db.scan(TableName=table, ConsistentRead=True)["Items"]
    return {item["pk"]["S"]: item for item in items}


def cancelled(reasons, call, *actions, **options):
    codes = ", ".join(reason["Code"] for reason in reasons)
    answer = refused(f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
                     call, "TransactionCanceledException", TransactItems=list(actions), **options)
    assert answer["CancellationReasons"] == reasons
    assert answer["Message"] == answer["Error"]["Message"]


# --- TransactWriteItems --------------------------------------------------------------------------

def test_a_transaction_makes_all_kinds_of_changes_over_tables(db, table):
    other = make(db)
    for value in ("gone", "changed", "checked"):
        db.put_item(TableName=table, Item=key(value))
    answer = db.transact_write_items(TransactItems=[
        put(other, "new", {"a": {"S": "b"}}), delete(table, "gone"), update(table, "changed", n=5),
        update(table, "made", n=6), check(table, "checked", "attribute_exists(pk)")])
    assert "ConsumedCapacity" not in answer and "ItemCollectionMetrics" not in answer
    assert all_of(db, other) == {"new": key("new") | {"a": {"S": "b"}}}
    assert all_of(db, table) == {"changed": key("changed") | {"n": {"N": "5"}}, "checked": key("checked"),
                                 "made": key("made") | {"n": {"N": "6"}}}


def test_a_failed_condition_cancels_everything(db, table):
    db.put_item(TableName=table, Item=key("there") | {"n": {"N": "7"}})
    before = all_of(db, table)
    cancelled([NONE, FAILED, NONE, FAILED], db.transact_write_items,
              put(table, "new"), put(table, "there", ConditionExpression=MISSING), update(table, "another"),
              check(table, "absent", "attribute_exists(pk)"))
    assert all_of(db, table) == before


def test_a_failed_condition_shows_the_item_that_it_met(db, table):
    there = key("there") | {"n": {"N": "7"}}
    db.put_item(TableName=table, Item=there)
    shown = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    cancelled([FAILED | {"Item": there}, FAILED], db.transact_write_items,
              delete(table, "there", ConditionExpression=MISSING, **shown),
              check(table, "absent", "attribute_exists(pk)", **shown))
    cancelled([FAILED | {"Item": there}], db.transact_write_items,
              update(table, "there", ConditionExpression=MISSING, **shown))
    cancelled([FAILED | {"Item": there}], db.transact_write_items,
              put(table, "there", ConditionExpression=MISSING, **shown))


def test_what_the_item_refuses_is_a_reason_too(db, table):
    db.put_item(TableName=table, Item=key("text") | {"n": {"S": "no number"}})
    wrong_type = {"Code": "ValidationError", "Message": "An operand in the update expression has an incorrect data type"}
    cancelled([NONE, wrong_type], db.transact_write_items, put(table, "new"), update(table, "text", "ADD n :n"))
    too_large = {"Code": "ValidationError",
                 "Message": "Item size to update has exceeded the maximum allowed size"}
    big = {":n": {"S": "x" * (400 * 1024 - 5)}}
    cancelled([too_large], db.transact_write_items, update(table, "text", "SET b = :n", ExpressionAttributeValues=big))
    no_attribute = {"Code": "ValidationError",
                    "Message": "The provided expression refers to an attribute that does not exist in the item"}
    cancelled([no_attribute], db.transact_write_items, update(table, "text", "SET m = absent + :n"))
    assert all_of(db, table).keys() == {"text"}


def test_keys_that_do_not_fit_are_reasons(db, table):
    bad = {"Delete": {"TableName": table, "Key": {"other": {"S": "a"}}}}
    cancelled([NONE, {"Code": "ValidationError", "Message": MISMATCH}], db.transact_write_items, put(table, "a"), bad)
    no_key = {"Put": {"TableName": table, "Item": {"other": {"S": "a"}}}}
    cancelled([{"Code": "ValidationError", "Message": "One or more parameter values were invalid: "
                "Missing the key pk in the item"}], db.transact_write_items, no_key)
    assert all_of(db, table) == {}


@pytest.mark.parametrize("words, make_actions", [
    (TWICE, lambda t: [put(t, "a"), check(t, "a", MISSING)]),
    (TWICE, lambda t: [update(t, "a"), put(t, "b"), delete(t, "a")]),
    (ONE_OF, lambda t: [put(t, "a"), put(t, "b") | delete(t, "c")]),
    (ONE_OF, lambda t: [{}]),
    (["Invalid ConditionExpression: Syntax error"], lambda t: [put(t, "a", ConditionExpression="a b")]),
    (["Invalid UpdateExpression: Syntax error"], lambda t: [update(t, "a", "SETTLE n = :n")]),
    (["unused in expressions: keys: {:n}"], lambda t: [update(t, "a", "REMOVE n")]),
    ("Item size has exceeded the maximum allowed size", lambda t: [put(t, "a", {"b": {"S": "x" * 400 * 1024}})]),
    (["Supplied AttributeValue is empty"], lambda t: [put(t, "a", {"b": {}})]),
    (["Member must have length less than or equal to 100"], lambda t: [put(t, str(i)) for i in range(101)]),
    (["Member must have length greater than or equal to 1"], lambda t: []),
])
def test_bad_transactions_are_refused_whole(loose, table, words, make_actions):
    refused(words, loose.transact_write_items, TransactItems=make_actions(table))
    assert all_of(loose, table) == {}


def test_a_transaction_needs_its_tables(db, table):
    refused("Requested resource not found", db.transact_write_items, "ResourceNotFoundException",
            TransactItems=[put(table, "a"), put(name(), "b")])
    assert all_of(db, table) == {}


def test_a_transaction_holds_a_hundred_actions_and_four_megabytes(db, table):
    db.transact_write_items(TransactItems=[put(table, str(i)) for i in range(100)])
    assert len(all_of(db, table)) == 100
    other = make(db)
    big = {"b": {"S": "x" * (399 * 1024)}}
    refused(["4 MB"], db.transact_write_items, TransactItems=[put(other, str(i), big) for i in range(11)])
    assert all_of(db, other) == {}
    db.transact_write_items(TransactItems=[put(other, str(i), big) for i in range(10)])
    db.put_item(TableName=other, Item=key("10") | big)
    refused(["4 MB"], db.transact_get_items, TransactItems=[get(other, str(i)) for i in range(11)])
    assert len(db.transact_get_items(TransactItems=[get(other, str(i)) for i in range(10)])["Responses"]) == 10


def test_a_transaction_costs_twice(db):
    table = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    other = make(db)
    answer = db.transact_write_items(ReturnConsumedCapacity="INDEXES", TransactItems=[
        put(table, "a", {"g": {"S": "x"}, "v": {"S": "x" * 1500}}), delete(table, "absent"),
        check(other, "absent", MISSING)])
    consumed = {c["TableName"]: c for c in answer["ConsumedCapacity"]}
    assert consumed[table]["Table"] == {"CapacityUnits": 6, "WriteCapacityUnits": 6}
    assert consumed[table]["GlobalSecondaryIndexes"]["by-g"] == {"CapacityUnits": 4, "WriteCapacityUnits": 4}
    assert consumed[table]["CapacityUnits"] == consumed[table]["WriteCapacityUnits"] == 10
    assert consumed[other]["CapacityUnits"] == 2


def test_a_transaction_keeps_indexes_and_tells_collections(db):
    table = make(db, "pk", "sk", {"l": "S"}, LocalSecondaryIndexes=[index("local", "pk", "l")])
    answer = db.transact_write_items(ReturnItemCollectionMetrics="SIZE", TransactItems=[
        put(table, "a", {"sk": {"S": s}, "l": {"S": "l" + s}}) for s in "12"])
    assert [c["ItemCollectionKey"] for c in answer["ItemCollectionMetrics"][table]] == [key("a")]
    assert db.scan(TableName=table, IndexName="local")["Count"] == 2


# --- ClientRequestToken --------------------------------------------------------------------------

def test_a_token_makes_a_transaction_once(db, table):
    token = str(uuid.uuid4())
    actions = [update(table, "a", "ADD n :n"), put(table, "b", ConditionExpression=MISSING)]
    first = db.transact_write_items(ClientRequestToken=token, TransactItems=actions, ReturnConsumedCapacity="TOTAL")
    again = db.transact_write_items(ClientRequestToken=token, TransactItems=actions, ReturnConsumedCapacity="TOTAL")
    assert all_of(db, table)["a"]["n"] == {"N": "1"}
    assert first["ConsumedCapacity"][0]["WriteCapacityUnits"] == 4
    assert again["ConsumedCapacity"][0] == {"TableName": table, "CapacityUnits": 4, "ReadCapacityUnits": 4}


@pytest.mark.parametrize("change", [
    lambda t: [update(t, "a", "ADD n :n", n=2)],
    lambda t: [update(t, "b", "ADD n :n")],
    lambda t: [update(t, "a", "SET n = :n")],
    lambda t: [update(t, "a", "ADD n :n", ConditionExpression="attribute_exists(pk)")],
    lambda t: [update(t, "a", "ADD n :n"), put(t, "b")],
])
def test_a_token_stands_for_one_transaction(db, table, change):
    token = str(uuid.uuid4())
    db.transact_write_items(ClientRequestToken=token, TransactItems=[update(table, "a", "ADD n :n")])
    refused(["ClientRequestToken"], db.transact_write_items, "IdempotentParameterMismatchException",
            ClientRequestToken=token, TransactItems=change(table))
    assert all_of(db, table) == {"a": key("a") | {"n": {"N": "1"}}}


def test_a_cancelled_transaction_leaves_its_token_free(db, table):
    token = str(uuid.uuid4())
    needs = check(table, "needed", "attribute_exists(pk)")
    cancelled([NONE, FAILED], db.transact_write_items, put(table, "a"), needs, ClientRequestToken=token)
    db.put_item(TableName=table, Item=key("needed"))
    db.transact_write_items(ClientRequestToken=token, TransactItems=[put(table, "a"), needs])
    assert all_of(db, table).keys() == {"a", "needed"}


def test_tokens_have_a_length(loose, table):
    refused(["Member must have length less than or equal to 36"], loose.transact_write_items,
            ClientRequestToken="x" * 37, TransactItems=[put(table, "a")])


# --- TransactGetItems ----------------------------------------------------------------------------

def test_items_are_read_in_the_order_asked_for(db, table):
    other = make(db)
    db.put_item(TableName=table, Item=key("a") | {"n": {"N": "1"}})
    db.put_item(TableName=other, Item=key("b"))
    answer = db.transact_get_items(TransactItems=[
        get(other, "b"), get(table, "absent"),
        get(table, "a", ProjectionExpression="#n", ExpressionAttributeNames={"#n": "n"})])
    assert answer["Responses"] == [{"Item": key("b")}, {}, {"Item": {"n": {"N": "1"}}}]


def test_a_transactional_read_costs_twice_a_consistent_one(db, table):
    db.put_item(TableName=table, Item=key("big") | {"v": {"S": "x" * 5000}})
    answer = db.transact_get_items(TransactItems=[get(table, "big"), get(table, "absent")],
                                   ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == [{"TableName": table, "CapacityUnits": 6, "ReadCapacityUnits": 6}]


def test_bad_reads_are_refused(db, loose, table):
    refused(TWICE, db.transact_get_items, TransactItems=[get(table, "a"), get(table, "a")])
    refused("Requested resource not found", db.transact_get_items, "ResourceNotFoundException",
            TransactItems=[get(name(), "a")])
    refused(["Invalid ProjectionExpression"], db.transact_get_items,
            TransactItems=[get(table, "a", ProjectionExpression="a b")])
    refused(["Member must have length less than or equal to 100"], loose.transact_get_items,
            TransactItems=[get(table, str(i)) for i in range(101)])
    wrong = {"Get": {"TableName": table, "Key": {"pk": {"N": "1"}}}}
    cancelled([NONE, {"Code": "ValidationError", "Message": MISMATCH}], db.transact_get_items, get(table, "a"), wrong)


def test_money_is_neither_made_nor_lost_by_transfers_at_once(client, db, table):
    accounts = [f"account-{i}" for i in range(4)]
    for account in accounts:
        db.put_item(TableName=table, Item=key(account) | {"n": {"N": "100"}})

    def transfer(source, target):
        for _ in range(15):
            try:
                db.transact_write_items(TransactItems=[
                    update(table, source, "SET n = n - :n", n=30, ConditionExpression="n >= :n"),
                    update(table, target, "SET n = n + :n", n=30)])
            except ClientError as error:
                assert error.response["CancellationReasons"] == [FAILED, NONE]
    threads = [threading.Thread(target=transfer, args=(accounts[i], accounts[(i + 1) % 4])) for i in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        answer = db.transact_get_items(TransactItems=[get(table, account) for account in accounts])
        assert sum(int(item["Item"]["n"]["N"]) for item in answer["Responses"]) == 400
    for thread in threads:
        thread.join()
    balances = [int(item["n"]["N"]) for item in all_of(db, table).values()]
    assert sum(balances) == 400 and min(balances) >= 0
