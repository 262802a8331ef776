"""STS: who am I."""
import re

import pytest

from conftest import ACCOUNT


def test_root_is_the_caller(client):
    answer = client("sts").get_caller_identity()
    assert answer["Account"] == ACCOUNT
    assert answer["UserId"] == ACCOUNT
    assert answer["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert re.fullmatch("[0-9a-f-]{36}", answer["ResponseMetadata"]["RequestId"])


@pytest.mark.parametrize("account", ["123456789012", "999999999999"])
def test_a_key_of_12_digits_is_the_root_of_that_account(client, account):
    answer = client("sts", aws_access_key_id=account, aws_secret_access_key="test").get_caller_identity()
    assert (answer["Account"], answer["Arn"]) == (account, f"arn:aws:iam::{account}:root")


@pytest.mark.parametrize("region", ["eu-central-1", "ap-southeast-2"])
def test_each_region_answers(client, region):
    assert client("sts", region_name=region).get_caller_identity()["Account"] == ACCOUNT
