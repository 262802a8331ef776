"""Consumed capacity, as "Read and write operations" and the pages on secondary indexes count it."""
from .values import item_size


def units(size, unit):
    return max(1, -(-size // unit))


def read_units(size, consistent):
    return units(size, 4096) * (1 if consistent else 0.5)


def write_units(size):
    return units(size, 1024)


def of_item(item):
    return item_size(item) if item is not None else 0


class Usage:
    """What one call used of one table."""

    def __init__(self, table):
        self.table, self.units, self.indexes = table, 0, {}

    def add_index(self, index, amount):
        self.indexes[index.name] = self.indexes.get(index.name, 0) + amount

    def add(self, other, times=1):
        self.units += other.units * times
        for name, amount in other.indexes.items():
            self.indexes[name] = self.indexes.get(name, 0) + amount * times

    def write(self, old, new):
        """A write costs by the larger of the item before and after; so does each index entry."""
        self.units += write_units(max(of_item(old), of_item(new)))
        for index in self.table.indexes:
            before = old and index.project(self.table, old)
            after = new and index.project(self.table, new)
            if before == after:
                continue
            moved = before and after and index.keys.of(before) != index.keys.of(after)
            if moved:
                self.add_index(index, write_units(of_item(before)))
                before = None
            self.add_index(index, write_units(max(of_item(before), of_item(after))))

    def shown(self, wanted, kind=None):
        """ConsumedCapacity; `kind` is Read or Write where the total is also shown by that name."""
        def one(amount):
            return {"CapacityUnits": amount} | ({kind + "CapacityUnits": amount} if kind else {})
        if wanted not in ("TOTAL", "INDEXES"):
            return None
        total = {"TableName": self.table.name, **one(self.units + sum(self.indexes.values()))}
        if wanted == "TOTAL":
            return total
        total["Table"] = one(self.units)
        for member, is_global in (("LocalSecondaryIndexes", False), ("GlobalSecondaryIndexes", True)):
            used = {index.name: one(self.indexes[index.name]) for index in self.table.indexes
                    if index.is_global == is_global and index.name in self.indexes}
            if used:
                total[member] = used
        return total
