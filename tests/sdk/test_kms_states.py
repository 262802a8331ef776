"""KMS: every operation in every state of a key, deletion, and what the clock does."""
import boto3
import pytest

from conftest import Emulator
from kms import NOWHERE, make, refused, state

DAY = 86400
OK, OFF = None, ("DisabledException", "is disabled.")
DELETION = ("KMSInvalidStateException", "is pending deletion.")
REPLICAS = ("KMSInvalidStateException", "is pending replica deletion.")
IMPORT = ("KMSInvalidStateException", "is pending import.")
NOT = ("KMSInvalidStateException", "is not pending deletion.")

TAG = [{"TagKey": "k", "TagValue": "v"}]
GRANT = {"GranteePrincipal": "arn:aws:iam::000000000000:role/r", "Operations": ["DescribeKey"]}
# AWS's table: what each operation gives for a key that is disabled, pending deletion, pending replica
# deletion, pending import. https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
TABLE = {
    "cancel_key_deletion": (NOT, OK, OK, NOT, {}),
    "create_alias": (OK, DELETION, REPLICAS, OK, {"AliasName": "alias/states"}),
    "create_grant": (OFF, DELETION, REPLICAS, IMPORT, GRANT),
    "describe_key": (OK, OK, OK, OK, {}),
    "disable_key": (OK, DELETION, REPLICAS, IMPORT, {}),
    "disable_key_rotation": (OFF, DELETION, REPLICAS, None, {}),
    "enable_key": (OK, DELETION, REPLICAS, IMPORT, {}),
    "enable_key_rotation": (OFF, DELETION, REPLICAS, None, {}),
    "encrypt": (OFF, DELETION, REPLICAS, IMPORT, {"Plaintext": b"x"}),
    "generate_data_key": (OFF, DELETION, REPLICAS, IMPORT, {"KeySpec": "AES_256"}),
    "generate_data_key_pair": (OFF, DELETION, REPLICAS, IMPORT, {"KeyPairSpec": "ECC_NIST_P256"}),
    "generate_data_key_pair_without_plaintext": (OFF, DELETION, REPLICAS, IMPORT, {"KeyPairSpec": "ECC_NIST_P256"}),
    "generate_data_key_without_plaintext": (OFF, DELETION, REPLICAS, IMPORT, {"KeySpec": "AES_256"}),
    "get_key_last_usage": (OK, OK, OK, OK, {}),
    "get_key_policy": (OK, OK, OK, OK, {}),
    "get_key_rotation_status": (OK, DELETION, REPLICAS, OK, {}),
    "list_aliases": (OK, OK, OK, OK, {}),
    "list_grants": (OK, OK, OK, OK, {}),
    "list_key_policies": (OK, OK, OK, OK, {}),
    "list_key_rotations": (OK, OK, OK, OK, {}),
    "list_resource_tags": (OK, OK, OK, OK, {}),
    "rotate_key_on_demand": (OFF, DELETION, REPLICAS, IMPORT, {}),
    "schedule_key_deletion": (OK, DELETION, REPLICAS, OK, {}),
    "tag_resource": (OK, DELETION, REPLICAS, OK, {"Tags": TAG}),
    "untag_resource": (OK, DELETION, REPLICAS, OK, {"TagKeys": ["k"]}),
    "update_key_description": (OK, DELETION, REPLICAS, OK, {"Description": "d"}),
}
STATES = ["Disabled", "PendingDeletion", "PendingReplicaDeletion", "PendingImport"]


@pytest.fixture(scope="module")
def kms(client):
    return client("kms")


def key_in(kms, wanted):
    multi = wanted == "PendingReplicaDeletion"
    origin = "EXTERNAL" if wanted == "PendingImport" else "AWS_KMS"
    key = make(kms, Origin=origin, MultiRegion=multi)
    if wanted == "Disabled":
        kms.disable_key(KeyId=key["KeyId"])
    if multi:
        kms.replicate_key(KeyId=key["KeyId"], ReplicaRegion="eu-west-1")
    if "Deletion" in wanted:
        kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    assert state(kms, key["KeyId"]) == wanted
    return key


@pytest.mark.parametrize("wanted", STATES)
@pytest.mark.parametrize("operation", TABLE)
def test_an_operation_meets_a_state(kms, wanted, operation):
    verdict, arguments = TABLE[operation][STATES.index(wanted)], dict(TABLE[operation][4])
    if wanted == "PendingImport" and operation.endswith("able_key_rotation"):
        verdict = ("UnsupportedOperationException", "origin is EXTERNAL")
    key = key_in(kms, wanted)
    arguments["TargetKeyId" if operation == "create_alias" else "KeyId"] = key["KeyId"]
    call = getattr(kms, operation)
    if verdict:
        refused(verdict[0], call, words=verdict[1], **arguments)
        assert key["Arn"] in refused(verdict[0], call, **arguments)
        assert state(kms, key["KeyId"]) == wanted
    else:
        call(**arguments)
    if operation == "create_alias" and not verdict:
        kms.delete_alias(AliasName="alias/states")


@pytest.mark.parametrize("spec, usage, operation, arguments", [
    ("ECC_NIST_P256", "SIGN_VERIFY", "sign", {"Message": b"m", "SigningAlgorithm": "ECDSA_SHA_256"}),
    ("ECC_NIST_P256", "SIGN_VERIFY", "verify",
     {"Message": b"m", "SigningAlgorithm": "ECDSA_SHA_256", "Signature": b"s"}),
    ("ECC_NIST_P256", "SIGN_VERIFY", "get_public_key", {}),
    ("ECC_NIST_P256", "KEY_AGREEMENT", "derive_shared_secret",
     {"KeyAgreementAlgorithm": "ECDH", "PublicKey": b"k"}),
    ("HMAC_256", "GENERATE_VERIFY_MAC", "generate_mac", {"Message": b"m", "MacAlgorithm": "HMAC_SHA_256"}),
    ("HMAC_256", "GENERATE_VERIFY_MAC", "verify_mac",
     {"Message": b"m", "MacAlgorithm": "HMAC_SHA_256", "Mac": b"m"})])
def test_other_keys_are_refused_in_the_same_states(kms, spec, usage, operation, arguments):
    key_id = make(kms, spec, usage)["KeyId"]
    waiting = make(kms, spec, usage, Origin="EXTERNAL")["KeyId"]
    call = getattr(kms, operation)
    refused("KMSInvalidStateException", call, KeyId=waiting, words="is pending import.", **arguments)
    kms.disable_key(KeyId=key_id)
    refused("DisabledException", call, KeyId=key_id, **arguments)
    kms.schedule_key_deletion(KeyId=key_id)
    refused("KMSInvalidStateException", call, KeyId=key_id, words="is pending deletion.", **arguments)


def test_ciphertexts_of_a_key_in_another_state_are_refused(kms):
    key_id, other = make(kms)["KeyId"], make(kms)["KeyId"]
    blob = kms.encrypt(KeyId=key_id, Plaintext=b"x")["CiphertextBlob"]
    for change, code in ((kms.disable_key, "DisabledException"),
                         (kms.schedule_key_deletion, "KMSInvalidStateException")):
        change(KeyId=key_id)
        refused(code, kms.decrypt, CiphertextBlob=blob)
        refused(code, kms.re_encrypt, CiphertextBlob=blob, DestinationKeyId=other)
    kms.cancel_key_deletion(KeyId=key_id)
    kms.enable_key(KeyId=key_id)
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


def test_a_deletion_is_scheduled_and_cancelled(kms):
    key = make(kms)
    answer = kms.schedule_key_deletion(KeyId=key["Arn"])
    assert (answer["KeyId"], answer["KeyState"], answer["PendingWindowInDays"]) == (
        key["Arn"], "PendingDeletion", 30)
    described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
    assert described["DeletionDate"] == answer["DeletionDate"] and described["Enabled"] is False
    assert kms.cancel_key_deletion(KeyId=key["KeyId"])["KeyId"] == key["Arn"]
    described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
    assert described["KeyState"] == "Disabled" and "DeletionDate" not in described


@pytest.mark.parametrize("days, fits", [(6, False), (7, True), (30, True), (31, False)])
def test_the_waiting_period_has_7_to_30_days(kms, days, fits):
    key_id = make(kms)["KeyId"]
    if fits:
        assert kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=days)["PendingWindowInDays"] == days
    else:
        refused("ValidationException", kms.schedule_key_deletion, KeyId=key_id, PendingWindowInDays=days,
                words="between 7 and 30 days")


@pytest.mark.parametrize("operation", ["schedule_key_deletion", "cancel_key_deletion"])
def test_deletion_is_of_customer_keys_that_are_there(kms, operation):
    call = getattr(kms, operation)
    refused("NotFoundException", call, KeyId=NOWHERE)
    managed = kms.describe_key(KeyId="alias/aws/ebs")["KeyMetadata"]["KeyId"]
    refused("AccessDeniedException", call, KeyId=managed)


@pytest.fixture
def away():
    """An emulator of our own, whose clock is ours to turn."""
    emulator = Emulator()
    yield emulator, boto3.client("kms", endpoint_url=emulator.url)
    emulator.stop()


def test_a_key_ends_with_all_that_is_its_own_when_its_time_has_come(away):
    emulator, kms = away
    key_id, kept = make(kms, Tags=TAG)["KeyId"], make(kms)["KeyId"]
    blob = kms.encrypt(KeyId=key_id, Plaintext=b"x")["CiphertextBlob"]
    kms.create_alias(AliasName="alias/ends", TargetKeyId=key_id)
    kms.create_grant(KeyId=key_id, **GRANT)
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    emulator.advance(7 * DAY - 60)
    assert state(kms, key_id) == "PendingDeletion"
    emulator.advance(120)
    refused("NotFoundException", kms.describe_key, KeyId=key_id)
    refused("NotFoundException", kms.describe_key, KeyId="alias/ends")
    refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=blob)
    assert [k["KeyId"] for k in kms.list_keys()["Keys"]] == [kept]
    assert kms.list_aliases()["Aliases"] == []


def test_a_cancelled_deletion_never_happens(away):
    emulator, kms = away
    key_id = make(kms)["KeyId"]
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    kms.cancel_key_deletion(KeyId=key_id)
    emulator.advance(40 * DAY)
    assert state(kms, key_id) == "Disabled"


def test_a_primary_key_waits_for_its_replicas(away):
    emulator, kms = away
    west = boto3.client("kms", endpoint_url=emulator.url, region_name="eu-west-1")
    key_id = make(kms, MultiRegion=True)["KeyId"]
    kms.replicate_key(KeyId=key_id, ReplicaRegion="eu-west-1")
    answer = kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=10)
    assert answer["KeyState"] == "PendingReplicaDeletion" and "DeletionDate" not in answer
    described = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    assert described["PendingDeletionWindowInDays"] == 10
    emulator.advance(20 * DAY)
    assert state(kms, key_id) == "PendingReplicaDeletion"
    west.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    emulator.advance(7 * DAY + 60)
    refused("NotFoundException", west.describe_key, KeyId=key_id)
    assert state(kms, key_id) == "PendingDeletion"
    emulator.advance(10 * DAY)
    refused("NotFoundException", kms.describe_key, KeyId=key_id)


def test_last_usage_tells_the_operation_and_the_moment(away):
    emulator, kms = away
    key = make(kms)
    unused = kms.get_key_last_usage(KeyId=key["KeyId"])
    assert "KeyLastUsage" not in unused and unused["KeyCreationDate"] == key["CreationDate"]
    kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    first = kms.get_key_last_usage(KeyId=key["KeyId"])["KeyLastUsage"]
    assert first["Operation"] == "Encrypt" and first["KmsRequestId"]
    emulator.advance(3700)
    kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256")
    later = kms.get_key_last_usage(KeyId=key["KeyId"])["KeyLastUsage"]
    assert later["Operation"] == "GenerateDataKey" and later["Timestamp"] > first["Timestamp"]
