"""Signature Version 4 as each service checks it: what verifies, and AWS's error for what does not."""
import datetime
import os
import pathlib
import random
import re
import subprocess
import sys

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.exceptions
import pytest

import services
from wire import Speaker, now, sign

SIGNATURE_DOES_NOT_MATCH = "The request signature we calculated does not match the signature you"
SLACK_SECONDS = 20  # between this clock's reading and the emulator's


@pytest.fixture(params=services.spoken(), ids=lambda pair: f"{pair[0].name}-{pair[1]}")
def spoken(request):
    facts, protocol = request.param
    return facts, Speaker(facts.name, protocol)


class Case:
    """A probe of one service by one protocol, to be spoilt by a test before it is sent."""

    def __init__(self, wire, spoken):
        self.wire = wire
        self.facts, self.speaker = spoken
        self.request = self.speaker.request(self.facts.probe)

    def sign(self, **how):
        sign(self.request, self.wire.endpoint, self.speaker, **how)
        return self

    def send(self):
        return self.speaker.read(self.wire.send(self.request))

    def is_accepted(self):
        answer = self.send()
        assert answer.status == 200, (answer.status, answer.code, answer.message)

    def is_refused(self, why, words):
        answer = self.send()
        assert (answer.code, answer.status) == self.facts.refusals[why], answer
        assert re.search(words, answer.message), answer.message
        self.wire.send(self.request)  # the connection is still good for another request


@pytest.fixture
def case(wire, spoken):
    return Case(wire, spoken)


def test_a_good_signature_is_accepted(case):
    case.sign().is_accepted()


def test_headers_that_are_not_signed_may_change(case):
    case.sign()
    case.request.headers["User-Agent"] = "changed on the way"
    case.is_accepted()


def test_signed_values_are_trimmed_and_folded(case):
    case.request.headers["X-Custom"] = "  two   words "
    case.sign().is_accepted()


@pytest.mark.parametrize("secret", ["Test", "test ", "", "x" * 40])
def test_a_wrong_secret_is_refused(case, secret):
    case.sign(secret=secret).is_refused("mismatch", SIGNATURE_DOES_NOT_MATCH)


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "Test", "12345678901", "1234567890123"])
def test_an_unknown_key_is_refused(case, key):
    case.sign(key=key).is_refused("unknown key", "security token included in the request is invalid")


def test_a_session_token_that_nobody_issued_is_refused(case):
    case.sign(**{"X-Amz-Security-Token": "AQoDYXdzEPT"}).is_refused("unknown key", "security token")


@pytest.mark.parametrize("change", [
    lambda r: setattr(r, "body", r.body + b" "),
    lambda r: setattr(r, "body", r.body[:-1]),
    lambda r: r.headers.update({"Content-Type": r.headers.get("Content-Type", "") + ";x=1"}),
    lambda r: setattr(r, "query", "a=1"),
    lambda r: setattr(r, "path", r.path + "%2e"),
    lambda r: r.headers.update({"X-Custom": "2"}),
], ids=["body longer", "body shorter", "content type", "query", "path", "signed header"])
def test_what_is_changed_after_signing_is_refused(case, change):
    case.request.headers.update({"X-Custom": "1"})
    case.request.headers.setdefault("Content-Type", "text/plain")
    case.sign()
    before = (case.request.body, case.request.path)
    change(case.request)
    answer = case.send()
    if case.request.path != before[1] and case.speaker.protocol == "smithy-rpc-v2-cbor":
        assert answer.status == 400  # this path names the operation: it is looked up first
        return
    if case.facts.name.startswith("dynamodb") and case.request.body == b"{":
        assert answer.code == "SerializationException"  # DynamoDB looks at the syntax first
        return
    assert (answer.code, answer.status) == case.facts.refusals["mismatch"], answer
    assert answer.message.startswith(SIGNATURE_DOES_NOT_MATCH)


def test_every_digit_of_the_signature_counts(case):
    case.sign()
    good = case.request.headers["Authorization"]
    for at in range(len(good) - 64, len(good)):
        other = "0" if good[at] != "0" else "1"
        case.request.headers["Authorization"] = good[:at] + other + good[at + 1:]
        answer = case.send()
        assert (answer.code, answer.status) == case.facts.refusals["mismatch"], answer


def test_a_request_without_authorization_is_refused(case):
    case.sign()
    del case.request.headers["Authorization"]
    if case.speaker.protocol == "query":
        case.request.headers.pop("X-Amz-Date")
    case.is_refused("missing", "[Mm]issing [Aa]uthentication [Tt]oken")


@pytest.mark.parametrize("spoil, words", [
    (lambda a: re.sub("Credential=[^,]*, ", "", a), "requires 'Credential' parameter"),
    (lambda a: re.sub("SignedHeaders=[^,]*, ", "", a), "requires 'SignedHeaders' parameter"),
    (lambda a: re.sub(", Signature=.*", "", a), "requires 'Signature' parameter"),
    (lambda a: a.replace("/aws4_request", ""), "exactly 5 slash-delimited elements"),
    (lambda a: a.replace("/aws4_request", "/aws4_request/x/y"), "exactly 5 slash-delimited|valid"),
    (lambda a: "AWS4-HMAC-SHA256", "requires 'Credential' parameter.*'Signature' parameter"),
    (lambda a: "Bearer abc", "."),
    (lambda a: a.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), "."),
], ids=["no credential", "no signed headers", "no signature", "4 parts", "7 parts", "bare",
        "other scheme", "other algorithm"])
def test_a_malformed_authorization_is_refused(case, spoil, words):
    case.sign()
    case.request.headers["Authorization"] = spoil(case.request.headers["Authorization"])
    answer = case.send()
    assert (answer.code, answer.status) in (case.facts.refusals["incomplete"],
                                            case.facts.refusals["unknown key"],
                                            case.facts.refusals["missing"]), answer
    assert re.search(words, answer.message), answer.message


@pytest.mark.parametrize("date", ["", "yesterday", "20260230T000000Z", "2026-11-22T00:00:00Z"])
def test_a_date_that_is_none_is_refused(case, date):
    case.sign()
    case.request.headers["X-Amz-Date"] = date
    answer = case.send()
    assert (answer.code, answer.status) in (case.facts.refusals["incomplete"],
                                            case.facts.refusals["mismatch"]), answer


@pytest.mark.parametrize("scope, words", [
    ({"scope_service": "iam"}, "scoped to correct service"),
    ({"scope_date": "20200101"}, "Date in Credential scope does not match YYYYMMDD"),
    ({"terminator": "aws5_request"}, "scoped with a valid terminator: 'aws4_request'"),
    ({"region": "us_east_1!"}, "scoped to a valid region"),
], ids=["service", "date", "terminator", "region"])
def test_a_wrong_scope_is_refused(wire, spoken, scope, words):
    case = Case(wire, spoken)
    if case.speaker.protocol == "query" and "scope_service" in scope:
        answer = case.sign(**scope).send()  # the scope is all that names a query's service
        assert answer.status in (400, 501)
        return
    case.sign(**scope).is_refused("mismatch", words)


def test_the_host_must_be_signed(case):
    case.sign(without=("host",)).is_refused("mismatch", "'Host' or ':authority' must be a 'SignedHeader'")


@pytest.mark.parametrize("sign_of", [-1, 1], ids=["old", "future"])
@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
def test_dates_at_both_sides_of_the_skew(wire, spoken, sign_of, inside):
    case = Case(wire, spoken)
    seconds = case.facts.skew_minutes * 60 + (-SLACK_SECONDS if inside else SLACK_SECONDS)
    case.sign(at=now() + datetime.timedelta(seconds=sign_of * seconds))
    if inside:
        case.is_accepted()
        return
    words = "Signature expired: .* is now earlier than" if sign_of < 0 else "Signature not yet current"
    case.is_refused("mismatch", words)
    assert f"{case.facts.skew_minutes} min" in case.send().message


@pytest.mark.parametrize("facts", services.built(), ids=lambda f: f.name)
@pytest.mark.parametrize("why, key, secret", [("mismatch", "test", "wrong"),
                                              ("unknown key", "AKIAUNKNOWN", "test")])
def test_boto3_reads_the_refusal(client, facts, why, key, secret):
    bad = client(facts.name, aws_access_key_id=key, aws_secret_access_key=secret)
    method = re.sub(r"(?<!^)(?=[A-Z])", "_", facts.probe).lower()
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        getattr(bad, method)()
    answer = caught.value.response
    assert (answer["Error"]["Code"],
            answer["ResponseMetadata"]["HTTPStatusCode"]) == facts.refusals[why]


def test_a_refused_call_changes_nothing(client, wire):
    kms = Speaker("kms", "json")
    before = client("kms").list_keys(Limit=1000)["Keys"]
    for how in ({"secret": "no"}, {"key": "no"}, {"at": now() - datetime.timedelta(hours=1)}):
        assert wire.call(kms, "CreateKey", **how).status == 400
    assert client("kms").list_keys(Limit=1000)["Keys"] == before


def test_random_requests_signed_by_botocore_verify(wire):
    """Headers and query strings of all shapes; FLORIN_SEED repeats a run."""
    seed = int(os.environ.get("FLORIN_SEED", random.randrange(2 ** 32)))
    rng = random.Random(seed)
    sts = Speaker("sts", "query")
    signer = botocore.auth.SigV4Auth(botocore.credentials.Credentials("test", "test"), "sts",
                                     "us-east-1")
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"

    def text(more=""):
        return "".join(rng.choice(letters + more) for _ in range(rng.randint(1, 12)))
    for number in range(1000):
        made = sts.request("GetCallerIdentity")
        made.body += f"&Unknown={text()}".encode()
        made.query = "&".join(f"{text()}={text()}" for _ in range(rng.randint(0, 4)))
        headers = dict(made.headers, Host=wire.endpoint.split("//")[1])
        for _ in range(rng.randint(0, 5)):
            headers["x-" + text().replace(".", "-").replace("~", "-").lower()] = text(" ,;=/\"")
        target = wire.endpoint + "/" + ("?" + made.query if made.query else "")
        signed = botocore.awsrequest.AWSRequest("POST", target, headers=headers, data=made.body)
        signer.add_auth(signed)
        made.headers = dict(signed.headers)
        answer = sts.read(wire.send(made))
        assert answer.status == 200, (seed, number, made, answer)


def test_lib_sigv4_signs_as_botocore_does():
    top = pathlib.Path(__file__).resolve().parents[2]
    tool = top / "build/dev/tests/sigv4_tool"
    if not tool.exists():
        pytest.skip("build/dev/tests/sigv4_tool is not built: scripts/build --dev")
    done = subprocess.run([sys.executable, pathlib.Path(__file__).with_name("test_sigv4.py"), tool, "3000"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_boto3_session_verifies_in_every_region(endpoint):
    for region in boto3.session.Session().get_available_regions("kms")[:12]:
        kms = boto3.client("kms", region_name=region, endpoint_url=endpoint)
        key = kms.create_key()["KeyMetadata"]
        assert key["Arn"].split(":")[3] == region
