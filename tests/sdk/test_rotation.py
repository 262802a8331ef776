"""Rotation of Postgres secrets by the emulator itself, on a real server, and by functions elsewhere."""
import http.server
import json
import threading
import time
import urllib.request
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import Emulator
from postgres import PASSWORD, Postgres

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:"
SINGLE = FUNCTION + "SecretsManagerRDSPostgreSQLRotationSingleUser"
MULTI = FUNCTION + "SecretsManagerRDSPostgreSQLRotationMultiUser"
DAY = 86400


@pytest.fixture(scope="module")
def postgres():
    server = Postgres()
    yield server
    server.done()


class Cloud:
    """An emulator of the module's own, since its clock is moved."""

    def __init__(self, *options):
        self.emulator = Emulator(*options)
        self.secrets = boto3.client("secretsmanager", endpoint_url=self.emulator.url)
        self.kms = boto3.client("kms", endpoint_url=self.emulator.url)

    def audit(self, event=None, service="secretsmanager"):
        request = urllib.request.Request(self.emulator.url + "/_florin/audit?limit=1000", headers={"X-Florin-Control": "1"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            records = json.load(answer)["records"]
        return [r for r in records if r["service"] == service and event in (None, r["operation"])]

    def events(self, event, name):
        """How often it happened to that secret."""
        arn = self.secrets.describe_secret(SecretId=name)["ARN"]
        return sum(r["requestParameters"] == {"resource": arn} for r in self.audit(event))

    def settle(self):
        """What is due is done."""
        self.emulator.clock(freeze=False)

    def text(self, name, stage="AWSCURRENT"):
        return json.loads(self.secrets.get_secret_value(SecretId=name, VersionStage=stage)["SecretString"])

    def stages(self, name):
        versions = self.secrets.describe_secret(SecretId=name)["VersionIdsToStages"]
        return {stage: version for version, stages in versions.items() for stage in stages}


@pytest.fixture(scope="module")
def cloud():
    made = Cloud()
    yield made
    made.emulator.stop()


@pytest.fixture
def name():
    return f"test/{uuid.uuid4()}"


@pytest.fixture
def role(postgres):
    made = "user_" + uuid.uuid4().hex[:8]
    postgres.sql(f"CREATE ROLE {made} LOGIN PASSWORD 'first'")
    return made


def secret_text(postgres, role, password="first", **more):
    return json.dumps({"engine": "postgres", "host": "127.0.0.1", "port": postgres.port, "username": role,
                       "password": password, "dbname": "postgres", "note": ["kept", {"as": "it is"}], **more})


@pytest.fixture
def single(cloud, postgres, role, name):
    """A secret of a role that is rotated by itself."""
    cloud.secrets.create_secret(Name=name, SecretString=secret_text(postgres, role))
    return name


@pytest.fixture
def multi(cloud, postgres, role, name):
    """A secret of two roles that take turns."""
    master = cloud.secrets.create_secret(Name=name + "-master",
                                         SecretString=secret_text(postgres, "postgres", PASSWORD))["ARN"]
    cloud.secrets.create_secret(Name=name, SecretString=secret_text(postgres, role, masterarn=master))
    return name


def refused(code, call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == code, caught.value
    return caught.value.response["Error"]["Message"]


def test_a_single_user_gets_a_new_password_on_the_server(cloud, postgres, single, role):
    started = cloud.secrets.rotate_secret(SecretId=single, RotationLambdaARN=SINGLE)
    cloud.settle()
    new = cloud.text(single)
    assert new["password"] != "first" and len(new["password"]) == 32 and new["username"] == role
    assert new["note"] == ["kept", {"as": "it is"}] and new["port"] == postgres.port
    assert postgres.accepts(role, new["password"]) and not postgres.accepts(role, "first")
    described = cloud.secrets.describe_secret(SecretId=single)
    assert cloud.stages(single)["AWSCURRENT"] == started["VersionId"] and "AWSPENDING" not in cloud.stages(single)
    assert cloud.text(single, "AWSPREVIOUS")["password"] == "first"
    assert described["RotationEnabled"] and described["RotationLambdaARN"] == SINGLE
    assert described["LastRotatedDate"] and "NextRotationDate" not in described, "no rules were given"
    assert new["password"] not in postgres.log(), "the server's log holds a verifier alone"


def test_two_users_take_turns(cloud, postgres, multi, role):
    cloud.secrets.rotate_secret(SecretId=multi, RotationLambdaARN=MULTI)
    cloud.settle()
    first = cloud.text(multi)
    assert first["username"] == role + "_clone"
    assert postgres.accepts(role, "first") and postgres.accepts(first["username"], first["password"])
    assert postgres.sql("SELECT pg_has_role(%s, %s, 'member')", first["username"], role) == [(True,)]
    cloud.secrets.rotate_secret(SecretId=multi)
    cloud.settle()
    second = cloud.text(multi)
    assert second["username"] == role and postgres.accepts(role, second["password"])
    assert postgres.accepts(first["username"], first["password"]) and not postgres.accepts(role, "first")


def test_rotations_follow_their_schedule_by_the_virtual_clock(cloud, postgres, single, role):
    cloud.emulator.clock(set="2030-01-10T05:30:00Z")
    cloud.secrets.rotate_secret(SecretId=single, RotationLambdaARN=SINGLE,
                                RotationRules={"ScheduleExpression": "cron(0 8 1 * ? *)", "Duration": "2h"})
    cloud.settle()
    described = cloud.secrets.describe_secret(SecretId=single)
    assert described["NextRotationDate"].isoformat() == "2030-02-01T09:59:59+00:00"
    assert described["RotationRules"] == {"ScheduleExpression": "cron(0 8 1 * ? *)", "Duration": "2h",
                                          "AutomaticallyAfterDays": 28}
    password = cloud.text(single)["password"]
    cloud.emulator.clock(set="2030-02-01T07:59:00Z")
    assert cloud.text(single)["password"] == password
    cloud.emulator.clock(set="2030-02-01T08:00:00Z")
    assert cloud.text(single)["password"] != password
    described = cloud.secrets.describe_secret(SecretId=single)
    assert described["LastRotatedDate"].isoformat() == "2030-02-01T08:00:00+00:00"
    cloud.emulator.clock(set="2030-06-01T12:00:00Z")  # March, April, May, June
    assert cloud.events("RotationSucceeded", single) == 2 + 4
    assert postgres.accepts(role, cloud.text(single)["password"])
    cloud.secrets.cancel_rotate_secret(SecretId=single)
    described = cloud.secrets.describe_secret(SecretId=single)
    assert described["RotationEnabled"] is False and "NextRotationDate" not in described
    password = cloud.text(single)["password"]
    cloud.emulator.advance(60 * DAY)
    assert cloud.text(single)["password"] == password


def test_days_count_from_the_last_rotation_and_a_users_own_value_is_one(cloud, single, postgres, role):
    cloud.emulator.clock(set="2031-03-10T05:30:00Z")
    cloud.secrets.rotate_secret(SecretId=single, RotationLambdaARN=SINGLE, RotationRules={"AutomaticallyAfterDays": 10})
    cloud.settle()

    def next_date():
        return cloud.secrets.describe_secret(SecretId=single)["NextRotationDate"].isoformat()
    assert next_date() == "2031-03-20T23:59:59+00:00"
    assert cloud.secrets.describe_secret(SecretId=single)["RotationRules"] == {"AutomaticallyAfterDays": 10}
    cloud.emulator.clock(set="2031-03-15T05:30:00Z")
    cloud.secrets.put_secret_value(SecretId=single, SecretString=json.dumps(cloud.text(single)))
    assert next_date() == "2031-03-25T23:59:59+00:00"
    password = cloud.text(single)["password"]
    cloud.emulator.clock(set="2031-03-24T23:59:59Z")
    assert cloud.text(single)["password"] == password
    cloud.emulator.advance(2)
    assert cloud.text(single)["password"] != password and next_date() == "2031-04-04T23:59:59+00:00"
    cloud.secrets.cancel_rotate_secret(SecretId=single)


def test_rules_are_checked(cloud, single):
    def rules(**members):
        return refused("InvalidParameterException", cloud.secrets.rotate_secret, SecretId=single,
                       RotationLambdaARN=SINGLE, RotationRules=members)
    assert rules(AutomaticallyAfterDays=1, ScheduleExpression="rate(1 day)") == (
        "You cannot specify both rotation frequency and schedule expression together.")
    rules(Duration="3h")
    rules(AutomaticallyAfterDays=3, Duration="3h")
    assert "four hours" in rules(ScheduleExpression="rate(3 hours)")
    assert "minutes" in rules(ScheduleExpression="cron(5 8 * * ? *)")
    assert "next UTC day" in rules(ScheduleExpression="cron(0 22 * * ? *)", Duration="3h")
    assert "RotationEnabled" not in cloud.secrets.describe_secret(SecretId=single)


def test_a_rotation_needs_a_function_and_a_value(cloud, single, name):
    message = refused("InvalidRequestException", cloud.secrets.rotate_secret, SecretId=single)
    assert message == "No Lambda rotation function ARN is associated with this secret."
    message = refused("AccessDeniedException", cloud.secrets.rotate_secret, SecretId=single,
                      RotationLambdaARN=FUNCTION + "none")
    assert message.startswith("Secrets Manager cannot invoke the specified Lambda function.") and "--functions" in message
    cloud.secrets.create_secret(Name=name + "/empty")
    refused("InvalidRequestException", cloud.secrets.rotate_secret, SecretId=name + "/empty", RotationLambdaARN=SINGLE)
    refused("ResourceNotFoundException", cloud.secrets.rotate_secret, SecretId="none", RotationLambdaARN=SINGLE)
    refused("ResourceNotFoundException", cloud.secrets.cancel_rotate_secret, SecretId="none")


def test_a_failure_leaves_pending_and_its_reason_and_the_next_try_recovers(cloud, postgres, multi, role):
    current = cloud.text(multi)
    cloud.secrets.put_secret_value(SecretId=multi + "-master",
                                   SecretString=secret_text(postgres, "postgres", "wrong password"))
    started = cloud.secrets.rotate_secret(SecretId=multi, RotationLambdaARN=MULTI,
                                          RotationRules={"ScheduleExpression": "rate(30 days)"})
    cloud.settle()
    assert cloud.text(multi) == current and cloud.stages(multi)["AWSPENDING"] == started["VersionId"]
    failed = cloud.audit("RotationFailed")[-1]
    arn = cloud.secrets.describe_secret(SecretId=multi)["ARN"]
    assert failed["requestParameters"] == {"resource": arn} and failed["errorMessage"].startswith("setSecret: ")
    assert "password authentication failed" in failed["errorMessage"]
    assert any("RotationFailed" in line and arn in line for line in cloud.emulator.log)
    message = refused("InvalidRequestException", cloud.secrets.rotate_secret, SecretId=multi)
    assert message == "A previous rotation isn't complete. That rotation will be reattempted."
    cloud.settle()
    assert cloud.events("RotationFailed", multi) == 2
    cloud.secrets.put_secret_value(SecretId=multi + "-master",
                                   SecretString=secret_text(postgres, "postgres", PASSWORD))
    cloud.emulator.advance(10)  # the next try
    cloud.secrets.cancel_rotate_secret(SecretId=multi)
    assert cloud.stages(multi)["AWSCURRENT"] == started["VersionId"]
    assert postgres.accepts(role + "_clone", cloud.text(multi)["password"])


def test_asking_with_the_same_token_is_a_retry(cloud, single):
    token = str(uuid.uuid4())
    for _ in range(2):
        answer = cloud.secrets.rotate_secret(SecretId=single, RotationLambdaARN=SINGLE, ClientRequestToken=token)
        assert answer["VersionId"] == token
        cloud.settle()
        assert cloud.stages(single)["AWSCURRENT"] == token
    password = cloud.text(single)["password"]
    cloud.secrets.rotate_secret(SecretId=single, ClientRequestToken=token)
    cloud.settle()
    assert cloud.text(single)["password"] == password


def test_a_cancelled_rotation_leaves_its_version_for_its_user_to_judge(cloud, postgres, multi):
    cloud.secrets.put_secret_value(SecretId=multi + "-master", SecretString="not JSON")
    started = cloud.secrets.rotate_secret(SecretId=multi, RotationLambdaARN=MULTI)
    cloud.settle()
    assert cloud.secrets.cancel_rotate_secret(SecretId=multi)["VersionId"] == started["VersionId"]
    cloud.emulator.advance(DAY)
    assert cloud.events("RotationFailed", multi) == 1
    cloud.secrets.update_secret_version_stage(SecretId=multi, VersionStage="AWSPENDING",
                                              RemoveFromVersionId=started["VersionId"])
    cloud.secrets.put_secret_value(SecretId=multi + "-master", SecretString=secret_text(postgres, "postgres", PASSWORD))
    again = cloud.secrets.rotate_secret(SecretId=multi)
    cloud.settle()
    assert cloud.stages(multi)["AWSCURRENT"] == again["VersionId"]
    assert "VersionId" not in cloud.secrets.cancel_rotate_secret(SecretId=multi)


def test_without_immediate_rotation_the_configuration_is_tested(cloud, postgres, single, role):
    cloud.secrets.rotate_secret(SecretId=single, RotationLambdaARN=SINGLE, RotateImmediately=False,
                                RotationRules={"ScheduleExpression": "rate(10 days)"})
    cloud.settle()
    assert cloud.audit("TestRotationSucceeded") and set(cloud.stages(single)) == {"AWSCURRENT"}
    assert cloud.text(single)["password"] == "first" and cloud.secrets.describe_secret(SecretId=single)["NextRotationDate"]
    postgres.sql(f"ALTER ROLE {role} NOLOGIN")
    cloud.secrets.rotate_secret(SecretId=single, RotateImmediately=False)
    cloud.settle()
    assert "not permitted to log in" in cloud.audit("TestRotationFailed")[-1]["errorMessage"]
    assert set(cloud.stages(single)) == {"AWSCURRENT"}
    cloud.secrets.cancel_rotate_secret(SecretId=single)


def test_a_deleted_secret_is_not_rotated_and_goes_by_the_clock(cloud, single):
    cloud.secrets.rotate_secret(SecretId=single, RotationLambdaARN=SINGLE,
                                RotationRules={"ScheduleExpression": "rate(4 hours)"})
    cloud.settle()
    deleted = cloud.secrets.delete_secret(SecretId=single, RecoveryWindowInDays=7)
    cloud.emulator.advance(6 * DAY)
    assert cloud.events("RotationSucceeded", single) == 1
    assert cloud.secrets.describe_secret(SecretId=single)["DeletedDate"] == deleted["DeletionDate"]
    cloud.secrets.restore_secret(SecretId=single)
    cloud.settle()
    cloud.settle()
    assert cloud.events("RotationSucceeded", single) == 1
    cloud.emulator.advance(4 * 3600)
    assert cloud.events("RotationSucceeded", single) == 2
    cloud.secrets.delete_secret(SecretId=single, RecoveryWindowInDays=7)
    cloud.emulator.advance(7 * DAY)
    refused("ResourceNotFoundException", cloud.secrets.describe_secret, SecretId=single)
    refused("ResourceNotFoundException", cloud.secrets.restore_secret, SecretId=single)


def test_secrets_manager_asks_kms_in_the_open(cloud, single, postgres):
    version = cloud.secrets.rotate_secret(SecretId=single, RotationLambdaARN=SINGLE)["VersionId"]
    cloud.settle()
    arn = cloud.secrets.describe_secret(SecretId=single)["ARN"]
    asked = {(r["operation"], r["requestParameters"]["encryptionContext"]["SecretVersionId"])
             for r in cloud.audit(service="kms") if r["principal"] == "secretsmanager.amazonaws.com"
             and r["requestParameters"].get("encryptionContext", {}).get("SecretARN") == arn}
    assert {("GenerateDataKey", version), ("Decrypt", version)} <= asked
    own = [r for r in cloud.audit() if r["source"] == "secretsmanager.amazonaws.com" and
           r.get("requestParameters", {}).get("secretId") == arn]
    assert {"GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"} <= {r["operation"] for r in own}
    assert cloud.text(single)["password"] not in json.dumps(cloud.audit())


# --- functions elsewhere ---------------------------------------------------------------------

class Function(http.server.ThreadingHTTPServer):
    """A rotation function as users write it: it gets Lambda's event and calls back with the SDK."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.events, self.fail, self.url = [], None, f"http://127.0.0.1:{self.server_address[1]}/run"
        self.endpoint = None
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_event(self, event):
        secrets = boto3.client("secretsmanager", endpoint_url=self.endpoint)
        arn, token = event["SecretId"], event["ClientRequestToken"]
        if self.fail == event["Step"]:
            raise ValueError("the device is switched off")
        if event["Step"] == "createSecret":
            assert "AWSPENDING" in secrets.describe_secret(SecretId=arn)["VersionIdsToStages"][token]
            try:
                secrets.get_secret_value(SecretId=arn, VersionId=token, VersionStage="AWSPENDING")
            except secrets.exceptions.ResourceNotFoundException:
                secrets.put_secret_value(SecretId=arn, ClientRequestToken=token, SecretString="made " + token,
                                         VersionStages=["AWSPENDING"], RotationToken=event["RotationToken"])
        if event["Step"] == "finishSecret" and self.fail != "silently":
            stages = secrets.describe_secret(SecretId=arn)["VersionIdsToStages"]
            current = next(v for v, s in stages.items() if "AWSCURRENT" in s)
            secrets.update_secret_version_stage(SecretId=arn, VersionStage="AWSCURRENT", MoveToVersionId=token,
                                                RemoveFromVersionId=current)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.events.append(event)
        status, body = 200, b"null"
        try:
            self.server.handle_event(event)
        except ValueError as error:
            body = json.dumps({"errorMessage": str(error), "errorType": "ValueError"}).encode()
        except ClientError as error:
            status, body = 500, str(error).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def function():
    server = Function()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def away(function):
    """A cloud that knows where the function runs."""
    made = Cloud("--functions", f"devices={function.url},{FUNCTION}gone=http://127.0.0.1:1/")
    function.endpoint = made.emulator.url
    yield made
    made.emulator.stop()


def eventually(what):
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_function_elsewhere_gets_the_four_steps(away, function, name):
    function.events, function.fail = [], None
    away.secrets.create_secret(Name=name, SecretString="first")
    started = away.secrets.rotate_secret(SecretId=name, RotationLambdaARN=FUNCTION + "devices:live")
    eventually(lambda: away.secrets.describe_secret(SecretId=name).get("LastRotatedDate"))
    assert away.secrets.get_secret_value(SecretId=name)["SecretString"] == "made " + started["VersionId"]
    assert [e["Step"] for e in function.events] == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    arn = away.secrets.describe_secret(SecretId=name)["ARN"]
    assert {(e["SecretId"], e["ClientRequestToken"]) for e in function.events} == {(arn, started["VersionId"])}
    assert len({e["RotationToken"] for e in function.events}) == 1
    refused("InvalidParameterException", away.secrets.put_secret_value, SecretId=name, SecretString="x",
            RotationToken=function.events[0]["RotationToken"])


@pytest.mark.parametrize("step, words", [("createSecret", "createSecret: the device is switched off"),
                                         ("testSecret", "testSecret: the device is switched off"),
                                         ("silently", "finishSecret: the function has not moved AWSCURRENT")])
def test_what_a_function_says_is_told(away, function, name, step, words):
    function.fail = step
    away.secrets.create_secret(Name=name, SecretString="first")
    token = away.secrets.rotate_secret(SecretId=name, RotationLambdaARN=FUNCTION + "devices")["VersionId"]
    eventually(lambda: any(words in r["errorMessage"] for r in away.audit("RotationFailed")))
    function.fail = None
    away.secrets.rotate_secret(SecretId=name, ClientRequestToken=token)
    eventually(lambda: away.stages(name)["AWSCURRENT"] == token)


def test_a_function_that_does_not_answer_is_told(away, name):
    away.secrets.create_secret(Name=name, SecretString="first")
    away.secrets.rotate_secret(SecretId=name, RotationLambdaARN=FUNCTION + "gone")
    eventually(lambda: any("does not answer" in r["errorMessage"] for r in away.audit("RotationFailed")))
    away.secrets.cancel_rotate_secret(SecretId=name)
