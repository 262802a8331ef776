"""Attribute values: what is one, its canonical form, size, depth, equality and order.

A value is the wire's own form, {"S": "text"}, with numbers in canonical text and sets sorted.
"""
import base64
import binascii
import decimal
import functools
import re

from .refusal import invalid, require, unserializable

EXACT = decimal.Context(prec=400, Emax=10 ** 6, Emin=-10 ** 6)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,5})?", re.ASCII)
DEPTH_MAX = 32
ITEM_BYTES_MAX = 400 * 1024
SETS = {"SS": "S", "NS": "N", "BS": "B"}


@functools.lru_cache(maxsize=100_000)
def number(text):
    """The exact value of a number's text: at most 38 digits, 1E-130 to 9.99...E+125."""
    require(NUMBER.fullmatch(text))
    return checked(EXACT.create_decimal(text))


def checked(value):
    if not value:
        return decimal.Decimal(0)
    value = value.normalize(EXACT)
    require(len(value.as_tuple().digits) <= 38 and -130 <= value.adjusted() <= 125)
    return value


@functools.lru_cache(maxsize=100_000)
def canonical(value):
    return format(value, "f")


@functools.lru_cache(maxsize=100_000)
def binary(text):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise unserializable() from None


def kind(value):
    return next(iter(value))


def shape(value):
    """The JSON types of a value and all within it, which AWS looks at before anything else."""
    if not isinstance(value, dict):
        raise unserializable()
    for name, content in value.items():
        if content is None:
            continue
        wanted = {"S": str, "N": str, "B": str, "BOOL": bool, "NULL": bool, "L": list, "M": dict,
                  "SS": list, "NS": list, "BS": list}.get(name)
        if wanted and not isinstance(content, wanted):
            raise unserializable()
        if name == "B":
            binary(content)
        for member in content if name in SETS else []:
            if not isinstance(member, str):
                raise unserializable()
            if name == "BS":
                binary(member)
        for inner in content if name == "L" else content.values() if name == "M" else []:
            shape(inner)


def shapes(item):
    if not isinstance(item, dict):
        raise unserializable()
    for value in item.values():
        shape(value)


def member(set_kind, text):
    return canonical(number(text)) if set_kind == "NS" else text


def take_set(name, members):
    require(members)
    taken = [member(name, text) for text in members]
    require(len(set(taken)) == len(taken))
    return {name: sort_set(name, taken)}


def sort_set(name, members):
    return sorted(members, key=lambda text: sortable({SETS[name]: text}))


def take(value, depth=0):
    """A value of a request in canonical form. AWS calls it invalid unless it has one type."""
    require(depth <= DEPTH_MAX)
    given = {n: c for n, c in value.items()
             if c is not None and n in ("S", "N", "B", "BOOL", "NULL", "L", "M", *SETS)}
    require(len(given) == 1)
    (name, content), = given.items()
    if name == "N":
        return {"N": canonical(number(content))}
    if name in SETS:
        return take_set(name, content)
    if name == "NULL":
        require(content)
    if name == "L":
        return {"L": [take(inner, depth + 1) for inner in content]}
    if name == "M":
        return {"M": {key: take(inner, depth + 1) for key, inner in content.items()}}
    return {name: content}


def take_map(item):
    return {name: take(value) for name, value in item.items()}


def depth_of(value):
    name, content = kind(value), value[kind(value)]
    inner = content if name == "L" else content.values() if name == "M" else None
    if inner is None:
        return 0
    return 1 + max((depth_of(one) for one in inner), default=0)


def number_size(text):
    value = number(text)
    if not value:
        return 1
    digits = len(value.as_tuple().digits)
    return 1 + (digits + 1) // 2 + (value < 0)


def size(value):
    name, content = kind(value), value[kind(value)]
    if name == "S":
        return len(content.encode())
    if name == "N":
        return number_size(content)
    if name == "B":
        return len(binary(content))
    if name in SETS:
        return sum(size({SETS[name]: one}) for one in content)
    if name == "L":
        return 3 + len(content) + sum(map(size, content))
    if name == "M":
        return 3 + len(content) + item_size(content)
    return 1


def item_size(item):
    return sum(len(name.encode()) + size(value) for name, value in item.items())


def equal(a, b):
    """Values are kept canonical, so that equal ones look the same; sets are kept sorted."""
    return a == b


def sortable(value):
    name, content = kind(value), value[kind(value)]
    return number(content) if name == "N" else binary(content) if name == "B" else content.encode()


def add(a, b, sign=1):
    if kind(a) != "N" or kind(b) != "N":
        raise invalid()
    total = EXACT.add(number(a["N"]), EXACT.multiply(number(b["N"]), decimal.Decimal(sign)))
    return {"N": canonical(checked(total))}
