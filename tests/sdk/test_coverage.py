"""Each operation of an .ops file is driven by boto3, by the AWS CLI and by the SDK for JavaScript."""
import pathlib
import re

import pytest

import services

FOLDER = pathlib.Path(__file__).resolve().parent
PYTHON = "\n".join(path.read_text() for path in FOLDER.glob("test_*.py") if path.name != "test_cli.py")
CLI = (FOLDER / "test_cli.py").read_text()
JAVASCRIPT = (FOLDER / "javascript/sdk.test.js").read_text()

# Operations that the version of a client which is pinned does not know yet.
TOO_NEW = {
    ("the AWS CLI", "kms"): {"Decapsulate", "Encapsulate"},
    ("JavaScript", "kms"): {"Decapsulate", "Encapsulate", "GetKeyLastUsage"},
}


def words(operation, between):
    return re.sub(r"(?<!^)(?=[A-Z])", between, operation).lower()


@pytest.mark.parametrize("facts", services.built(), ids=lambda facts: facts.name)
def test_operations_are_driven_by_each_client(facts):
    clients = {
        "boto3": lambda o: re.search(rf"\b{words(o, '_')}\b", PYTHON),
        "the AWS CLI": lambda o: f'"{facts.name}", "{words(o, "-")}"' in CLI,
        "JavaScript": lambda o: re.search(rf"'{o}'|paginate{o}\b", JAVASCRIPT)}
    for client, drives in clients.items():
        unknown = TOO_NEW.get((client, facts.name), set())
        untested = [o for o in facts.implemented if not drives(o) and o not in unknown]
        assert not untested, f"no test by {client} of {', '.join(untested)}"
