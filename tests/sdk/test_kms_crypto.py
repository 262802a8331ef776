"""KMS's cryptography beside that of python's cryptography: each verifies and opens what the other made."""
import hashlib
import hmac
import os

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.asymmetric.ec import ECDH, ECDSA

from kms import CURVES, HMAC, NIST, NOWHERE, RSA, make, refused

DIGESTS = {256: hashes.SHA256(), 384: hashes.SHA384(), 512: hashes.SHA512()}
RSA_SIGNING = [f"RSASSA_{scheme}_SHA_{bits}" for scheme in ("PKCS1_V1_5", "PSS") for bits in DIGESTS]
TYPES = {"ECC_NIST_P256": "secp256r1", "ECC_NIST_P384": "secp384r1", "ECC_NIST_P521": "secp521r1",
         "ECC_SECG_P256K1": "secp256k1"}


@pytest.fixture(scope="module")
def kms(client):
    return client("kms")


@pytest.fixture(scope="module")
def keys(kms):
    """keys("RSA_2048", "SIGN_VERIFY"): one of each for all tests."""
    made = {}

    def get(spec, usage="ENCRYPT_DECRYPT"):
        if (spec, usage) not in made:
            made[spec, usage] = make(kms, spec, usage)
        return made[spec, usage]
    return get


def public(kms, key):
    return serialization.load_der_public_key(kms.get_public_key(KeyId=key["KeyId"])["PublicKey"])


def digest(bits, message):
    return hashlib.new(f"sha{bits}", message).digest()


def rsa_padding(algorithm, bits):
    if "PSS" in algorithm:
        return padding.PSS(padding.MGF1(DIGESTS[bits]), DIGESTS[bits].digest_size)
    return padding.PKCS1v15()


# --- keys and their descriptions ---------------------------------------------------------------

@pytest.mark.parametrize("spec, usage, field, algorithms", [
    ("RSA_2048", "ENCRYPT_DECRYPT", "EncryptionAlgorithms", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]),
    ("RSA_3072", "SIGN_VERIFY", "SigningAlgorithms", RSA_SIGNING),
    ("ECC_NIST_P521", "SIGN_VERIFY", "SigningAlgorithms", ["ECDSA_SHA_512"]),
    ("ECC_SECG_P256K1", "SIGN_VERIFY", "SigningAlgorithms", ["ECDSA_SHA_256"]),
    ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY", "SigningAlgorithms", ["ED25519_SHA_512", "ED25519_PH_SHA_512"]),
    ("ECC_NIST_P256", "KEY_AGREEMENT", "KeyAgreementAlgorithms", ["ECDH"]),
    ("HMAC_384", "GENERATE_VERIFY_MAC", "MacAlgorithms", ["HMAC_SHA_384"])])
def test_a_key_is_described_with_its_algorithms(kms, keys, spec, usage, field, algorithms):
    key = keys(spec, usage)
    assert (key["KeySpec"], key["CustomerMasterKeySpec"], key["KeyUsage"]) == (spec, spec, usage)
    assert key[field] == algorithms
    lists = [name for name in key if name.endswith("Algorithms")]
    assert lists == [field] and "CurrentKeyMaterialId" not in key
    if spec.startswith("HMAC"):
        refused("UnsupportedOperationException", kms.get_public_key, KeyId=key["KeyId"])
        return
    answer = kms.get_public_key(KeyId=key["KeyId"])
    assert (answer["KeyId"], answer["KeySpec"], answer["KeyUsage"]) == (key["Arn"], spec, usage)
    assert answer[field] == algorithms


def test_public_keys_load_and_are_of_their_spec(kms, keys):
    for spec in RSA:
        loaded = public(kms, keys(spec, "SIGN_VERIFY"))
        assert isinstance(loaded, rsa.RSAPublicKey) and loaded.key_size == int(spec[4:])
    for spec, name in TYPES.items():
        assert public(kms, keys(spec, "SIGN_VERIFY")).curve.name == name
    assert isinstance(public(kms, keys("ECC_NIST_EDWARDS25519", "SIGN_VERIFY")), ed25519.Ed25519PublicKey)
    refused("UnsupportedOperationException", kms.get_public_key, KeyId=keys("SYMMETRIC_DEFAULT")["KeyId"])
    refused("NotFoundException", kms.get_public_key, KeyId=NOWHERE)


# --- signatures ----------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", ["RAW", "DIGEST"])
@pytest.mark.parametrize("algorithm", RSA_SIGNING)
@pytest.mark.parametrize("spec", RSA)
def test_rsa_signatures_verify_in_both_directions(kms, keys, spec, algorithm, kind):
    key, bits, message = keys(spec, "SIGN_VERIFY"), int(algorithm[-3:]), os.urandom(200)
    sent = message if kind == "RAW" else digest(bits, message)
    about = {"KeyId": key["KeyId"], "Message": sent, "MessageType": kind, "SigningAlgorithm": algorithm}
    answer = kms.sign(**about)
    assert (answer["KeyId"], answer["SigningAlgorithm"]) == (key["Arn"], algorithm)
    public(kms, key).verify(answer["Signature"], message, rsa_padding(algorithm, bits), DIGESTS[bits])
    assert kms.verify(Signature=answer["Signature"], **about)["SignatureValid"] is True


@pytest.mark.parametrize("kind", ["RAW", "DIGEST"])
@pytest.mark.parametrize("spec", CURVES)
def test_ecdsa_signatures_verify_in_both_directions(kms, keys, spec, kind):
    key, bits, message = keys(spec, "SIGN_VERIFY"), CURVES[spec], os.urandom(4096)
    sent = message if kind == "RAW" else digest(bits, message)
    about = {"KeyId": key["KeyId"], "Message": sent, "MessageType": kind,
             "SigningAlgorithm": f"ECDSA_SHA_{bits}"}
    signature = kms.sign(**about)["Signature"]
    public(kms, key).verify(signature, message, ECDSA(DIGESTS[bits]))
    with pytest.raises(InvalidSignature):
        public(kms, key).verify(signature, message + b".", ECDSA(DIGESTS[bits]))
    assert kms.verify(Signature=signature, **about)["SignatureValid"] is True
    r, s = utils.decode_dss_signature(signature)
    again = utils.encode_dss_signature(r, s + 1)
    refused("KMSInvalidSignatureException", kms.verify, Signature=again, **about)


def test_ed25519_signs_messages_alone(kms, keys):
    key = keys("ECC_NIST_EDWARDS25519", "SIGN_VERIFY")
    about = {"KeyId": key["KeyId"], "Message": b"message", "SigningAlgorithm": "ED25519_SHA_512"}
    signature = kms.sign(**about)["Signature"]
    public(kms, key).verify(signature, b"message")
    assert kms.verify(Signature=signature, **about)["SignatureValid"] is True
    refused("KMSInvalidSignatureException", kms.verify, Signature=bytes(64), **about)
    refused("ValidationException", kms.sign, **about, MessageType="DIGEST")
    refused("NotImplementedException", kms.sign, status=501, KeyId=key["KeyId"], Message=bytes(64),
            MessageType="DIGEST", SigningAlgorithm="ED25519_PH_SHA_512", words="Ed25519ph")


@pytest.mark.parametrize("spec, algorithm", [("RSA_2048", "RSASSA_PSS_SHA_256"),
                                             ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"),
                                             ("ECC_NIST_P256", "ECDSA_SHA_256"),
                                             ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512")])
def test_a_signature_changed_in_any_byte_is_refused(kms, keys, spec, algorithm):
    about = {"KeyId": keys(spec, "SIGN_VERIFY")["KeyId"], "Message": b"m", "SigningAlgorithm": algorithm}
    signature = kms.sign(**about)["Signature"]
    for at in range(len(signature)):
        changed = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1:]
        refused("KMSInvalidSignatureException", kms.verify, Signature=changed, **about)
    for length in (1, len(signature) // 2, len(signature) - 1):
        refused("KMSInvalidSignatureException", kms.verify, Signature=signature[:length], **about)
    refused("KMSInvalidSignatureException", kms.verify, Signature=signature + b"\0", **about)
    refused("KMSInvalidSignatureException", kms.verify, Signature=signature, **{**about, "Message": b"n"})


def test_signing_refuses_what_does_not_fit(kms, keys, client):
    key_id = keys("RSA_2048", "SIGN_VERIFY")["KeyId"]
    loose = client("kms", check=False)
    pss = {"KeyId": key_id, "SigningAlgorithm": "RSASSA_PSS_SHA_256"}
    for length in (1, 31, 33, 64):
        refused("ValidationException", kms.sign, Message=bytes(length), MessageType="DIGEST", **pss,
                words="Digest is invalid length for algorithm RSASSA_PSS_SHA_256.")
    refused("ValidationException", kms.sign, Message=b"m", MessageType="EXTERNAL_MU", **pss)
    refused("InvalidKeyUsageException", kms.sign, KeyId=key_id, Message=b"m",
            SigningAlgorithm="ECDSA_SHA_256", words="Algorithm ECDSA_SHA_256 is incompatible")
    refused("InvalidKeyUsageException", kms.sign, KeyId=key_id, Message=b"m", SigningAlgorithm="ML_DSA_SHAKE_256")
    refused("InvalidKeyUsageException", kms.sign, KeyId=keys("SYMMETRIC_DEFAULT")["KeyId"], Message=b"m",
            SigningAlgorithm="ECDSA_SHA_256", words="key usage is ENCRYPT_DECRYPT which is not valid for Sign.")
    for size in (0, 4097):
        refused("ValidationException", loose.sign, Message=bytes(size), **pss)
    refused("NotFoundException", kms.sign, **{**pss, "KeyId": NOWHERE}, Message=b"m")
    refused("DryRunOperationException", kms.sign, Message=b"m", DryRun=True, **pss)
    refused("DryRunOperationException", kms.verify, Message=b"m", Signature=b"s", DryRun=True, **pss)


# --- RSA encryption ------------------------------------------------------------------------------

@pytest.mark.parametrize("name, hashed", [("RSAES_OAEP_SHA_1", hashes.SHA1()), ("RSAES_OAEP_SHA_256", hashes.SHA256())])
@pytest.mark.parametrize("spec", RSA)
def test_rsa_encryption_works_in_both_directions(kms, keys, spec, name, hashed):
    key = keys(spec)
    oaep = padding.OAEP(padding.MGF1(hashed), hashed, None)
    room = int(spec[4:]) // 8 - 2 * hashed.digest_size - 2
    about = {"KeyId": key["KeyId"], "EncryptionAlgorithm": name}
    for size in (1, room):
        text = os.urandom(size)
        ours = kms.encrypt(Plaintext=text, **about)
        assert ours["EncryptionAlgorithm"] == name
        assert kms.decrypt(CiphertextBlob=ours["CiphertextBlob"], **about)["Plaintext"] == text
        theirs = public(kms, key).encrypt(text, oaep)
        assert kms.decrypt(CiphertextBlob=theirs, **about)["Plaintext"] == text
    refused("ValidationException", kms.encrypt, Plaintext=bytes(room + 1), **about,
            words=f"Algorithm {name} and key spec {spec} cannot encrypt data larger than {room} bytes.")


def test_rsa_ciphertexts_that_differ_in_anything_are_refused(kms, keys):
    about = {"KeyId": keys("RSA_2048")["KeyId"], "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    blob = kms.encrypt(Plaintext=b"text", **about)["CiphertextBlob"]
    for at in range(len(blob)):
        changed = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1:]
        refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=changed, **about)
    for wrong in (blob[:-1], blob + b"\0", b"x"):
        refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=wrong, **about)
    other = make(kms, "RSA_2048")["KeyId"]
    refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=blob, **{**about, "KeyId": other})
    refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=blob,
            **{**about, "EncryptionAlgorithm": "RSAES_OAEP_SHA_1"})


def test_rsa_encryption_refuses_what_does_not_fit(kms, keys):
    key_id = keys("RSA_2048")["KeyId"]
    oaep = {"EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    refused("InvalidKeyUsageException", kms.encrypt, KeyId=key_id, Plaintext=b"x",
            words="Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.")
    refused("ValidationException", kms.encrypt, KeyId=key_id, Plaintext=b"x", EncryptionContext={"a": "b"},
            **oaep, words="EncryptionContext is not supported")
    refused("ValidationException", kms.decrypt, CiphertextBlob=bytes(256), **oaep, words="'keyId'")
    refused("InvalidKeyUsageException", kms.generate_data_key, KeyId=key_id, KeySpec="AES_256",
            words="key spec is RSA_2048 which is not valid for GenerateDataKey.")
    refused("InvalidKeyUsageException", kms.encrypt, KeyId=keys("RSA_2048", "SIGN_VERIFY")["KeyId"],
            Plaintext=b"x", **oaep, words="key usage is SIGN_VERIFY which is not valid for Encrypt.")


# --- ECDH and HMAC -------------------------------------------------------------------------------

@pytest.mark.parametrize("spec", NIST)
def test_both_sides_derive_the_same_secret(kms, keys, spec):
    key = keys(spec, "KEY_AGREEMENT")
    curve = public(kms, key).curve
    for _ in range(4):
        own = ec.generate_private_key(curve)
        der = own.public_key().public_bytes(serialization.Encoding.DER,
                                            serialization.PublicFormat.SubjectPublicKeyInfo)
        answer = kms.derive_shared_secret(KeyId=key["KeyId"], KeyAgreementAlgorithm="ECDH", PublicKey=der)
        assert answer["SharedSecret"] == own.exchange(ECDH(), public(kms, key))
        assert (answer["KeyId"], answer["KeyAgreementAlgorithm"], answer["KeyOrigin"]) == (
            key["Arn"], "ECDH", "AWS_KMS")
    refused("DryRunOperationException", kms.derive_shared_secret, KeyId=key["KeyId"],
            KeyAgreementAlgorithm="ECDH", PublicKey=der, DryRun=True)


def test_ecdh_refuses_keys_of_others_curves_and_forms(kms, keys):
    key = keys("ECC_NIST_P256", "KEY_AGREEMENT")
    about = {"KeyId": key["KeyId"], "KeyAgreementAlgorithm": "ECDH"}
    der, spki = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    good = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(der, spki)
    others = [ec.generate_private_key(ec.SECP384R1()).public_key(), ec.generate_private_key(ec.SECP256K1()).public_key(),
              rsa.generate_private_key(65537, 2048).public_key()]
    off_curve = good[:-1] + bytes([good[-1] ^ 1])
    for wrong in [o.public_bytes(der, spki) for o in others] + [off_curve, good[:-1], good + b"\0", b"x"]:
        refused("ValidationException", kms.derive_shared_secret, PublicKey=wrong, **about)
    refused("InvalidKeyUsageException", kms.derive_shared_secret, PublicKey=good,
            **{**about, "KeyId": keys("ECC_NIST_P256", "SIGN_VERIFY")["KeyId"]})


@pytest.mark.parametrize("spec", HMAC)
def test_macs_are_checked_in_every_byte(kms, keys, spec):
    key, bits = keys(spec, "GENERATE_VERIFY_MAC"), spec[5:]
    about = {"KeyId": key["KeyId"], "Message": b"message", "MacAlgorithm": f"HMAC_SHA_{bits}"}
    answer = kms.generate_mac(**about)
    mac = answer["Mac"]
    assert len(mac) == int(bits) // 8 and answer["KeyId"] == key["Arn"]
    assert kms.generate_mac(**about)["Mac"] == mac
    assert kms.verify_mac(Mac=mac, **about)["MacValid"] is True
    for at in range(len(mac)):
        refused("KMSInvalidMacException", kms.verify_mac, **about,
                Mac=mac[:at] + bytes([mac[at] ^ 1]) + mac[at + 1:])
    for wrong in (mac[:-1], mac + b"\0"):
        refused("KMSInvalidMacException", kms.verify_mac, Mac=wrong, **about)
    refused("KMSInvalidMacException", kms.verify_mac, Mac=mac, **{**about, "Message": b"massage"})
    wrong = "HMAC_SHA_256" if bits == "512" else "HMAC_SHA_512"
    refused("InvalidKeyUsageException", kms.generate_mac, **{**about, "MacAlgorithm": wrong})
    refused("InvalidKeyUsageException", kms.generate_mac, **{**about, "KeyId": keys("SYMMETRIC_DEFAULT")["KeyId"]})
    for call, more in ((kms.generate_mac, {}), (kms.verify_mac, {"Mac": mac})):
        refused("DryRunOperationException", call, DryRun=True, **about, **more)


# --- data keys, pairs, random bytes ----------------------------------------------------------------

@pytest.mark.parametrize("spec", [*RSA[:2], *CURVES, "ECC_NIST_EDWARDS25519"])
def test_a_data_key_pair_is_a_pair_and_decrypts(kms, keys, spec):
    key, context = keys("SYMMETRIC_DEFAULT"), {"for": "pair"}
    about = {"KeyId": key["KeyId"], "KeyPairSpec": spec, "EncryptionContext": context}
    made = kms.generate_data_key_pair(**about)
    sealed = kms.generate_data_key_pair_without_plaintext(**about)
    assert "PrivateKeyPlaintext" not in sealed and sealed["PublicKey"] != made["PublicKey"]
    opened = kms.decrypt(CiphertextBlob=made["PrivateKeyCiphertextBlob"], EncryptionContext=context)
    assert opened["Plaintext"] == made["PrivateKeyPlaintext"]
    other = kms.decrypt(CiphertextBlob=sealed["PrivateKeyCiphertextBlob"], EncryptionContext=context)
    for private_der, answer in ((made["PrivateKeyPlaintext"], made), (other["Plaintext"], sealed)):
        private = serialization.load_der_private_key(private_der, None)
        assert private.public_key() == serialization.load_der_public_key(answer["PublicKey"])
        assert (answer["KeyId"], answer["KeyPairSpec"]) == (key["Arn"], spec)
        assert answer["KeyMaterialId"] == opened["KeyMaterialId"]


def test_data_key_pairs_are_refused_by_name(kms, keys):
    key_id = keys("SYMMETRIC_DEFAULT")["KeyId"]
    for call in (kms.generate_data_key_pair, kms.generate_data_key_pair_without_plaintext):
        for spec in ("SM2", "ML_KEM_768"):
            refused("NotImplementedException", call, status=501, KeyId=key_id, KeyPairSpec=spec, words=spec)
        refused("InvalidKeyUsageException", call, KeyId=keys("RSA_2048")["KeyId"], KeyPairSpec="RSA_2048")
        refused("DryRunOperationException", call, KeyId=key_id, KeyPairSpec="RSA_2048", DryRun=True)
        refused("NotFoundException", call, KeyId=NOWHERE, KeyPairSpec="RSA_2048")


@pytest.mark.parametrize("wanted, size", [({"KeySpec": "AES_256"}, 32), ({"KeySpec": "AES_128"}, 16),
                                          ({"NumberOfBytes": 1024}, 1024)])
def test_a_data_key_without_plaintext_is_sealed_alone(kms, keys, wanted, size):
    made = kms.generate_data_key_without_plaintext(KeyId=keys("SYMMETRIC_DEFAULT")["KeyId"], **wanted)
    assert "Plaintext" not in made
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"])
    assert len(opened["Plaintext"]) == size and opened["KeyMaterialId"] == made["KeyMaterialId"]
    refused("ValidationException", kms.generate_data_key_without_plaintext,
            KeyId=keys("SYMMETRIC_DEFAULT")["KeyId"], words="number of bytes or key spec")
    refused("DryRunOperationException", kms.generate_data_key_without_plaintext, DryRun=True,
            KeyId=keys("SYMMETRIC_DEFAULT")["KeyId"], **wanted)


def test_random_bytes_are_as_many_as_wanted(kms, client):
    for size in (1, 1024):
        assert len(kms.generate_random(NumberOfBytes=size)["Plaintext"]) == size
    assert len({kms.generate_random(NumberOfBytes=16)["Plaintext"] for _ in range(20)}) == 20
    loose = client("kms", check=False)
    for size in (0, 1025):
        refused("ValidationException", loose.generate_random, NumberOfBytes=size)
    refused("ValidationException", kms.generate_random, words="NumberOfBytes")
    refused("CustomKeyStoreNotFoundException", kms.generate_random, NumberOfBytes=1, CustomKeyStoreId="cks-1")


# --- ReEncrypt -----------------------------------------------------------------------------------

def test_a_ciphertext_moves_between_keys_and_contexts(kms, keys):
    source, destination = keys("SYMMETRIC_DEFAULT"), make(kms)
    blob = kms.encrypt(KeyId=source["KeyId"], Plaintext=b"text", EncryptionContext={"a": "1"})["CiphertextBlob"]
    moved = kms.re_encrypt(CiphertextBlob=blob, SourceEncryptionContext={"a": "1"},
                           DestinationKeyId=destination["KeyId"], DestinationEncryptionContext={"b": "2"})
    assert (moved["SourceKeyId"], moved["KeyId"]) == (source["Arn"], destination["Arn"])
    assert moved["SourceKeyMaterialId"] != moved["DestinationKeyMaterialId"]
    opened = kms.decrypt(CiphertextBlob=moved["CiphertextBlob"], EncryptionContext={"b": "2"})
    assert opened["Plaintext"] == b"text" and opened["KeyId"] == destination["Arn"]
    refused("InvalidCiphertextException", kms.re_encrypt, CiphertextBlob=blob, DestinationKeyId=source["KeyId"])
    refused("IncorrectKeyException", kms.re_encrypt, CiphertextBlob=blob, SourceKeyId=destination["KeyId"],
            SourceEncryptionContext={"a": "1"}, DestinationKeyId=source["KeyId"])
    refused("NotFoundException", kms.re_encrypt, CiphertextBlob=blob, SourceEncryptionContext={"a": "1"},
            DestinationKeyId=NOWHERE)


def test_a_ciphertext_moves_between_kinds_of_keys(kms, keys):
    pair, plain = keys("RSA_2048")["KeyId"], keys("SYMMETRIC_DEFAULT")["KeyId"]
    oaep = "RSAES_OAEP_SHA_256"
    blob = kms.encrypt(KeyId=pair, Plaintext=b"text", EncryptionAlgorithm=oaep)["CiphertextBlob"]
    moved = kms.re_encrypt(CiphertextBlob=blob, SourceKeyId=pair, SourceEncryptionAlgorithm=oaep,
                           DestinationKeyId=plain)
    assert (moved["SourceEncryptionAlgorithm"], moved["DestinationEncryptionAlgorithm"]) == (
        oaep, "SYMMETRIC_DEFAULT")
    back = kms.re_encrypt(CiphertextBlob=moved["CiphertextBlob"], DestinationKeyId=pair,
                          DestinationEncryptionAlgorithm=oaep)
    assert kms.decrypt(CiphertextBlob=back["CiphertextBlob"], KeyId=pair,
                       EncryptionAlgorithm=oaep)["Plaintext"] == b"text"


def test_a_dry_run_can_leave_the_ciphertext_out(kms, keys):
    key_id = keys("SYMMETRIC_DEFAULT")["KeyId"]
    dry = {"DryRun": True, "DryRunModifiers": ["IGNORE_CIPHERTEXT"]}
    refused("DryRunOperationException", kms.decrypt, KeyId=key_id, **dry)
    refused("DryRunOperationException", kms.re_encrypt, SourceKeyId=key_id, DestinationKeyId=key_id, **dry)
    refused("NotFoundException", kms.decrypt, KeyId=NOWHERE, **dry)
    refused("ValidationException", kms.decrypt, KeyId=key_id, DryRunModifiers=["IGNORE_CIPHERTEXT"])
    blob = kms.encrypt(KeyId=key_id, Plaintext=b"x")["CiphertextBlob"]
    refused("DryRunOperationException", kms.decrypt, CiphertextBlob=blob, DryRun=True)
    refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=blob, EncryptionContext={"a": "b"}, DryRun=True)


# --- what is not here ------------------------------------------------------------------------------

def test_recipients_of_enclaves_are_refused_by_name(kms, keys):
    recipient = {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": b"document"}
    key_id = keys("SYMMETRIC_DEFAULT")["KeyId"]
    for call, arguments in ((kms.generate_random, {"NumberOfBytes": 1}), (kms.decrypt, {"CiphertextBlob": b"x"}),
                            (kms.generate_data_key, {"KeyId": key_id, "KeySpec": "AES_256"}),
                            (kms.generate_data_key_pair, {"KeyId": key_id, "KeyPairSpec": "RSA_2048"})):
        refused("NotImplementedException", call, status=501, Recipient=recipient, words="Recipient", **arguments)


def test_encapsulation_needs_a_key_that_no_key_here_is(kms, keys):
    key_id = keys("SYMMETRIC_DEFAULT")["KeyId"]
    for call, more in ((kms.encapsulate, {}), (kms.decapsulate, {"SharedSecretCiphertextBlob": b"x"})):
        refused("InvalidKeyUsageException", call, KeyId=key_id, EncapsulationAlgorithm="ML_KEM", **more)
        refused("NotFoundException", call, KeyId=NOWHERE, EncapsulationAlgorithm="ML_KEM", **more)


def test_custom_key_stores_are_none(kms):
    assert kms.describe_custom_key_stores()["CustomKeyStores"] == []
    gone = "CustomKeyStoreNotFoundException"
    for call in (kms.describe_custom_key_stores, kms.connect_custom_key_store, kms.disconnect_custom_key_store,
                 kms.update_custom_key_store, kms.delete_custom_key_store):
        refused(gone, call, CustomKeyStoreId="cks-1234567890abcdef0", words="cks-1234567890abcdef0")
    refused(gone, kms.describe_custom_key_stores, CustomKeyStoreName="mine")
    refused("CloudHsmClusterNotFoundException", kms.create_custom_key_store, CustomKeyStoreName="mine",
            CloudHsmClusterId="cluster-2a23b4cdefg", TrustAnchorCertificate="c", KeyStorePassword="password")
    refused("ValidationException", kms.create_custom_key_store, CustomKeyStoreName="mine")
    refused("NotImplementedException", kms.create_custom_key_store, status=501, CustomKeyStoreName="mine",
            CustomKeyStoreType="EXTERNAL_KEY_STORE")
