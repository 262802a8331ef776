"""No key material and no plaintext is left: not in the data folder, not in the logs, not in memory."""
import base64
import os
import pathlib
import time

import boto3
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from conftest import Emulator
from kms import make
from test_kms_material import Import, pkcs8

PAGE = bytes(4096)
WINDOW = 16  # bytes of a secret that are looked for


def numbers(*values):
    """Each number as bytes in both orders, as OpenSSL and the store write them."""
    for value in values:
        size = (value.bit_length() + 7) // 8
        yield value.to_bytes(size, "big")
        yield value.to_bytes(size, "little")


def forms(secret):
    """A secret as it is, and as base64 at each of the three places where a group can begin."""
    yield secret
    for skip in range(3):
        yield base64.b64encode(secret[skip:])[:-4]


class Needles:
    def __init__(self):
        self.patterns = {}

    def add(self, name, secret):
        """Looks for a part of it past its start, which a freed block's links may have overwritten."""
        at = min(16, len(secret) - WINDOW)
        self.patterns[secret[at:at + WINDOW]] = name

    def add_all(self, name, secret):
        for form in forms(secret):
            self.add(name, form)

    def found_in(self, haystack):
        return {name for pattern, name in self.patterns.items() if pattern in haystack}


def folder_bytes(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def memory_of(pid):
    """All that the process can write to."""
    parts = []
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            start, end = (int(number, 16) for number in span.split("-"))
            # Shadow memory of a sanitizer is terabytes of nothing.
            if "w" not in rights or end - start > 1 << 30:
                continue
            try:
                memory.seek(start)
                parts.append(memory.read(end - start).replace(PAGE, b"\0"))
            except (OSError, ValueError):
                continue
    return b"\0".join(parts)


def use_brought_keys(kms, needles):
    """Every kind of key, imported so that its material is known here, and used."""
    material = os.urandom(32)
    key = make(kms, Origin="EXTERNAL")["KeyId"]
    Import(kms, key, "RSA_AES_KEY_WRAP_SHA_256").send(material)
    needles.add_all("a symmetric key", material)
    secret = os.urandom(64)
    mac = make(kms, "HMAC_512", "GENERATE_VERIFY_MAC", Origin="EXTERNAL")["KeyId"]
    Import(kms, mac).send(secret)
    needles.add_all("an HMAC key", secret)
    kms.generate_mac(KeyId=mac, Message=b"m", MacAlgorithm="HMAC_SHA_512")
    pair = rsa.generate_private_key(65537, 2048)
    parts = pair.private_numbers()
    signer = make(kms, "RSA_2048", "SIGN_VERIFY", Origin="EXTERNAL")["KeyId"]
    Import(kms, signer, "RSA_AES_KEY_WRAP_SHA_256").send(pkcs8(pair))
    for number in numbers(parts.d, parts.p, parts.q, parts.dmp1, parts.dmq1, parts.iqmp):
        needles.add("an RSA key", number)
    kms.sign(KeyId=signer, Message=b"m", SigningAlgorithm="RSASSA_PSS_SHA_256")
    decrypter = make(kms, "RSA_2048", Origin="EXTERNAL")["KeyId"]
    Import(kms, decrypter, "RSA_AES_KEY_WRAP_SHA_256").send(pkcs8(pair))
    text = os.urandom(64)
    needles.add_all("a plaintext under RSA", text)
    oaep = {"KeyId": decrypter, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    kms.decrypt(CiphertextBlob=kms.encrypt(Plaintext=text, **oaep)["CiphertextBlob"], **oaep)
    for curve, spec, algorithm in ((ec.SECP256R1(), "ECC_NIST_P256", "ECDSA_SHA_256"),
                                   (ec.SECP256K1(), "ECC_SECG_P256K1", "ECDSA_SHA_256")):
        own = ec.generate_private_key(curve)
        key_id = make(kms, spec, "SIGN_VERIFY", Origin="EXTERNAL")["KeyId"]
        Import(kms, key_id).send(pkcs8(own))
        for number in numbers(own.private_numbers().private_value):
            needles.add("a key on a curve", number)
        kms.sign(KeyId=key_id, Message=b"m", SigningAlgorithm=algorithm)
    own, peer = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP384R1())
    agreeing = make(kms, "ECC_NIST_P384", "KEY_AGREEMENT", Origin="EXTERNAL")["KeyId"]
    Import(kms, agreeing).send(pkcs8(own))
    for number in numbers(own.private_numbers().private_value):
        needles.add("a key that agrees", number)
    der = peer.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    shared = kms.derive_shared_secret(KeyId=agreeing, KeyAgreementAlgorithm="ECDH", PublicKey=der)["SharedSecret"]
    needles.add_all("a shared secret", shared)
    return key


def use_data(kms, key, needles):
    text = os.urandom(4096)
    needles.add_all("a plaintext", text)
    blob = kms.encrypt(KeyId=key, Plaintext=text)["CiphertextBlob"]
    moved = kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=key)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=moved)["Plaintext"] == text
    needles.add_all("a data key", kms.generate_data_key(KeyId=key, NumberOfBytes=64)["Plaintext"])
    needles.add_all("random bytes", kms.generate_random(NumberOfBytes=64)["Plaintext"])
    made = kms.generate_data_key_pair(KeyId=key, KeyPairSpec="RSA_2048")["PrivateKeyPlaintext"]
    needles.add_all("a data key pair", made[300:])
    parts = serialization.load_der_private_key(made, None).private_numbers()
    for number in numbers(parts.d, parts.p, parts.q):
        needles.add("a data key pair's numbers", number)
    made = kms.generate_data_key_pair(KeyId=key, KeyPairSpec="ECC_NIST_P521")["PrivateKeyPlaintext"]
    value = serialization.load_der_private_key(made, None).private_numbers().private_value
    for number in numbers(value):
        needles.add("a data key pair's number on a curve", number)
    unseen = kms.generate_data_key_pair_without_plaintext(KeyId=key, KeyPairSpec="ECC_NIST_EDWARDS25519")
    made = kms.decrypt(CiphertextBlob=unseen["PrivateKeyCiphertextBlob"])["Plaintext"]
    assert isinstance(serialization.load_der_private_key(made, None), ed25519.Ed25519PrivateKey)
    needles.add("a pair on a twisted curve", made[16:48])


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """An emulator that did all of this, and what would give it away."""
    folder = tmp_path_factory.mktemp("secrecy") / "data"
    emulator, needles = Emulator("--data", str(folder), "--log-level", "debug"), Needles()
    kms = boto3.client("kms", endpoint_url=emulator.url)
    secrets = boto3.client("secretsmanager", endpoint_url=emulator.url)
    key = use_brought_keys(kms, needles)
    use_data(kms, key, needles)
    secret = "".join(os.urandom(1).hex() for _ in range(40))
    needles.add_all("a secret", secret.encode())
    secrets.create_secret(Name="kept", SecretString=secret)
    assert secrets.get_secret_value(SecretId="kept")["SecretString"] == secret
    kms.close()
    secrets.close()
    yield emulator, folder, needles
    emulator.stop()


def test_the_search_finds_what_is_there():
    needles, secret = Needles(), os.urandom(40)
    needles.add_all("it", secret)
    for form in forms(secret):
        assert needles.found_in(b"before" + form + b"after") == {"it"}
    assert needles.found_in(os.urandom(1 << 20)) == set()


def test_the_data_folder_and_the_logs_hold_no_secret(used):
    emulator, folder, needles = used
    kept = folder_bytes(folder)
    assert b"CREATE TABLE" in kept and b'"operation":"Sign"' in kept
    assert needles.found_in(kept) == set()
    assert needles.found_in("".join(emulator.log).encode()) == set()
    assert (folder / "master.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root reads the memory of a process that is not dumpable")
def test_the_memory_of_the_process_holds_no_secret(used):
    emulator, _, needles = used
    master = (pathlib.Path(used[1]) / "master.key").read_bytes()
    deadline = time.monotonic() + 10
    while True:  # connections that were closed are let go of by the server's own threads
        memory = memory_of(emulator.process.pid)
        assert master in memory, "the search must see what the process keeps"
        found = needles.found_in(memory)
        if not found or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    assert found == set()
