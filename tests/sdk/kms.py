"""What the tests of KMS share: refusals, names, and keys of every spec."""
import uuid

import pytest
from botocore.exceptions import ClientError

ACCOUNT, REGION = "000000000000", "us-east-1"
NOWHERE = "11111111-2222-3333-4444-555555555555"

RSA = ["RSA_2048", "RSA_3072", "RSA_4096"]
NIST = {"ECC_NIST_P256": 256, "ECC_NIST_P384": 384, "ECC_NIST_P521": 512}
CURVES = {**NIST, "ECC_SECG_P256K1": 256}  # with the digest of each one's signatures
HMAC = {"HMAC_224": 28, "HMAC_256": 32, "HMAC_384": 48, "HMAC_512": 64}


def alias():
    return f"alias/test/{uuid.uuid4()}"


def refused(code, call, *, status=400, words="", **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status), answer
    assert words in answer["Error"]["Message"], answer["Error"]["Message"]
    return answer["Error"]["Message"]


def make(kms, spec="SYMMETRIC_DEFAULT", usage="ENCRYPT_DECRYPT", **more):
    return kms.create_key(KeySpec=spec, KeyUsage=usage, **more)["KeyMetadata"]


def state(kms, key_id):
    return kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]


def end(kms, key_id):
    """Schedules the key's deletion, so that the lists of other tests stay short."""
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
