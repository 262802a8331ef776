"""Each operation of an .ops file is driven by boto3, by the AWS CLI and by the SDK for JavaScript."""
import pathlib
import re

import pytest

import services

FOLDER = pathlib.Path(__file__).resolve().parent
PYTHON = "\n".join(path.read_text() for path in FOLDER.glob("test_*.py") if path.name != "test_cli.py")
CLI = (FOLDER / "test_cli.py").read_text()
JAVASCRIPT = (FOLDER / "javascript/sdk.test.js").read_text()

# Operations that the installed versions of the two do not know yet; boto3 does.
TOO_NEW = {
    "kms": {"Decapsulate", "Encapsulate", "GetKeyLastUsage"},
    "secretsmanager": {"AssociateCrossAccountReplica", "DisassociateCrossAccountReplica", "ListResourcePolicies"},
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
        unknown = set() if client == "boto3" else TOO_NEW.get(facts.name, set())
        untested = [o for o in facts.implemented if o not in unknown and not drives(o)]
        assert not untested, f"no test by {client} of {', '.join(untested)}"
