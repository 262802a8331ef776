"""The operations of the model. `Database.call(operation, input)` answers as the wire would."""
import json

from . import evaluate, expressions, legacy, order
from .capacity import Usage, of_item, read_units, write_units
from .refusal import Refused, require
from .tables import Table
from .values import DEPTH_MAX, ITEM_BYTES_MAX, depth_of, item_size, shape, shapes, take_map

PAGE_BYTES_MAX = 1024 * 1024
BATCH_BYTES_MAX = 16 * 1024 * 1024
TRANSACTION_BYTES_MAX = 4 * 1024 * 1024


class Change:
    """A put, update, delete or check of one item, alone or in a batch or transaction."""

    def __init__(self, database, kind, given):
        self.database, self.kind, self.given = database, kind, given
        legacy.check_unmixed(given)
        self.placeholders = database.placeholders(given, ["UpdateExpression", "ConditionExpression"])
        self.subject = take_map(given["Item" if kind == "Put" else "Key"])
        require(kind != "Put" or item_size(self.subject) <= ITEM_BYTES_MAX)
        self.actions, self.condition = legacy.actions(given), legacy.expected(given)
        if "UpdateExpression" in given:
            self.actions = expressions.update(given["UpdateExpression"], self.placeholders)
        if "ConditionExpression" in given:
            self.condition = expressions.condition(given["ConditionExpression"], self.placeholders)
        self.placeholders.all_used()

    def match(self):
        table = self.table = self.database.table(self.given["TableName"])
        if self.kind == "Put":
            table.keys.check_item(self.subject)
            table.check_indexes(self.subject)
        else:
            table.keys.check_key(self.subject)
            require(not {path[0] for _, path, _ in self.actions} & set(table.keys.names))

    def prepare(self):
        self.old = self.table.get(self.subject)
        if self.condition and not evaluate.holds(self.condition, self.old or {}):
            shown = self.given.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and self.old
            raise Refused("ConditionalCheckFailedException", **({"Item": self.old} if shown else {}))
        self.new = {"Put": self.subject, "Delete": None, "ConditionCheck": self.old}.get(self.kind)
        if self.kind == "Update":
            self.new = evaluate.update(self.actions, self.old or self.table.keys.of(self.subject))
            self.table.check_indexes(self.new)
            require(all(depth_of(value) <= DEPTH_MAX for value in self.new.values()))
            require(item_size(self.new) <= ITEM_BYTES_MAX)
            if self.old is None and self.given.get("AttributeUpdates") and all(
                    one.get("Action") == "DELETE" for one in self.given["AttributeUpdates"].values()):
                self.new = None  # deletions alone make no item

    def apply(self):
        usage = Usage(self.table)
        if self.kind == "ConditionCheck":
            usage.units = write_units(of_item(self.old))
            return usage
        usage.write(self.old, self.new)
        self.table.items.pop(self.table.slot(self.subject), None)
        if self.new is not None:
            self.table.items[self.table.slot(self.subject)] = self.new
        return usage

    def returned(self):
        wanted = self.given.get("ReturnValues", "NONE")
        if wanted == "NONE":
            return None
        shown = self.old if wanted.endswith("OLD") else self.new
        if wanted.startswith("UPDATED"):
            shown = evaluate.project([path for _, path, _ in self.actions], shown or {})
        return shown or None

    def collection(self):
        """ItemCollectionMetrics: for tables with a local index alone."""
        local = any(not index.is_global for index in self.table.indexes)
        if self.given.get("ReturnItemCollectionMetrics") != "SIZE" or not local:
            return None
        return {"ItemCollectionKey": {name: self.subject[name] for name, _ in self.table.keys.hashes},
                "SizeEstimateRangeGB": [0, 1]}


def without_none(**members):
    return {name: value for name, value in members.items() if value is not None}


class Database:
    def __init__(self):
        self.tables, self.tokens = {}, {}

    def call(self, operation, given):
        self.check_shapes(given)
        return getattr(self, operation)(given)

    def check_shapes(self, given):
        """JSON of the wrong type anywhere is told before everything else."""
        for name, content in given.items():
            if name in ("Item", "Key", "ExpressionAttributeValues", "ExclusiveStartKey"):
                shapes(content)
            elif name == "Value":
                shape(content)
            elif isinstance(content, dict):
                self.check_shapes(content)
            elif isinstance(content, list):
                for one in content:
                    if name == "Keys":
                        shapes(one)
                    elif name == "AttributeValueList":
                        shape(one)
                    elif isinstance(one, dict):
                        self.check_shapes(one)

    @staticmethod
    def placeholders(given, users, name_users=()):
        """Names and values may be given only with an expression that can use them."""
        if "ExpressionAttributeNames" in given:
            require(any(user in given for user in [*users, *name_users]))
        if "ExpressionAttributeValues" in given:
            require(any(user in given for user in users))
        values = given.get("ExpressionAttributeValues")
        require(values is None or values)
        return expressions.Placeholders(given.get("ExpressionAttributeNames"),
                                        values and take_map(values))

    def table(self, name):
        if name not in self.tables:
            raise Refused("ResourceNotFoundException")
        return self.tables[name]

    # Tables.

    def CreateTable(self, given):
        if given["TableName"] in self.tables:
            raise Refused("ResourceInUseException")
        self.tables[given["TableName"]] = Table(given)
        return {}

    def DeleteTable(self, given):
        del self.tables[self.table(given["TableName"]).name]
        return {}

    def UpdateTable(self, given):
        table = self.table(given["TableName"])
        for change in given["GlobalSecondaryIndexUpdates"]:
            if "Delete" in change:
                index = table.index(change["Delete"]["IndexName"])
                if index is None:
                    raise Refused("ResourceNotFoundException")
                table.indexes.remove(index)
            else:
                require(table.index(change["Create"]["IndexName"]) is None)
                table.types.update((one["AttributeName"], one["AttributeType"])
                                   for one in given["AttributeDefinitions"])
                table.indexes.append(table.take_index(change["Create"], True))
        return {}

    def DescribeTable(self, given):
        sizes = self.table(given["TableName"]).sizes()
        return {"Sizes": {name: list(size) for name, size in sizes.items()}}

    # Items.

    def GetItem(self, given):
        legacy.check_unmixed(given)
        placeholders = self.placeholders(given, [], ["ProjectionExpression"])
        key, paths = take_map(given["Key"]), self.projection(given, placeholders)
        placeholders.all_used()
        table = self.table(given["TableName"])
        table.keys.check_key(key)
        item, usage = table.get(key), Usage(table)
        usage.units = read_units(of_item(item), given.get("ConsistentRead"))
        return without_none(Item=self.shown(paths, item),
                            ConsumedCapacity=usage.shown(given.get("ReturnConsumedCapacity")))

    @staticmethod
    def projection(given, placeholders):
        text = given.get("ProjectionExpression")
        return legacy.projection(given) if text is None else expressions.projection(text, placeholders)

    @staticmethod
    def shown(paths, item):
        return item if paths is None or item is None else evaluate.project(paths, item)

    def PutItem(self, given):
        return self.change("Put", given, ("NONE", "ALL_OLD"))

    def DeleteItem(self, given):
        return self.change("Delete", given, ("NONE", "ALL_OLD"))

    def UpdateItem(self, given):
        return self.change("Update", given, None)

    def change(self, kind, given, return_values):
        change = Change(self, kind, given)
        require(return_values is None or given.get("ReturnValues", "NONE") in return_values)
        change.match()
        change.prepare()
        usage = change.apply()
        return without_none(Attributes=change.returned(),
                            ConsumedCapacity=usage.shown(given.get("ReturnConsumedCapacity")),
                            ItemCollectionMetrics=change.collection())

    # Pages.

    def Query(self, given):
        require("KeyConditionExpression" in given or "KeyConditions" in given)
        page = self.page(given, ["KeyConditionExpression", "FilterExpression"])
        if "KeyConditions" in given:
            tests = legacy.key_tests(given["KeyConditions"])
        else:
            tests = expressions.key_condition(given["KeyConditionExpression"], page["placeholders"])
        page["placeholders"].all_used()
        table, index = self.source(given, page)
        keys = index.keys if index else table.keys
        key_tests(keys, tests)
        require(not page["filter"] or not evaluate.attributes(page["filter"]) & set(keys.names))
        backwards = given.get("ScanIndexForward") is False
        entries = [one for one in table.entries(index)
                   if all(passes(one[2][name], test) for name, test in tests.items())]
        if "ExclusiveStartKey" in given:
            start = self.start_key(given, table, index)
            require(all(passes(start[name], test) for name, test in tests.items()))
            entries = after(entries, table.place(index, start), backwards)
        return self.read(given, page, table, index, entries[::-1] if backwards else entries)

    def Scan(self, given):
        page = self.page(given, ["FilterExpression"])
        segment, total = given.get("Segment"), given.get("TotalSegments")
        require((segment is None) == (total is None) and (total is None or segment < total))
        page["placeholders"].all_used()
        table, index = self.source(given, page)
        entries = table.entries(index)
        if total is not None:
            entries = [one for one in entries if order.in_segment(one[0], segment, total)]
        if "ExclusiveStartKey" in given:
            place = table.place(index, self.start_key(given, table, index))
            require(total is None or order.in_segment(place, segment, total))
            entries = after(entries, place, False)
        return self.read(given, page, table, index, entries)

    def page(self, given, users):
        legacy.check_unmixed(given)
        placeholders = self.placeholders(given, users, ["ProjectionExpression"])
        select, projects = given.get("Select"), "ProjectionExpression" in given or "AttributesToGet" in given
        require(select != "ALL_PROJECTED_ATTRIBUTES" or "IndexName" in given)
        require(select != "SPECIFIC_ATTRIBUTES" or projects)
        require(not projects or select in (None, "SPECIFIC_ATTRIBUTES"))
        take_map(given.get("ExclusiveStartKey", {}))  # its values, before any table is looked for
        text = given.get("FilterExpression")
        old = legacy.page_filter(given, "QueryFilter" if "QueryFilter" in given else "ScanFilter")
        return {"placeholders": placeholders, "paths": self.projection(given, placeholders),
                "filter": old if text is None else expressions.condition(text, placeholders)}

    def source(self, given, page):
        """Table and index, and whether a local index must fetch whole items from the table."""
        table, index = self.table(given["TableName"]), None
        page["fetches"] = False
        if "IndexName" in given:
            index = table.index(given["IndexName"])
            require(index)
            lacks = any(not index.has(table, path[0]) for path in page["paths"] or [])
            lacks |= given.get("Select") == "ALL_ATTRIBUTES" and index.projection != "ALL"
            require(not index.is_global or not (lacks or given.get("ConsistentRead")))
            page["fetches"] = lacks
        return table, index

    @staticmethod
    def start_key(given, table, index):
        start = take_map(given["ExclusiveStartKey"])
        parts = dict(table.keys.parts + (index.keys.parts if index else []))
        require(set(start) == set(parts))
        for name, type_name in parts.items():
            require(type_name in start[name])
        return start

    def read(self, given, page, table, index, entries):
        usage, found, scanned, bytes_read, last = Usage(table), [], 0, 0, None
        consistent = given.get("ConsistentRead")
        for _, entry, item in entries:
            if scanned and bytes_read + item_size(entry) > PAGE_BYTES_MAX or scanned == given.get("Limit"):
                break
            last, scanned, bytes_read = item, scanned + 1, bytes_read + item_size(entry)
            if page["fetches"]:
                usage.units += read_units(item_size(item), consistent)
                entry = item
            if page["filter"] is None or evaluate.holds(page["filter"], entry):
                found.append(entry)
        more = scanned < len(entries) or scanned and scanned == given.get("Limit")
        if index:
            usage.add_index(index, read_units(bytes_read, consistent))
        else:
            usage.units += read_units(bytes_read, consistent)
        counts_only = given.get("Select") == "COUNT"
        key = last and {**table.keys.of(last), **(index.keys.of(last) if index else {})}
        return without_none(
            Items=None if counts_only else [self.shown(page["paths"], one) for one in found],
            Count=len(found), ScannedCount=scanned, LastEvaluatedKey=key if more else None,
            ConsumedCapacity=usage.shown(given.get("ReturnConsumedCapacity")))

    # Batches.

    def BatchGetItem(self, given):
        parts, request = [], given["RequestItems"]
        require(sum(len(one["Keys"]) for one in request.values()) <= 100)
        for name, one in request.items():
            legacy.check_unmixed(one)
            placeholders = self.placeholders(one, [], ["ProjectionExpression"])
            keys, paths = [take_map(key) for key in one["Keys"]], self.projection(one, placeholders)
            placeholders.all_used()
            require(all(key not in keys[:i] for i, key in enumerate(keys)))
            parts.append((name, keys, paths, one))
        for name, keys, _, _ in parts:
            for key in keys:
                self.table(name).keys.check_key(key)
        answer, left, total, shown = {}, {}, 0, []
        for name, keys, paths, one in parts:
            table, usage = self.table(name), Usage(self.table(name))
            items = []
            for i, key in enumerate(keys):
                item = table.get(key)
                if total + of_item(item) > BATCH_BYTES_MAX:
                    left[name], total = one | {"Keys": keys[i:]}, BATCH_BYTES_MAX
                    break
                total += of_item(item)
                usage.units += read_units(of_item(item), one.get("ConsistentRead"))
                items += [self.shown(paths, item)] if item is not None else []
            answer[name] = items
            shown.append(usage.shown(given.get("ReturnConsumedCapacity")))
        return without_none(Responses=answer, UnprocessedKeys=left,
                            ConsumedCapacity=shown if shown and shown[0] else None)

    def BatchWriteItem(self, given):
        changes = []
        for name, requests in given["RequestItems"].items():
            for one in requests:
                require(len(one) == 1)
                (kind, body), = one.items()
                changes.append(Change(self, kind.removesuffix("Request"), {
                    **body, "TableName": name,
                    "ReturnItemCollectionMetrics": given.get("ReturnItemCollectionMetrics")}))
                require(len(changes) <= 25)
        for change in changes:
            self.table(change.given["TableName"])
        for i, change in enumerate(changes):
            change.match()
            require(distinct(changes[:i + 1]))
        return {"UnprocessedItems": {}, **self.apply_all(given, changes, 1, None)}

    def apply_all(self, given, changes, times, kind, ready=False):
        usages, collections = {}, {}
        for change in changes:
            if not ready:
                change.prepare()
            usages.setdefault(change.table.name, Usage(change.table)).add(change.apply(), times)
            metrics = change.collection() if change.kind != "ConditionCheck" else None
            listed = collections.setdefault(change.table.name, [])
            if metrics and metrics not in listed:
                listed.append(metrics)
        collections = {name: listed for name, listed in collections.items() if listed}
        shown = [usage.shown(given.get("ReturnConsumedCapacity"), kind) for usage in usages.values()]
        return without_none(ConsumedCapacity=shown if shown[0] else None,
                            ItemCollectionMetrics=collections or None)

    # Transactions.

    def TransactWriteItems(self, given):
        changes = []
        for one in given["TransactItems"]:
            require(len(one) == 1)
            (kind, body), = one.items()
            require(kind != "Update" or "UpdateExpression" in body)
            changes.append(Change(self, kind, {
                **body, "ReturnItemCollectionMetrics": given.get("ReturnItemCollectionMetrics")}))
        token = given.get("ClientRequestToken")
        actions = json.dumps(given["TransactItems"], sort_keys=True)
        if token in self.tokens:
            if self.tokens[token] != actions:
                raise Refused("IdempotentParameterMismatchException")
            return self.answer_again(given, changes)
        for change in changes:
            self.table(change.given["TableName"])
        reasons(changes, Change.match)
        require(distinct(changes))
        reasons(changes, Change.prepare)
        require(sum(max(of_item(c.old), of_item(c.new)) for c in changes) <= TRANSACTION_BYTES_MAX)
        if token is not None:
            self.tokens[token] = actions
        return self.apply_all(given, changes, 2, "Write", ready=True)

    def answer_again(self, given, changes):
        """A transaction that was made already costs what reading its items costs."""
        usages = {}
        for change in changes:
            self.table(change.given["TableName"])
        for change in changes:
            change.match()
            usage = usages.setdefault(change.table.name, Usage(change.table))
            usage.units += 2 * read_units(of_item(change.table.get(change.subject)), True)
        shown = [usage.shown(given.get("ReturnConsumedCapacity"), "Read") for usage in usages.values()]
        return without_none(ConsumedCapacity=shown if shown[0] else None)

    def TransactGetItems(self, given):
        reads, usages = [], {}
        for one in given["TransactItems"]:
            get = one["Get"]
            placeholders = self.placeholders(get, [], ["ProjectionExpression"])
            reads.append(Read(get, take_map(get["Key"]), self.projection(get, placeholders)))
            placeholders.all_used()
        for read in reads:
            read.table = self.table(read.given["TableName"])
        reasons(reads, lambda read: read.table.keys.check_key(read.subject))
        require(distinct(reads))
        answers, total = [], 0
        for read in reads:
            item = read.table.get(read.subject)
            total += of_item(item)
            usage = usages.setdefault(read.table.name, Usage(read.table))
            usage.units += 2 * read_units(of_item(item), True)
            answers.append(without_none(Item=self.shown(read.paths, item)))
        require(total <= TRANSACTION_BYTES_MAX)
        shown = [usage.shown(given.get("ReturnConsumedCapacity"), "Read") for usage in usages.values()]
        return without_none(Responses=answers, ConsumedCapacity=shown if shown[0] else None)


class Read:
    def __init__(self, given, subject, paths):
        self.given, self.subject, self.paths = given, subject, paths


def distinct(parts):
    """No two parts of a batch or transaction may meet in one item."""
    places = [(part.table.name, part.table.slot(part.subject)) for part in parts]
    return len(set(places)) == len(places)


def reasons(parts, step):
    """Takes a step of every part; the refusals together cancel the transaction."""
    found = []
    for part in parts:
        try:
            step(part)
            found.append({"Code": "None"})
        except Refused as refused:
            code = {"ValidationException": "ValidationError",
                    "ConditionalCheckFailedException": "ConditionalCheckFailed"}[refused.code]
            found.append({"Code": code, **refused.members})
    if any(reason["Code"] != "None" for reason in found):
        raise Refused("TransactionCanceledException", CancellationReasons=found)


def key_tests(keys, tests):
    """A Query names every hash attribute by "=" and then range attributes in their order, of which
    the last alone may be tested otherwise."""
    for name, _ in keys.hashes:
        require(name in tests and tests[name][0] == "=")
    ranges = [name for name, _ in keys.ranges if name in tests]
    require(ranges == keys.names[len(keys.hashes):][:len(ranges)])
    require(len(tests) == len(keys.hashes) + len(ranges))
    require(all(tests[name][0] == "=" for name in ranges[:-1]))
    for name, type_name in keys.parts:
        for value in tests.get(name, (None, []))[1]:
            require(type_name in value)
            require(value[type_name] != "")
        if name in tests and tests[name][0] == "begins_with":
            require(type_name != "N")


def passes(value, test):
    operator, operands = test
    nodes = [("value", one) for one in (value, *operands)]
    if operator == "begins_with":
        return evaluate.begins_with(value, operands[0])
    return evaluate.holds((operator, *nodes), {})


def after(entries, place, backwards):
    return [one for one in entries if (one[0] < place if backwards else one[0] > place)]
