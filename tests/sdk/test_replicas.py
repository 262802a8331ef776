"""Secrets Manager's replicas, in other regions and in another account."""
import json
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError

HOME, AWAY, FAR = "us-east-1", "eu-west-1", "ap-south-1"
NEIGHBOUR = "123456789012"


def of_account(account, service="secretsmanager"):
    return boto3.client(service, aws_access_key_id=account, aws_secret_access_key="test")


@pytest.fixture(scope="module")
def at():
    """The client of a region."""
    clients = {region: boto3.client("secretsmanager", region_name=region) for region in (HOME, AWAY, FAR)}
    return clients.__getitem__


@pytest.fixture(scope="module")
def neighbour():
    """Another account's client."""
    return of_account(NEIGHBOUR)


@pytest.fixture
def name():
    return f"replica/{uuid.uuid4()}"


def refused(code, call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == code, caught.value
    return caught.value.response["Error"]["Message"]


def statuses(answer):
    return {s["Region"]: s["Status"] for s in answer["ReplicationStatus"]}


def test_a_replica_follows_its_primary(at, name):
    made = at(HOME).create_secret(Name=name, SecretString="1", Description="d", Tags=[{"Key": "a", "Value": "1"}],
                                  AddReplicaRegions=[{"Region": AWAY}])
    assert statuses(made) == {AWAY: "InSync"}
    there = at(AWAY).describe_secret(SecretId=name)
    assert there["ARN"] == made["ARN"].replace(HOME, AWAY)
    assert (there["Description"], there["Tags"], there["PrimaryRegion"]) == ("d", [{"Key": "a", "Value": "1"}], HOME)
    assert at(AWAY).get_secret_value(SecretId=name)["VersionId"] == made["VersionId"]
    second = at(HOME).put_secret_value(SecretId=name, SecretString="2")["VersionId"]
    value = at(AWAY).get_secret_value(SecretId=there["ARN"])
    assert (value["SecretString"], value["VersionId"]) == ("2", second)
    assert at(AWAY).get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")["SecretString"] == "1"
    policy = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
                                                               "Principal": {"AWS": f"arn:aws:iam::{NEIGHBOUR}:root"}}})
    at(HOME).put_resource_policy(SecretId=name, ResourcePolicy=policy)
    at(HOME).untag_resource(SecretId=name, TagKeys=["a"])
    assert at(AWAY).get_resource_policy(SecretId=name)["ResourcePolicy"] == policy
    assert "Tags" not in at(AWAY).describe_secret(SecretId=name)
    home = at(HOME).describe_secret(SecretId=name)
    assert home["PrimaryRegion"] == HOME and home["ReplicationStatus"][0]["LastAccessedDate"].hour == 0
    assert "ReplicationStatus" not in at(AWAY).describe_secret(SecretId=name)


def test_a_replica_is_read_only(at, name):
    at(HOME).create_secret(Name=name, SecretString="1", AddReplicaRegions=[{"Region": AWAY}])
    away = at(AWAY)
    changes = [(away.put_secret_value, {"SecretString": "x"}), (away.update_secret, {"Description": "x"}),
               (away.delete_secret, {}), (away.delete_secret, {"ForceDeleteWithoutRecovery": True}),
               (away.tag_resource, {"Tags": [{"Key": "a", "Value": "b"}]}), (away.untag_resource, {"TagKeys": ["a"]}),
               (away.put_resource_policy, {"ResourcePolicy": "{}"}), (away.delete_resource_policy, {}),
               (away.rotate_secret, {}), (away.cancel_rotate_secret, {}),
               (away.update_secret_version_stage, {"VersionStage": "x", "MoveToVersionId": str(uuid.uuid4())}),
               (away.replicate_secret_to_regions, {"AddReplicaRegions": [{"Region": FAR}]}),
               (away.remove_regions_from_replication, {"RemoveReplicaRegions": [FAR]})]
    for call, arguments in changes:
        message = refused("InvalidParameterException", call, SecretId=name, **arguments)
        assert message == "Operation not permitted on a replica secret. Call must be made in primary secret's region."
    assert away.get_secret_value(SecretId=name)["SecretString"] == "1"


def test_regions_come_and_go_and_hold_up_deletion(at, name):
    arn = at(HOME).create_secret(Name=name, SecretString="1")["ARN"]
    answer = at(HOME).replicate_secret_to_regions(SecretId=name, AddReplicaRegions=[{"Region": FAR}, {"Region": AWAY}])
    assert statuses(answer) == {AWAY: "InSync", FAR: "InSync"} and answer["ARN"] == arn
    message = refused("InvalidParameterException", at(HOME).delete_secret, SecretId=name)
    assert message == f"You can't delete secret {arn} that still has replica regions [{FAR}, {AWAY}]."
    answer = at(HOME).remove_regions_from_replication(SecretId=name, RemoveReplicaRegions=[FAR])
    assert statuses(answer) == {AWAY: "InSync"}
    refused("ResourceNotFoundException", at(FAR).get_secret_value, SecretId=name)
    refused("InvalidParameterException", at(HOME).remove_regions_from_replication, SecretId=name, RemoveReplicaRegions=[FAR])
    refused("InvalidParameterException", at(HOME).replicate_secret_to_regions, SecretId=name,
            AddReplicaRegions=[{"Region": HOME}])
    at(HOME).remove_regions_from_replication(SecretId=name, RemoveReplicaRegions=[AWAY])
    at(HOME).delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def test_a_name_that_is_taken_fails_unless_it_may_be_overwritten(at, name):
    at(AWAY).create_secret(Name=name, SecretString="mine")
    answer = at(HOME).create_secret(Name=name, SecretString="1", AddReplicaRegions=[{"Region": AWAY}])
    status = answer["ReplicationStatus"][0]
    assert status["Status"] == "Failed"
    assert status["StatusMessage"] == f"Replication failed: Secret name {name} already exists in region {AWAY}."
    assert at(AWAY).get_secret_value(SecretId=name)["SecretString"] == "mine"
    at(AWAY).put_secret_value(SecretId=name, SecretString="still mine")
    answer = at(HOME).replicate_secret_to_regions(SecretId=name, AddReplicaRegions=[{"Region": AWAY}],
                                                  ForceOverwriteReplicaSecret=True)
    assert statuses(answer) == {AWAY: "InSync"}
    assert at(AWAY).get_secret_value(SecretId=name)["SecretString"] == "1"


def test_a_replica_that_leaves_is_a_secret_of_its_own(at, name):
    arn = at(HOME).create_secret(Name=name, SecretString="1", AddReplicaRegions=[{"Region": AWAY}])["ARN"]
    refused("InvalidParameterException", at(HOME).stop_replication_to_replica, SecretId=name)
    assert at(AWAY).stop_replication_to_replica(SecretId=name)["ARN"] == arn.replace(HOME, AWAY)
    at(HOME).put_secret_value(SecretId=name, SecretString="2")
    assert at(AWAY).get_secret_value(SecretId=name)["SecretString"] == "1"
    assert "ReplicationStatus" not in at(HOME).describe_secret(SecretId=name)
    assert "PrimaryRegion" not in at(AWAY).describe_secret(SecretId=name)
    at(AWAY).put_secret_value(SecretId=name, SecretString="mine")
    at(HOME).delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def test_a_replica_has_a_key_of_its_own_and_tells_when_it_cannot_be_used(at, name):
    kms = boto3.client("kms", region_name=AWAY)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    at(HOME).create_secret(Name=name, SecretString="1", AddReplicaRegions=[{"Region": AWAY, "KmsKeyId": key}])
    kms.disable_key(KeyId=key)
    refused("DecryptionFailure", at(AWAY).get_secret_value, SecretId=name)
    at(HOME).put_secret_value(SecretId=name, SecretString="2")
    assert at(HOME).get_secret_value(SecretId=name)["SecretString"] == "2"
    status = at(HOME).describe_secret(SecretId=name)["ReplicationStatus"][0]
    assert (status["Status"], status["KmsKeyId"]) == ("Failed", key) and "disabled" in status["StatusMessage"]
    kms.enable_key(KeyId=key)
    assert at(AWAY).get_secret_value(SecretId=name)["SecretString"] == "1", "the old value stays"
    at(HOME).update_secret(SecretId=name, Description="once more")
    assert at(AWAY).get_secret_value(SecretId=name)["SecretString"] == "2"
    assert at(HOME).describe_secret(SecretId=name)["ReplicationStatus"][0]["Status"] == "InSync"


@pytest.fixture
def pair(at, neighbour, name):
    """A primary, and an empty replica of it in the neighbour's account; their ARNs."""
    primary = at(HOME).create_secret(Name=name, SecretString="1")["ARN"]
    key = of_account(NEIGHBOUR, "kms").create_key()["KeyMetadata"]["KeyId"]
    replica = neighbour.create_secret(Name=name + "/theirs", CrossAccountPrimaryARN=primary, KmsKeyId=key)["ARN"]
    return primary, replica


def test_a_replica_in_another_account_follows_when_both_agree(at, neighbour, pair, name):
    primary, replica = pair
    assert neighbour.describe_secret(SecretId=replica)["CrossAccountPrimary"] == {
        "PrimarySecretARN": primary, "ReplicationStatus": "Pending"}
    answer = at(HOME).associate_cross_account_replica(SecretId=name, CrossAccountReplicaARN=replica)
    assert (answer["ARN"], answer["CrossAccountReplicaARN"], answer["ReplicationStatus"]) == (primary, replica, "InSync")
    assert neighbour.get_secret_value(SecretId=replica)["SecretString"] == "1"
    at(HOME).put_secret_value(SecretId=name, SecretString="2")
    assert neighbour.get_secret_value(SecretId=replica)["SecretString"] == "2"
    refused("InvalidParameterException", neighbour.put_secret_value, SecretId=replica, SecretString="x")
    listed = at(HOME).describe_secret(SecretId=name)["CrossAccountReplicas"]
    assert listed == [{"ReplicaSecretARN": replica, "ReplicationStatus": "InSync"}]
    refused("InvalidParameterException", at(HOME).delete_secret, SecretId=name)
    gone = at(HOME).disassociate_cross_account_replica(SecretId=name, CrossAccountReplicaARN=replica)
    assert gone["CrossAccountReplicaARN"] == replica
    at(HOME).put_secret_value(SecretId=name, SecretString="3")
    assert neighbour.get_secret_value(SecretId=replica)["SecretString"] == "2"
    assert neighbour.describe_secret(SecretId=replica)["CrossAccountPrimary"]["ReplicationStatus"] == "Detached"
    neighbour.stop_replication_to_replica(SecretId=replica)
    neighbour.put_secret_value(SecretId=replica, SecretString="theirs")
    at(HOME).delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def test_a_replica_that_leaves_its_account_shows_as_detached(at, neighbour, pair, name):
    primary, replica = pair
    at(HOME).associate_cross_account_replica(SecretId=name, CrossAccountReplicaARN=replica)
    neighbour.stop_replication_to_replica(SecretId=replica)
    assert at(HOME).describe_secret(SecretId=name)["CrossAccountReplicas"][0]["ReplicationStatus"] == "Detached"
    at(HOME).put_secret_value(SecretId=name, SecretString="2")
    assert neighbour.get_secret_value(SecretId=replica)["SecretString"] == "1"
    assert at(HOME).describe_secret(SecretId=name)["CrossAccountReplicas"][0]["ReplicationStatus"] == "Detached"


def test_what_a_cross_account_replica_needs(at, neighbour, pair, name):
    primary, replica = pair
    other = at(HOME).create_secret(Name=name + "/other", SecretString="1")["ARN"]
    refused("InvalidRequestException", at(HOME).associate_cross_account_replica, SecretId=other, CrossAccountReplicaARN=replica)
    refused("InvalidParameterException", at(HOME).associate_cross_account_replica, SecretId=name, CrossAccountReplicaARN=other)
    refused("ResourceNotFoundException", at(HOME).associate_cross_account_replica, SecretId=name,
            CrossAccountReplicaARN=replica[:-7] + "x-AbCdEf")
    refused("ResourceNotFoundException", at(HOME).disassociate_cross_account_replica, SecretId=name,
            CrossAccountReplicaARN=replica[:-7] + "x-AbCdEf")
    for more in ({}, {"KmsKeyId": "k", "SecretString": "x"}, {"KmsKeyId": "k", "Description": "d"}):
        refused("InvalidParameterException", neighbour.create_secret, Name=name + "/new",
                CrossAccountPrimaryARN=primary, **more)
    refused("InvalidParameterException", at(HOME).create_secret, Name=name + "/new", KmsKeyId="k",
            CrossAccountPrimaryARN=primary)
    at(HOME).associate_cross_account_replica(SecretId=name, CrossAccountReplicaARN=replica)
    third = of_account("210987654321")
    kms = of_account("210987654321", "kms").create_key()["KeyMetadata"]["KeyId"]
    second = third.create_secret(Name=name, CrossAccountPrimaryARN=primary, KmsKeyId=kms)["ARN"]
    refused("LimitExceededException", at(HOME).associate_cross_account_replica, SecretId=name, CrossAccountReplicaARN=second)
