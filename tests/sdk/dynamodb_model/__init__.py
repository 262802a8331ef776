"""A plain, slow DynamoDB for the tests: what AWS's documents say, in the shortest Python that says it.

It shares nothing with the emulator's sources. Items are kept as the wire shows them, every query
sorts, every check stands where the documents put it. Where AWS leaves a choice (the order of a Scan,
of items with equal index keys), order.py holds the emulator's own.

Documents: the DynamoDB API reference; the developer guide's "Expressions in DynamoDB", "Constraints
in Amazon DynamoDB", "DynamoDB item sizes and formats", "Working with ... Secondary Indexes", "Read
and write operations", "Amazon DynamoDB Transactions: How it works".
"""
from .database import Database
from .refusal import Refused

__all__ = ["Database", "Refused"]
