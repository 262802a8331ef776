"""DynamoDB's BatchGetItem and BatchWriteItem through boto3."""
import pytest

from dynamodb import index, make, name, refused

NOT_FOUND = "Requested resource not found"
MISMATCH = "The provided key element does not match the schema"
DUPLICATES = "Provided list of item keys contains duplicates"


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


def put(key, **more):
    return {"PutRequest": {"Item": {"pk": {"S": key}} | more}}


def delete(key):
    return {"DeleteRequest": {"Key": {"pk": {"S": key}}}}


def keys_of(*values):
    return {"Keys": [{"pk": {"S": value}} for value in values]}


def found(answer, table):
    return sorted(item["pk"]["S"] for item in answer["Responses"][table])


# --- BatchWriteItem ----------------------------------------------------------------------------

def test_a_batch_puts_and_deletes_over_tables(db, table):
    other = make(db)
    db.put_item(TableName=table, Item={"pk": {"S": "old"}})
    answer = db.batch_write_item(RequestItems={table: [put("a", n={"N": "1"}), delete("old"), delete("never")],
                                               other: [put("b")]})
    assert answer["UnprocessedItems"] == {}
    assert "ConsumedCapacity" not in answer and "ItemCollectionMetrics" not in answer
    assert db.scan(TableName=table)["Items"] == [{"pk": {"S": "a"}, "n": {"N": "1"}}]
    assert db.scan(TableName=other)["Items"] == [{"pk": {"S": "b"}}]


def test_a_batch_write_takes_twenty_five_requests_and_no_more(db, table):
    other = make(db)
    db.batch_write_item(RequestItems={table: [put(str(i)) for i in range(25)]})
    assert db.scan(TableName=table)["Count"] == 25
    refused("Too many items requested for the BatchWriteItem call", db.batch_write_item,
            RequestItems={table: [put(str(i)) for i in range(25)], other: [put("one more")]})
    assert db.scan(TableName=other)["Count"] == 0
    refused(["Member must have length less than or equal to 25"], db.batch_write_item,
            RequestItems={table: [put(str(i)) for i in range(26)]})


@pytest.mark.parametrize("second", [put("same", n={"N": "2"}), delete("same")])
def test_a_batch_write_names_an_item_once(db, table, second):
    refused(DUPLICATES, db.batch_write_item, RequestItems={table: [put("same"), put("other"), second]})
    assert db.scan(TableName=table)["Count"] == 0


def test_a_batch_write_knows_equal_number_keys(db):
    table = make(db, types={"pk": "N"})
    requests = [{"PutRequest": {"Item": {"pk": {"N": n}}}} for n in ("1", "1.0")]
    refused(DUPLICATES, db.batch_write_item, RequestItems={table: requests})


@pytest.mark.parametrize("words, request_", [
    (MISMATCH, {"DeleteRequest": {"Key": {"other": {"S": "a"}}}}),
    ("One or more parameter values were invalid: Missing the key pk in the item",
     {"PutRequest": {"Item": {"other": {"S": "a"}}}}),
    ("Item size has exceeded the maximum allowed size", put("big", b={"S": "x" * 400 * 1024})),
    (["Supplied AttributeValue is empty"], put("empty", b={})),
    ("Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest", {}),
    ("Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest", put("a") | delete("b")),
])
def test_one_bad_request_refuses_the_whole_batch(loose, table, words, request_):
    refused(words, loose.batch_write_item, RequestItems={table: [put("fine"), request_]})
    assert loose.scan(TableName=table)["Count"] == 0


def test_a_batch_write_needs_its_tables(db, loose, table):
    refused(NOT_FOUND, db.batch_write_item, "ResourceNotFoundException",
            RequestItems={table: [put("a")], name(): [put("b")]})
    assert db.scan(TableName=table)["Count"] == 0
    refused(["Member must have length greater than or equal to 1"], loose.batch_write_item, RequestItems={})
    refused(["Member must have length greater than or equal to 1"], loose.batch_write_item, RequestItems={table: []})


def test_a_batch_write_sums_capacity_by_table_and_index(db):
    indexed = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    plain = make(db)
    answer = db.batch_write_item(ReturnConsumedCapacity="INDEXES", RequestItems={
        indexed: [put("a", g={"S": "x"}), put("b"), put("c", g={"S": "x"}, v={"S": "x" * 1500})],
        plain: [delete("a")]})
    consumed = {c["TableName"]: c for c in answer["ConsumedCapacity"]}
    assert consumed[indexed]["Table"]["CapacityUnits"] == 4
    assert consumed[indexed]["GlobalSecondaryIndexes"]["by-g"]["CapacityUnits"] == 3
    assert consumed[indexed]["CapacityUnits"] == 7
    assert consumed[plain]["CapacityUnits"] == 1 and "ReadCapacityUnits" not in consumed[plain]


def test_a_batch_write_tells_each_collection_once(db):
    table = make(db, "pk", "sk", {"l": "S"}, LocalSecondaryIndexes=[index("local", "pk", "l")])
    requests = [put(p, sk={"S": s}) for p, s in ("a1", "a2", "b1")]
    answer = db.batch_write_item(ReturnItemCollectionMetrics="SIZE", RequestItems={table: requests})
    collections = answer["ItemCollectionMetrics"][table]
    assert [c["ItemCollectionKey"] for c in collections] == [{"pk": {"S": "a"}}, {"pk": {"S": "b"}}]
    assert all(len(c["SizeEstimateRangeGB"]) == 2 for c in collections)


def test_a_batch_write_keeps_indexes(db):
    table = make(db, types={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    db.batch_write_item(RequestItems={table: [put("a", g={"S": "x"}), put("b", g={"S": "x"})]})
    db.batch_write_item(RequestItems={table: [delete("a")]})
    shown = db.query(TableName=table, IndexName="by-g", KeyConditionExpression="g = :g",
                     ExpressionAttributeValues={":g": {"S": "x"}})
    assert [i["pk"]["S"] for i in shown["Items"]] == ["b"]


# --- BatchGetItem ------------------------------------------------------------------------------

def test_a_batch_reads_over_tables(db, table):
    other = make(db)
    db.batch_write_item(RequestItems={table: [put("a"), put("b")], other: [put("c", n={"N": "1"})]})
    answer = db.batch_get_item(RequestItems={table: keys_of("a", "b", "none"), other: keys_of("c")})
    assert found(answer, table) == ["a", "b"]
    assert answer["Responses"][other] == [{"pk": {"S": "c"}, "n": {"N": "1"}}]
    assert answer["UnprocessedKeys"] == {}
    assert db.batch_get_item(RequestItems={table: keys_of("none")})["Responses"] == {table: []}


def test_a_batch_read_by_arn_answers_by_arn(db, table):
    arn = db.describe_table(TableName=table)["Table"]["TableArn"]
    db.put_item(TableName=table, Item={"pk": {"S": "a"}})
    assert found(db.batch_get_item(RequestItems={arn: keys_of("a")}), arn) == ["a"]


def test_a_batch_read_projects_by_table(db, table):
    other = make(db)
    full = put("a", n={"N": "1"}, m={"M": {"x": {"S": "deep"}, "y": {"S": "no"}}})
    db.batch_write_item(RequestItems={table: [full], other: [full]})
    answer = db.batch_get_item(RequestItems={
        table: keys_of("a") | {"ProjectionExpression": "#n, m.x", "ExpressionAttributeNames": {"#n": "n"}},
        other: keys_of("a") | {"ProjectionExpression": "pk"}})
    assert answer["Responses"][table] == [{"n": {"N": "1"}, "m": {"M": {"x": {"S": "deep"}}}}]
    assert answer["Responses"][other] == [{"pk": {"S": "a"}}]


def test_a_batch_read_stops_at_sixteen_megabytes(db, table):
    size = 400 * 1024 - 100
    for i in range(45):
        db.put_item(TableName=table, Item={"pk": {"S": f"{i:02}"}, "v": {"S": "x" * size}})
    wanted = keys_of(*(f"{i:02}" for i in range(45))) | {"ProjectionExpression": "pk"}
    first = db.batch_get_item(RequestItems={table: wanted})
    assert len(first["Responses"][table]) == 40
    rest = first["UnprocessedKeys"]
    assert len(rest[table]["Keys"]) == 5 and rest[table]["ProjectionExpression"] == "pk"
    second = db.batch_get_item(RequestItems=rest)
    assert second["UnprocessedKeys"] == {}
    assert sorted(found(first, table) + found(second, table)) == [f"{i:02}" for i in range(45)]


def test_a_batch_reads_a_hundred_keys_and_no_more(db, table):
    other = make(db)
    hundred = keys_of(*map(str, range(100)))
    assert db.batch_get_item(RequestItems={table: hundred})["Responses"] == {table: []}
    refused("Too many items requested for the BatchGetItem call", db.batch_get_item,
            RequestItems={table: hundred, other: keys_of("one more")})
    refused(["Member must have length less than or equal to 100"], db.batch_get_item,
            RequestItems={table: keys_of(*map(str, range(101)))})


@pytest.mark.parametrize("words, keys", [
    (DUPLICATES, [{"pk": {"S": "a"}}, {"pk": {"S": "b"}}, {"pk": {"S": "a"}}]),
    (MISMATCH, [{"pk": {"S": "a"}}, {"pk": {"N": "1"}}]),
    (MISMATCH, [{"pk": {"S": "a"}, "more": {"S": "b"}}]),
    (["Supplied AttributeValue is empty"], [{"pk": {}}]),
])
def test_a_batch_read_checks_its_keys(loose, table, words, keys):
    refused(words, loose.batch_get_item, RequestItems={table: {"Keys": keys}})


def test_a_batch_read_checks_tables_and_expressions(db, table):
    refused(NOT_FOUND, db.batch_get_item, "ResourceNotFoundException", RequestItems={name(): keys_of("a")})
    refused(["Invalid ProjectionExpression: Syntax error"], db.batch_get_item,
            RequestItems={table: keys_of("a") | {"ProjectionExpression": "a b"}})
    refused("ExpressionAttributeNames can only be specified when using expressions", db.batch_get_item,
            RequestItems={table: keys_of("a") | {"ExpressionAttributeNames": {"#a": "a"}}})


def test_a_batch_read_counts_each_item_by_itself(db, table):
    db.batch_write_item(RequestItems={table: [put("small"), put("big", v={"S": "x" * 5000})]})
    wanted = keys_of("small", "big", "none")

    def units(**more):
        answer = db.batch_get_item(ReturnConsumedCapacity="TOTAL", RequestItems={table: wanted | more})
        [consumed] = answer["ConsumedCapacity"]
        assert consumed["TableName"] == table and "Table" not in consumed
        return consumed["CapacityUnits"]
    assert units() == 2 and units(ConsistentRead=True) == 4


def test_the_resource_api_batches(client, db, table):
    import boto3
    resource = boto3.resource("dynamodb").Table(table)
    with resource.batch_writer(overwrite_by_pkeys=["pk"]) as batch:
        for i in range(60):
            batch.put_item(Item={"pk": str(i % 55), "n": i})
    assert resource.scan()["Count"] == 55
