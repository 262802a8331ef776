"""Throttling by token buckets through boto3: of an emulator that was started with --throttling on."""
import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import Emulator
from dynamodb import definitions, index, keys, name

EXCEEDED = "ProvisionedThroughputExceededException"
TABLE = ("The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
         "provisioning level with the UpdateTable API.")
INDEX = ("The level of configured provisioned throughput for one or more global secondary indexes of the table was "
         "exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes "
         "with the UpdateTable API")


@pytest.fixture(scope="module")
def own():
    emulator = Emulator("--throttling", "on")
    emulator.clock(freeze=True)
    yield emulator
    emulator.stop()


@pytest.fixture(scope="module")
def db(own):
    return boto3.client("dynamodb", endpoint_url=own.url)


def units(reads, writes):
    return {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}


def make(db, reads=100, writes=100, indexes=(), **more):
    table = name()
    attributes = {"pk": "S"} | ({"g": "S"} if indexes else {})
    billing = {"ProvisionedThroughput": units(reads, writes)} if reads else {"BillingMode": "PAY_PER_REQUEST"}
    db.create_table(TableName=table, KeySchema=keys("pk"), AttributeDefinitions=definitions(**attributes), **billing,
                    **({"GlobalSecondaryIndexes": list(indexes)} if indexes else {}), **more)
    return table


def item(number, **more):
    return {"pk": {"S": str(number)}} | more


def throttled(call, code=EXCEEDED, **arguments):
    """Message and reasons; the client retries nothing here."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, 400)
    reasons = answer.get("ThrottlingReasons") or answer.get("throttlingReasons")
    return answer["Error"]["Message"], [(r["reason"], r["resource"].split(":", 5)[5]) for r in reasons]


def drain(call, **arguments):
    """How often it is done before it is throttled."""
    for done in range(2000):
        try:
            call(**arguments)
        except ClientError as refusal:
            assert refusal.response["Error"]["Code"] in (EXCEEDED, "ThrottlingException"), refusal
            return done
    raise AssertionError("it is not throttled")


def test_writes_have_their_units_and_what_was_saved_up(own, db):
    table = make(db, writes=3)
    assert drain(db.put_item, TableName=table, Item=item(1)) == 3
    assert throttled(db.put_item, TableName=table, Item=item(1)) == (
        TABLE, [("TableWriteProvisionedThroughputExceeded", f"table/{table}")])
    for call, options in ((db.update_item, {"Key": item(1)}), (db.delete_item, {"Key": item(1)})):
        throttled(call, TableName=table, **options)
    db.get_item(TableName=table, Key=item(1))
    own.advance(1)
    assert drain(db.put_item, TableName=table, Item=item(1)) == 3
    own.advance(1000)
    assert drain(db.delete_item, TableName=table, Key=item(1)) == 3 * 300


def test_what_is_too_large_for_its_second_is_paid_for_afterwards(own, db):
    table = make(db, writes=2)
    db.put_item(TableName=table, Item=item(1, text={"S": "x" * 9 * 1024}))
    own.advance(3)
    throttled(db.put_item, TableName=table, Item=item(2))
    own.advance(2)
    db.put_item(TableName=table, Item=item(2))


def test_a_throttled_write_is_not_made(own, db):
    table = make(db, writes=1)
    db.put_item(TableName=table, Item=item(1, n={"N": "1"}))
    throttled(db.put_item, TableName=table, Item=item(1, n={"N": "2"}))
    assert db.get_item(TableName=table, Key=item(1))["Item"]["n"] == {"N": "1"}


def test_reads_count_half_when_eventually_consistent(own, db):
    table = make(db, reads=2)
    db.put_item(TableName=table, Item=item(1))
    assert drain(db.get_item, TableName=table, Key=item(1)) == 4
    own.advance(1)
    assert drain(db.get_item, TableName=table, Key=item(1), ConsistentRead=True) == 2
    own.advance(1)
    assert drain(db.scan, TableName=table) == 4
    assert throttled(db.query, TableName=table, KeyConditionExpression="pk = :p",
                     ExpressionAttributeValues={":p": {"S": "1"}}) == (
        TABLE, [("TableReadProvisionedThroughputExceeded", f"table/{table}")])


def test_a_global_index_holds_up_the_writes_that_touch_it(own, db):
    table = make(db, indexes=[index("by-g", "g") | {"ProvisionedThroughput": units(1, 2)}])
    for number in (1, 2, 2, 2):  # what changes nothing there costs nothing there
        db.put_item(TableName=table, Item=item(number, g={"S": "x"}))
    assert throttled(db.put_item, TableName=table, Item=item(4, g={"S": "x"})) == (
        INDEX, [("IndexWriteProvisionedThroughputExceeded", f"table/{table}/index/by-g")])
    db.put_item(TableName=table, Item=item(4))
    assert drain(db.scan, TableName=table, IndexName="by-g") == 2
    assert throttled(db.scan, TableName=table, IndexName="by-g") == (
        INDEX, [("IndexReadProvisionedThroughputExceeded", f"table/{table}/index/by-g")])
    db.scan(TableName=table)


def test_on_demand_has_no_limit_but_its_maximum(own, db):
    free, limited = make(db, reads=0), make(db, reads=0, OnDemandThroughput={"MaxWriteRequestUnits": 2})
    for _ in range(50):
        db.put_item(TableName=free, Item=item(1))
        db.get_item(TableName=limited, Key=item(1))
    assert drain(db.put_item, TableName=limited, Item=item(1)) == 2
    assert throttled(db.put_item, "ThrottlingException", TableName=limited, Item=item(1)) == (
        "Throughput exceeds the maximum OnDemandThroughput configured on table or index",
        [("TableWriteMaxOnDemandThroughputExceeded", f"table/{limited}")])
    db.update_table(TableName=limited, OnDemandThroughput={"MaxWriteRequestUnits": -1})
    db.put_item(TableName=limited, Item=item(1))


def test_more_units_help_at_once(own, db):
    table = make(db, writes=1)
    drain(db.put_item, TableName=table, Item=item(1))
    db.update_table(TableName=table, ProvisionedThroughput=units(100, 50))
    own.advance(1)
    assert drain(db.put_item, TableName=table, Item=item(1)) == 50


def test_a_batch_leaves_what_is_throttled_unprocessed(own, db):
    small, large = make(db, reads=2, writes=2), make(db)
    puts = [{"PutRequest": {"Item": item(n)}} for n in range(4)]
    left = db.batch_write_item(RequestItems={small: puts, large: puts})["UnprocessedItems"]
    assert left == {small: puts[2:]}
    assert throttled(db.batch_write_item, RequestItems=left)[0] == TABLE
    own.advance(1)
    assert db.batch_write_item(RequestItems=left)["UnprocessedItems"] == {}
    wanted = [item(n) for n in range(4)]
    request = {small: {"Keys": wanted, "ConsistentRead": True}, large: {"Keys": wanted}}
    answer = db.batch_get_item(RequestItems=request, ReturnConsumedCapacity="TOTAL")
    assert (len(answer["Responses"][small]), len(answer["Responses"][large])) == (2, 4)
    assert answer["UnprocessedKeys"] == {small: {"Keys": wanted[2:], "ConsistentRead": True}}
    assert {c["TableName"]: c["CapacityUnits"] for c in answer["ConsumedCapacity"]} == {small: 2, large: 2}
    throttled(db.batch_get_item, RequestItems=answer["UnprocessedKeys"])


def test_a_transaction_is_cancelled_and_costs_double(own, db):
    table = make(db, reads=2, writes=2)
    put = lambda n: {"Put": {"TableName": table, "Item": item(n)}}
    db.transact_write_items(TransactItems=[put(1)])
    with pytest.raises(ClientError) as caught:
        db.transact_write_items(TransactItems=[put(2)])
    reasons = caught.value.response["CancellationReasons"]
    assert reasons == [{"Code": "ProvisionedThroughputExceeded", "Message": TABLE}]
    get = {"Get": {"TableName": table, "Key": item(1)}}
    db.transact_get_items(TransactItems=[get])
    with pytest.raises(ClientError) as caught:
        db.transact_get_items(TransactItems=[get])
    assert [r["Code"] for r in caught.value.response["CancellationReasons"]] == ["ProvisionedThroughputExceeded"]
    own.advance(1)
    assert "Item" not in db.get_item(TableName=table, Key=item(2))


def test_nothing_is_throttled_by_default(client):
    db = client("dynamodb")
    table = make(db, 1, 1)
    for _ in range(20):
        db.put_item(TableName=table, Item=item(1))
        db.get_item(TableName=table, Key=item(1))


def test_statements_are_throttled_as_the_operations_that_they_are(own, db):
    table = make(db, reads=2, writes=4)
    insert, select = f"INSERT INTO \"{table}\" VALUE {{'pk': '%s'}}", f'SELECT * FROM "{table}" WHERE pk = \'1\''
    update = {"Statement": f'UPDATE "{table}" SET n = 1 WHERE pk = \'1\''}
    db.execute_statement(Statement=insert % 1)
    db.execute_transaction(TransactStatements=[update])
    both = db.batch_execute_statement(Statements=[update, {"Statement": insert % 2}])["Responses"]
    assert [answer.get("Error") for answer in both] == [
        None, {"Code": "ProvisionedThroughputExceeded", "Message": TABLE}]
    assert throttled(db.execute_statement, **update) == (
        TABLE, [("TableWriteProvisionedThroughputExceeded", f"table/{table}")])
    assert drain(db.execute_statement, Statement=select) == 4
    reads = db.batch_execute_statement(Statements=[{"Statement": select}])["Responses"]
    assert reads == [{"TableName": table, "Error": {"Code": "ProvisionedThroughputExceeded", "Message": TABLE}}]
    for statement in ({"Statement": select}, update):
        with pytest.raises(ClientError) as caught:
            db.execute_transaction(TransactStatements=[statement])
        reasons = caught.value.response["CancellationReasons"]
        assert [reason["Code"] for reason in reasons] == ["ProvisionedThroughputExceeded"]
