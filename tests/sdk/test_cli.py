"""The AWS CLI over every service that is built, as a user types it."""
import base64
import json
import os
import subprocess
import sys
import time
import uuid

import pytest

import services

BUILT = {f.name for f in services.built()}


def aws(*words, ok=True):
    """Runs the CLI; gives its JSON answer, or with ok=False what it writes to standard error."""
    done = subprocess.run([sys.executable, "-m", "awscli", "--output", "json", *words],
                          capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, "PYTHONWARNINGS": "ignore"})
    if ok:
        assert done.returncode == 0, (words, done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else None
    assert done.returncode in (252, 254, 255), (words, done.returncode, done.stdout)
    return done.stderr


def needs(service):
    return pytest.mark.skipif(service not in BUILT, reason=f"{service} is not built")


@pytest.fixture
def name():
    return f"cli-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def file(tmp_path):
    def write(value):
        path = tmp_path / f"{uuid.uuid4().hex}.json"
        path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
        return path
    return write


def test_sts():
    assert aws("sts", "get-caller-identity")["Arn"] == "arn:aws:iam::000000000000:root"


def test_kms(name, file):
    key = aws("kms", "create-key", "--description", "by the CLI")["KeyMetadata"]["KeyId"]
    assert aws("kms", "create-alias", "--alias-name", f"alias/{name}", "--target-key-id", key) is None
    assert aws("kms", "describe-key", "--key-id", f"alias/{name}")["KeyMetadata"]["KeyId"] == key
    assert key in [k["KeyId"] for k in aws("kms", "list-keys", "--page-size", "2")["Keys"]]
    aliases = aws("kms", "list-aliases", "--key-id", key)["Aliases"]
    assert [a["AliasName"] for a in aliases] == [f"alias/{name}"]
    text = b"\x00\xffsecret"
    sealed = aws("kms", "encrypt", "--key-id", key, "--plaintext", f"fileb://{file(text)}",
                 "--encryption-context", "tenant=t1")["CiphertextBlob"]
    blob = file(base64.b64decode(sealed))
    opened = aws("kms", "decrypt", "--ciphertext-blob", f"fileb://{blob}",
                 "--encryption-context", "tenant=t1")
    assert base64.b64decode(opened["Plaintext"]) == text
    assert "InvalidCiphertextException" in aws(
        "kms", "decrypt", "--ciphertext-blob", f"fileb://{blob}", ok=False)
    data_key = aws("kms", "generate-data-key", "--key-id", key, "--key-spec", "AES_256")
    assert len(base64.b64decode(data_key["Plaintext"])) == 32
    aws("kms", "disable-key", "--key-id", key)
    assert "DisabledException" in aws(
        "kms", "decrypt", "--ciphertext-blob", f"fileb://{blob}", "--encryption-context", "a=b", ok=False)
    aws("kms", "enable-key", "--key-id", key)
    assert aws("kms", "describe-key", "--key-id", key)["KeyMetadata"]["Enabled"] is True
    assert "NotImplementedException" in aws("kms", "create-key", "--key-spec", "SM2", ok=False)


def blob(file, answer, member):
    return f"fileb://{file(base64.b64decode(answer[member]))}"


def test_kms_uses_keys_of_every_kind(file):
    def key(spec, usage):
        return aws("kms", "create-key", "--key-spec", spec, "--key-usage", usage)["KeyMetadata"]["KeyId"]
    message, plain = f"fileb://{file(b'message')}", key("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
    signer = ["--key-id", key("ECC_NIST_P256", "SIGN_VERIFY"), "--message", message, "--signing-algorithm", "ECDSA_SHA_256"]
    signed = aws("kms", "sign", *signer)
    assert aws("kms", "verify", *signer, "--signature", blob(file, signed, "Signature"))["SignatureValid"] is True
    maker = ["--key-id", key("HMAC_256", "GENERATE_VERIFY_MAC"), "--message", message, "--mac-algorithm", "HMAC_SHA_256"]
    made = aws("kms", "generate-mac", *maker)
    assert aws("kms", "verify-mac", *maker, "--mac", blob(file, made, "Mac"))["MacValid"] is True
    agree = key("ECC_NIST_P256", "KEY_AGREEMENT")
    public = aws("kms", "get-public-key", "--key-id", key("ECC_NIST_P256", "KEY_AGREEMENT"))
    derived = aws("kms", "derive-shared-secret", "--key-id", agree, "--key-agreement-algorithm", "ECDH",
                  "--public-key", blob(file, public, "PublicKey"))
    assert len(base64.b64decode(derived["SharedSecret"])) == 32
    sealed = aws("kms", "generate-data-key-without-plaintext", "--key-id", plain, "--key-spec", "AES_128")
    moved = aws("kms", "re-encrypt", "--ciphertext-blob", blob(file, sealed, "CiphertextBlob"),
                "--destination-key-id", plain, "--destination-encryption-context", "a=b")
    assert len(base64.b64decode(aws("kms", "decrypt", "--ciphertext-blob", blob(file, moved, "CiphertextBlob"),
                                    "--encryption-context", "a=b")["Plaintext"])) == 16
    pair = ["--key-id", plain, "--key-pair-spec", "ECC_NIST_P384"]
    assert "PrivateKeyPlaintext" in aws("kms", "generate-data-key-pair", *pair)
    assert "PrivateKeyPlaintext" not in aws("kms", "generate-data-key-pair-without-plaintext", *pair)
    assert len(base64.b64decode(aws("kms", "generate-random", "--number-of-bytes", "9")["Plaintext"])) == 9
    assert aws("kms", "get-key-last-usage", "--key-id", plain)["KeyLastUsage"]["Operation"]


def test_kms_manages_keys(name, file):
    key = aws("kms", "create-key", "--multi-region", "--tags", "TagKey=a,TagValue=1")["KeyMetadata"]["KeyId"]
    other = aws("kms", "create-key")["KeyMetadata"]["KeyId"]
    aws("kms", "update-key-description", "--key-id", key, "--description", name)
    aws("kms", "create-alias", "--alias-name", f"alias/{name}", "--target-key-id", key)
    aws("kms", "update-alias", "--alias-name", f"alias/{name}", "--target-key-id", other)
    aws("kms", "delete-alias", "--alias-name", f"alias/{name}")
    aws("kms", "tag-resource", "--key-id", key, "--tags", "TagKey=b,TagValue=2")
    aws("kms", "untag-resource", "--key-id", key, "--tag-keys", "a")
    assert aws("kms", "list-resource-tags", "--key-id", key)["Tags"] == [{"TagKey": "b", "TagValue": "2"}]
    policy = aws("kms", "get-key-policy", "--key-id", key)["Policy"]
    aws("kms", "put-key-policy", "--key-id", key, "--policy", policy)
    assert aws("kms", "list-key-policies", "--key-id", key)["PolicyNames"] == ["default"]
    aws("kms", "enable-key-rotation", "--key-id", key, "--rotation-period-in-days", "90")
    assert aws("kms", "get-key-rotation-status", "--key-id", key)["RotationPeriodInDays"] == 90
    aws("kms", "rotate-key-on-demand", "--key-id", key)
    assert len(aws("kms", "list-key-rotations", "--key-id", key)["Rotations"]) == 1
    aws("kms", "disable-key-rotation", "--key-id", key)
    aws("kms", "replicate-key", "--key-id", key, "--replica-region", "eu-west-1")
    aws("kms", "update-primary-region", "--key-id", key, "--primary-region", "eu-west-1")
    role = "arn:aws:iam::000000000000:role/cli"
    grants = [aws("kms", "create-grant", "--key-id", key, "--grantee-principal", role, "--retiring-principal", role,
                  "--operations", "Decrypt") for _ in range(2)]
    assert len(aws("kms", "list-grants", "--key-id", key)["Grants"]) == 2
    assert len(aws("kms", "list-retirable-grants", "--retiring-principal", role)["Grants"]) == 2
    aws("kms", "retire-grant", "--grant-token", grants[0]["GrantToken"])
    aws("kms", "revoke-grant", "--key-id", key, "--grant-id", grants[1]["GrantId"])
    assert aws("kms", "schedule-key-deletion", "--key-id", key)["KeyState"] == "PendingDeletion"
    aws("kms", "cancel-key-deletion", "--key-id", key)


def test_kms_refuses_what_it_cannot_import_or_hold(file):
    key = aws("kms", "create-key", "--origin", "EXTERNAL")["KeyMetadata"]["KeyId"]
    wrapping = aws("kms", "get-parameters-for-import", "--key-id", key, "--wrapping-algorithm", "RSAES_OAEP_SHA_256",
                   "--wrapping-key-spec", "RSA_2048")
    assert "InvalidCiphertextException" in aws(
        "kms", "import-key-material", "--key-id", key, "--import-token", blob(file, wrapping, "ImportToken"),
        "--encrypted-key-material", f"fileb://{file(b'x' * 256)}", "--expiration-model",
        "KEY_MATERIAL_DOES_NOT_EXPIRE", ok=False)
    aws("kms", "delete-imported-key-material", "--key-id", key)
    assert aws("kms", "describe-custom-key-stores")["CustomKeyStores"] == []
    assert "CloudHsmClusterNotFoundException" in aws(
        "kms", "create-custom-key-store", "--custom-key-store-name", "s", "--cloud-hsm-cluster-id",
        "cluster-2a23b4cdefg", "--key-store-password", "password", "--trust-anchor-certificate", "c", ok=False)
    for words in (["kms", "connect-custom-key-store"], ["kms", "disconnect-custom-key-store"],
                  ["kms", "update-custom-key-store"], ["kms", "delete-custom-key-store"]):
        assert "CustomKeyStoreNotFoundException" in aws(*words, "--custom-key-store-id", "cks-1", ok=False)


@needs("secretsmanager")
def test_secretsmanager(name):
    made = aws("secretsmanager", "create-secret", "--name", name, "--secret-string", '{"a":1}')
    assert aws("secretsmanager", "get-secret-value", "--secret-id", name)["SecretString"] == '{"a":1}'
    second = aws("secretsmanager", "put-secret-value", "--secret-id", name, "--secret-string", "2")
    read = aws("secretsmanager", "get-secret-value", "--secret-id", made["ARN"],
               "--version-stage", "AWSPREVIOUS")
    assert read["VersionId"] == made["VersionId"]
    aws("secretsmanager", "update-secret-version-stage", "--secret-id", name, "--version-stage",
        "AWSCURRENT", "--move-to-version-id", made["VersionId"], "--remove-from-version-id",
        second["VersionId"])
    stages = aws("secretsmanager", "describe-secret", "--secret-id", name)["VersionIdsToStages"]
    assert stages[made["VersionId"]] == ["AWSCURRENT"]
    assert name in [s["Name"] for s in aws("secretsmanager", "list-secrets")["SecretList"]]
    aws("secretsmanager", "delete-secret", "--secret-id", name, "--force-delete-without-recovery")
    assert "ResourceNotFoundException" in aws(
        "secretsmanager", "get-secret-value", "--secret-id", name, ok=False)


@needs("secretsmanager")
def test_secretsmanager_versions_tags_and_passwords(name):
    first = aws("secretsmanager", "create-secret", "--name", name, "--secret-string", "1")["VersionId"]
    changed = aws("secretsmanager", "update-secret", "--secret-id", name, "--description", "d", "--secret-string", "2")
    listed = aws("secretsmanager", "list-secret-version-ids", "--secret-id", name)["Versions"]
    assert [v["VersionId"] for v in listed] == [changed["VersionId"], first]
    batch = aws("secretsmanager", "batch-get-secret-value", "--secret-id-list", name, name + "-none")
    assert [v["SecretString"] for v in batch["SecretValues"]] == ["2"] and len(batch["Errors"]) == 1
    aws("secretsmanager", "tag-resource", "--secret-id", name, "--tags", "Key=a,Value=1", "Key=b,Value=2")
    aws("secretsmanager", "untag-resource", "--secret-id", name, "--tag-keys", "a")
    assert aws("secretsmanager", "describe-secret", "--secret-id", name)["Tags"] == [{"Key": "b", "Value": "2"}]
    made = aws("secretsmanager", "get-random-password", "--password-length", "20", "--exclude-punctuation")
    assert len(made["RandomPassword"]) == 20 and made["RandomPassword"].isalnum()
    aws("secretsmanager", "delete-secret", "--secret-id", name, "--recovery-window-in-days", "7")
    assert aws("secretsmanager", "restore-secret", "--secret-id", name)["Name"] == name


@needs("secretsmanager")
def test_secretsmanager_policies(name):
    aws("secretsmanager", "create-secret", "--name", name, "--secret-string", "1")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]})
    checked = aws("secretsmanager", "validate-resource-policy", "--resource-policy", policy)
    assert checked["PolicyValidationPassed"] is False
    assert "PublicPolicyException" in aws("secretsmanager", "put-resource-policy", "--secret-id", name,
                                          "--resource-policy", policy, "--block-public-policy", ok=False)
    aws("secretsmanager", "put-resource-policy", "--secret-id", name, "--resource-policy", policy)
    assert aws("secretsmanager", "get-resource-policy", "--secret-id", name)["ResourcePolicy"] == policy
    aws("secretsmanager", "delete-resource-policy", "--secret-id", name)


@needs("secretsmanager")
def test_secretsmanager_replicas(name):
    aws("secretsmanager", "create-secret", "--name", name, "--secret-string", "1")
    there = ("--region", "eu-west-1")
    answer = aws("secretsmanager", "replicate-secret-to-regions", "--secret-id", name, "--add-replica-regions",
                 "Region=eu-west-1", "Region=eu-west-2")
    assert [s["Status"] for s in answer["ReplicationStatus"]] == ["InSync", "InSync"]
    aws("secretsmanager", "stop-replication-to-replica", "--secret-id", name, *there)
    answer = aws("secretsmanager", "remove-regions-from-replication", "--secret-id", name,
                 "--remove-replica-regions", "eu-west-2")
    assert answer.get("ReplicationStatus", []) == []


@needs("secretsmanager")
def test_secretsmanager_rotation(name):
    """Of a server that is not there: tests/sdk/test_rotation.py has one that is."""
    text = {"engine": "postgres", "host": "127.0.0.1", "port": 1, "username": "u", "password": "p"}
    aws("secretsmanager", "create-secret", "--name", name, "--secret-string", json.dumps(text))
    function = "arn:aws:lambda:us-east-1:000000000000:function:SecretsManagerRDSPostgreSQLRotationSingleUser"
    started = aws("secretsmanager", "rotate-secret", "--secret-id", name, "--rotation-lambda-arn", function,
                  "--rotation-rules", '{"ScheduleExpression": "rate(10 days)", "Duration": "3h"}')
    described = aws("secretsmanager", "describe-secret", "--secret-id", name)
    assert described["RotationEnabled"] and described["RotationRules"]["Duration"] == "3h"
    cancelled = aws("secretsmanager", "cancel-rotate-secret", "--secret-id", name)
    assert cancelled["VersionId"] == started["VersionId"]


@needs("dynamodb")
def test_dynamodb(name, file):
    aws("dynamodb", "create-table", "--table-name", name, "--billing-mode", "PAY_PER_REQUEST",
        "--attribute-definitions", "AttributeName=p,AttributeType=S", "AttributeName=s,AttributeType=N",
        "--key-schema", "AttributeName=p,KeyType=HASH", "AttributeName=s,KeyType=RANGE")
    aws("dynamodb", "wait", "table-exists", "--table-name", name)
    for number in ("1", "2", "10"):
        aws("dynamodb", "put-item", "--table-name", name, "--item",
            json.dumps({"p": {"S": "a"}, "s": {"N": number}, "b": {"B": "AAEC"}}))
    key = json.dumps({"p": {"S": "a"}, "s": {"N": "2"}})
    updated = aws("dynamodb", "update-item", "--table-name", name, "--key", key,
                  "--update-expression", "SET #n = if_not_exists(#n, :zero) + :one",
                  "--expression-attribute-names", '{"#n": "count"}',
                  "--expression-attribute-values", '{":zero": {"N": "0"}, ":one": {"N": "1"}}',
                  "--return-values", "ALL_NEW")
    assert updated["Attributes"]["count"] == {"N": "1"}
    found = aws("dynamodb", "query", "--table-name", name, "--key-condition-expression",
                "p = :p AND s > :s", "--expression-attribute-values",
                '{":p": {"S": "a"}, ":s": {"N": "1"}}')
    assert [i["s"]["N"] for i in found["Items"]] == ["2", "10"]
    assert aws("dynamodb", "scan", "--table-name", name, "--page-size", "1")["Count"] == 3
    assert "ConditionalCheckFailedException" in aws(
        "dynamodb", "delete-item", "--table-name", name, "--key", key, "--condition-expression",
        "attribute_not_exists(p)", ok=False)
    aws("dynamodb", "delete-item", "--table-name", name, "--key", key)
    assert aws("dynamodb", "get-item", "--table-name", name, "--key", key) is None
    both = [{"p": {"S": "batch"}, "s": {"N": "1"}}, {"p": {"S": "batch"}, "s": {"N": "2"}}]
    aws("dynamodb", "batch-write-item", "--request-items",
        json.dumps({name: [{"PutRequest": {"Item": each}} for each in both]}))
    read = aws("dynamodb", "batch-get-item", "--request-items", json.dumps({name: {"Keys": both}}))
    assert len(read["Responses"][name]) == 2
    aws("dynamodb", "transact-write-items", "--transact-items",
        json.dumps([{"Delete": {"TableName": name, "Key": each}} for each in both]))
    gone = aws("dynamodb", "transact-get-items", "--transact-items",
               json.dumps([{"Get": {"TableName": name, "Key": each}} for each in both]))
    assert gone["Responses"] == [{}, {}]
    arn = aws("dynamodb", "describe-table", "--table-name", name)["Table"]["TableArn"]
    aws("dynamodb", "tag-resource", "--resource-arn", arn, "--tags", "Key=team,Value=ledger")
    assert aws("dynamodb", "list-tags-of-resource", "--resource-arn", arn)["Tags"] == [
        {"Key": "team", "Value": "ledger"}]
    aws("dynamodb", "untag-resource", "--resource-arn", arn, "--tag-keys", "team")
    aws("dynamodb", "update-table", "--table-name", name, "--deletion-protection-enabled")
    assert "ValidationException" in aws("dynamodb", "delete-table", "--table-name", name, ok=False)
    aws("dynamodb", "update-table", "--table-name", name, "--no-deletion-protection-enabled")
    assert aws("dynamodb", "describe-limits")["AccountMaxReadCapacityUnits"] > 0
    assert aws("dynamodb", "describe-endpoints")["Endpoints"]
    aws("dynamodb", "update-time-to-live", "--table-name", name, "--time-to-live-specification",
        "Enabled=true,AttributeName=ttl")
    status = aws("dynamodb", "describe-time-to-live", "--table-name", name)["TimeToLiveDescription"]
    assert (status["TimeToLiveStatus"], status["AttributeName"]) in (("ENABLED", "ttl"), ("ENABLING", "ttl"))
    assert name in aws("dynamodb", "list-tables")["TableNames"]
    assert aws("dynamodb", "describe-table", "--table-name", name)["Table"]["TableStatus"] == "ACTIVE"
    aws("dynamodb", "delete-table", "--table-name", name)
    aws("dynamodb", "wait", "table-not-exists", "--table-name", name)


@needs("dynamodb")
def test_dynamodb_kinesis(name):
    arn = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
    aws("dynamodb", "create-table", "--table-name", name, "--billing-mode", "PAY_PER_REQUEST",
        "--attribute-definitions", "AttributeName=p,AttributeType=S", "--key-schema", "AttributeName=p,KeyType=HASH")
    aws("dynamodb", "enable-kinesis-streaming-destination", "--table-name", name, "--stream-arn", arn)
    aws("dynamodb", "update-kinesis-streaming-destination", "--table-name", name, "--stream-arn", arn,
        "--update-kinesis-streaming-configuration", "ApproximateCreationDateTimePrecision=MICROSECOND")
    aws("dynamodb", "disable-kinesis-streaming-destination", "--table-name", name, "--stream-arn", arn)
    shown = aws("dynamodb", "describe-kinesis-streaming-destination", "--table-name", name)["KinesisDataStreamDestinations"]
    assert shown == [{"StreamArn": arn, "DestinationStatus": "DISABLED", "ApproximateCreationDateTimePrecision": "MICROSECOND"}]


@needs("dynamodb")
def test_dynamodb_global_tables(name):
    for region in ("us-east-1", "eu-west-1"):
        aws("--region", region, "dynamodb", "create-table", "--table-name", name, "--billing-mode", "PAY_PER_REQUEST",
            "--attribute-definitions", "AttributeName=p,AttributeType=S", "--key-schema", "AttributeName=p,KeyType=HASH",
            "--stream-specification", "StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES")
    aws("dynamodb", "create-global-table", "--global-table-name", name, "--replication-group", "RegionName=us-east-1")
    aws("dynamodb", "update-global-table", "--global-table-name", name, "--replica-updates", "Create={RegionName=eu-west-1}")
    shown = aws("dynamodb", "describe-global-table", "--global-table-name", name)["GlobalTableDescription"]
    assert [r["RegionName"] for r in shown["ReplicationGroup"]] == ["eu-west-1", "us-east-1"]
    assert name in [t["GlobalTableName"] for t in aws("dynamodb", "list-global-tables", "--region-name", "eu-west-1")["GlobalTables"]]
    aws("dynamodb", "update-global-table-settings", "--global-table-name", name, "--replica-settings-update",
        "RegionName=eu-west-1,ReplicaTableClass=STANDARD_INFREQUENT_ACCESS")
    settings = aws("dynamodb", "describe-global-table-settings", "--global-table-name", name)["ReplicaSettings"]
    assert settings[0]["ReplicaTableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    aws("dynamodb", "put-item", "--table-name", name, "--item", '{"p": {"S": "a"}}')
    assert aws("--region", "eu-west-1", "dynamodb", "scan", "--table-name", name)["Items"] == [{"p": {"S": "a"}}]
    aws("dynamodb", "create-table", "--table-name", name + "-2", "--billing-mode", "PAY_PER_REQUEST",
        "--attribute-definitions", "AttributeName=p,AttributeType=S", "--key-schema", "AttributeName=p,KeyType=HASH")
    aws("dynamodb", "update-table", "--table-name", name + "-2", "--replica-updates", '[{"Create": {"RegionName": "eu-west-1"}}]')
    table = aws("dynamodb", "describe-table", "--table-name", name + "-2")["Table"]
    assert [r["RegionName"] for r in table["Replicas"]] == ["eu-west-1"]
    aws("dynamodb", "update-table-replica-auto-scaling", "--table-name", name + "-2",
        "--provisioned-write-capacity-auto-scaling-update", "MinimumUnits=1,MaximumUnits=5")
    told = aws("dynamodb", "describe-table-replica-auto-scaling", "--table-name", name + "-2")["TableAutoScalingDescription"]
    assert [r["ReplicaProvisionedWriteCapacityAutoScalingSettings"]["MaximumUnits"] for r in told["Replicas"]] == [5, 5]


@needs("dynamodbstreams")
def test_dynamodbstreams(name):
    arn = aws("dynamodb", "create-table", "--table-name", name, "--billing-mode", "PAY_PER_REQUEST",
              "--attribute-definitions", "AttributeName=p,AttributeType=S", "--key-schema", "AttributeName=p,KeyType=HASH",
              "--stream-specification", "StreamEnabled=true,StreamViewType=NEW_IMAGE")["TableDescription"]["LatestStreamArn"]
    listed = aws("dynamodbstreams", "list-streams", "--table-name", name)["Streams"]
    assert [each["StreamArn"] for each in listed] == [arn]
    aws("dynamodb", "put-item", "--table-name", name, "--item", '{"p": {"S": "a"}, "n": {"N": "1.50"}}')
    shard = aws("dynamodbstreams", "describe-stream", "--stream-arn", arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = aws("dynamodbstreams", "get-shard-iterator", "--stream-arn", arn, "--shard-id", shard,
                   "--shard-iterator-type", "TRIM_HORIZON")["ShardIterator"]
    record, = aws("dynamodbstreams", "get-records", "--shard-iterator", iterator)["Records"]
    assert (record["eventName"], record["dynamodb"]["NewImage"]) == ("INSERT", {"p": {"S": "a"}, "n": {"N": "1.5"}})
    aws("dynamodb", "update-table", "--table-name", name, "--stream-specification", "StreamEnabled=false")
    assert aws("dynamodbstreams", "describe-stream", "--stream-arn", arn)["StreamDescription"]["StreamStatus"] == "DISABLED"
    assert "ResourceNotFoundException" in aws("dynamodbstreams", "describe-stream", "--stream-arn", arn + "0", ok=False)


@needs("dynamodb")
def test_policies_and_insights_of_a_dynamodb_table(name):
    arn = aws("dynamodb", "create-table", "--table-name", name, "--billing-mode", "PAY_PER_REQUEST",
              "--attribute-definitions", "AttributeName=p,AttributeType=S", "--key-schema",
              "AttributeName=p,KeyType=HASH")["TableDescription"]["TableArn"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Deny", "Principal": "*", "Action": "dynamodb:DeleteTable", "Resource": arn}})
    revision = aws("dynamodb", "put-resource-policy", "--resource-arn", arn, "--policy", policy)["RevisionId"]
    assert aws("dynamodb", "get-resource-policy", "--resource-arn", arn) == {"Policy": policy, "RevisionId": revision}
    assert aws("dynamodb", "delete-resource-policy", "--resource-arn", arn)["RevisionId"] == revision
    aws("dynamodb", "update-contributor-insights", "--table-name", name, "--contributor-insights-action", "ENABLE")
    assert aws("dynamodb", "describe-contributor-insights", "--table-name", name)["ContributorInsightsStatus"] == "ENABLED"
    listed = aws("dynamodb", "list-contributor-insights", "--table-name", name)["ContributorInsightsSummaries"]
    assert [summary["TableName"] for summary in listed] == [name]


@needs("dynamodb")
def test_dynamodb_as_it_was_before_expressions(name):
    aws("dynamodb", "create-table", "--table-name", name, "--billing-mode", "PAY_PER_REQUEST",
        "--attribute-definitions", "AttributeName=p,AttributeType=S", "--key-schema", "AttributeName=p,KeyType=HASH")
    key = '{"p": {"S": "a"}}'
    aws("dynamodb", "put-item", "--table-name", name, "--item", key, "--expected", '{"p": {"Exists": false}}')
    aws("dynamodb", "update-item", "--table-name", name, "--key", key, "--attribute-updates",
        '{"n": {"Action": "ADD", "Value": {"N": "1"}}}')
    found = aws("dynamodb", "query", "--table-name", name, "--key-conditions",
                '{"p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}', "--query-filter",
                '{"n": {"ComparisonOperator": "GE", "AttributeValueList": [{"N": "1"}]}}', "--attributes-to-get", "n")
    assert found["Items"] == [{"n": {"N": "1"}}]
    assert "{ScanFilter} Expression parameters: {FilterExpression}" in aws(
        "dynamodb", "scan", "--table-name", name, "--scan-filter", '{"n": {"ComparisonOperator": "NULL"}}',
        "--filter-expression", "attribute_exists(n)", ok=False)


@needs("dynamodb")
def test_dynamodb_by_partiql(name):
    aws("dynamodb", "create-table", "--table-name", name, "--billing-mode", "PAY_PER_REQUEST",
        "--attribute-definitions", "AttributeName=p,AttributeType=S", "--key-schema", "AttributeName=p,KeyType=HASH")
    insert = f"INSERT INTO \"{name}\" VALUE {{'p': ?, 'n': 1}}"
    assert aws("dynamodb", "execute-statement", "--statement", insert, "--parameters", '[{"S": "a"}]') == {"Items": []}
    assert "DuplicateItemException" in aws("dynamodb", "execute-statement", "--statement", insert,
                                           "--parameters", '[{"S": "a"}]', ok=False)
    batch = [{"Statement": insert, "Parameters": [{"S": key}]} for key in "ab"]
    answers = aws("dynamodb", "batch-execute-statement", "--statements", json.dumps(batch))["Responses"]
    assert [a.get("Error", {}).get("Code") for a in answers] == ["DuplicateItem", None]
    changes = [f"UPDATE \"{name}\" SET n = n + 1 WHERE p = 'a'", f"DELETE FROM \"{name}\" WHERE p = 'b'"]
    aws("dynamodb", "execute-transaction", "--transact-statements",
        json.dumps([{"Statement": change} for change in changes]))
    found = aws("dynamodb", "execute-statement", "--statement", f'SELECT n FROM "{name}"', "--limit", "5")
    assert found["Items"] == [{"n": {"N": "2"}}]


@needs("dynamodb")
def test_dynamodb_backups(name):
    aws("dynamodb", "create-table", "--table-name", name, "--billing-mode", "PAY_PER_REQUEST",
        "--attribute-definitions", "AttributeName=p,AttributeType=S", "--key-schema", "AttributeName=p,KeyType=HASH")
    aws("dynamodb", "put-item", "--table-name", name, "--item", '{"p": {"S": "a"}}')
    backup = aws("dynamodb", "create-backup", "--table-name", name, "--backup-name", "by-the-CLI")
    arn = backup["BackupDetails"]["BackupArn"]
    shown = aws("dynamodb", "describe-backup", "--backup-arn", arn)["BackupDescription"]
    assert shown["BackupDetails"]["BackupStatus"] == "AVAILABLE"
    listed = aws("dynamodb", "list-backups", "--table-name", name)["BackupSummaries"]
    assert [b["BackupArn"] for b in listed] == [arn]
    aws("dynamodb", "restore-table-from-backup", "--target-table-name", name + "-2", "--backup-arn", arn)
    aws("dynamodb", "wait", "table-exists", "--table-name", name + "-2")
    assert aws("dynamodb", "scan", "--table-name", name + "-2")["Items"] == [{"p": {"S": "a"}}]
    aws("dynamodb", "update-continuous-backups", "--table-name", name, "--point-in-time-recovery-specification",
        "PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays=7")
    shown = aws("dynamodb", "describe-continuous-backups", "--table-name", name)["ContinuousBackupsDescription"]
    assert shown["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 7
    aws("dynamodb", "restore-table-to-point-in-time", "--source-table-name", name, "--target-table-name", name + "-3",
        "--use-latest-restorable-time")
    assert aws("dynamodb", "scan", "--table-name", name + "-3")["Count"] == 1
    table = aws("dynamodb", "describe-table", "--table-name", name)["Table"]["TableArn"]
    export = aws("dynamodb", "export-table-to-point-in-time", "--table-arn", table, "--s3-bucket", "the-bucket")
    exported = export["ExportDescription"]["ExportArn"]
    shown = aws("dynamodb", "describe-export", "--export-arn", exported)["ExportDescription"]
    assert (shown["ExportStatus"], shown["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    assert [e["ExportArn"] for e in aws("dynamodb", "list-exports", "--table-arn", table)["ExportSummaries"]] == [exported]
    creation = {"TableName": name + "-4", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}]}
    imported = aws("dynamodb", "import-table", "--s3-bucket-source", "S3Bucket=the-bucket", "--input-format", "ION",
                   "--table-creation-parameters", json.dumps(creation))["ImportTableDescription"]["ImportArn"]
    shown = aws("dynamodb", "describe-import", "--import-arn", imported)["ImportTableDescription"]
    assert shown["FailureCode"] == "S3NoSuchBucket"
    assert imported in [i["ImportArn"] for i in aws("dynamodb", "list-imports")["ImportSummaryList"]]
    aws("dynamodb", "delete-backup", "--backup-arn", arn)
    assert "BackupNotFoundException" in aws("dynamodb", "describe-backup", "--backup-arn", arn, ok=False)


@needs("cloudwatch")
def test_cloudwatch(name):
    aws("cloudwatch", "put-metric-data", "--namespace", name, "--metric-name", "Transfers",
        "--value", "7", "--unit", "Count", "--dimensions", "Service=api")
    metrics = aws("cloudwatch", "list-metrics", "--namespace", name)["Metrics"]
    assert [(m["MetricName"], m["Dimensions"]) for m in metrics] == [
        ("Transfers", [{"Name": "Service", "Value": "api"}])]
    began = int(time.time()) // 3600 * 3600 - 3600
    points = aws("cloudwatch", "get-metric-statistics", "--namespace", name, "--metric-name", "Transfers",
                 "--dimensions", "Name=Service,Value=api", "--start-time", str(began),
                 "--end-time", str(began + 3 * 3600), "--period", "3600", "--statistics", "Sum")["Datapoints"]
    assert sum(p["Sum"] for p in points) == 7
    query = [{"Id": "m1", "MetricStat": {"Period": 3600, "Stat": "Maximum", "Metric": {
        "Namespace": name, "MetricName": "Transfers", "Dimensions": [{"Name": "Service", "Value": "api"}]}}}]
    results = aws("cloudwatch", "get-metric-data", "--metric-data-queries", json.dumps(query),
                  "--start-time", str(began), "--end-time", str(began + 3 * 3600))["MetricDataResults"]
    assert results[0]["Values"] == [7]


@needs("logs")
def test_logs(name):
    aws("logs", "create-log-group", "--log-group-name", name)
    aws("logs", "create-log-stream", "--log-group-name", name, "--log-stream-name", "one")
    stamp = int(time.time() * 1000)
    aws("logs", "put-log-events", "--log-group-name", name, "--log-stream-name", "one",
        "--log-events", f"timestamp={stamp},message=hello", f"timestamp={stamp + 1},message=world")
    events = aws("logs", "get-log-events", "--log-group-name", name, "--log-stream-name", "one",
                 "--start-from-head")["events"]
    assert [e["message"] for e in events] == ["hello", "world"]
    found = aws("logs", "filter-log-events", "--log-group-name", name, "--filter-pattern", "world")
    assert [e["message"] for e in found["events"]] == ["world"]
    groups = aws("logs", "describe-log-groups", "--log-group-name-prefix", name)["logGroups"]
    assert [g["logGroupName"] for g in groups] == [name]
    streams = aws("logs", "describe-log-streams", "--log-group-name", name)["logStreams"]
    assert [s["logStreamName"] for s in streams] == ["one"]


def test_a_wrong_secret_is_told():
    before = os.environ["AWS_SECRET_ACCESS_KEY"]
    os.environ["AWS_SECRET_ACCESS_KEY"] = "wrong"
    try:
        assert "InvalidSignatureException" in aws("kms", "list-keys", ok=False)
        assert "SignatureDoesNotMatch" in aws("sts", "get-caller-identity", ok=False)
    finally:
        os.environ["AWS_SECRET_ACCESS_KEY"] = before
