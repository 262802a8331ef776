"""Tables and indexes: their keys, what an index holds, and the order of each."""
import dataclasses

from . import order
from .refusal import Refused, require
from .values import item_size, kind, size


@dataclasses.dataclass
class Keys:
    """The attributes of a key: name and type of each, hash attributes first."""
    hashes: list
    ranges: list

    @property
    def parts(self):
        return self.hashes + self.ranges

    @property
    def names(self):
        return [name for name, _ in self.parts]

    def check_content(self, name, value):
        limit = 2048 if name in dict(self.hashes) else 1024
        require(kind(value) == "N" or 0 < size(value))
        require(size(value) <= limit)

    def check_item(self, item):
        for name, type_name in self.parts:
            require(name in item and kind(item[name]) == type_name)
            self.check_content(name, item[name])

    def check_key(self, key):
        require(set(key) == set(self.names))
        self.check_item(key)

    def check_if_there(self, item):
        for name, type_name in self.parts:
            if name in item:
                require(kind(item[name]) == type_name)
                self.check_content(name, item[name])

    def suits(self, item):
        try:
            self.check_if_there(item)
        except Refused:
            return False
        return True

    def of(self, item):
        return {name: item[name] for name in self.names}

    def place(self, item):
        return order.scan_place([item[n] for n, _ in self.hashes], [item[n] for n, _ in self.ranges])


@dataclasses.dataclass
class Index:
    name: str
    keys: Keys
    is_global: bool
    projection: str
    included: list

    def project(self, table, item):
        """What the index holds of an item; None when it holds nothing: attributes of its key lack,
        or (where the item is older than the index) cannot be keys."""
        if any(name not in item for name in self.keys.names) or not self.keys.suits(item):
            return None
        if self.projection == "ALL":
            return item
        shown = {*table.keys.names, *self.keys.names, *self.included}
        return {name: value for name, value in item.items() if name in shown}

    def has(self, table, name):
        return self.projection == "ALL" or name in {*table.keys.names, *self.keys.names, *self.included}


class Table:
    def __init__(self, given):
        types = {one["AttributeName"]: one["AttributeType"] for one in given["AttributeDefinitions"]}
        self.types, self.name = types, given["TableName"]
        self.keys = self.take_keys(given["KeySchema"])
        self.indexes = [self.take_index(one, False) for one in given.get("LocalSecondaryIndexes", [])]
        self.indexes += [self.take_index(one, True) for one in given.get("GlobalSecondaryIndexes", [])]
        self.items = {}

    def take_keys(self, schema):
        parts = {"HASH": [], "RANGE": []}
        for one in schema:
            parts[one["KeyType"]].append((one["AttributeName"], self.types[one["AttributeName"]]))
        return Keys(parts["HASH"], parts["RANGE"])

    def take_index(self, given, is_global):
        projection = given["Projection"]
        return Index(given["IndexName"], self.take_keys(given["KeySchema"]), is_global,
                     projection["ProjectionType"], projection.get("NonKeyAttributes", []))

    def index(self, name):
        return next((one for one in self.indexes if one.name == name), None)

    def slot(self, key):
        """Where an item is kept: equal keys have equal slots."""
        return tuple(key[name][type_name] for name, type_name in self.keys.parts)

    def get(self, key):
        return self.items.get(self.slot(key))

    def place(self, index, item):
        """What a Scan of the table or index goes by; within one hash key, so does a Query."""
        if index is None:
            return self.keys.place(item)
        own = b"".join(order.key_bytes(item[name]) for name in self.keys.names)
        spread, joined = index.keys.place(item)
        return spread, joined + own

    def entries(self, index):
        """All that the table or index holds, in its order: [(place, entry, item)]."""
        found = []
        for item in self.items.values():
            entry = item if index is None else index.project(self, item)
            if entry is not None:
                found.append((self.place(index, item), entry, item))
        return sorted(found, key=lambda one: one[0])

    def check_indexes(self, item):
        for index in self.indexes:
            index.keys.check_if_there(item)

    def sizes(self):
        """ItemCount and TableSizeBytes, of the table and of each index by name."""
        def measure(entries):
            return len(entries), sum(map(item_size, entries))
        return {None: measure(list(self.items.values())),
                **{index.name: measure([entry for entry in (index.project(self, item) for item in
                                                            self.items.values()) if entry])
                   for index in self.indexes}}
