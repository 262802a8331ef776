"""The audit record of calls to KMS: which key and which encryption context, and never a plaintext."""
import base64
import json
import urllib.request

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import Emulator

PLAINTEXT = b"a plaintext that no record shows"


@pytest.fixture(scope="module")
def cloud():
    emulator = Emulator()
    yield emulator
    emulator.stop()


def records(emulator, operation):
    request = urllib.request.Request(emulator.url + "/_florin/audit?limit=1000", headers={"X-Florin-Control": "1"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read().decode()
    assert PLAINTEXT.decode() not in text and base64.b64encode(PLAINTEXT).decode() not in text
    return [r for r in json.loads(text)["records"] if r["operation"] == operation]


def test_a_record_names_the_key_and_the_context(cloud):
    kms = boto3.client("kms", endpoint_url=cloud.url)
    key = kms.create_key(Description="d")["KeyMetadata"]["KeyId"]
    context = {"tenant": "t1", "quoted": 'a"b'}
    blob = kms.encrypt(KeyId=key, Plaintext=PLAINTEXT, EncryptionContext=context)["CiphertextBlob"]
    assert records(cloud, "Encrypt")[-1]["requestParameters"] == {"keyId": key, "encryptionContext": context}
    kms.decrypt(CiphertextBlob=blob, EncryptionContext=context, EncryptionAlgorithm="SYMMETRIC_DEFAULT")
    assert records(cloud, "Decrypt")[-1]["requestParameters"] == {
        "encryptionContext": context, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"}
    kms.re_encrypt(CiphertextBlob=blob, SourceEncryptionContext=context, DestinationKeyId=key)
    assert records(cloud, "ReEncrypt")[-1]["requestParameters"] == {
        "sourceEncryptionContext": context, "destinationKeyId": key}
    kms.generate_data_key(KeyId=key, NumberOfBytes=7)
    assert records(cloud, "GenerateDataKey")[-1]["requestParameters"] == {"keyId": key, "numberOfBytes": 7}


def test_a_refused_call_has_its_parameters_in_the_record_too(cloud):
    kms = boto3.client("kms", endpoint_url=cloud.url)
    with pytest.raises(ClientError):
        kms.encrypt(KeyId="alias/none", Plaintext=PLAINTEXT, EncryptionContext={"a": "b"})
    record = records(cloud, "Encrypt")[-1]
    assert record["errorCode"] == "NotFoundException"
    assert record["requestParameters"] == {"keyId": "alias/none", "encryptionContext": {"a": "b"}}


def test_a_context_too_long_for_a_record_leaves_the_rest_of_it(cloud):
    kms = boto3.client("kms", endpoint_url=cloud.url)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.generate_data_key(KeyId=key, NumberOfBytes=1, EncryptionContext={"long": "x" * 200_000})
    record = records(cloud, "GenerateDataKey")[-1]
    assert record["status"] == 200 and "requestParameters" not in record


def test_secrets_manager_calls_kms_with_the_secret_and_its_version(cloud):
    secrets = boto3.client("secretsmanager", endpoint_url=cloud.url)
    made = secrets.create_secret(Name="audited", SecretString=PLAINTEXT.decode())
    secrets.get_secret_value(SecretId="audited")
    context = {"SecretARN": made["ARN"], "SecretVersionId": made["VersionId"]}
    for operation in ("GenerateDataKey", "Decrypt"):
        record = records(cloud, operation)[-1]
        assert record["principal"] == "secretsmanager.amazonaws.com"
        assert record["requestParameters"]["encryptionContext"] == context


def test_a_service_that_names_no_members_has_none_in_the_record(cloud):
    boto3.client("sts", endpoint_url=cloud.url).get_caller_identity()
    assert "requestParameters" not in records(cloud, "GetCallerIdentity")[-1]
