"""The order of items where AWS documents none: the emulator's own choice, as its key.h describes it.

A Scan goes by a hash of the partition key's bytes, then by the sort key; items with equal index keys
follow each other by the table's key.
"""
from .values import binary, kind, number


def key_bytes(value):
    """A key value in bytes that sort as the values do and end themselves."""
    if kind(value) == "N":
        return number_bytes(number(value["N"]))
    content = value["S"].encode() if kind(value) == "S" else binary(value["B"])
    return content.replace(b"\0", b"\0\xff") + b"\0\x01"


def number_bytes(value):
    if not value:
        return b"\x01"
    digits = "".join(map(str, value.as_tuple().digits)).rstrip("0")
    digits += "0" * (len(digits) % 2)
    body = bytes([value.adjusted() + 130, *(int(digits[i:i + 2]) + 1 for i in range(0, len(digits), 2)), 0])
    return b"\x02" + body if value > 0 else b"\0" + bytes(255 - byte for byte in body)


def spread(hash_bytes):
    """FNV-1a and a final mix of its bits."""
    hashed = 2166136261
    for byte in hash_bytes:
        hashed = (hashed ^ byte) * 16777619 & 0xFFFFFFFF
    hashed ^= hashed >> 16
    hashed = hashed * 0x85EBCA6B & 0xFFFFFFFF
    hashed ^= hashed >> 13
    hashed = hashed * 0xC2B2AE35 & 0xFFFFFFFF
    hashed ^= hashed >> 16
    return min(hashed, 0xFFFFFFFE)


def scan_place(hashes, ranges):
    joined = b"".join(map(key_bytes, hashes))
    return spread(joined), joined + b"".join(map(key_bytes, ranges))


def in_segment(place, segment, total):
    low, high = (segment << 32) // total, ((segment + 1) << 32) // total
    return low <= place[0] and (segment + 1 == total or place[0] < high)
