"""The emulator's own paths, and whom it answers: health, audit, reset, Host and Origin."""
import datetime
import json

import pytest

import services
from conftest import ACCOUNT, Emulator
from wire import Request, Speaker, Wire, sign

GUARD = {"X-Florin-Control": "1"}


def ask(wire, method, path, **headers):
    headers = {"Host": "localhost", **{n.replace("_", "-"): v for n, v in headers.items()}}
    return wire.send(Request(method=method, path=path, headers=headers))


@pytest.fixture
def own(endpoint):
    """An emulator of this test alone, since a reset empties it for everybody."""
    emulator = Emulator()
    yield Wire(emulator.url)
    emulator.stop()


@pytest.mark.parametrize("path", ["/_florin/health", "/_localstack/health"])
def test_health_names_every_service(wire, path):
    answer = ask(wire, "GET", path)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    told = json.loads(answer.body)
    assert told["status"] == "ok" and told["version"] and told["uptimeSeconds"] >= 0
    assert told["services"] == {f.name: "available" for f in services.built()}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:4566", "dynamodb.eu-west-1.amazonaws.com",
                                  "streams.dynamodb.us-east-1.amazonaws.com"])
def test_an_endpoint_of_dynamodb_says_that_it_is_healthy(wire, host):
    answer = ask(wire, "GET", "/", Host=host)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain")
    assert answer.body == f"healthy: {host} ".encode()


@pytest.mark.parametrize("method, path, headers, status", [
    ("GET", "/", {"Host": "kms.us-east-1.amazonaws.com"}, 400), ("GET", "/", {"Authorization": "none"}, 400),
    ("GET", "/?x=1", {}, 400), ("POST", "/", {}, 400), ("GET", "/", {"Host": "dynamodb.example.com"}, 421),
    ("GET", "/", {"Origin": "http://example.com"}, 403)])
def test_nothing_else_is_greeted(wire, method, path, headers, status):
    answer = ask(wire, method, path, **headers)
    assert answer.status == status and b"healthy" not in answer.body


@pytest.mark.parametrize("method, path, status", [
    ("POST", "/_florin/health", 405), ("GET", "/_florin/reset", 405), ("DELETE", "/_florin/reset", 405),
    ("GET", "/_florin/", 404), ("GET", "/_florin/nonesuch", 404), ("POST", "/_florin/reset/", 404)])
def test_other_methods_and_paths_are_refused(wire, method, path, status):
    answer = ask(wire, method, path, **GUARD)
    assert answer.status == status and json.loads(answer.body)["message"]


@pytest.mark.parametrize("guard", [{}, {"X-Florin-Control": ""}, {"X-Florin-Control": "true"},
                                   {"X-Florin-Control": "11"}, {"Florin-Control": "1"}])
def test_reset_and_audit_need_the_control_header(wire, client, guard):
    key = client("kms").create_key()["KeyMetadata"]["KeyId"]
    for method, path in (("POST", "/_florin/reset"), ("GET", "/_florin/audit"), ("POST", "/_florin/clock")):
        answer = ask(wire, method, path, **guard)
        assert answer.status == 403 and "X-Florin-Control: 1" in json.loads(answer.body)["message"]
    assert client("kms").describe_key(KeyId=key)


def test_reset_empties_every_service(own):
    kms = Speaker("kms", "json")
    created = json.loads(own.call(kms, "CreateKey").body)["KeyMetadata"]["KeyId"]
    own.call(kms, "CreateAlias", {"AliasName": "alias/a", "TargetKeyId": created})
    assert ask(own, "POST", "/_florin/reset", **GUARD).status == 200
    assert json.loads(own.call(kms, "ListKeys").body)["Keys"] == []
    assert json.loads(own.call(kms, "ListAliases").body)["Aliases"] == []
    assert own.call(kms, "DescribeKey", {"KeyId": created}).code == "NotFoundException"
    assert own.call(kms, "CreateKey").status == 200
    for facts in services.built():
        speaker = Speaker(facts.name, facts.model["metadata"]["protocols"][0])
        assert own.call(speaker, facts.probe).status == 200


def test_every_call_is_recorded_refused_ones_too(own):
    kms = Speaker("kms", "json")
    own.call(kms, "CreateKey")
    own.call(kms, "DescribeKey", {"KeyId": "alias/none"})
    own.call(kms, "ListKeys", secret="wrong")
    own.send(sign(kms.named("Nonesuch"), own.endpoint, kms))
    text = json.dumps(json.loads(ask(own, "GET", "/_florin/audit", **GUARD).body))
    for expected in ("CreateKey", "NotFoundException", "InvalidSignatureException",
                     "UnknownOperationException", ACCOUNT):
        assert expected in text, (expected, text)
    assert len(json.loads(ask(own, "GET", "/_florin/audit?limit=2", **GUARD).body)["records"]) == 2


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_the_clock_can_be_set_advanced_and_frozen(endpoint):
    emulator = Emulator()
    assert emulator.clock(set="2030-01-01T00:00:00Z", freeze=True) == {
        "now": "2030-01-01T00:00:00.000000Z", "frozen": True}
    assert emulator.advance(90.5)["now"] == "2030-01-01T00:01:30.500000Z"
    assert emulator.clock()["now"] == "2030-01-01T00:01:30.500000Z"
    kms = Speaker("kms", "json")
    created = json.loads(Wire(emulator.url).call(kms, "CreateKey").body)["KeyMetadata"]["CreationDate"]
    assert created == moment("2030-01-01T00:01:30.5Z").timestamp(), "signed by the system's clock"
    running = emulator.clock(freeze=False)
    assert not running["frozen"] and moment(running["now"]).year == 2030
    assert moment(emulator.clock()["now"]) > moment(running["now"])
    emulator.stop()


@pytest.mark.parametrize("body", [
    b"", b"[]", b"{", b'{"advance": -1}', b'{"advance": "1"}', b'{"advance": 1e300}', b'{"advance": 300000000000}',
    b'{"set": "tomorrow"}', b'{"set": 5}', b'{"freeze": 1}', b'{"forward": 5}', b'{"set": "1969-12-31T23:59:59Z"}'])
def test_a_bad_wish_leaves_the_clock_alone(own, body):
    before = json.loads(ask(own, "GET", "/_florin/clock", **GUARD).body)
    answer = own.send(Request(method="POST", path="/_florin/clock", body=body,
                              headers={"Host": "localhost", **GUARD}))
    after = json.loads(ask(own, "GET", "/_florin/clock", **GUARD).body)
    assert answer.status == 400 and "advance" in json.loads(answer.body)["message"]
    assert moment(after["now"]) - moment(before["now"]) < datetime.timedelta(minutes=1)


def test_reset_sets_the_clock_right(endpoint):
    emulator = Emulator()
    emulator.clock(set="2001-01-01T00:00:00Z", freeze=True)
    assert ask(Wire(emulator.url), "POST", "/_florin/reset", **GUARD).status == 200
    told = emulator.clock()
    assert not told["frozen"] and moment(told["now"]).year > 2020
    emulator.stop()


HOSTS = [("localhost", 200), ("LOCALHOST:4566", 200), ("127.0.0.1", 200), ("127.0.0.1:1", 200),
         ("[::1]", 200), ("[::1]:4566", 200), ("kms.localhost:4566", 200),
         ("kms.us-east-1.amazonaws.com", 200), ("evil.example", 421), ("evil.example:4566", 421),
         ("localhost.evil.example", 421), ("127.0.0.1.evil.example", 421), ("", 421),
         ("notlocalhost", 421), ("amazonaws.com.evil.example", 421), ("10.0.0.1", 421)]


@pytest.mark.parametrize("host, status", HOSTS)
def test_only_known_hosts_are_answered(wire, host, status):
    assert ask(wire, "GET", "/_florin/health", Host=host).status == status
    kms = Speaker("kms", "json")
    request = sign(kms.named("ListKeys"), f"http://{host}", kms)
    answer = kms.read(wire.send(request))
    assert answer.status == status
    if status != 200:
        assert answer.code == "MisdirectedRequest" and "--allow-hosts" in answer.message


ORIGINS = [("http://localhost:3000", 200), ("http://127.0.0.1", 200), ("https://app.localhost", 200),
           ("null", 403), ("", 403), ("http://evil.example", 403), ("https://localhost.evil.example", 403),
           ("file://", 403)]


@pytest.mark.parametrize("origin, status", ORIGINS)
def test_pages_of_other_origins_are_refused(wire, origin, status):
    assert ask(wire, "GET", "/_florin/health", Origin=origin).status == status
    kms = Speaker("kms", "json")
    request = sign(kms.named("ListKeys"), wire.endpoint, kms)
    request.headers["Origin"] = origin
    assert wire.send(request).status == status


def test_a_preflight_is_not_granted(wire):
    answer = ask(wire, "OPTIONS", "/_florin/reset", Origin="http://evil.example",
                 Access_Control_Request_Method="POST", Access_Control_Request_Headers="x-florin-control")
    assert answer.status >= 400
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_hosts_can_be_allowed(endpoint):
    emulator = Emulator("--allow-hosts", "aws.internal, florin.test")
    for host, status in (("aws.internal", 200), ("florin.test:4566", 200), ("other.test", 421)):
        assert ask(Wire(emulator.url), "GET", "/_florin/health", Host=host).status == status
    emulator.stop()


def test_state_is_kept_in_a_data_folder_alone(tmp_path, endpoint):
    kms = Speaker("kms", "json")
    for options, kept in (((), False), (("--data", str(tmp_path / "data")), True)):
        first = Emulator(*options)
        key = json.loads(Wire(first.url).call(kms, "CreateKey").body)["KeyMetadata"]["KeyId"]
        blob = json.loads(Wire(first.url).call(kms, "Encrypt", {"KeyId": key, "Plaintext": b"x"}).body)
        first.stop()
        second = Emulator(*options)
        found = Wire(second.url).call(kms, "DescribeKey", {"KeyId": key}).status
        assert found == (200 if kept else 400)
        if kept:
            opened = Wire(second.url).send(sign(kms.named("Decrypt", json.dumps(
                {"CiphertextBlob": blob["CiphertextBlob"]}).encode()), second.url, kms))
            assert opened.status == 200
        second.stop()


def test_without_verification_unsigned_requests_are_root(endpoint):
    emulator = Emulator("--auth", "off")
    kms = Speaker("kms", "json")
    request = kms.named("CreateKey")
    request.headers["Host"] = "localhost"
    answer = Wire(emulator.url).send(request)
    assert json.loads(answer.body)["KeyMetadata"]["AWSAccountId"] == ACCOUNT
    assert any("not checked" in line for line in emulator.log)
    emulator.stop()


@pytest.mark.parametrize("options, words", [
    (["--auth", "maybe"], "must be verify or off"), (["--account", "12"], "12 digits"),
    (["--auth", "off", "--listen", "0.0.0.0:0"], "refused"), (["--nonesuch"], "nonesuch"),
    (["--listen", "nowhere"], "nowhere"), (["extra"], "")])
def test_a_bad_command_line_is_told(endpoint, options, words):
    with pytest.raises(RuntimeError) as caught:
        Emulator(*options)
    assert words in str(caught.value)
