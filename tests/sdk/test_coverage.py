"""Each operation of an .ops file is driven by boto3, by the AWS CLI and by the SDK for JavaScript."""
import pathlib
import re

import pytest

import services

FOLDER = pathlib.Path(__file__).resolve().parent
PYTHON = "\n".join(path.read_text() for path in FOLDER.glob("test_*.py") if path.name != "test_cli.py")
CLI = (FOLDER / "test_cli.py").read_text()
JAVASCRIPT = (FOLDER / "javascript/sdk.test.js").read_text()
OPERATIONS = [(facts.name, operation) for facts in services.built() for operation in facts.implemented]


def words(operation, between):
    return re.sub(r"(?<!^)(?=[A-Z])", between, operation).lower()


@pytest.mark.parametrize("service, operation", OPERATIONS)
def test_every_operation_is_driven_by_each_client(service, operation):
    assert re.search(rf"\.{words(operation, '_')}\b", PYTHON), f"no boto3 test of {service}:{operation}"
    kebab = words(operation, "-")
    assert re.search(rf'"{service}", "{kebab}"', CLI), f"no CLI test of {service}:{operation}"
    assert re.search(rf"'{operation}'|paginate{operation}\b", JAVASCRIPT), f"no JavaScript test of {service}:{operation}"
