"""Faults on demand: which calls they meet, what they do, and that they count."""
import json
import time

import boto3
import botocore.config
import botocore.exceptions
import pytest

from conftest import Emulator
from wire import Request, Speaker, Wire

GUARD = {"X-Florin-Control": "1", "Host": "localhost"}


class Target:
    """An emulator of this module alone, with its faults and a KMS client that tries once."""

    def __init__(self):
        self.emulator = Emulator()
        config = botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=10)
        self.client = lambda name, region="us-east-1": boto3.client(
            name, endpoint_url=self.emulator.url, config=config, region_name=region)
        self.kms = self.client("kms")

    def ask(self, method, body=None, query=""):
        wire = Wire(self.emulator.url)
        data = b"" if body is None else json.dumps(body).encode()
        answer = wire.send(Request(method=method, path="/_florin/faults" + query, headers=GUARD, body=data))
        wire.close()
        return answer.status, json.loads(answer.body)

    def add(self, **fault):
        status, told = self.ask("POST", fault)
        assert status == 200, told
        return told["faults"][-1]["id"]

    def fired(self):
        return [(f["matched"], f["fired"]) for f in self.ask("GET")[1]["faults"]]

    def codes(self, calls, call=None):
        """The error code of each call, "" where it went well."""
        result = []
        for _ in range(calls):
            try:
                (call or self.kms.list_keys)()
                result.append("")
            except botocore.exceptions.ClientError as error:
                result.append(error.response["Error"]["Code"])
            except botocore.exceptions.HTTPClientError:
                result.append("dropped")
        return result


@pytest.fixture(scope="module")
def shared(endpoint):
    target = Target()
    yield target
    target.emulator.stop()


@pytest.fixture
def target(shared):
    yield shared
    assert shared.ask("DELETE")[1] == {"faults": []}


LUCK = {"code": "KMSInternalException", "status": 500, "message": "bad luck"}


def test_an_error_has_the_services_form(target):
    target.add(service="kms", operation="ListKeys", error=LUCK, count=1)
    with pytest.raises(target.kms.exceptions.KMSInternalException) as caught:
        target.kms.list_keys()
    assert caught.value.response["Error"]["Message"] == "bad luck"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert target.codes(2) == ["", ""]
    assert target.fired() == [(3, 1)]


def test_a_query_service_has_its_own_form(target):
    target.add(service="sts", error={"code": "Throttling", "status": 400})
    assert target.codes(1, target.client("sts").get_caller_identity) == ["Throttling"]


@pytest.mark.parametrize("rule, expected", [
    ({}, "xxxxxxxx"), ({"count": 2}, "xx      "), ({"skip": 3}, "   xxxxx"), ({"every": 3}, "  x  x  "),
    ({"skip": 2, "every": 2, "count": 2}, "   x x  "), ({"probability": 0}, "        ")])
def test_a_rule_fires_for_the_calls_it_names(target, rule, expected):
    target.add(service="kms", error=LUCK, **rule)
    assert "".join("x" if code else " " for code in target.codes(8)) == expected
    assert target.fired() == [(8, expected.count("x"))]


def test_a_probability_is_drawn_from_its_seed(target):
    def draw(seed):
        number = target.add(service="kms", error=LUCK, probability=0.5, seed=seed)
        codes = target.codes(40)
        target.ask("DELETE", query=f"?id={number}")
        return codes
    first = draw(1)
    assert 8 < sum(map(bool, first)) < 32
    assert draw(1) == first and draw(2) != first


@pytest.mark.parametrize("rule, met", [
    ({"service": "kms"}, True), ({"service": "sts"}, False), ({"operation": "ListAliases"}, False),
    ({"region": "us-east-1"}, True), ({"region": "eu-west-1"}, False), ({"accessKey": "test"}, True),
    ({"accessKey": "other"}, False), ({"input": {"KeyId": "alias/x"}}, True),
    ({"input": {"KeyId": "alias/y"}}, False), ({"input": {"Nonesuch": "alias/x"}}, False)])
def test_a_rule_meets_only_the_calls_it_describes(target, rule, met):
    target.add(error=LUCK, **rule)
    codes = target.codes(1, lambda: target.kms.describe_key(KeyId="alias/x"))
    assert codes == ["KMSInternalException" if met else "NotFoundException"]


def test_the_first_rule_that_fires_decides(target):
    target.add(service="kms", error={"code": "First"}, count=1)
    target.add(service="kms", error={"code": "Second"}, count=1)
    assert target.codes(3) == ["First", "Second", ""]


def keys_of(target):
    return len(target.kms.list_keys()["Keys"])


@pytest.mark.parametrize("drop, made", [("before", 0), ("after", 1)])
def test_a_reply_can_be_lost_before_or_after_the_work(target, drop, made):
    before = keys_of(target)
    target.add(operation="CreateKey", drop=drop, count=1)
    assert target.codes(1, target.kms.create_key) == ["dropped"]
    assert keys_of(target) == before + made


def test_latency_holds_up_nobody_else(target):
    target.add(operation="ListAliases", latencyMs=400, count=1)
    wire, other = Wire(target.emulator.url), Wire(target.emulator.url)
    kms = Speaker("kms", "json")
    start = time.monotonic()
    assert wire.call(kms, "ListAliases").status == 200
    assert time.monotonic() - start >= 0.4
    assert other.call(kms, "ListAliases").status == 200
    assert target.fired() == [(2, 1)]
    wire.close()
    other.close()


def test_calls_between_services_meet_faults_too(target):
    secrets = target.client("secretsmanager")
    target.add(service="kms", operation="GenerateDataKey", error=LUCK, count=1)
    assert target.codes(2, lambda: secrets.create_secret(Name="florin/fault", SecretString="x")) != ["", ""]
    assert target.fired()[0][1] == 1


def test_several_are_added_at_once_or_none(target):
    good, bad = {"drop": "after", "service": "kms"}, {"drop": "sideways"}
    assert target.ask("POST", [good, good])[0] == 200
    status, told = target.ask("POST", [good, bad])
    assert status == 400 and "drop must be" in told["message"]
    assert len(target.ask("GET")[1]["faults"]) == 2


def test_a_rule_is_shown_as_it_was_given(target):
    given = {"service": "kms", "operation": "Sign", "region": "us-east-1", "accessKey": "test",
             "input": {"KeyId": "a", "SigningAlgorithm": "b"}, "skip": 1, "every": 2, "count": 3,
             "probability": 0.5, "seed": 9, "error": LUCK, "latencyMs": 10, "drop": "after"}
    number = target.add(**given)
    assert target.ask("GET")[1]["faults"] == [{"id": number, **given, "matched": 0, "fired": 0}]
    assert target.ask("DELETE", query=f"?id={number}")[1] == {"faults": []}
    assert target.ask("DELETE", query=f"?id={number}")[0] == 404
    assert target.ask("DELETE", query="?name=x")[0] == 400


@pytest.mark.parametrize("fault, words", [
    ({}, "needs an effect"), ([], "send a fault"), (5, "a JSON object"), ({"drop": 1}, "drop must be"),
    ({"colour": "red"}, "no member 'colour'"), ({"latencyMs": 0}, "latencyMs must be"),
    ({"latencyMs": 600001}, "latencyMs must be"), ({"latencyMs": 1.5}, "latencyMs must be"),
    ({"drop": "after", "every": 0}, "every must be"), ({"drop": "after", "probability": 1.1}, "probability"),
    ({"drop": "after", "service": ""}, "service must be"), ({"error": {}}, "error must be"),
    ({"error": {"code": "X", "status": 200}}, "status must be"), ({"error": "X"}, "error must be"),
    ({"drop": "after", "input": {"a": 1}}, "input must be"),
    ({"drop": "after", "input": dict.fromkeys("abcde", "x")}, "input must be")])
def test_a_wrong_rule_is_told_what_is_wrong(target, fault, words):
    status, told = target.ask("POST", fault)
    assert status == 400 and words in told["message"], told
    assert target.fired() == []
