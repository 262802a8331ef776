"""Secrets Manager through boto3: every operation, its errors, limits and pages."""
import json
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError


@pytest.fixture(scope="module")
def secrets():
    return boto3.client("secretsmanager")


@pytest.fixture(scope="module")
def kms():
    return boto3.client("kms")


@pytest.fixture
def name():
    return f"test/{uuid.uuid4()}"


def refused(code, call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == code
    return caught.value.response["Error"]["Message"]


def token():
    return str(uuid.uuid4())


def test_create_and_read_a_string_and_a_binary(secrets, name):
    created = secrets.create_secret(Name=name, SecretString="s3cret", Description="for a test")
    assert created["Name"] == name
    assert created["ARN"].startswith(f"arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}-")
    assert len(created["ARN"].rsplit("-", 1)[1]) == 6
    value = secrets.get_secret_value(SecretId=name)
    assert value["SecretString"] == "s3cret" and "SecretBinary" not in value
    assert value["VersionId"] == created["VersionId"] and value["VersionStages"] == ["AWSCURRENT"]
    binary = secrets.create_secret(Name=name + "/b", SecretBinary=b"\x00\xff")
    assert secrets.get_secret_value(SecretId=binary["ARN"])["SecretBinary"] == b"\x00\xff"


def test_a_secret_is_found_by_name_arn_and_partial_arn(secrets, name):
    arn = secrets.create_secret(Name=name, SecretString="x")["ARN"]
    for secret_id in (name, arn, arn.rsplit("-", 1)[0]):
        assert secrets.describe_secret(SecretId=secret_id)["ARN"] == arn
    message = refused("ResourceNotFoundException", secrets.get_secret_value, SecretId=name + "x")
    assert message == "Secrets Manager can't find the specified secret."


def test_create_refuses_bad_names_both_values_and_duplicates(secrets, name):
    refused("ValidationException", secrets.create_secret, Name="with space", SecretString="x")
    refused("InvalidParameterException", secrets.create_secret, Name=name, SecretString="x",
            SecretBinary=b"x")
    secrets.create_secret(Name=name, SecretString="x")
    message = refused("ResourceExistsException", secrets.create_secret, Name=name, SecretString="x")
    assert message == f"The operation failed because the secret {name} already exists."


def test_model_limits_are_checked_at_their_edges(secrets, name):
    secrets.create_secret(Name=name, SecretString="x" * 65536)
    message = refused("ValidationException", secrets.put_secret_value, SecretId=name,
                      SecretString="x" * 65537)
    assert "secretString" in message and "less than or equal to 65536" in message
    assert "xxxx" not in message
    refused("ValidationException", secrets.put_secret_value, SecretId=name, SecretString="x",
            ClientRequestToken="t" * 65)
    with pytest.raises(ParamValidationError):
        secrets.get_secret_value()


def test_a_secret_without_value_has_no_version(secrets, name):
    assert "VersionId" not in secrets.create_secret(Name=name)
    message = refused("ResourceNotFoundException", secrets.get_secret_value, SecretId=name)
    assert message.endswith("for staging label: AWSCURRENT")
    secrets.put_secret_value(SecretId=name, SecretString="x", VersionStages=["mine"])
    assert secrets.get_secret_value(SecretId=name)["VersionStages"] == ["AWSCURRENT", "mine"]


def test_put_moves_current_and_previous(secrets, name):
    first = secrets.create_secret(Name=name, SecretString="1")["VersionId"]
    second = secrets.put_secret_value(SecretId=name, SecretString="2")["VersionId"]
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "2"
    previous = secrets.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")
    assert (previous["VersionId"], previous["SecretString"]) == (first, "1")
    third = secrets.put_secret_value(SecretId=name, SecretString="3")["VersionId"]
    stages = secrets.describe_secret(SecretId=name)["VersionIdsToStages"]
    assert stages == {third: ["AWSCURRENT"], second: ["AWSPREVIOUS"]}
    assert secrets.get_secret_value(SecretId=name, VersionId=first)["SecretString"] == "1"


def test_put_with_stages_leaves_current_alone(secrets, name):
    first = secrets.create_secret(Name=name, SecretString="1")["VersionId"]
    pending = secrets.put_secret_value(SecretId=name, SecretString="2",
                                       VersionStages=["AWSPENDING"])
    assert pending["VersionStages"] == ["AWSPENDING"]
    assert secrets.get_secret_value(SecretId=name)["VersionId"] == first
    refused("InvalidRequestException", secrets.get_secret_value, SecretId=name,
            VersionId=first, VersionStage="AWSPENDING")


def test_a_token_makes_calls_idempotent(secrets, name):
    one = token()
    created = secrets.create_secret(Name=name, SecretString="1", ClientRequestToken=one)
    again = secrets.create_secret(Name=name, SecretString="1", ClientRequestToken=one)
    assert created["ARN"] == again["ARN"] and again["VersionId"] == one
    refused("ResourceExistsException", secrets.create_secret, Name=name, SecretString="2",
            ClientRequestToken=one)
    two = token()
    secrets.put_secret_value(SecretId=name, SecretString="2", ClientRequestToken=two)
    secrets.put_secret_value(SecretId=name, SecretString="3")
    secrets.put_secret_value(SecretId=name, SecretString="2", ClientRequestToken=two)
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "3"
    message = refused("ResourceExistsException", secrets.put_secret_value, SecretId=name,
                      SecretString="other", ClientRequestToken=two)
    assert two in message
    refused("InvalidRequestException", secrets.put_secret_value, SecretId=name)


def test_stages_move_only_from_the_version_that_has_them(secrets, name):
    first = secrets.create_secret(Name=name, SecretString="1")["VersionId"]
    second = secrets.put_secret_value(SecretId=name, SecretString="2")["VersionId"]
    move = secrets.update_secret_version_stage
    message = refused("InvalidParameterException", move, SecretId=name,
                      VersionStage="AWSCURRENT", MoveToVersionId=first)
    assert second in message
    refused("InvalidParameterException", move, SecretId=name, VersionStage="AWSCURRENT",
            MoveToVersionId=first, RemoveFromVersionId=first)
    move(SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=first,
         RemoveFromVersionId=second)
    assert secrets.describe_secret(SecretId=name)["VersionIdsToStages"] == {
        first: ["AWSCURRENT"], second: ["AWSPREVIOUS"]}
    refused("InvalidParameterException", move, SecretId=name, VersionStage="AWSCURRENT",
            RemoveFromVersionId=first)
    refused("InvalidParameterException", move, SecretId=name, VersionStage="AWSCURRENT")
    refused("ResourceNotFoundException", move, SecretId=name, VersionStage="x",
            MoveToVersionId=token())
    move(SecretId=name, VersionStage="mine", MoveToVersionId=second)
    move(SecretId=name, VersionStage="mine", RemoveFromVersionId=second)
    assert secrets.get_secret_value(SecretId=name, VersionId=second)["VersionStages"] == [
        "AWSPREVIOUS"]


def test_a_version_has_at_most_twenty_stages(secrets, name):
    stages = [f"stage-{i}" for i in range(19)]
    secrets.create_secret(Name=name)
    version = secrets.put_secret_value(SecretId=name, SecretString="x",
                                       VersionStages=stages)["VersionId"]
    refused("LimitExceededException", secrets.update_secret_version_stage, SecretId=name,
            VersionStage="one-more", MoveToVersionId=version)


def test_deletion_waits_for_its_window(secrets, name):
    secrets.create_secret(Name=name, SecretString="x")
    for window in (6, 31):
        refused("InvalidParameterException", secrets.delete_secret, SecretId=name,
                RecoveryWindowInDays=window)
    refused("InvalidParameterException", secrets.delete_secret, SecretId=name,
            RecoveryWindowInDays=7, ForceDeleteWithoutRecovery=True)
    deleted = secrets.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    assert secrets.describe_secret(SecretId=name)["DeletedDate"] == deleted["DeletionDate"]
    message = refused("InvalidRequestException", secrets.get_secret_value, SecretId=name)
    assert "marked for deletion" in message
    refused("InvalidRequestException", secrets.put_secret_value, SecretId=name, SecretString="y")
    refused("InvalidRequestException", secrets.delete_secret, SecretId=name)
    refused("InvalidRequestException", secrets.create_secret, Name=name, SecretString="x")


def test_forced_deletion_frees_the_name_and_can_be_repeated(secrets, name):
    arn = secrets.create_secret(Name=name, SecretString="x")["ARN"]
    secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    refused("ResourceNotFoundException", secrets.describe_secret, SecretId=name)
    refused("ResourceNotFoundException", secrets.delete_secret, SecretId=name)
    secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    assert secrets.create_secret(Name=name, SecretString="x")["ARN"] != arn


def test_list_pages_filters_and_hides_deleted(secrets):
    group = uuid.uuid4().hex
    names = [f"list/{group}/{i}" for i in range(7)]
    for i, one in enumerate(names):
        secrets.create_secret(Name=one, SecretString="x", Description=f"Number {i} of {group}",
                              Tags=[{"Key": "group", "Value": group}, {"Key": f"k{i}", "Value": ""}])
    by_name = [{"Key": "name", "Values": [f"list/{group}"]}]
    pages = list(secrets.get_paginator("list_secrets").paginate(
        Filters=by_name, SortOrder="asc", PaginationConfig={"PageSize": 3}))
    assert [len(p["SecretList"]) for p in pages] == [3, 3, 1]
    assert [s["Name"] for p in pages for s in p["SecretList"]] == names

    def found(key, *values):
        answer = secrets.list_secrets(Filters=by_name + [{"Key": key, "Values": list(values)}],
                                      SortOrder="asc")
        return [s["Name"][-1] for s in answer["SecretList"]]
    assert found("tag-key", "k3", "k5") == ["3", "5"]
    assert found("tag-value", group) == list("0123456")
    assert found("description", "number 2") == ["2"]
    assert found("name", f"!list/{group}/1") == list("023456")
    secrets.delete_secret(SecretId=names[0])
    assert found("all", group) == list("123456")
    shown = secrets.list_secrets(Filters=by_name, IncludePlannedDeletion=True)["SecretList"]
    assert len(shown) == 7
    entry = secrets.list_secrets(Filters=by_name, SortOrder="asc")["SecretList"][0]
    assert entry["Tags"] == [{"Key": "group", "Value": group}, {"Key": "k1", "Value": ""}]
    assert list(entry["SecretVersionsToStages"].values()) == [["AWSCURRENT"]]
    refused("InvalidNextTokenException", secrets.list_secrets, NextToken="nonsense")
    refused("ValidationException", secrets.list_secrets, MaxResults=101)


def test_tags_are_limited_and_checked(secrets, name):
    for tags in ([{"Key": "a", "Value": "1"}] * 2, [{"Key": "aws:x", "Value": "1"}]):
        refused("InvalidParameterException", secrets.create_secret, Name=name, Tags=tags)
    refused("LimitExceededException", secrets.create_secret, Name=name,
            Tags=[{"Key": str(i), "Value": ""} for i in range(51)])
    refused("ResourceNotFoundException", secrets.describe_secret, SecretId=name)


def test_a_customer_key_is_used_and_a_bad_one_refused(secrets, kms, name):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    secrets.create_secret(Name=name, SecretString="x", KmsKeyId=key)
    assert secrets.describe_secret(SecretId=name)["KmsKeyId"] == key
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "x"
    refused("EncryptionFailure", secrets.create_secret, Name=name + "2", SecretString="x",
            KmsKeyId="alias/not-there")
    refused("ResourceNotFoundException", secrets.describe_secret, SecretId=name + "2")


def test_what_is_not_implemented_says_so(secrets, name):
    refused("NotImplementedException", secrets.rotate_secret, SecretId=name)
    message = refused("NotImplementedException", secrets.create_secret, Name=name,
                      AddReplicaRegions=[{"Region": "eu-west-1"}])
    assert "AddReplicaRegions" in message


def test_regions_and_json_values_are_kept_apart(secrets, name):
    document = json.dumps({"username": "florin", "password": "p\u00e4ss\n"})
    secrets.create_secret(Name=name, SecretString=document)
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == document
    elsewhere = boto3.client("secretsmanager", region_name="eu-west-1")
    refused("ResourceNotFoundException", elsewhere.get_secret_value, SecretId=name)
