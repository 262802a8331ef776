"""What was once a secret's value stands in no file, no log, and no memory of the emulator."""
import json
import os
import pathlib
import re
import uuid

import boto3
import pytest

import test_rotation
from conftest import Emulator
from postgres import Postgres


def memory_holds(pid, needles):
    """Those of the texts that the process has somewhere."""
    found = set()
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            start, end, access = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            if not access.startswith("rw") or int(end, 16) - int(start, 16) > 1 << 32:
                continue  # what cannot be written holds no value; the sanitizers' shadow is terabytes
            try:
                memory.seek(int(start, 16))
                data = memory.read(int(end, 16) - int(start, 16))
            except (OSError, ValueError):
                continue
            found |= {n for n in needles if n.encode() in data}
    return found


def files_hold(folder, needles):
    return {(n, path.name) for path in folder.iterdir() for n in needles if n.encode() in path.read_bytes()}


def can_read_memory():
    return os.getuid() == 0


@pytest.fixture
def emulator(tmp_path):
    made = Emulator("--data", str(tmp_path / "data"), "--log-level", "debug")
    yield made
    if made.process.poll() is None:
        made.stop()


def test_the_search_finds_what_is_there():
    hidden = "needle-" + uuid.uuid4().hex
    assert memory_holds(os.getpid(), [hidden, "needle-" + "x" * 40 + hidden[::-1]]) >= {hidden}


@pytest.mark.skipif(not can_read_memory(), reason="only root reads the memory of a process that hides it")
def test_values_leave_nothing_behind(emulator, tmp_path):
    secrets = boto3.client("secretsmanager", endpoint_url=emulator.url)
    canaries = [f"canary-{i}-{uuid.uuid4().hex}" for i in range(6)]
    long = "x" * 30000 + canaries[3] + "y" * 30000
    secrets.create_secret(Name="a", SecretString=canaries[0], AddReplicaRegions=[{"Region": "eu-west-1"}])
    secrets.put_secret_value(SecretId="a", SecretString=json.dumps({"password": canaries[1]}))
    secrets.update_secret(SecretId="a", SecretBinary=canaries[2].encode())
    secrets.create_secret(Name="b", SecretString=long)
    kms = boto3.client("kms", endpoint_url=emulator.url)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=canaries[4].encode())["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == canaries[4].encode()
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.put_secret_value(SecretId="none", SecretString=canaries[5])
    for name in "ab":
        secrets.get_secret_value(SecretId=name)
        secrets.get_secret_value(SecretId="a", VersionStage="AWSPREVIOUS")
    assert len(secrets.batch_get_secret_value(SecretIdList=["a", "b"])["SecretValues"]) == 2
    made = secrets.get_random_password(PasswordLength=64, ExcludePunctuation=True)["RandomPassword"]
    secrets.close()
    kms.close()
    secrets = boto3.client("secretsmanager", endpoint_url=emulator.url)
    secrets.list_secrets()  # another call on another connection: the last one's memory is given back
    needles = [*canaries, made]
    assert memory_holds(emulator.process.pid, needles) == set()
    assert files_hold(tmp_path / "data", needles) == set()
    emulator.stop()
    assert not [n for n in needles if n in "".join(emulator.log)]
    assert files_hold(tmp_path / "data", needles) == set()


def test_passwords_of_rotations_reach_no_file_and_no_log(tmp_path):
    postgres, cloud = Postgres(), test_rotation.Cloud("--data", str(tmp_path / "data"), "--log-level", "debug")
    postgres.sql("CREATE ROLE hidden LOGIN PASSWORD 'first-password-of-all'")
    cloud.secrets.create_secret(Name="s", SecretString=test_rotation.secret_text(
        postgres, "hidden", "first-password-of-all"))
    passwords = ["first-password-of-all"]
    for _ in range(3):
        cloud.secrets.rotate_secret(SecretId="s", RotationLambdaARN=test_rotation.SINGLE)
        cloud.settle()
        passwords.append(cloud.text("s")["password"])
    assert len(set(passwords)) == 4
    cloud.emulator.stop()
    assert files_hold(tmp_path / "data", passwords) == set()
    assert not [p for p in passwords if p in "".join(cloud.emulator.log)]
    assert not [p for p in passwords[1:] if p in postgres.log()]
    postgres.done()
