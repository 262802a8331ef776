"""KMS through boto3: every operation, its errors, limits and pages, and what a ciphertext protects."""
import os
import uuid

import pytest
from botocore.exceptions import ClientError

from kms import ACCOUNT, NOWHERE, REGION, alias, refused

CONTEXT = {"tenant": "t1", "purpose": "pii"}


@pytest.fixture(scope="module")
def kms(client):
    return client("kms")


@pytest.fixture(scope="module")
def loose(client):
    """The same without botocore's own checks, so that the emulator's are seen."""
    return client("kms", check=False)


@pytest.fixture(scope="module")
def key(kms):
    return kms.create_key(Description="of the tests")["KeyMetadata"]


# --- keys ------------------------------------------------------------------------------------

def test_a_new_key_is_described_as_aws_does(key):
    assert key["Arn"] == f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key['KeyId']}"
    assert str(uuid.UUID(key["KeyId"])) == key["KeyId"]
    expected = {"AWSAccountId": ACCOUNT, "Enabled": True, "Description": "of the tests",
                "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled", "Origin": "AWS_KMS",
                "KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT",
                "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "MultiRegion": False,
                "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"]}
    assert {name: key[name] for name in expected} == expected


def test_describe_key_finds_it_by_each_name(kms, key):
    name = alias()
    kms.create_alias(AliasName=name, TargetKeyId=key["Arn"])
    for key_id in (key["KeyId"], key["Arn"], name, f"arn:aws:kms:{REGION}:{ACCOUNT}:{name}"):
        assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyId"] == key["KeyId"]


@pytest.mark.parametrize("key_id, code", [
    (NOWHERE, "NotFoundException"), ("alias/no/such", "NotFoundException"),
    ("mrk", "NotFoundException"),
    (f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{NOWHERE}", "NotFoundException"),
    (f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{NOWHERE}", "NotFoundException"),
    (f"arn:aws:sqs:{REGION}:{ACCOUNT}:key", "InvalidArnException"),
    (f"arn:aws:kms:{REGION}:999999999999:key/{NOWHERE}", "AccessDeniedException"),
])
def test_describe_key_refuses_what_is_not_there(kms, key_id, code):
    refused(code, kms.describe_key, KeyId=key_id)


@pytest.mark.parametrize("length, fits", [(1, True), (2048, True), (2049, False), (0, False)])
def test_a_key_id_has_1_to_2048_characters(loose, length, fits):
    if fits:
        refused("NotFoundException", loose.describe_key, KeyId="k" * length)
    else:
        refused("ValidationException", loose.describe_key, KeyId="k" * length,
                words="1 validation error detected: Value '")


@pytest.mark.parametrize("length, fits", [(0, True), (8192, True), (8193, False)])
def test_a_description_has_up_to_8192_characters(loose, length, fits):
    if fits:
        made = loose.create_key(Description="d" * length)["KeyMetadata"]
        assert len(made["Description"]) == length
    else:
        refused("ValidationException", loose.create_key, Description="d" * length,
                words="Member must have length less than or equal to 8192")


def test_create_key_takes_a_policy_and_tags(kms):
    policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",' \
             '"Action":"kms:*","Resource":"*"}]}'
    kms.create_key(Policy=policy, Tags=[{"TagKey": "a", "TagValue": ""}, {"TagKey": "b", "TagValue": "2"}])
    for broken in ("{", "[]", "{}", '"text"'):
        refused("MalformedPolicyDocumentException", kms.create_key, Policy=broken)


@pytest.mark.parametrize("tags", [
    [("a", "1"), ("a", "2")], [("aws:mine", "1")], [(str(n), "") for n in range(51)]])
def test_create_key_refuses_tags(kms, tags):
    before = len(kms.list_keys(Limit=1000)["Keys"])
    refused("TagException", kms.create_key, Tags=[{"TagKey": k, "TagValue": v} for k, v in tags])
    assert len(kms.list_keys(Limit=1000)["Keys"]) == before, "a refused key must not be kept"


@pytest.mark.parametrize("spec", ["SM2", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87", "ML_KEM_512", "ML_KEM_768",
                                  "ML_KEM_1024"])
def test_create_key_says_honestly_what_it_lacks(kms, spec):
    refused("NotImplementedException", kms.create_key, status=501, KeySpec=spec, KeyUsage="SIGN_VERIFY",
            words=f"kms:CreateKey with KeySpec {spec}: OpenSSL 3.0 does not offer {spec[:2]}")


@pytest.mark.parametrize("parameters, code, words", [
    ({"KeySpec": "RSA_2048"}, "ValidationException", "You must specify a KeyUsage"),
    ({"KeySpec": "HMAC_256"}, "ValidationException", "You must specify a KeyUsage"),
    ({"KeyUsage": "SIGN_VERIFY"}, "ValidationException", "not compatible with KeySpec SYMMETRIC_DEFAULT"),
    ({"KeySpec": "ECC_SECG_P256K1", "KeyUsage": "KEY_AGREEMENT"}, "ValidationException", "not compatible"),
    ({"KeySpec": "HMAC_256", "KeyUsage": "ENCRYPT_DECRYPT"}, "ValidationException", "not compatible"),
    ({"KeySpec": "RSA_2048", "KeyUsage": "KEY_AGREEMENT"}, "ValidationException", "not compatible"),
    ({"CustomKeyStoreId": "cks-1234567890abcdef0"}, "CustomKeyStoreNotFoundException", "does not exist"),
    ({"Origin": "AWS_CLOUDHSM"}, "ValidationException", "needs the CustomKeyStoreId"),
    ({"XksKeyId": "bb8562717f809024"}, "ValidationException", "EXTERNAL_KEY_STORE alone")])
def test_create_key_refuses_what_does_not_go_together(kms, parameters, code, words):
    refused(code, kms.create_key, words=words, **parameters)


def test_create_key_refuses_a_spec_that_is_none(loose):
    refused("ValidationException", loose.create_key, KeySpec="AES_512",
            words="Member must satisfy enum value set")
    refused("ValidationException", loose.create_key, KeySpec="SYMMETRIC_DEFAULT",
            CustomerMasterKeySpec="SYMMETRIC_DEFAULT", words="KeySpec and CustomerMasterKeySpec")


def test_all_broken_constraints_are_told_at_once(loose):
    message = refused("ValidationException", loose.create_alias, AliasName="", TargetKeyId="")
    assert message.startswith("3 validation errors detected: Value '' at 'aliasName' failed")
    assert message.count("'aliasName'") == 2 and message.count("'targetKeyId'") == 1


def test_list_keys_gives_every_key_once(kms):
    made = {kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(7)}
    listed, marker, pages = [], {}, 0
    while True:
        page = kms.list_keys(Limit=3, **marker)
        assert len(page["Keys"]) <= 3
        listed += [k["KeyId"] for k in page["Keys"]]
        pages += 1
        if not page["Truncated"]:
            assert "NextMarker" not in page
            break
        marker = {"Marker": page["NextMarker"]}
    assert len(listed) == len(set(listed)) and made <= set(listed) and pages >= 3
    found = [k["KeyId"] for p in kms.get_paginator("list_keys").paginate() for k in p["Keys"]]
    assert sorted(found) == sorted(listed)


def state(kms, key_id):
    described = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    return described["KeyState"], described["Enabled"]


@pytest.mark.parametrize("name", ["KeyId", "Arn"])
def test_a_key_is_disabled_and_enabled_again_by_its_id_and_its_arn(kms, name):
    made = kms.create_key()["KeyMetadata"]
    for _ in range(2):  # the second time it is so already, and that is no error
        assert kms.disable_key(KeyId=made[name]).keys() == {"ResponseMetadata"}
        assert state(kms, made["KeyId"]) == ("Disabled", False)
    for _ in range(2):
        assert kms.enable_key(KeyId=made[name]).keys() == {"ResponseMetadata"}
        assert state(kms, made["KeyId"]) == ("Enabled", True)


def test_disabling_a_key_leaves_the_others_as_they_are(kms, key):
    kms.disable_key(KeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    assert state(kms, key["KeyId"]) == ("Enabled", True)


def test_a_disabled_key_refuses_data_until_it_is_enabled(kms):
    made = kms.create_key()["KeyMetadata"]
    key_id = made["KeyId"]
    blob = kms.encrypt(KeyId=key_id, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=key_id)
    for call, arguments in (
            (kms.encrypt, {"KeyId": key_id, "Plaintext": b"x"}),
            (kms.generate_data_key, {"KeyId": key_id, "KeySpec": "AES_256"}),
            (kms.decrypt, {"CiphertextBlob": blob}),
            (kms.decrypt, {"CiphertextBlob": blob, "KeyId": key_id})):
        refused("DisabledException", call, words=f"{made['Arn']} is disabled.", **arguments)
    kms.create_alias(AliasName=alias(), TargetKeyId=key_id)
    kms.enable_key(KeyId=key_id)
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    assert kms.encrypt(KeyId=key_id, Plaintext=b"x")["KeyId"] == made["Arn"]
    assert kms.generate_data_key(KeyId=key_id, KeySpec="AES_256")["KeyId"] == made["Arn"]


@pytest.mark.parametrize("operation", ["disable_key", "enable_key"])
@pytest.mark.parametrize("key_id, code", [
    (NOWHERE, "NotFoundException"), ("mrk", "NotFoundException"),
    (f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{NOWHERE}", "NotFoundException"),
    (f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{NOWHERE}", "NotFoundException"),
    (f"arn:aws:sqs:{REGION}:{ACCOUNT}:key", "InvalidArnException"),
    (f"arn:aws:kms:{REGION}:999999999999:key/{NOWHERE}", "AccessDeniedException"),
    ("k" * 2048, "NotFoundException"), ("k" * 2049, "ValidationException"), ("", "ValidationException"),
])
def test_disable_and_enable_key_refuse_what_is_not_there(loose, operation, key_id, code):
    refused(code, getattr(loose, operation), KeyId=key_id)


@pytest.mark.parametrize("operation", ["disable_key", "enable_key"])
def test_disable_and_enable_key_want_a_key_and_take_no_alias(kms, loose, key, operation):
    call, words = getattr(loose, operation), "Key Aliases are not supported for this operation."
    name = alias()
    kms.create_alias(AliasName=name, TargetKeyId=key["KeyId"])
    refused("ValidationException", call, words="'keyId' failed to satisfy constraint")
    for named in (name, "alias/no/such", "alias/aws/ssm"):
        refused("InvalidArnException", call, KeyId=named, words=words)
        refused("InvalidArnException", call, KeyId=f"arn:aws:kms:{REGION}:{ACCOUNT}:{named}", words=words)
    assert state(kms, key["KeyId"]) == ("Enabled", True)


@pytest.mark.parametrize("operation, action", [("disable_key", "DisableKey"), ("enable_key", "EnableKey")])
def test_an_aws_managed_key_can_be_neither_disabled_nor_enabled(kms, operation, action):
    managed = kms.describe_key(KeyId="alias/aws/rds")["KeyMetadata"]["Arn"]
    refused("AccessDeniedException", getattr(kms, operation), KeyId=managed,
            words=f"is not authorized to perform: kms:{action} on resource: {managed}")
    assert state(kms, managed) == ("Enabled", True)


@pytest.mark.parametrize("operation", ["list_keys", "list_aliases"])
def test_limits_and_markers_are_checked(loose, operation):
    call = getattr(loose, operation)
    for limit, words in ((0, "greater than or equal to 1"), (1001, "less than or equal to 1000")):
        refused("ValidationException", call, Limit=limit, words=words)
    call(Limit=1)
    call(Limit=1000)
    refused("InvalidMarkerException", call, Marker="not-one-of-ours")


def test_keys_of_other_accounts_and_regions_are_unseen(client, kms, key):
    other = client("kms", aws_access_key_id="123456789012", aws_secret_access_key="test")
    away = client("kms", region_name="eu-central-1")
    for elsewhere in (other, away):
        assert key["KeyId"] not in [k["KeyId"] for k in elsewhere.list_keys(Limit=1000)["Keys"]]
        refused("NotFoundException", elsewhere.describe_key, KeyId=key["KeyId"])
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    for elsewhere in (other, away):
        with pytest.raises(ClientError):
            elsewhere.decrypt(CiphertextBlob=blob)


# --- aliases ---------------------------------------------------------------------------------

def test_an_alias_is_listed_with_its_key(kms, key):
    name = alias()
    assert kms.create_alias(AliasName=name, TargetKeyId=key["KeyId"]).keys() == {"ResponseMetadata"}
    of_key = kms.list_aliases(KeyId=key["KeyId"])["Aliases"]
    entry = next(a for a in of_key if a["AliasName"] == name)
    assert entry["AliasArn"] == f"arn:aws:kms:{REGION}:{ACCOUNT}:{name}"
    assert entry["TargetKeyId"] == key["KeyId"] and entry["CreationDate"] == entry["LastUpdatedDate"]
    assert all(a["TargetKeyId"] == key["KeyId"] for a in of_key)


def test_list_aliases_gives_every_alias_once(kms, key):
    made = {alias() for _ in range(5)}
    for name in made:
        kms.create_alias(AliasName=name, TargetKeyId=key["KeyId"])
    pages = kms.get_paginator("list_aliases").paginate(PaginationConfig={"PageSize": 2})
    listed = [a["AliasName"] for p in pages for a in p["Aliases"]]
    assert len(listed) == len(set(listed)) and made <= set(listed)


@pytest.mark.parametrize("name, code", [
    ("noprefix", "ValidationException"), ("alias/", "ValidationException"),
    ("alias/aws/mine", "NotAuthorizedException"), ("alias/with space", "ValidationException"),
    ("alias/" + "a" * 251, "ValidationException")])
def test_create_alias_refuses_names(loose, key, name, code):
    refused(code, loose.create_alias, AliasName=name, TargetKeyId=key["KeyId"])


def test_an_alias_of_256_characters_fits(kms, key):
    name = ("alias/" + uuid.uuid4().hex).ljust(256, "a")
    kms.create_alias(AliasName=name, TargetKeyId=key["KeyId"])
    assert kms.describe_key(KeyId=name)["KeyMetadata"]["KeyId"] == key["KeyId"]


def test_create_alias_refuses_a_second_one_and_bad_targets(kms, key):
    name = alias()
    kms.create_alias(AliasName=name, TargetKeyId=key["KeyId"])
    refused("AlreadyExistsException", kms.create_alias, AliasName=name, TargetKeyId=key["KeyId"],
            words=f"{name} already exists")
    refused("ValidationException", kms.create_alias, AliasName=alias(), TargetKeyId=name,
            words="Aliases must refer to keys. Not aliases")
    refused("NotFoundException", kms.create_alias, AliasName=alias(), TargetKeyId=NOWHERE)


def test_an_aws_managed_key_is_there_when_it_is_named(kms):
    made = kms.encrypt(KeyId="alias/aws/secretsmanager", Plaintext=b"x")
    described = kms.describe_key(KeyId="alias/aws/secretsmanager")["KeyMetadata"]
    assert (described["Arn"], described["KeyManager"]) == (made["KeyId"], "AWS")
    refused("NotFoundException", kms.describe_key, KeyId="alias/aws/nonesuch")


# --- data ------------------------------------------------------------------------------------

@pytest.mark.parametrize("size", [1, 16, 4095, 4096])
@pytest.mark.parametrize("context", [{}, CONTEXT])
def test_what_is_encrypted_decrypts(kms, key, size, context):
    plaintext = os.urandom(size)
    made = kms.encrypt(KeyId=key["KeyId"], Plaintext=plaintext, EncryptionContext=context)
    assert (made["KeyId"], made["EncryptionAlgorithm"]) == (key["Arn"], "SYMMETRIC_DEFAULT")
    assert size < 16 or plaintext not in made["CiphertextBlob"]
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=context)
    assert (opened["Plaintext"], opened["KeyId"]) == (plaintext, key["Arn"])


@pytest.mark.parametrize("size", [0, 4097])
def test_a_plaintext_has_1_to_4096_bytes(loose, key, size):
    message = refused("ValidationException", loose.encrypt, KeyId=key["KeyId"], Plaintext=b"p" * size)
    assert "'plaintext' failed to satisfy constraint: Member must have length" in message
    assert "ppp" not in message


def test_two_ciphertexts_of_one_plaintext_differ(kms, key):
    blobs = {kms.encrypt(KeyId=key["KeyId"], Plaintext=b"same")["CiphertextBlob"] for _ in range(20)}
    assert len(blobs) == 20


def test_a_ciphertext_changed_in_any_bit_of_any_byte_is_refused(kms, key):
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"sixteen bytes 16")["CiphertextBlob"]
    for at in range(len(blob)):
        for bit in (1, 128):
            changed = blob[:at] + bytes([blob[at] ^ bit]) + blob[at + 1:]
            refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=changed)


def test_a_ciphertext_cut_or_grown_is_refused(kms, loose, key):
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"text")["CiphertextBlob"]
    for length in range(1, len(blob)):
        refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=blob[:length])
    refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=blob + b"\0")
    refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=b"\0" * 6144)
    refused("ValidationException", loose.decrypt, CiphertextBlob=b"")
    refused("ValidationException", loose.decrypt, CiphertextBlob=b"\0" * 6145)
    refused("ValidationException", loose.decrypt, words="'ciphertextBlob'")


@pytest.mark.parametrize("other", [
    {}, {"tenant": "t1"}, dict(CONTEXT, more="x"), {"tenant": "T1", "purpose": "pii"},
    {"tenant": "pii", "purpose": "t1"}, {"Tenant": "t1", "purpose": "pii"}, {"tenantpurpose": "t1pii"}])
def test_the_encryption_context_must_be_the_same(kms, key, other):
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x", EncryptionContext=CONTEXT)["CiphertextBlob"]
    refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=blob, EncryptionContext=other)
    reordered = dict(reversed(CONTEXT.items()))
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=reordered)["Plaintext"] == b"x"


def test_decrypt_with_another_key_is_refused(kms, key):
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    refused("IncorrectKeyException", kms.decrypt, CiphertextBlob=blob, KeyId=other)
    refused("NotFoundException", kms.decrypt, CiphertextBlob=blob, KeyId=NOWHERE)
    assert kms.decrypt(CiphertextBlob=blob, KeyId=key["Arn"])["Plaintext"] == b"x"


@pytest.mark.parametrize("operation, more", [
    ("encrypt", {"Plaintext": b"x"}), ("generate_data_key", {"KeySpec": "AES_256"})])
def test_data_operations_refuse_unknown_keys_and_dry_runs(kms, key, operation, more):
    call = getattr(kms, operation)
    refused("NotFoundException", call, KeyId=NOWHERE, **more)
    refused("DryRunOperationException", call, KeyId=key["KeyId"], DryRun=True, **more)


def test_an_algorithm_of_another_key_spec_is_refused(kms, key):
    refused("InvalidKeyUsageException", kms.encrypt, KeyId=key["KeyId"], Plaintext=b"x",
            EncryptionAlgorithm="RSAES_OAEP_SHA_256")


@pytest.mark.parametrize("wanted, size", [
    ({"KeySpec": "AES_256"}, 32), ({"KeySpec": "AES_128"}, 16), ({"NumberOfBytes": 1}, 1),
    ({"NumberOfBytes": 1024}, 1024)])
def test_a_data_key_comes_in_clear_and_sealed(kms, key, wanted, size):
    made = kms.generate_data_key(KeyId=key["KeyId"], EncryptionContext=CONTEXT, **wanted)
    assert len(made["Plaintext"]) == size and made["KeyId"] == key["Arn"]
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert opened["Plaintext"] == made["Plaintext"]


def test_two_data_keys_differ(kms, key):
    keys = {kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256")["Plaintext"] for _ in range(20)}
    assert len(keys) == 20


def test_generate_data_key_wants_one_size(loose, key):
    words = "Please specify either number of bytes or key spec."
    refused("ValidationException", loose.generate_data_key, KeyId=key["KeyId"], words=words)
    refused("ValidationException", loose.generate_data_key, KeyId=key["KeyId"], KeySpec="AES_256",
            NumberOfBytes=32, words=words)
    for size, limit in ((0, "greater than or equal to 1"), (1025, "less than or equal to 1024")):
        refused("ValidationException", loose.generate_data_key, KeyId=key["KeyId"],
                NumberOfBytes=size, words=limit)
