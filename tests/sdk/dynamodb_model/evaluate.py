"""Expressions at work on an item: conditions, updates, projections."""
from .refusal import invalid, require
from .values import SETS, add, binary, kind, sort_set, sortable

ORDERED = {"S", "N", "B"}


def find(path, item):
    """What a path leads to; None when it leads nowhere."""
    value = {"M": item}
    for step in path:
        inside = value.get("M" if isinstance(step, str) else "L")
        if inside is None:
            return None
        if isinstance(step, str):
            value = inside.get(step)
        else:
            value = inside[step] if step < len(inside) else None
        if value is None:
            return None
    return value


def operand(node, item):
    if node[0] == "path":
        return find(node[1], item)
    if node[0] == "value":
        return node[1]
    inner = operand(node[2][0], item)
    length = None if inner is None else size_of(inner)
    return None if length is None else {"N": str(length)}


def size_of(value):
    name = kind(value)
    if name == "B":
        return len(binary(value["B"]))
    return len(value[name]) if name in ("S", "M", "L", *SETS) else None


def compare(operator, a, b):
    if operator == "=":
        return a is not None and a == b
    if operator == "<>":
        return a is None or a != b
    if a is None or b is None or kind(a) != kind(b) or kind(a) not in ORDERED:
        return False
    x, y = sortable(a), sortable(b)
    return {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[operator]


def contains(whole, part):
    name = kind(whole)
    if name in SETS:
        return kind(part) == SETS[name] and part[kind(part)] in whole[name]
    if name == "L":
        return part in whole["L"]
    return name in ("S", "B") and kind(part) == name and sortable(part) in sortable(whole)


def begins_with(whole, part):
    name = kind(whole)
    return name in ("S", "B") and kind(part) == name and sortable(whole).startswith(sortable(part))


def holds_function(function, arguments, item):
    values = [operand(node, item) for node in arguments]
    if function == "attribute_exists":
        return values[0] is not None
    if function == "attribute_not_exists":
        return values[0] is None
    if None in values:
        return False
    if function == "attribute_type":
        return kind(values[0]) == values[1]["S"]
    return (contains if function == "contains" else begins_with)(*values)


def holds(node, item):
    what = node[0]
    if what == "and":
        return all(holds(term, item) for term in node[1])
    if what == "or":
        return any(holds(term, item) for term in node[1])
    if what == "not":
        return not holds(node[1], item)
    if what == "call":
        return holds_function(node[1], node[2], item)
    first = operand(node[1], item)
    if what == "in":
        return any(compare("=", first, operand(choice, item)) for choice in node[2])
    if what == "between":
        return (compare(">=", first, operand(node[2], item)) and
                compare("<=", first, operand(node[3], item)))
    return compare(what, first, operand(node[2], item))


def attributes(node):
    """The top-level attributes that a condition names."""
    if node[0] == "path":
        return {node[1][0]}
    if node[0] == "value":
        return set()
    inner = [part for part in node[1:] if isinstance(part, tuple)]
    inner += [one for part in node[1:] if isinstance(part, list) for one in part]
    return set().union(*map(attributes, inner))


# Projections.

def project(paths, item):
    """The parts of an item that the paths name, in the shape they have there."""
    tree = {}
    for path in paths:
        branch = tree
        for step in path:
            branch = branch.setdefault(step, {})
    return pick({"M": item}, tree).get("M", {}) if tree else {}


def pick(value, tree):
    """{} when nothing of the value is named."""
    if not tree:
        return value
    if "M" in value:
        found = {n: pick(value["M"][n], tree[n]) for n in tree if n in value["M"]}
        found = {n: one for n, one in found.items() if one}
        return {"M": found} if found else {}
    if "L" in value:
        found = [pick(value["L"][i], tree[i]) for i in sorted(i for i in tree if isinstance(i, int))
                 if i < len(value["L"])]
        found = [one for one in found if one]
        return {"L": found} if found else {}
    return {}


# Updates.

GONE = object()


def evaluate(node, item):
    what = node[0]
    if what == "value":
        return node[1]
    if what == "path":
        found = find(node[1], item)
        require(found is not None)
        return found
    if what == "call" and node[1] == "if_not_exists":
        found = find(node[2][0][1], item)
        return evaluate(node[2][1], item) if found is None else found
    first, second = (evaluate(one, item) for one in (node[2] if what == "call" else node[1:]))
    if what == "call":
        require("L" in first and "L" in second)
        return {"L": first["L"] + second["L"]}
    return add(first, second, 1 if what == "+" else -1)


def outcome(section, path, node, item):
    """What stands at the path afterwards; GONE: nothing."""
    if section == "REMOVE":
        return GONE
    if section == "SET":
        return evaluate(node, item)
    found, given = find(path, item), node[1]
    if found is None:
        return given if section == "ADD" else GONE
    name = kind(given)
    require(kind(found) == name)
    if name == "N":
        return add(found, given)
    if name == "L":
        return {"L": found["L"] + given["L"]}
    if section == "ADD":
        members = set(found[name]) | set(given[name])
    else:
        members = set(found[name]) - set(given[name])
    return {name: sort_set(name, members)} if members else GONE


def put(value, path, new):
    """The value with `new` at the path. A removed element leaves a gap, closed by `close`."""
    step, rest = path[0], path[1:]
    name = "M" if isinstance(step, str) else "L"
    if name not in value:
        raise invalid()
    inside = dict(value["M"]) if name == "M" else list(value["L"])
    there = step in inside if name == "M" else step < len(inside)
    if rest:
        require(there and inside[step] is not GONE)
        inside[step] = put(inside[step], rest, new)
    elif name == "M" and new is GONE:
        inside.pop(step, None)
    elif there or name == "M":
        inside[step] = new
    elif new is not GONE:
        inside.append(new)
    return {name: inside}


def close(value):
    if "M" in value:
        return {"M": {n: close(one) for n, one in value["M"].items()}}
    if "L" in value:
        return {"L": [close(one) for one in value["L"] if one is not GONE]}
    return value


def update(actions, item):
    """Every operand is read from the item as it was. Elements past a list's end go to its end in
    the order of their indexes."""
    changes = [(path, outcome(section, path, node, item)) for section, path, node in actions]
    whole = {"M": item}
    for path, new in sorted(changes, key=lambda change: [(isinstance(s, int), s) for s in change[0]]):
        whole = put(whole, path, new)
    return close(whole)["M"]
