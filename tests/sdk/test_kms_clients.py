"""Published clients that encrypt with KMS work unchanged: they find the emulator by AWS_ENDPOINT_URL alone."""
import os
import uuid

import aws_encryption_sdk
import aws_encryption_sdk.key_providers.kms as kms_providers
import boto3
import pytest
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import Algorithm, CommitmentPolicy
from dynamodb_encryption_sdk.encrypted.table import EncryptedTable
from dynamodb_encryption_sdk.exceptions import SignatureVerificationError, UnwrappingError
from dynamodb_encryption_sdk.identifiers import CryptoAction
from dynamodb_encryption_sdk.material_providers.aws_kms import AwsKmsCryptographicMaterialsProvider
from dynamodb_encryption_sdk.structures import AttributeActions

from kms import make

CONTEXT = {"tenant": "t1", "purpose": "statement"}


@pytest.fixture(scope="module")
def kms(client):
    return client("kms")


@pytest.fixture(scope="module")
def key(kms):
    return make(kms)


@pytest.fixture(scope="module")
def messages():
    policy = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    return aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy)


def strict(*key_ids):
    return aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=list(key_ids))


@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_the_encryption_sdk_encrypts_and_decrypts(key, messages, size):
    text = os.urandom(size)
    sealed, header = messages.encrypt(source=text, key_provider=strict(key["Arn"]), encryption_context=CONTEXT)
    assert size < 16 or text not in sealed
    opened, header = messages.decrypt(source=sealed, key_provider=strict(key["Arn"]))
    assert opened == text and header.encryption_context.items() >= CONTEXT.items()
    discovery = aws_encryption_sdk.DiscoveryAwsKmsMasterKeyProvider()
    assert messages.decrypt(source=sealed, key_provider=discovery)[0] == text


def test_a_message_for_two_keys_opens_with_either(kms, key, messages):
    other = make(kms)
    sealed, _ = messages.encrypt(source=b"text", key_provider=strict(key["Arn"], other["Arn"]))
    for arn in (key["Arn"], other["Arn"]):
        assert messages.decrypt(source=sealed, key_provider=strict(arn))[0] == b"text"
    kms.disable_key(KeyId=key["KeyId"])
    try:
        assert messages.decrypt(source=sealed, key_provider=strict(key["Arn"], other["Arn"]))[0] == b"text"
        with pytest.raises(AWSEncryptionSDKClientError):
            messages.decrypt(source=sealed, key_provider=strict(key["Arn"]))
    finally:
        kms.enable_key(KeyId=key["KeyId"])


def test_a_message_of_another_key_or_changed_on_its_way_is_refused(kms, key, messages):
    sealed, _ = messages.encrypt(source=b"text", key_provider=strict(key["Arn"]), encryption_context=CONTEXT)
    with pytest.raises(AWSEncryptionSDKClientError):
        messages.decrypt(source=sealed, key_provider=strict(make(kms)["Arn"]))
    at = sealed.index(b"statement")
    with pytest.raises(AWSEncryptionSDKClientError):
        messages.decrypt(source=sealed[:at] + b"S" + sealed[at + 1:], key_provider=strict(key["Arn"]))


def test_a_message_outlives_a_rotation(kms, messages):
    key = make(kms)
    sealed, _ = messages.encrypt(source=b"text", key_provider=strict(key["Arn"]))
    kms.rotate_key_on_demand(KeyId=key["KeyId"])
    assert messages.decrypt(source=sealed, key_provider=strict(key["Arn"]))[0] == b"text"


def test_a_multi_region_key_opens_a_message_in_the_other_region(kms, messages):
    key = make(kms, MultiRegion=True)
    kms.replicate_key(KeyId=key["KeyId"], ReplicaRegion="eu-west-1")
    here, there = (kms_providers.MRKAwareStrictAwsKmsMasterKeyProvider(key_ids=[arn])
                   for arn in (key["Arn"], key["Arn"].replace("us-east-1", "eu-west-1")))
    sealed, _ = messages.encrypt(source=b"text", key_provider=here)
    assert messages.decrypt(source=sealed, key_provider=there)[0] == b"text"


def test_the_caching_manager_of_materials_saves_calls(key, messages):
    cache = aws_encryption_sdk.caches.local.LocalCryptoMaterialsCache(10)
    manager = aws_encryption_sdk.CachingCryptoMaterialsManager(
        master_key_provider=strict(key["Arn"]), cache=cache, max_age=60.0, max_messages_encrypted=10)
    suite = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    sealed = [messages.encrypt(source=b"text", materials_manager=manager, algorithm=suite)[0] for _ in range(5)]
    assert all(messages.decrypt(source=s, materials_manager=manager)[0] == b"text" for s in sealed)


@pytest.fixture
def table(client):
    name, dynamodb = f"encrypted-{uuid.uuid4()}", client("dynamodb")
    dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                          AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                          KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
    yield boto3.resource("dynamodb").Table(name)
    dynamodb.delete_table(TableName=name)


ITEM = {"id": "1", "iban": "DE02120300000000202051", "note": "seen by all", "photo": b"\0\1\2"}


def test_the_dynamodb_encryption_client_keeps_fields_secret(kms, key, table):
    provider = AwsKmsCryptographicMaterialsProvider(key_id=key["Arn"])
    actions = AttributeActions(default_action=CryptoAction.ENCRYPT_AND_SIGN,
                               attribute_actions={"note": CryptoAction.SIGN_ONLY})
    encrypted = EncryptedTable(table=table, materials_provider=provider, attribute_actions=actions)
    encrypted.put_item(Item=ITEM)
    stored = table.get_item(Key={"id": "1"})["Item"]
    assert stored["note"] == ITEM["note"] and ITEM["iban"] not in str(stored)
    assert encrypted.get_item(Key={"id": "1"})["Item"] == ITEM
    assert encrypted.query(KeyConditionExpression=boto3.dynamodb.conditions.Key("id").eq("1"))["Items"] == [ITEM]
    assert encrypted.scan()["Items"] == [ITEM]
    kms.disable_key(KeyId=key["KeyId"])
    try:
        with pytest.raises(UnwrappingError):
            encrypted.get_item(Key={"id": "1"})
    finally:
        kms.enable_key(KeyId=key["KeyId"])
    table.update_item(Key={"id": "1"}, UpdateExpression="SET note = :n", ExpressionAttributeValues={":n": "changed"})
    with pytest.raises(SignatureVerificationError):
        encrypted.get_item(Key={"id": "1"})
