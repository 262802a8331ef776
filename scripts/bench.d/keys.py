"""KMS and Secrets Manager beside moto, and beside what OpenSSL alone takes for the same."""
import base64
import json
import os
import re
import subprocess
import sys

import peers
from measure import TOP, load, median, raw, say, table

sys.path.insert(0, str(TOP / "tests/sdk"))

from wire import Speaker, Wire, sign  # noqa: E402

KMS, SECRETS = Speaker("kms", "json"), Speaker("secretsmanager", "json")
PLAIN = os.urandom(64)
CONTEXT = {"tenant": "t1"}
# The request, the key that it needs, and OpenSSL's measure of the work in it.
OPERATIONS = {
    "Encrypt": ("SYMMETRIC_DEFAULT", "aes"), "Decrypt": ("SYMMETRIC_DEFAULT", "aes"),
    "GenerateDataKey": ("SYMMETRIC_DEFAULT", "aes"), "Sign RSA_2048": ("RSA_2048", "rsa"),
    "Sign ECC_NIST_P256": ("ECC_NIST_P256", "ecdsa"),
    "GetSecretValue": (None, "aes")}  # a data key to be opened, and the value


def openssl_micros():
    """One operation of each on one processor, by openssl speed."""
    def speed(*words):
        done = subprocess.run(["openssl", "speed", "-mr", "-seconds", "1", *words], capture_output=True,
                              text=True, check=True)
        return done.stdout
    bytes_a_second = re.search(r"^\+F:\d+:[^:]+:([\d.]+)", speed("-bytes", "64", "-evp", "aes-256-gcm"), re.MULTILINE)
    signing = {name: re.search(rf"^\+{line}:\d+:\d+:([\d.e-]+)", speed(what), re.MULTILINE)
               for name, line, what in (("rsa", "F2", "rsa2048"), ("ecdsa", "F4", "ecdsap256"))}
    return {"aes": 64 / float(bytes_a_second[1]) * 1e6,
            **{name: 1e6 / float(found[1]) for name, found in signing.items()}}


def prepare(server):
    """{operation: its parameters} for keys that are made here."""
    wire = Wire(server.url)

    def call(operation, speaker=KMS, **parameters):
        answer = wire.call(speaker, operation, parameters)
        assert answer.status == 200, answer
        return json.loads(answer.body)
    keys = {spec: call("CreateKey", KeySpec=spec, KeyUsage="ENCRYPT_DECRYPT" if spec[0] == "S" else "SIGN_VERIFY")
            ["KeyMetadata"]["KeyId"] for spec in ("SYMMETRIC_DEFAULT", "RSA_2048", "ECC_NIST_P256")}
    plain = keys["SYMMETRIC_DEFAULT"]
    sealed = call("Encrypt", KeyId=plain, Plaintext=PLAIN, EncryptionContext=CONTEXT)
    call("CreateSecret", SECRETS, Name="bench", SecretString="x" * 64)
    wire.close()
    message = {"Message": PLAIN, "MessageType": "RAW"}
    return {
        "Encrypt": {"KeyId": plain, "Plaintext": PLAIN, "EncryptionContext": CONTEXT},
        "Decrypt": {"CiphertextBlob": base64.b64decode(sealed["CiphertextBlob"]), "EncryptionContext": CONTEXT},
        "GenerateDataKey": {"KeyId": plain, "KeySpec": "AES_256", "EncryptionContext": CONTEXT},
        "Sign RSA_2048": {"KeyId": keys["RSA_2048"], "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256", **message},
        "Sign ECC_NIST_P256": {"KeyId": keys["ECC_NIST_P256"], "SigningAlgorithm": "ECDSA_SHA_256", **message},
        "GetSecretValue": {"SecretId": "bench"},
    }


def signed(server, operation, parameters):
    made = []
    speaker = SECRETS if operation == "GetSecretValue" else KMS
    for _ in range(200):
        request = speaker.request(operation.split()[0], parameters)
        request.headers.pop("Host", None)
        made.append(raw(sign(request, server.url, speaker)))
    return made


def bench_kms(rounds, seconds):
    peers.environment("python", "moto_server", peers.MOTO)
    say("KMS: openssl speed, then the servers in turns")
    limits, figures = openssl_micros(), {}
    servers = [peers.florin(), peers.moto()]
    try:
        parameters = {server.name: prepare(server) for server in servers}
        for _ in range(rounds):
            for server in servers:
                for operation in OPERATIONS:
                    before = server.cpu_seconds()
                    result = load(server.port, signed(server, operation, parameters[server.name][operation]),
                                  seconds=seconds)
                    row = figures.setdefault((operation, server.name), {"per_second": [], "cpu_us": [], "p99_ms": []})
                    row["cpu_us"].append((server.cpu_seconds() - before) * 1e6 / result["answered"])
                    for name in ("per_second", "p99_ms"):
                        row[name].append(result[name])
    finally:
        for server in servers:
            server.stop()
    table("KMS and Secrets Manager: signed requests, 8 connections; OpenSSL alone by openssl speed",
          ["operation", "server", "per second", "CPU each", "p99", "OpenSSL alone", "CPU / OpenSSL"],
          [[operation, name, f"{median(row['per_second']):,.0f}", f"{median(row['cpu_us']):.1f} us",
            f"{median(row['p99_ms']):.2f} ms", f"{limits[OPERATIONS[operation][1]]:.1f} us",
            f"{median(row['cpu_us']) / limits[OPERATIONS[operation][1]]:.3g}"]
           for (operation, name), row in sorted(figures.items(), key=lambda f: list(OPERATIONS).index(f[0][0]))])
