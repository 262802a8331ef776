"""KMS: rotation, imported key material and multi-Region keys; past material still decrypts."""
import datetime
import os

import boto3
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

from conftest import Emulator
from kms import HMAC, NOWHERE, make, refused, state

DAY = 86400
HASHES = {"SHA_1": hashes.SHA1(), "SHA_256": hashes.SHA256()}


@pytest.fixture(scope="module")
def kms(client):
    return client("kms")


@pytest.fixture
def away():
    """An emulator of our own, whose clock is ours to turn."""
    emulator = Emulator()
    yield emulator, boto3.client("kms", endpoint_url=emulator.url)
    emulator.stop()


def encrypt(kms, key_id):
    return kms.encrypt(KeyId=key_id, Plaintext=b"text")["CiphertextBlob"]


def opens(kms, blob):
    return kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"text"


def rotations(kms, key_id, include="ALL_KEY_MATERIAL"):
    pages = kms.get_paginator("list_key_rotations").paginate(KeyId=key_id, IncludeKeyMaterial=include,
                                                             PaginationConfig={"PageSize": 2})
    return [r for page in pages for r in page["Rotations"]]


# --- rotation ------------------------------------------------------------------------------------

def test_rotation_on_demand_keeps_all_past_material(kms):
    key = make(kms)
    blobs = [encrypt(kms, key["KeyId"])]
    for _ in range(4):
        assert kms.rotate_key_on_demand(KeyId=key["KeyId"])["KeyId"] == key["Arn"]
        blobs.append(encrypt(kms, key["KeyId"]))
    assert all(opens(kms, blob) for blob in blobs)
    listed = rotations(kms, key["KeyId"])
    assert [r["KeyMaterialState"] for r in listed] == ["NON_CURRENT"] * 4 + ["CURRENT"]
    assert [r.get("RotationType") for r in listed] == [None] + ["ON_DEMAND"] * 4
    used = [kms.decrypt(CiphertextBlob=blob)["KeyMaterialId"] for blob in blobs]
    assert used == [r["KeyMaterialId"] for r in listed] and len(set(used)) == 5
    assert rotations(kms, key["KeyId"], "ROTATIONS_ONLY") == listed[1:]
    assert kms.list_key_rotations(KeyId=key["KeyId"])["Rotations"] == listed[1:]
    described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
    assert described["CurrentKeyMaterialId"] == used[-1] != key["CurrentKeyMaterialId"] == used[0]


def test_rotation_on_demand_has_a_quota_of_25(kms):
    key_id = make(kms)["KeyId"]
    for _ in range(25):
        kms.rotate_key_on_demand(KeyId=key_id)
    refused("LimitExceededException", kms.rotate_key_on_demand, KeyId=key_id, words="quota of 25")


def test_automatic_rotation_happens_by_the_clock(away):
    emulator, kms = away
    key = make(kms)
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is False
    kms.enable_key_rotation(KeyId=key["KeyId"], RotationPeriodInDays=90)
    status = kms.get_key_rotation_status(KeyId=key["Arn"])
    assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"], status["KeyId"]) == (True, 90, key["Arn"])
    blobs = [encrypt(kms, key["KeyId"])]
    emulator.advance(89 * DAY)
    assert rotations(kms, key["KeyId"], "ROTATIONS_ONLY") == []
    emulator.advance(2 * DAY)
    blobs.append(encrypt(kms, key["KeyId"]))
    emulator.advance(180 * DAY)
    listed = rotations(kms, key["KeyId"], "ROTATIONS_ONLY")
    assert [r["RotationType"] for r in listed] == ["AUTOMATIC"] * 3
    gaps = [b["RotationDate"] - a["RotationDate"] for a, b in zip(listed, listed[1:])]
    assert all(abs(gap - datetime.timedelta(days=90)) < datetime.timedelta(seconds=1) for gap in gaps)
    assert listed[0]["RotationDate"] == status["NextRotationDate"]
    assert all(opens(kms, blob) for blob in blobs)
    kms.disable_key_rotation(KeyId=key["KeyId"])
    assert "NextRotationDate" not in kms.get_key_rotation_status(KeyId=key["KeyId"])
    emulator.advance(1000 * DAY)
    assert len(rotations(kms, key["KeyId"], "ROTATIONS_ONLY")) == 3


def test_a_disabled_key_rotates_when_it_is_enabled_again(away):
    emulator, kms = away
    key_id = make(kms)["KeyId"]
    kms.enable_key_rotation(KeyId=key_id)
    kms.disable_key(KeyId=key_id)
    emulator.advance(400 * DAY)
    assert rotations(kms, key_id, "ROTATIONS_ONLY") == []
    kms.enable_key(KeyId=key_id)
    emulator.advance(1)
    assert [r["RotationType"] for r in rotations(kms, key_id, "ROTATIONS_ONLY")] == ["AUTOMATIC"]


def test_an_aws_managed_key_rotates_each_year(away):
    emulator, kms = away
    key_id = kms.describe_key(KeyId="alias/aws/ssm")["KeyMetadata"]["KeyId"]
    blob = encrypt(kms, key_id)
    status = kms.get_key_rotation_status(KeyId=key_id)
    assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"]) == (True, 365)
    refused("AccessDeniedException", kms.disable_key_rotation, KeyId=key_id)
    emulator.advance(366 * DAY)
    assert len(rotations(kms, key_id)) == 2 and opens(kms, blob)


def test_rotation_is_of_symmetric_keys_with_material_of_aws(kms, client):
    pair, brought = make(kms, "RSA_2048")["KeyId"], make(kms, Origin="EXTERNAL")["KeyId"]
    for call in (kms.enable_key_rotation, kms.disable_key_rotation, kms.get_key_rotation_status,
                 kms.rotate_key_on_demand, kms.list_key_rotations):
        refused("UnsupportedOperationException", call, KeyId=pair, words="key spec is RSA_2048")
        refused("NotFoundException", call, KeyId=NOWHERE)
        refused("InvalidArnException", call, KeyId="alias/some")
    for call in (kms.enable_key_rotation, kms.disable_key_rotation):
        refused("UnsupportedOperationException", call, KeyId=brought, words="origin is EXTERNAL")
    assert kms.get_key_rotation_status(KeyId=brought)["KeyRotationEnabled"] is False
    loose, key_id = client("kms", check=False), make(kms)["KeyId"]
    for days in (89, 2561):
        refused("ValidationException", loose.enable_key_rotation, KeyId=key_id, RotationPeriodInDays=days)
    refused("InvalidMarkerException", kms.list_key_rotations, KeyId=key_id, Marker="none")


# --- imported material -----------------------------------------------------------------------------

class Import:
    """The customer's side: a wrapping key and token, and material wrapped for it."""

    def __init__(self, kms, key_id, algorithm="RSAES_OAEP_SHA_256", spec="RSA_2048"):
        self.kms, self.key_id, self.algorithm = kms, key_id, algorithm
        self.parameters = kms.get_parameters_for_import(KeyId=key_id, WrappingAlgorithm=algorithm,
                                                        WrappingKeySpec=spec)
        self.wrapping = serialization.load_der_public_key(self.parameters["PublicKey"])
        assert self.wrapping.key_size == int(spec[4:])

    def wrap(self, material):
        hashed = HASHES[self.algorithm[-7:].strip("_") if self.algorithm.endswith("256") else "SHA_1"]
        oaep = padding.OAEP(padding.MGF1(hashed), hashed, None)
        if not self.algorithm.startswith("RSA_AES"):
            return self.wrapping.encrypt(material, oaep)
        aes = os.urandom(32)
        return self.wrapping.encrypt(aes, oaep) + aes_key_wrap_with_padding(aes, material)

    def send(self, material, **more):
        return self.kms.import_key_material(**self.request(material, **more))

    def request(self, material, **more):
        expiry = {} if "ValidTo" in more else {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}
        return {"KeyId": self.key_id, "ImportToken": self.parameters["ImportToken"],
                "EncryptedKeyMaterial": self.wrap(material), **expiry, **more}


def pkcs8(private):
    return private.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                                 serialization.NoEncryption())


@pytest.mark.parametrize("algorithm, spec", [
    ("RSAES_OAEP_SHA_1", "RSA_2048"), ("RSAES_OAEP_SHA_256", "RSA_2048"), ("RSAES_OAEP_SHA_256", "RSA_4096"),
    ("RSA_AES_KEY_WRAP_SHA_1", "RSA_2048"), ("RSA_AES_KEY_WRAP_SHA_256", "RSA_3072")])
def test_brought_material_is_what_encrypts(kms, algorithm, spec):
    key = make(kms, Origin="EXTERNAL")
    assert (key["KeyState"], key["Enabled"], key["Origin"]) == ("PendingImport", False, "EXTERNAL")
    material = os.urandom(32)
    answer = Import(kms, key["KeyId"], algorithm, spec).send(material)
    described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
    assert (described["KeyState"], described["ExpirationModel"]) == ("Enabled", "KEY_MATERIAL_DOES_NOT_EXPIRE")
    assert answer["KeyMaterialId"] == described["CurrentKeyMaterialId"] and answer["KeyId"] == key["Arn"]
    blob = encrypt(kms, key["KeyId"])
    assert opens(kms, blob)
    # Florin's ciphertext: a header of 33 bytes whose last 12 are the nonce, in front of AES-256-GCM.
    associated = len(blob[:33]).to_bytes(4, "big") + blob[:33]
    assert AESGCM(material).decrypt(blob[21:33], blob[33:], associated) == b"text"


@pytest.mark.parametrize("spec, usage, algorithm", [
    ("RSA_2048", "SIGN_VERIFY", "RSASSA_PSS_SHA_256"), ("ECC_NIST_P256", "SIGN_VERIFY", "ECDSA_SHA_256"),
    ("ECC_NIST_P521", "SIGN_VERIFY", "ECDSA_SHA_512"), ("ECC_SECG_P256K1", "SIGN_VERIFY", "ECDSA_SHA_256")])
def test_a_brought_pair_signs(kms, spec, usage, algorithm):
    curves = {"ECC_NIST_P256": ec.SECP256R1(), "ECC_NIST_P521": ec.SECP521R1(), "ECC_SECG_P256K1": ec.SECP256K1()}
    private = ec.generate_private_key(curves[spec]) if spec in curves else rsa.generate_private_key(65537, 2048)
    key_id = make(kms, spec, usage, Origin="EXTERNAL")["KeyId"]
    Import(kms, key_id, "RSA_AES_KEY_WRAP_SHA_256").send(pkcs8(private))
    public = serialization.load_der_public_key(kms.get_public_key(KeyId=key_id)["PublicKey"])
    assert public == private.public_key()
    signature = kms.sign(KeyId=key_id, Message=b"m", SigningAlgorithm=algorithm)["Signature"]
    if spec in curves:
        public.verify(signature, b"m", ec.ECDSA(hashes.SHA512() if "512" in algorithm else hashes.SHA256()))
    else:
        public.verify(signature, b"m", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())


@pytest.mark.parametrize("spec", HMAC)
def test_a_brought_hmac_key_makes_macs(kms, spec):
    import hmac as python_hmac
    key_id, material = make(kms, spec, "GENERATE_VERIFY_MAC", Origin="EXTERNAL")["KeyId"], os.urandom(HMAC[spec])
    answer = Import(kms, key_id).send(material)
    assert "KeyMaterialId" not in answer
    mac = kms.generate_mac(KeyId=key_id, Message=b"m", MacAlgorithm=f"HMAC_SHA_{spec[5:]}")["Mac"]
    assert mac == python_hmac.digest(material, b"m", f"sha{spec[5:]}")


def test_ecdh_with_a_brought_key_agrees(kms):
    own, peer = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP384R1())
    key_id = make(kms, "ECC_NIST_P384", "KEY_AGREEMENT", Origin="EXTERNAL")["KeyId"]
    Import(kms, key_id, spec="RSA_3072").send(pkcs8(own))
    der = peer.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    answer = kms.derive_shared_secret(KeyId=key_id, KeyAgreementAlgorithm="ECDH", PublicKey=der)
    assert answer["SharedSecret"] == own.exchange(ec.ECDH(), peer.public_key())
    assert answer["KeyOrigin"] == "EXTERNAL"


def test_material_of_another_kind_is_refused(kms):
    plain = Import(kms, make(kms, Origin="EXTERNAL")["KeyId"], "RSA_AES_KEY_WRAP_SHA_256")
    for size in (16, 31, 33, 64):
        refused("IncorrectKeyMaterialException", kms.import_key_material, **plain.request(os.urandom(size)))
    pair_id = make(kms, "ECC_NIST_P256", "SIGN_VERIFY", Origin="EXTERNAL")["KeyId"]
    pair = Import(kms, pair_id, "RSA_AES_KEY_WRAP_SHA_256")
    good = pkcs8(ec.generate_private_key(ec.SECP256R1()))
    for wrong in (pkcs8(ec.generate_private_key(ec.SECP384R1())), pkcs8(rsa.generate_private_key(65537, 2048)),
                  os.urandom(32), good[:-1], good + b"\0"):
        refused("IncorrectKeyMaterialException", kms.import_key_material, **pair.request(wrong))
    assert state(kms, pair_id) == "PendingImport"


def test_tokens_and_ciphertexts_that_are_not_the_right_ones_are_refused(kms):
    key_id, other = make(kms, Origin="EXTERNAL")["KeyId"], make(kms, Origin="EXTERNAL")["KeyId"]
    mine, theirs = Import(kms, key_id), Import(kms, other)
    request = mine.request(os.urandom(32))
    refused("InvalidImportTokenException", kms.import_key_material,
            **{**request, "ImportToken": theirs.parameters["ImportToken"]})
    token = mine.parameters["ImportToken"]
    for at in (0, 20, len(token) - 1):
        changed = token[:at] + bytes([token[at] ^ 1]) + token[at + 1:]
        refused("InvalidImportTokenException", kms.import_key_material, **{**request, "ImportToken": changed})
    wrapped = request["EncryptedKeyMaterial"]
    for wrong in (wrapped[:-1], theirs.wrap(os.urandom(32)), wrapped[:-1] + bytes([wrapped[-1] ^ 1]), b"x"):
        refused("InvalidCiphertextException", kms.import_key_material, **{**request, "EncryptedKeyMaterial": wrong})
    long = Import(kms, key_id, "RSA_AES_KEY_WRAP_SHA_256")
    wrapped = long.wrap(os.urandom(32))
    for wrong in (wrapped[:256], wrapped[:-8], wrapped[:-1] + bytes([wrapped[-1] ^ 1]), wrapped + bytes(8)):
        refused("InvalidCiphertextException", kms.import_key_material,
                **{**long.request(os.urandom(32)), "EncryptedKeyMaterial": wrong})
    assert state(kms, key_id) == "PendingImport"


def test_parameters_for_import_are_for_keys_that_wait_for_it(kms):
    own, pair = make(kms)["KeyId"], make(kms, "RSA_2048", "SIGN_VERIFY", Origin="EXTERNAL")["KeyId"]
    oaep = {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}
    call = kms.get_parameters_for_import
    refused("UnsupportedOperationException", call, KeyId=own, words="origin is AWS_KMS", **oaep)
    refused("UnsupportedOperationException", kms.delete_imported_key_material, KeyId=own)
    refused("UnsupportedOperationException", kms.import_key_material, KeyId=own, ImportToken=b"x",
            EncryptedKeyMaterial=b"x")
    refused("NotFoundException", call, KeyId=NOWHERE, **oaep)
    refused("ValidationException", call, KeyId=pair, words="RSA_AES_KEY_WRAP", **oaep)
    refused("UnsupportedOperationException", call, KeyId=pair, WrappingAlgorithm="RSAES_PKCS1_V1_5",
            WrappingKeySpec="RSA_2048", words="no longer supported")
    refused("NotImplementedException", call, status=501, KeyId=pair, WrappingAlgorithm="SM2PKE", WrappingKeySpec="SM2")
    answer = call(KeyId=pair, WrappingAlgorithm="RSA_AES_KEY_WRAP_SHA_1", WrappingKeySpec="RSA_2048")
    left = answer["ParametersValidTo"] - datetime.datetime.now(datetime.timezone.utc)
    assert abs(left - datetime.timedelta(hours=24)) < datetime.timedelta(minutes=5)


def test_deleted_material_comes_back_as_the_same_alone(kms):
    key_id, material = make(kms, Origin="EXTERNAL")["KeyId"], os.urandom(32)
    bring = Import(kms, key_id)
    made = bring.send(material)
    blob = encrypt(kms, key_id)
    assert kms.delete_imported_key_material(KeyId=key_id)["KeyMaterialId"] == made["KeyMaterialId"]
    assert state(kms, key_id) == "PendingImport"
    refused("KMSInvalidStateException", kms.decrypt, CiphertextBlob=blob, words="is pending import.")
    kms.delete_imported_key_material(KeyId=key_id)
    refused("IncorrectKeyMaterialException", kms.import_key_material, **bring.request(os.urandom(32)))
    refused("IncorrectKeyMaterialException", kms.import_key_material,
            **bring.request(material, KeyMaterialId="0" * 64))
    assert bring.send(material, KeyMaterialId=made["KeyMaterialId"])["KeyMaterialId"] == made["KeyMaterialId"]
    assert state(kms, key_id) == "Enabled" and opens(kms, blob)


def test_a_key_scheduled_while_its_material_is_away_waits_for_it_after_a_cancel(kms):
    key_id = make(kms, Origin="EXTERNAL")["KeyId"]
    kms.schedule_key_deletion(KeyId=key_id)
    kms.cancel_key_deletion(KeyId=key_id)
    assert state(kms, key_id) == "PendingImport"


def test_brought_material_expires_by_the_clock(away):
    emulator, kms = away
    key_id, material = make(kms, Origin="EXTERNAL")["KeyId"], os.urandom(32)
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=10)
    bring = Import(kms, key_id)
    bring.send(material, ValidTo=soon)
    described = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    assert described["ExpirationModel"] == "KEY_MATERIAL_EXPIRES"
    assert abs(described["ValidTo"] - soon) < datetime.timedelta(seconds=1)
    blob = encrypt(kms, key_id)
    emulator.advance(9 * DAY)
    assert opens(kms, blob)
    emulator.advance(2 * DAY)
    assert state(kms, key_id) == "PendingImport"
    refused("KMSInvalidStateException", kms.decrypt, CiphertextBlob=blob)
    refused("ExpiredImportTokenException", kms.import_key_material, **bring.request(material))
    Import(kms, key_id).send(material)
    assert opens(kms, blob)


@pytest.mark.parametrize("more, words", [
    ({"ExpirationModel": "KEY_MATERIAL_EXPIRES"}, "must be set"),
    ({"ValidTo": datetime.datetime(2020, 1, 1), "ExpirationModel": "KEY_MATERIAL_EXPIRES"}, "in the future"),
    ({"ValidTo": datetime.datetime(2200, 1, 1)}, "365 days"),
    ({"ValidTo": datetime.datetime(2200, 1, 1), "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}, "must not be"),
    ({"ImportType": "NEW_KEY_MATERIAL", "KeyMaterialId": "0" * 64}, "NEW_KEY_MATERIAL")])
def test_an_import_that_contradicts_itself_is_refused(kms, more, words):
    bring = Import(kms, make(kms, Origin="EXTERNAL")["KeyId"])
    refused("ValidationException", kms.import_key_material, words=words, **bring.request(os.urandom(32), **more))


def test_brought_material_is_rotated_on_demand(kms):
    key_id = make(kms, Origin="EXTERNAL")["KeyId"]
    bring = Import(kms, key_id)
    bring.send(os.urandom(32), KeyMaterialDescription="the first")
    first = encrypt(kms, key_id)
    refused("KMSInvalidStateException", kms.rotate_key_on_demand, KeyId=key_id, words="pending rotation")
    refused("IncorrectKeyMaterialException", kms.import_key_material, **bring.request(os.urandom(32)))
    waiting = bring.send(os.urandom(32), ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
    assert [r["KeyMaterialState"] for r in rotations(kms, key_id)] == ["CURRENT", "PENDING_ROTATION"]
    refused("KMSInvalidStateException", kms.import_key_material,
            **bring.request(os.urandom(32), ImportType="NEW_KEY_MATERIAL"))
    kms.delete_imported_key_material(KeyId=key_id, KeyMaterialId=waiting)
    assert len(rotations(kms, key_id)) == 1 and state(kms, key_id) == "Enabled"
    second = bring.send(os.urandom(32), ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
    kms.rotate_key_on_demand(KeyId=key_id)
    listed = rotations(kms, key_id)
    assert [(r["KeyMaterialState"], r["ImportState"]) for r in listed] == [
        ("NON_CURRENT", "IMPORTED"), ("CURRENT", "IMPORTED")]
    assert listed[0]["KeyMaterialDescription"] == "the first" and listed[1]["RotationType"] == "ON_DEMAND"
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["CurrentKeyMaterialId"] == second
    assert opens(kms, first) and opens(kms, encrypt(kms, key_id))
    kms.delete_imported_key_material(KeyId=key_id, KeyMaterialId=listed[0]["KeyMaterialId"])
    assert state(kms, key_id) == "PendingImport"


# --- multi-Region keys -------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def west(client):
    return client("kms", region_name="eu-west-1")


@pytest.fixture(scope="module")
def south(client):
    return client("kms", region_name="ap-south-1")


def test_a_replica_opens_what_its_primary_encrypted(kms, west):
    key = make(kms, MultiRegion=True, Description="first", Tags=[{"TagKey": "a", "TagValue": "1"}])
    assert key["MultiRegion"] is True and key["KeyId"].startswith("mrk-") and len(key["KeyId"]) == 36
    assert key["MultiRegionConfiguration"] == {
        "MultiRegionKeyType": "PRIMARY", "PrimaryKey": {"Arn": key["Arn"], "Region": "us-east-1"}, "ReplicaKeys": []}
    made = kms.replicate_key(KeyId=key["Arn"], ReplicaRegion="eu-west-1", Description="second",
                             Tags=[{"TagKey": "b", "TagValue": "2"}])
    replica = made["ReplicaKeyMetadata"]
    assert replica["Arn"] == key["Arn"].replace("us-east-1", "eu-west-1") and replica["Description"] == "second"
    assert made["ReplicaTags"] == [{"TagKey": "b", "TagValue": "2"}] and "kms:*" in made["ReplicaPolicy"]
    assert replica["MultiRegionConfiguration"]["MultiRegionKeyType"] == "REPLICA"
    assert replica["MultiRegionConfiguration"]["ReplicaKeys"] == [{"Arn": replica["Arn"], "Region": "eu-west-1"}]
    assert replica["CurrentKeyMaterialId"] == key["CurrentKeyMaterialId"]
    for here, there in ((kms, west), (west, kms)):
        blob = here.encrypt(KeyId=key["KeyId"], Plaintext=b"text", EncryptionContext={"a": "b"})["CiphertextBlob"]
        opened = there.decrypt(CiphertextBlob=blob, EncryptionContext={"a": "b"})
        assert opened["Plaintext"] == b"text" and there.meta.region_name in opened["KeyId"]
    west.disable_key(KeyId=key["KeyId"])
    assert (state(kms, key["KeyId"]), state(west, key["KeyId"])) == ("Enabled", "Disabled")
    assert west.list_resource_tags(KeyId=key["KeyId"])["Tags"] == [{"TagKey": "b", "TagValue": "2"}]


def test_a_pair_and_a_mac_key_work_in_each_region(kms, west):
    pair = make(kms, "ECC_NIST_P256", "SIGN_VERIFY", MultiRegion=True)["KeyId"]
    secret = make(kms, "HMAC_256", "GENERATE_VERIFY_MAC", MultiRegion=True)["KeyId"]
    for key_id in (pair, secret):
        kms.replicate_key(KeyId=key_id, ReplicaRegion="eu-west-1")
    about = {"KeyId": pair, "Message": b"m", "SigningAlgorithm": "ECDSA_SHA_256"}
    assert west.verify(Signature=kms.sign(**about)["Signature"], **about)["SignatureValid"]
    about = {"KeyId": secret, "Message": b"m", "MacAlgorithm": "HMAC_SHA_256"}
    assert kms.generate_mac(**about)["Mac"] == west.generate_mac(**about)["Mac"]


def test_rotation_is_the_primarys_and_reaches_all(kms, west, south):
    key_id = make(kms, MultiRegion=True)["KeyId"]
    kms.replicate_key(KeyId=key_id, ReplicaRegion="eu-west-1")
    old = encrypt(west, key_id)
    for call in (west.rotate_key_on_demand, west.enable_key_rotation, west.disable_key_rotation):
        refused("UnsupportedOperationException", call, KeyId=key_id, words="replica")
    kms.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=100)
    kms.rotate_key_on_demand(KeyId=key_id)
    assert west.get_key_rotation_status(KeyId=key_id)["RotationPeriodInDays"] == 100
    kms.replicate_key(KeyId=key_id, ReplicaRegion="ap-south-1")
    assert rotations(kms, key_id) == rotations(west, key_id)
    new = encrypt(kms, key_id)
    for region in (kms, west, south):
        assert opens(region, old) and opens(region, new)


def test_the_primary_moves_with_its_rotation(kms, west, south):
    key_id = make(kms, MultiRegion=True)["KeyId"]
    kms.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=100)
    for region in ("eu-west-1", "ap-south-1"):
        kms.replicate_key(KeyId=key_id, ReplicaRegion=region)
    refused("UnsupportedOperationException", west.update_primary_region, KeyId=key_id, PrimaryRegion="ap-south-1")
    kms.update_primary_region(KeyId=key_id, PrimaryRegion="eu-west-1")
    for client in (kms, west, south):
        about = client.describe_key(KeyId=key_id)["KeyMetadata"]["MultiRegionConfiguration"]
        assert about["PrimaryKey"]["Region"] == "eu-west-1"
        assert [r["Region"] for r in about["ReplicaKeys"]] == ["ap-south-1", "us-east-1"]
    west.rotate_key_on_demand(KeyId=key_id)
    assert kms.get_key_rotation_status(KeyId=key_id)["RotationPeriodInDays"] == 100
    refused("UnsupportedOperationException", kms.rotate_key_on_demand, KeyId=key_id)
    assert opens(south, encrypt(kms, key_id))


def test_replicas_are_refused_where_they_cannot_be(kms, west, client):
    key_id, single = make(kms, MultiRegion=True)["KeyId"], make(kms)["KeyId"]
    refused("UnsupportedOperationException", kms.replicate_key, KeyId=single, ReplicaRegion="eu-west-1")
    kms.replicate_key(KeyId=key_id, ReplicaRegion="eu-west-1")
    for region in ("eu-west-1", "us-east-1"):
        refused("AlreadyExistsException", kms.replicate_key, KeyId=key_id, ReplicaRegion=region)
    refused("UnsupportedOperationException", west.replicate_key, KeyId=key_id, ReplicaRegion="ap-south-1")
    refused("NotFoundException", kms.replicate_key, KeyId="mrk-" + "0" * 32, ReplicaRegion="eu-west-1")
    refused("MalformedPolicyDocumentException", kms.replicate_key, KeyId=key_id, ReplicaRegion="eu-north-1", Policy="{")
    refused("ValidationException", client("kms", check=False).replicate_key, KeyId=key_id, ReplicaRegion="nowhere")
    refused("NotFoundException", kms.update_primary_region, KeyId=key_id, PrimaryRegion="eu-north-1")
    refused("UnsupportedOperationException", kms.update_primary_region, KeyId=key_id, PrimaryRegion="us-east-1")
    west.disable_key(KeyId=key_id)
    refused("KMSInvalidStateException", kms.update_primary_region, KeyId=key_id, PrimaryRegion="eu-west-1")


def test_brought_material_of_a_multi_region_key_is_brought_to_each_region(kms, west):
    key_id, first, second = make(kms, Origin="EXTERNAL", MultiRegion=True)["KeyId"], os.urandom(32), os.urandom(32)
    Import(kms, key_id).send(first)
    kms.replicate_key(KeyId=key_id, ReplicaRegion="eu-west-1")
    assert state(west, key_id) == "PendingImport"
    refused("IncorrectKeyMaterialException", west.import_key_material, **Import(west, key_id).request(second))
    Import(west, key_id).send(first)
    assert opens(west, encrypt(kms, key_id))
    Import(kms, key_id).send(second, ImportType="NEW_KEY_MATERIAL")
    refused("KMSInvalidStateException", kms.rotate_key_on_demand, KeyId=key_id, words="pending rotation")
    Import(west, key_id).send(second)
    kms.rotate_key_on_demand(KeyId=key_id)
    assert opens(west, encrypt(kms, key_id)) and opens(kms, encrypt(west, key_id))
    assert rotations(west, key_id)[1]["KeyMaterialState"] == "CURRENT"
