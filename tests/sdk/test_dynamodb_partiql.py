"""DynamoDB's PartiQL through boto3: ExecuteStatement, BatchExecuteStatement, ExecuteTransaction."""
import random
import threading
import uuid

import pytest

from dynamodb import index, make, name, refused

MALFORMED = "Statement wasn't well formed, can't be processed: "
NO_KEY = "Where clause does not contain a mandatory equality on all key attributes"
NO_MATCH = "NextToken does not match request"
FAILED = "The conditional request failed"
DUPLICATE = "Duplicate primary key exists in table"
NOT_FOUND = "Requested resource not found"


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


@pytest.fixture(scope="module")
def songs(db):
    """Artists a to c with songs 1 to 6, indexed by year and, within an artist, by rating."""
    made = make(db, "artist", "song", types={"song": "N", "year": "N", "rating": "N"},
                GlobalSecondaryIndexes=[index("by-year", "year", "song", projection="INCLUDE", include=["title"])],
                LocalSecondaryIndexes=[index("by-rating", "artist", "rating", projection="KEYS_ONLY")])
    for artist in "abc":
        for song in range(1, 7):
            db.put_item(TableName=made, Item={
                "artist": {"S": artist}, "song": {"N": str(song)}, "year": {"N": str(2000 + song)},
                "rating": {"N": str(10 - song)}, "title": {"S": f"{artist}{song}"},
                "more": {"M": {"tags": {"L": [{"S": "x"}, {"S": f"t{song}"}]}}}})
    return made


def values(*parameters):
    return {"Parameters": [{"S": p} if isinstance(p, str) else {"N": str(p)} if isinstance(p, int) else p
                           for p in parameters]}


def run(db, statement, *parameters, **options):
    more = values(*parameters) if parameters else {}
    return db.execute_statement(Statement=statement, **more, **options)


def items(db, statement, *parameters, **options):
    answer = run(db, statement, *parameters, **options)
    assert "NextToken" not in answer
    return answer["Items"]


def titles(db, songs, tail, *parameters, **options):
    return [i["title"]["S"] for i in items(db, f'SELECT title FROM "{songs}" {tail}', *parameters, **options)]


def pages(db, statement, *parameters, **options):
    """The items of each page, and the token of each but the last."""
    answer = run(db, statement, *parameters, **options)
    found = [answer["Items"]]
    while "NextToken" in answer:
        answer = run(db, statement, *parameters, NextToken=answer["NextToken"], **options)
        found.append(answer["Items"])
    return found


def said(db, words, statement, *parameters, code="ValidationException", **options):
    more = values(*parameters) if parameters else {}
    return refused(words, db.execute_statement, code, Statement=statement, **more, **options)


# --- SELECT --------------------------------------------------------------------------------------

@pytest.mark.parametrize("tail, wanted", [
    ("WHERE artist = 'a'", "a1 a2 a3 a4 a5 a6"),
    ("WHERE artist = 'a' AND song = 3", "a3"),
    ("WHERE artist = 'a' AND song = 9", ""),
    ("WHERE artist = 'a' AND song > 4", "a5 a6"),
    ("WHERE 4 <= song AND artist = 'a'", "a4 a5 a6"),
    ("WHERE artist = 'a' AND song BETWEEN 2 AND 4", "a2 a3 a4"),
    ("WHERE artist = 'a' AND song NOT BETWEEN 2 AND 4", "a1 a5 a6"),
    ("WHERE artist = 'a' AND song > 1 AND song < 3", "a2"),
    ("WHERE artist = 'a' AND song IN [1, 5, 9]", "a1 a5"),
    ("WHERE artist = 'a' AND (song = 1 OR \"year\" >= 2006)", "a1 a6"),
    ("WHERE artist = 'a' AND NOT song = 1 AND song <> 2 AND song != 3", "a4 a5 a6"),
    ("WHERE artist = 'a' AND more.tags[1] = 't4'", "a4"),
    ("WHERE artist = 'a' AND contains(title, '6')", "a6"),
    ("WHERE artist = 'a' AND begins_with(title, 'a') AND size(title) = 1 + 1 AND rating < 5", "a6"),
    ("WHERE artist = 'a' AND attribute_type(more, 'M') AND more IS STRUCT AND more.none IS MISSING", "a1 a2 a3 a4 a5 a6"),
    ("WHERE artist = 'a' AND title IS NULL", ""),
    ("WHERE artist = 'a' ORDER BY song DESC", "a6 a5 a4 a3 a2 a1"),
    ("WHERE artist IN ['c', 'a'] AND song = 2", "c2 a2"),
    ("WHERE artist IN ['c', 'a'] AND song < 3 ORDER BY artist", "a1 a2 c1 c2"),
    ("WHERE artist IN ['a', 'c'] AND song < 3 ORDER BY artist DESC, song DESC", "c2 c1 a2 a1"),
    ("WHERE (artist = 'b' OR artist = 'c') AND song = 6", "b6 c6"),
    ("WHERE artist = 'b' AND song = 1 OR artist = 'a' AND song = 2", "b1 a2"),
])
def test_a_where_clause_that_names_the_hash_key_is_a_query(db, songs, tail, wanted):
    assert titles(db, songs, tail) == wanted.split()


@pytest.mark.parametrize("tail, wanted", [
    ("", {f"{a}{s}" for a in "abc" for s in range(1, 7)}),
    ("WHERE song = 2", {"a2", "b2", "c2"}),
    ("WHERE artist > 'a' AND song = 2", {"b2", "c2"}),
    ("WHERE artist = 'a' AND song = 1 OR song = 6", {"a1", "a6", "b6", "c6"}),
    ("WHERE artist = 'none' OR \"year\" = 2003", {"a3", "b3", "c3"}),
])
def test_any_other_is_a_scan(db, songs, tail, wanted):
    assert set(titles(db, songs, tail)) == wanted


def test_columns_go_by_the_last_name_of_their_path(db, songs):
    statement = f'SELECT song, more.tags[1], more.tags, none FROM "{songs}" WHERE artist = ? AND song = ?'
    tags = [{"S": "x"}, {"S": "t1"}]
    assert items(db, statement, "a", 1) == [{"song": {"N": "1"}, "tags[1]": {"S": "t1"}, "tags": {"L": tags}}]
    assert items(db, f'SELECT none FROM "{songs}" WHERE artist = ? AND song = ?', "a", 1) == [{}]
    whole = items(db, f'SELECT * FROM "{songs}" WHERE artist = ? AND song = ?', "a", 1)[0]
    assert sorted(whole) == ["artist", "more", "rating", "song", "title", "year"]


def test_a_query_of_an_index_sees_what_it_projects(db, songs):
    found = items(db, f'SELECT * FROM "{songs}"."by-year" WHERE "year" = 2003 ORDER BY song')
    assert len(found) == 3 and all(sorted(i) == ["artist", "song", "title", "year"] for i in found)
    by_rating = items(db, f'SELECT song, rating FROM "{songs}"."by-rating" WHERE artist = ? AND rating > ? '
                      "ORDER BY rating DESC", "a", 7)
    assert [i["rating"]["N"] for i in by_rating] == ["9", "8"]
    fetched = items(db, f'SELECT title FROM "{songs}"."by-rating" WHERE artist = ? AND rating = ?', "a", 9)
    assert fetched == [{"title": {"S": "a1"}}]
    said(db, ["does not project [more]"], f'SELECT more FROM "{songs}"."by-year" WHERE "year" = 2003')
    said(db, "The table does not have the specified index: none", f'SELECT * FROM "{songs}"."none" WHERE a = 1')
    said(db, "Consistent reads are not supported on global secondary indexes",
         f'SELECT * FROM "{songs}"."by-year" WHERE "year" = 2003', ConsistentRead=True)


def test_a_table_may_go_by_its_arn(db, songs):
    arn = db.describe_table(TableName=songs)["Table"]["TableArn"]
    assert titles(db, arn, "WHERE artist = 'b' AND song = 6") == ["b6"]


def test_pages_end_at_the_limit_and_go_on_by_the_token(db, songs):
    statement = f'SELECT song FROM "{songs}" WHERE artist = ? AND song <> ?'
    found = pages(db, statement, "a", 3, Limit=2)
    assert [[int(i["song"]["N"]) for i in page] for page in found] == [[1, 2], [4], [5, 6], []]
    first = run(db, statement, "a", 3, Limit=2)
    assert first["LastEvaluatedKey"] == {"artist": {"S": "a"}, "song": {"N": "2"}}
    backwards = pages(db, f'SELECT song FROM "{songs}" WHERE artist = ? ORDER BY song DESC', "a", Limit=4)
    assert [[int(i["song"]["N"]) for i in page] for page in backwards] == [[6, 5, 4, 3], [2, 1]]
    scanned = pages(db, f'SELECT * FROM "{songs}"', Limit=5)
    assert [len(page) for page in scanned] == [5, 5, 5, 3]
    assert len({(i["artist"]["S"], i["song"]["N"]) for page in scanned for i in page}) == 18
    index_pages = pages(db, f'SELECT * FROM "{songs}"."by-year" WHERE "year" = 2003', Limit=2)
    assert [len(page) for page in index_pages] == [2, 1]
    shared = pages(db, f'SELECT title FROM "{songs}"."by-year" WHERE "year" = 2003 AND song = 3', Limit=2)
    assert sorted(i["title"]["S"] for page in shared for i in page) == ["a3", "b3", "c3"]


def test_a_whole_key_leaves_nothing_for_another_page(db, songs):
    answer = run(db, f'SELECT * FROM "{songs}" WHERE artist = ? AND song = ?', "a", 1, Limit=1)
    assert len(answer["Items"]) == 1 and "NextToken" not in answer and "LastEvaluatedKey" not in answer


def test_alternatives_come_in_pages_of_ten(db, songs):
    statement = f'SELECT title FROM "{songs}" WHERE artist IN [?, ?, ?]'
    found = pages(db, statement, "b", "c", "a")
    assert [[i["title"]["S"] for i in page] for page in found] == [
        [f"b{s}" for s in range(1, 7)] + [f"c{s}" for s in range(1, 5)],
        ["c5", "c6"] + [f"a{s}" for s in range(1, 7)]]
    six = run(db, statement, "b", "c", "a", Limit=6)
    assert len(six["Items"]) == 6 and six["LastEvaluatedKey"] == {"artist": {"S": "b"}, "song": {"N": "6"}}
    few = f'SELECT title FROM "{songs}" WHERE artist IN [?, ?, ?] AND "year" = 2002'
    assert [[i["title"]["S"] for i in page] for page in pages(db, few, "b", "c", "a")] == [["b2", "c2", "a2"]]
    keys = f'SELECT title FROM "{songs}" WHERE artist IN [?, ?, ?] AND song = ?'
    found = pages(db, keys, "b", "none", "a", 1, Limit=1)
    assert [[i["title"]["S"] for i in page] for page in found] == [["b1"], ["a1"]]


def test_pages_hold_a_megabyte(db, table):
    for i in range(4):
        db.put_item(TableName=table, Item={"pk": {"S": str(i)}, "b": {"S": "x" * 390_000}})
    found = pages(db, f'SELECT * FROM "{table}"')
    assert [len(page) for page in found] == [2, 2] and "NextToken" in run(db, f'SELECT pk FROM "{table}"')


def test_a_token_continues_its_own_statement_alone(db, songs):
    statement = f'SELECT song FROM "{songs}" WHERE artist = ?'
    token = run(db, statement, "a", Limit=1)["NextToken"]
    assert items(db, statement, "a", NextToken=token)[0] == {"song": {"N": "2"}}
    for other, parameters in ((statement, ["b"]), (statement + " AND song > ?", ["a", 0])):
        said(db, NO_MATCH, other, *parameters, NextToken=token)
    for bad in ("x", token[:-2], token + "A", "MTphYmM"):
        said(db, NO_MATCH, statement, "a", NextToken=bad)
    said(db, NO_MATCH, f"INSERT INTO \"{songs}\" VALUE {{'artist': 'z', 'song': 1}}", NextToken=token)


def test_reads_cost_what_query_and_scan_cost(db, songs):
    def cost(tail, wanted="TOTAL", source=f'"{songs}"', **options):
        return run(db, f"SELECT * FROM {source} {tail}", ReturnConsumedCapacity=wanted, **options)["ConsumedCapacity"]
    assert cost("WHERE artist = 'a'") == {"TableName": songs, "CapacityUnits": 0.5}
    assert cost("WHERE artist = 'a'", ConsistentRead=True)["CapacityUnits"] == 1
    assert cost("WHERE artist IN ['a', 'b']")["CapacityUnits"] == 1
    assert cost("WHERE artist = 'none' AND song = 1")["CapacityUnits"] == 0.5
    assert cost("", "INDEXES")["Table"] == {"CapacityUnits": 0.5}
    by_year = cost('WHERE "year" = 2003', "INDEXES", f'"{songs}"."by-year"')
    assert by_year["GlobalSecondaryIndexes"] == {"by-year": {"CapacityUnits": 0.5}}
    assert by_year["Table"] == {"CapacityUnits": 0}
    assert "ConsumedCapacity" not in run(db, f'SELECT * FROM "{songs}"', ReturnConsumedCapacity="NONE")


@pytest.mark.parametrize("tail, words", [
    ("ORDER BY artist", "Must have WHERE clause in the statement when using ORDER BY clause."),
    ("WHERE song = 1 ORDER BY song",
     "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."),
    ("WHERE artist = 'a' ORDER BY title", "Variable reference title in ORDER BY clause must be part of the primary key"),
    ("WHERE artist IN ['a', 'b'] ORDER BY song",
     "ORDER BY must begin with the hash key when the WHERE clause names several hash key values"),
    ("WHERE artist = 1",
     "One or more parameter values were invalid: Condition parameter type does not match schema type"),
    ("WHERE artist IN [" + ", ".join(f"'{i}'" for i in range(51)) + "]",
     "The IN operator is provided with too many operands; number of operands: 51"),
    ("WHERE song IN [" + ", ".join(str(i) for i in range(101)) + "]",
     "The IN operator is provided with too many operands; number of operands: 101"),
    ("LIMIT 5", ["Unsupported clause: LIMIT at 1:"]),
    ("WHERE artist = ?", "Number of parameters in request and statement don't match."),
    ("WHERE", MALFORMED + "Unexpected term"),
    ("WHERE date = 1", MALFORMED + "Unexpected keyword"),
])
def test_selects_that_dynamodb_refuses(db, songs, tail, words):
    said(db, words, f'SELECT * FROM "{songs}" {tail}')


def test_fifty_hash_keys_and_a_hundred_other_values_are_fine(db, songs):
    fifty = ", ".join(f"'{c}'" for c in "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMN")
    assert [i["title"]["S"] for page in pages(db, f'SELECT title FROM "{songs}" WHERE artist IN [{fifty}] AND song = 1')
            for i in page] == ["a1", "b1", "c1"]
    hundred = ", ".join(str(i) for i in range(100))
    assert len(titles(db, songs, f"WHERE artist = 'a' AND rating IN [{hundred}]")) == 6


# --- conditions beside filter expressions ----------------------------------------------------------

KINDS = {"pk": "S", "sk": "N", "t": "S", "n": "N"}


class Condition:
    """A random condition in both languages: `statement` with its parameters, `filter` with its values."""

    def __init__(self, rng):
        self.rng, self.parameters, self.values = rng, [], {}
        self.statement, self.filter = self.make(3)

    def value(self, kind):
        chosen = self.rng.choice("abcd") if kind == "S" else str(self.rng.randrange(1, 6))
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = {kind: chosen}
        if self.rng.random() < 0.5:
            self.parameters.append({kind: chosen})
            return "?", placeholder
        return f"'{chosen}'" if kind == "S" else chosen, placeholder

    def make(self, depth):
        rng = self.rng
        if depth and rng.random() < 0.6:
            parts = [self.make(depth - 1) for _ in range(rng.choice((2, 2, 3)))]
            word = rng.choice((" AND ", " AND ", " OR "))
            return tuple("(" + word.join(texts) + ")" for texts in zip(*parts))
        if depth and rng.random() < 0.2:
            inner = self.make(depth - 1)
            return tuple(f"NOT ({text})" if not text.startswith("(") else f"NOT {text}" for text in inner)
        name = rng.choice(("pk", "pk", "sk", "sk", "t", "n"))
        kind = KINDS[name]
        shape = rng.choice(("=", "=", "=", "<>", "<", "<=", ">", ">=", "IN", "BETWEEN", "MISSING", "begins_with"))
        if shape == "MISSING":
            return f"{name} IS MISSING", f"attribute_not_exists({name})"
        if shape == "begins_with" and kind == "S":
            return tuple(f"begins_with({name}, {text})" for text in self.value(kind))
        if shape == "IN":
            choices = [self.value(kind) for _ in range(rng.randrange(1, 4))]
            return tuple(f"{name} IN ({', '.join(texts)})" for texts in zip(*choices))
        if shape == "BETWEEN":
            low, high = sorted((rng.choice("abcd"), rng.choice("abcd"))) if kind == "S" else sorted(rng.sample("12345", 2))
            self.values |= {f":v{len(self.values)}": {kind: low}, f":v{len(self.values) + 1}": {kind: high}}
            quoted = [f"'{v}'" if kind == "S" else v for v in (low, high)]
            return (f"{name} BETWEEN {quoted[0]} AND {quoted[1]}",
                    f"{name} BETWEEN :v{len(self.values) - 2} AND :v{len(self.values) - 1}")
        return tuple(f"{name} {shape if shape != 'begins_with' else '='} {text}" for text in self.value(kind))


@pytest.fixture(scope="module")
def grid(db):
    made = make(db, "pk", "sk", types={"sk": "N", "t": "S", "n": "N"}, GlobalSecondaryIndexes=[index("by-t", "t", "n")])
    for i, (pk, sk) in enumerate((pk, sk) for pk in "abcd" for sk in range(1, 6)):
        more = ({"t": {"S": "abcd"[i % 3]}} if i % 4 else {}) | ({"n": {"N": str(i % 5 + 1)}} if i % 7 else {})
        db.put_item(TableName=made, Item={"pk": {"S": pk}, "sk": {"N": str(sk)}} | more)
    return made


def everything(answers):
    return sorted(repr(item) for page in answers for item in page)


@pytest.mark.parametrize("seed", range(12))
def test_where_selects_what_the_same_filter_selects(db, grid, seed):
    rng = random.Random(seed)
    for source, where in ((f'"{grid}"', {}), (f'"{grid}"."by-t"', {"IndexName": "by-t"})):
        for _ in range(10):
            condition = Condition(rng)
            options = {"Parameters": condition.parameters} if condition.parameters else {}
            if rng.random() < 0.3:
                options["Limit"] = rng.randrange(1, 5)
            found = pages(db, f"SELECT * FROM {source} WHERE {condition.statement}", **options)
            values_given = {"ExpressionAttributeValues": condition.values} if condition.values else {}
            wanted = db.scan(TableName=grid, FilterExpression=condition.filter, **values_given, **where)
            assert everything(found) == everything([wanted["Items"]]), (condition.statement, condition.parameters)


# --- the statement and its parameters --------------------------------------------------------------

def test_statements_have_one_to_8192_characters(db, loose, songs):
    refused(["Member must have length greater than or equal to 1"], loose.execute_statement, Statement="")
    statement = f'SELECT * FROM "{songs}" WHERE artist = \'none\''
    assert items(db, statement + " " * (8192 - len(statement))) == []
    said(loose, ["Member must have length less than or equal to 8192"], statement + " " * (8193 - len(statement)))
    refused(["Value null at 'statement'"], loose.execute_statement)


def test_parameters_are_checked_as_values(db, loose, songs):
    statement = f'SELECT * FROM "{songs}" WHERE title = ?'
    said(db, "Number of parameters in request and statement don't match.", statement, "a", "b")
    refused(["must contain exactly one of the supported datatypes"], loose.execute_statement, Statement=statement,
            Parameters=[{}])
    refused(["The parameter cannot be converted to a numeric value"], loose.execute_statement, Statement=statement,
            Parameters=[{"N": "x"}])
    refused(["Member must have length greater than or equal to 1"], loose.execute_statement,
            Statement=f'SELECT * FROM "{songs}"', Parameters=[])
    refused(["Member must have value greater than or equal to 1"], loose.execute_statement,
            Statement=f'SELECT * FROM "{songs}"', Limit=0)


def test_parameters_may_be_of_any_type(db, table):
    given = {"pk": {"S": "it's"}, "b": {"B": b"\x00\xff"}, "bs": {"BS": [b"a", b"b"]}, "l": {"L": [{"N": "1"}]},
             "m": {"M": {"k": {"NULL": True}}}, "ns": {"NS": ["1", "2"]}, "t": {"BOOL": True}}
    names = ", ".join(f"'{attribute}': ?" for attribute in given)
    run(db, f'INSERT INTO "{table}" VALUE {{{names}}}', *given.values())
    assert items(db, f'SELECT * FROM "{table}" WHERE b = ? AND bs = ? AND m = ?', given["b"], given["bs"], given["m"]) == [given]


def test_hostile_statements_answer_at_once(db, songs):
    where = f'SELECT * FROM "{songs}" WHERE '
    said(db, "The statement has too many nested parentheses", where + "(" * 8000)
    said(db, "Nesting Levels have exceeded supported limits", where + "a = " + "[" * 8000)
    said(db, "The expression contains too many operators; operator count: 301", where + "a = 1 OR " * 700 + "a = 1")
    assert items(db, where + "NOT " * 1500 + "artist = 'none'") == []


@pytest.mark.parametrize("statement", [
    "SELECT * FROM \"{}\"", "DELETE FROM \"{}\" WHERE a = 1", "UPDATE \"{}\" SET a = 1 WHERE b = 1",
    "INSERT INTO \"{}\" VALUE {{'a': 1}}"])
def test_the_table_must_be_there(db, statement):
    said(db, NOT_FOUND, statement.format(name()), code="ResourceNotFoundException")
    said(db, ["Invalid table/index name"], statement.format("a"))


# --- INSERT --------------------------------------------------------------------------------------

def test_insert_puts_an_item_that_is_new(db, table):
    statement = f"INSERT INTO \"{table}\" VALUE {{'pk': 'a', 'n': 1.50, 'l': [1, 'x', {{'k': <<'b', 'a'>>}}], 't': true}}"
    assert run(db, statement)["Items"] == []
    assert db.get_item(TableName=table, Key={"pk": {"S": "a"}})["Item"] == {
        "pk": {"S": "a"}, "n": {"N": "1.5"}, "t": {"BOOL": True},
        "l": {"L": [{"N": "1"}, {"S": "x"}, {"M": {"k": {"SS": ["a", "b"]}}}]}}
    said(db, DUPLICATE, statement, code="DuplicateItemException")
    assert run(db, f'INSERT INTO "{table}" VALUE ?', {"M": {"pk": {"S": "map"}}})["Items"] == []
    assert items(db, f'SELECT * FROM "{table}" WHERE pk = ?', "map") == [{"pk": {"S": "map"}}]


def test_insert_is_checked_as_a_put_is(db, table):
    insert = f'INSERT INTO "{table}" VALUE '
    said(db, "One or more parameter values were invalid: Missing the key pk in the item", insert + "{'a': 1}")
    said(db, "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
         insert + "{'pk': 1}")
    said(db, ["cannot contain an empty string value. Key: pk"], insert + "{'pk': ''}")
    said(db, "Item size has exceeded the maximum allowed size", insert + "{'pk': 'a', 'b': ?}", "x" * 409_600)
    said(db, "Nesting Levels have exceeded supported limits", insert + "{'pk': 'a', 'b': " + "[" * 40 + "]" * 40 + "}")
    said(db, ["use \"INSERT INTO tableName VALUE item\" instead"], f'INSERT INTO "{table}" << {{\'pk\': \'a\'}} >>')
    said(db, "The item of an INSERT statement must be a tuple", insert + "?", "a")


def test_insert_keeps_indexes_and_costs_a_write(db):
    table = make(db, types={"g": "N"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    said(db, ["Type mismatch for Index Key g Expected: N Actual: S IndexName: by-g"],
         f"INSERT INTO \"{table}\" VALUE {{'pk': 'a', 'g': 'x'}}")
    cost = run(db, f"INSERT INTO \"{table}\" VALUE {{'pk': 'a', 'g': 1}}", ReturnConsumedCapacity="INDEXES")
    assert cost["ConsumedCapacity"] == {
        "TableName": table, "CapacityUnits": 2, "Table": {"CapacityUnits": 1},
        "GlobalSecondaryIndexes": {"by-g": {"CapacityUnits": 1}}}
    assert items(db, f'SELECT pk FROM "{table}"."by-g" WHERE g = 1') == [{"pk": {"S": "a"}}]


# --- UPDATE --------------------------------------------------------------------------------------

@pytest.fixture
def one(db, table):
    run(db, f"INSERT INTO \"{table}\" VALUE {{'pk': 'a', 'n': 1, 's': <<1, 2>>, 'l': [1, 2], 'm': {{'k': 'v'}}}}")
    return table


ONE = {"pk": {"S": "a"}, "n": {"N": "1"}, "s": {"NS": ["1", "2"]}, "l": {"L": [{"N": "1"}, {"N": "2"}]},
       "m": {"M": {"k": {"S": "v"}}}}


@pytest.mark.parametrize("changes, wanted", [
    ("SET n = 5", {"n": {"N": "5"}}),
    ("SET n = n + 1 SET x = n - 3", {"n": {"N": "2"}, "x": {"N": "-2"}}),
    ("SET n = 5, x = [1, {'a': <<'b'>>}]", {"n": {"N": "5"}, "x": {"L": [{"N": "1"}, {"M": {"a": {"SS": ["b"]}}}]}}),
    ("SET m.k = 'w' SET m.j = m.k", {"m": {"M": {"k": {"S": "w"}, "j": {"S": "v"}}}}),
    ("SET l = list_append(l, [3])", {"l": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]}}),
    ("SET l[0] = 'x' REMOVE m.k", {"l": {"L": [{"S": "x"}, {"N": "2"}]}, "m": {"M": {}}}),
    ("REMOVE l[0]", {"l": {"L": [{"N": "2"}]}}),
    ("SET s = set_add(s, <<2, 3>>)", {"s": {"NS": ["1", "2", "3"]}}),
    ("SET s = SET_DELETE(s, <<2, 9>>)", {"s": {"NS": ["1"]}}),
    ("SET t = set_add(t, <<'x'>>)", {"t": {"SS": ["x"]}}),
    ("REMOVE n REMOVE none", {"n": None}),
    ("SET s = set_delete(s, <<1, 2>>)", {"s": None}),
])
def test_update_changes_an_item(db, one, changes, wanted):
    statement = f'UPDATE "{one}" {changes} WHERE pk = \'a\' RETURNING '
    changed = {k: v for k, v in (ONE | wanted).items() if v}
    old = items(db, statement + "ALL OLD *")
    assert old == [ONE]
    assert items(db, f'SELECT * FROM "{one}"') == [changed]


def test_update_returns_what_it_is_asked_for(db, one):
    update = f'UPDATE "{one}" SET n = n + 1 SET m.k = \'w\' WHERE pk = \'a\''
    new = ONE | {"n": {"N": "2"}, "m": {"M": {"k": {"S": "w"}}}}
    assert items(db, update) == []
    assert items(db, update + " RETURNING MODIFIED OLD *") == [{k: new[k] for k in ("n", "m")}]
    assert items(db, update + " RETURNING MODIFIED NEW *") == [{"n": {"N": "4"}, "m": new["m"]}]
    assert items(db, update + " RETURNING ALL NEW *") == [new | {"n": {"N": "5"}}]
    said(db, MALFORMED + "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.", update + " RETURNING *")


def test_update_wants_an_item_that_meets_its_where_clause(db, one):
    for where, parameters in (("pk = ?", ["none"]), ("pk = ? AND n = ?", ["a", 7]),
                              ("pk = ? AND x IS MISSING", ["none"])):
        answer = said(db, FAILED, f'UPDATE "{one}" SET n = 9 WHERE {where}', *parameters,
                      code="ConditionalCheckFailedException")
        assert "Item" not in answer
    answer = said(db, FAILED, f'UPDATE "{one}" SET n = 9 WHERE pk = ? AND n = ?', "a", 7,
                  code="ConditionalCheckFailedException", ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert answer["Item"] == ONE
    assert items(db, f'SELECT * FROM "{one}"') == [ONE]
    assert items(db, f'UPDATE "{one}" SET n = 9 WHERE pk = ? AND n = ? AND (m.k = ? OR x = 1)', "a", 1, "v") == []


@pytest.mark.parametrize("statement, words", [
    ("UPDATE \"{}\" SET n = 1", NO_KEY),
    ("UPDATE \"{}\" SET n = 1 WHERE n = 1", NO_KEY),
    ("UPDATE \"{}\" SET n = 1 WHERE pk > 'a'", NO_KEY),
    ("UPDATE \"{}\" SET n = 1 WHERE pk = 'a' OR n = 1", NO_KEY),
    ("UPDATE \"{}\" SET n = 1 WHERE pk IN ['a']", NO_KEY),
    ("DELETE FROM \"{}\"", NO_KEY),
    ("DELETE FROM \"{}\" WHERE n = 1", NO_KEY),
    ("UPDATE \"{}\" SET n = 1 WHERE pk = 1", "The provided key element does not match the schema"),
    ("UPDATE \"{}\" SET pk = 'b' WHERE pk = 'a'",
     "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key"),
    ("UPDATE \"{}\" SET n = none + 1 WHERE pk = 'a'",
     "The provided expression refers to an attribute that does not exist in the item"),
    ("UPDATE \"{}\" SET m.x.y = 1 WHERE pk = 'a'",
     "The document path provided in the update expression is invalid for update"),
    ("UPDATE \"{}\" SET n = set_add(n, <<1>>) WHERE pk = 'a'",
     "An operand in the update expression has an incorrect data type"),
    ("UPDATE \"{}\" SET m = 1 SET m.k = 2 WHERE pk = 'a'", ["Two document paths overlap with each other"]),
    ("UPDATE \"{}\" SET n = upper('a') WHERE pk = 'a'", ["Unsupported function: upper at 1:"]),
    ("UPDATE \"{}\" WHERE pk = 'a'", MALFORMED + "Expected data manipulation"),
    ("DELETE \"{}\" WHERE pk = 'a'", MALFORMED + "Expected FROM after DELETE"),
    ("DELETE FROM \"{}\" WHERE pk = 'a' RETURNING MODIFIED OLD *", "A DELETE statement can return ALL OLD * only"),
    ("EXISTS(SELECT * FROM \"{}\" WHERE pk = 'a')", "The EXISTS function can only be used in transactions"),
])
def test_changes_that_dynamodb_refuses(db, one, statement, words):
    said(db, words, statement.format(one))
    assert items(db, f'SELECT * FROM "{one}"') == [ONE]


def test_updates_of_one_item_from_many_threads_all_count(client, one):
    def add():
        own = client("dynamodb", region_name="us-east-1")
        for _ in range(20):
            run(own, f'UPDATE "{one}" SET n = n + 1 WHERE pk = \'a\'')
    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert items(client("dynamodb"), f'SELECT n FROM "{one}"') == [{"n": {"N": "81"}}]


# --- DELETE --------------------------------------------------------------------------------------

def test_delete_removes_an_item_and_may_return_it(db, one):
    delete = f'DELETE FROM "{one}" WHERE pk = \'a\''
    said(db, FAILED, delete + " AND n = 7", code="ConditionalCheckFailedException")
    assert items(db, delete + " AND n = 1 RETURNING ALL OLD *") == [ONE]
    assert items(db, f'SELECT * FROM "{one}"') == []
    assert items(db, delete + " RETURNING ALL OLD *") == []
    assert items(db, delete + " AND n = 7") == []


def test_delete_of_a_composite_key_needs_both_parts(db):
    table = make(db, "pk", "sk", types={"sk": "N"})
    run(db, f"INSERT INTO \"{table}\" VALUE {{'pk': 'a', 'sk': 1}}")
    said(db, NO_KEY, f'DELETE FROM "{table}" WHERE pk = \'a\'')
    run(db, f'DELETE FROM "{table}" WHERE sk = 1 AND pk = \'a\'')
    assert items(db, f'SELECT * FROM "{table}"') == []


# --- what else a change does -----------------------------------------------------------------------

def test_changes_stand_in_the_stream(client, db):
    table = make(db, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    streams = client("dynamodbstreams")
    stream = db.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    run(db, f"INSERT INTO \"{table}\" VALUE {{'pk': 'a', 'n': 1}}")
    db.batch_execute_statement(Statements=statements(f'UPDATE "{table}" SET n = 2 WHERE pk = \'a\''))
    db.execute_transaction(TransactStatements=statements(f'DELETE FROM "{table}" WHERE pk = \'a\''))
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    start = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = streams.get_records(ShardIterator=start["ShardIterator"])["Records"]
    assert [(r["eventName"], r["dynamodb"].get("OldImage", {}).get("n"), r["dynamodb"].get("NewImage", {}).get("n"))
            for r in records] == [("INSERT", None, {"N": "1"}), ("MODIFY", {"N": "1"}, {"N": "2"}),
                                  ("REMOVE", {"N": "2"}, None)]


# --- BatchExecuteStatement -----------------------------------------------------------------------

def statements(*given, **options):
    return [{"Statement": each} | options if isinstance(each, str) else
            {"Statement": each[0]} | values(*each[1:]) | options for each in given]


def test_a_batch_reads_items_by_their_keys(db, songs):
    select = f'SELECT title FROM "{songs}" WHERE artist = ? AND song = ?'
    answer = db.batch_execute_statement(
        Statements=statements((select, "a", 1), (select, "b", 9), (select + " AND rating = 3", "c", 2),
                              (select + " AND rating = 8", "c", 2)), ReturnConsumedCapacity="TOTAL")
    assert answer["Responses"] == [{"TableName": songs, "Item": {"title": {"S": "a1"}}}, {"TableName": songs},
                                   {"TableName": songs}, {"TableName": songs, "Item": {"title": {"S": "c2"}}}]
    assert answer["ConsumedCapacity"] == [{"TableName": songs, "CapacityUnits": 2}]
    consistent = db.batch_execute_statement(Statements=statements((select, "a", 1), ConsistentRead=True),
                                            ReturnConsumedCapacity="TOTAL")
    assert consistent["ConsumedCapacity"][0]["CapacityUnits"] == 1


def test_a_batch_tells_each_statement_its_error(db, songs, one):
    key_wanted = "Select statements within BatchExecuteStatement must specify the primary key in the where clause."
    missing = name()
    answer = db.batch_execute_statement(Statements=statements(
        f'SELECT * FROM "{songs}" WHERE artist = \'a\'', "NONSENSE", f'SELECT * FROM "{missing}" WHERE a = 1',
        f'SELECT title FROM "{songs}" WHERE artist = \'a\' AND song = 1',
        f'SELECT * FROM "{songs}"."by-year" WHERE "year" = 2001 AND song = 1'))
    assert answer["Responses"] == [
        {"TableName": songs, "Error": {"Code": "ValidationError", "Message": key_wanted}},
        {"Error": {"Code": "ValidationError", "Message": MALFORMED + "Expected data manipulation"}},
        {"TableName": missing, "Error": {"Code": "ResourceNotFound", "Message": NOT_FOUND}},
        {"TableName": songs, "Item": {"title": {"S": "a1"}}},
        {"TableName": songs, "Error": {"Code": "ValidationError", "Message": key_wanted}}]
    writes = db.batch_execute_statement(Statements=statements(
        f"INSERT INTO \"{one}\" VALUE {{'pk': 'a'}}", f'UPDATE "{one}" SET n = 2 WHERE pk = \'a\' AND n = 7',
        f'UPDATE "{one}" SET n = 3 WHERE pk = \'a\' RETURNING MODIFIED NEW *', f'DELETE FROM "{one}" WHERE n = 1',
        f"EXISTS(SELECT * FROM \"{one}\" WHERE pk = 'a')",
        ReturnValuesOnConditionCheckFailure="ALL_OLD"))["Responses"]
    assert writes[0]["Error"] == {"Code": "DuplicateItem", "Message": DUPLICATE}
    assert writes[1]["Error"] == {"Code": "ConditionalCheckFailed", "Message": FAILED, "Item": ONE}
    assert writes[2] == {"TableName": one, "Item": {"n": {"N": "3"}}}
    assert writes[3]["Error"] == {"Code": "ValidationError", "Message": NO_KEY}
    assert writes[4]["Error"]["Message"] == "The EXISTS function can only be used in transactions"


def test_a_batch_writes_what_it_can(db, table):
    answer = db.batch_execute_statement(Statements=statements(
        *[f"INSERT INTO \"{table}\" VALUE {{'pk': '{i}'}}" for i in (1, 2, 1)],
        f'DELETE FROM "{table}" WHERE pk = \'2\''), ReturnConsumedCapacity="TOTAL")
    assert [r.get("Error", {}).get("Code") for r in answer["Responses"]] == [None, None, "DuplicateItem", None]
    assert answer["ConsumedCapacity"] == [{"TableName": table, "CapacityUnits": 3}]
    assert items(db, f'SELECT * FROM "{table}"') == [{"pk": {"S": "1"}}]


def test_a_batch_has_25_statements_of_one_kind(db, loose, table):
    select = f'SELECT * FROM "{table}" WHERE pk = \'a\''
    assert len(db.batch_execute_statement(Statements=statements(*[select] * 25))["Responses"]) == 25
    refused(["Member must have length less than or equal to 25"], loose.batch_execute_statement,
            Statements=statements(*[select] * 26))
    refused(["Member must have length greater than or equal to 1"], loose.batch_execute_statement, Statements=[])
    refused(["you cannot mix both in one batch"], db.batch_execute_statement,
            Statements=statements(select, f"INSERT INTO \"{table}\" VALUE {{'pk': 'a'}}"))
    assert items(db, select) == []


# --- ExecuteTransaction --------------------------------------------------------------------------

def cancelled(reasons, db, *given, **options):
    codes = ", ".join(reason["Code"] for reason in reasons)
    answer = refused(f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
                     db.execute_transaction, "TransactionCanceledException",
                     TransactStatements=statements(*given, **options))
    assert answer["CancellationReasons"] == reasons


NONE = {"Code": "None"}
CHECK = {"Code": "ConditionalCheckFailed", "Message": FAILED}


def test_a_transaction_makes_all_kinds_of_changes(db, one):
    other = make(db, "pk", "sk")
    for value in ("gone", "checked"):
        run(db, f"INSERT INTO \"{one}\" VALUE {{'pk': '{value}'}}")
    answer = db.execute_transaction(TransactStatements=statements(
        (f"INSERT INTO \"{other}\" VALUE {{'pk': ?, 'sk': ?}}", "x", "y"),
        f'UPDATE "{one}" SET n = n + 1 WHERE pk = \'a\'', f'DELETE FROM "{one}" WHERE pk = \'gone\'',
        f'EXISTS(SELECT * FROM "{one}" WHERE pk = \'checked\' AND n IS MISSING)'), ReturnConsumedCapacity="TOTAL")
    assert not answer.get("Responses")
    costs = {c["TableName"]: c["WriteCapacityUnits"] for c in answer["ConsumedCapacity"]}
    assert costs == {other: 2, one: 6}
    found = {i["pk"]["S"]: i.get("n") for i in items(db, f'SELECT pk, n FROM "{one}"')}
    assert found == {"a": {"N": "2"}, "checked": None}
    assert items(db, f'SELECT * FROM "{other}"') == [{"pk": {"S": "x"}, "sk": {"S": "y"}}]


def test_a_failed_statement_cancels_all(db, one):
    insert = f"INSERT INTO \"{one}\" VALUE {{'pk': '%s'}}"
    update = f'UPDATE "{one}" SET n = 2 WHERE pk = \'%s\''
    exists = f'EXISTS(SELECT * FROM "{one}" WHERE pk = \'%s\' AND n = 1)'
    cancelled([NONE, CHECK], db, insert % "new", update % "none")
    cancelled([NONE, CHECK], db, insert % "new", update % "a" + " AND n = 7")
    cancelled([NONE, CHECK | {"Item": ONE}], db, insert % "new", update % "a" + " AND n = 7",
              ReturnValuesOnConditionCheckFailure="ALL_OLD")
    cancelled([{"Code": "DuplicateItem", "Message": DUPLICATE}, NONE], db, insert % "a", insert % "new")
    cancelled([NONE, CHECK], db, insert % "new", exists % "none")
    cancelled([NONE, CHECK, CHECK], db, exists % "a", exists % "b", exists % "c")
    cancelled([{"Code": "ValidationError", "Message": NO_KEY}, NONE], db, f'DELETE FROM "{one}" WHERE n = 1', insert % "new")
    assert items(db, f'SELECT * FROM "{one}"') == [ONE]


def test_a_transaction_reads_items_at_one_moment(db, songs):
    select = f'SELECT title FROM "{songs}" WHERE artist = ? AND song = ?'
    answer = db.execute_transaction(TransactStatements=statements(
        (select, "a", 1), (select, "b", 9), (select + " AND rating = 0", "c", 1)), ReturnConsumedCapacity="TOTAL")
    assert answer["Responses"] == [{"Item": {"title": {"S": "a1"}}}, {}, {}]
    assert answer["ConsumedCapacity"] == [{"TableName": songs, "CapacityUnits": 6, "ReadCapacityUnits": 6}]
    cancelled([NONE, {"Code": "ValidationError", "Message":
                      "Select statements within ExecuteTransaction must specify the primary key in the where clause."}],
              db, (select, "a", 1), f'SELECT * FROM "{songs}" WHERE artist = \'a\'')


def test_a_transaction_is_refused_whole(db, loose, one):
    insert = f"INSERT INTO \"{one}\" VALUE {{'pk': '%s'}}"
    select = f'SELECT * FROM "{one}" WHERE pk = \'%s\''

    def no(words, *given, code="ValidationException", of=db):
        refused(words, of.execute_transaction, code, TransactStatements=statements(*given))
    no(["you cannot mix both in one transaction"], insert % "b", select % "a")
    no(MALFORMED + "Expected data manipulation", insert % "b", "NONSENSE")
    no("Number of parameters in request and statement don't match.", (insert % "b", "x"))
    no("Transaction request cannot include multiple operations on one item", select % "a", select % "a")
    no("Transaction request cannot include multiple operations on one item", insert % "b",
       f'DELETE FROM "{one}" WHERE pk = \'b\'')
    no(NOT_FOUND, insert % "b", f"INSERT INTO \"{name()}\" VALUE {{'pk': 'a'}}", code="ResourceNotFoundException")
    no(["Member must have length less than or equal to 100"], *[insert % i for i in range(101)], of=loose)
    no(["Member must have length greater than or equal to 1"], of=loose)
    assert items(db, f'SELECT * FROM "{one}"') == [ONE]
    db.execute_transaction(TransactStatements=statements(*[insert % i for i in range(100)]))
    assert len(items(db, f'SELECT * FROM "{one}"')) == 101


def test_a_token_stands_for_its_transaction(db, one):
    token = str(uuid.uuid4())
    update = f'UPDATE "{one}" SET n = n + ? WHERE pk = ?'
    first = db.execute_transaction(TransactStatements=statements((update, 1, "a")), ClientRequestToken=token,
                                   ReturnConsumedCapacity="TOTAL")
    again = db.execute_transaction(TransactStatements=statements((update, 1, "a")), ClientRequestToken=token,
                                   ReturnConsumedCapacity="TOTAL")
    assert "WriteCapacityUnits" in first["ConsumedCapacity"][0] and "ReadCapacityUnits" in again["ConsumedCapacity"][0]
    for other in ((update, 2, "a"), (update + " AND n = 2", 1, "a")):
        refused(["the parameters of this one differ"], db.execute_transaction, "IdempotentParameterMismatchException",
                TransactStatements=statements(other), ClientRequestToken=token)
    assert items(db, f'SELECT n FROM "{one}"') == [{"n": {"N": "2"}}]
