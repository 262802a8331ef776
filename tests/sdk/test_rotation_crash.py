"""Rotations that lose the emulator, or Postgres, in the middle: at each step they recover."""
import contextlib
import signal
import socket
import threading
import uuid

import boto3
import pytest

import test_rotation
from conftest import Emulator
from postgres import PASSWORD, Postgres


class Gate:
    """Stands before Postgres and counts its connections; at one of them it calls the test.

    At "before N" nothing of connection N has reached the server; at "reply N" the server has done
    all that connection N asked for, and its last reply is held back; at "after N" connection N ended.
    """

    def __init__(self, port):
        self.target, self.point, self.action = port, None, None
        self.count, self.reached = 0, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def arm(self, point, action):
        self.point, self.action, self.count = point, action, 0
        self.reached.clear()

    def at(self, point):
        if point == self.point:
            self.point = None
            self.action()
            self.reached.set()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            self.count += 1
            threading.Thread(target=self.serve, args=(client, self.count), daemon=True).start()

    def serve(self, client, number):
        self.at(f"before {number}")
        try:
            server = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            client.close()
            return
        back = threading.Thread(target=self.pump, args=(server, client, number), daemon=True)
        back.start()
        self.pump(client, server, None)
        back.join()
        for end in (client, server):
            end.close()
        self.at(f"after {number}")

    def pump(self, source, target, number):
        """Until one side ends, in whatever way; then the other is told."""
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if number and data.startswith((b"C", b"T")) and self.point == f"reply {number}":
                    self.at(f"reply {number}")
                    break
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def close(self):
        self.listener.close()


@pytest.fixture(scope="module")
def postgres():
    server = Postgres()
    yield server
    server.done()


class Scene:
    """A secret of its own role behind a gate, in an emulator that keeps its state."""

    def __init__(self, postgres, folder, function):
        self.postgres, self.folder, self.function = postgres, folder, function
        self.gate, self.role = Gate(postgres.port), "user_" + uuid.uuid4().hex[:8]
        postgres.sql(f"CREATE ROLE {self.role} LOGIN PASSWORD 'first'")
        self.cloud = test_rotation.Cloud("--data", str(folder))
        master = self.create("master", "postgres", PASSWORD)
        self.create("s", self.role, "first", masterarn=master)

    def create(self, name, user, password, **more):
        text = test_rotation.secret_text(self.postgres, user, password, **more)
        text = text.replace(f'"port": {self.postgres.port}', f'"port": {self.gate.port}')
        return self.cloud.secrets.create_secret(Name=name, SecretString=text)["ARN"]

    def rotate(self):
        return self.cloud.secrets.rotate_secret(SecretId="s", RotationLambdaARN=self.function)["VersionId"]

    def kill_emulator(self):
        emulator = self.cloud.emulator
        emulator.process.kill()
        emulator.process.wait(timeout=10)

    def start_emulator(self):
        self.cloud.emulator.reader.join()
        self.cloud.emulator = Emulator("--data", str(self.folder))
        self.cloud.secrets = boto3.client("secretsmanager", endpoint_url=self.cloud.emulator.url)

    def is_rotated(self, version):
        """The new login alone is in force, everywhere."""
        new = self.cloud.text("s")
        single = self.function == test_rotation.SINGLE
        assert self.cloud.stages("s").keys() == {"AWSCURRENT", "AWSPREVIOUS"}
        assert self.cloud.stages("s")["AWSCURRENT"] == version
        assert new["username"] == (self.role if single else self.role + "_clone")
        assert self.postgres.accepts(new["username"], new["password"])
        assert self.postgres.accepts(self.role, "first") != single
        assert self.cloud.secrets.describe_secret(SecretId="s")["LastRotatedDate"]
        return True

    def close(self):
        self.cloud.emulator.stop()
        self.gate.close()


@pytest.fixture(params=[test_rotation.SINGLE, test_rotation.MULTI], ids=["single", "multi"])
def scene(request, postgres, tmp_path):
    made = Scene(postgres, tmp_path / "data", request.param)
    yield made
    made.close()
    if postgres.process.poll() is not None:
        postgres.start()


# Connection 1 finds that the new login does not work yet, 2 sets its password, 3 tests it: before 1
# createSecret is done, after 3 finishSecret is next.
POINTS = ["before 1", "before 2", "reply 2", "after 2", "before 3", "reply 3", "after 3"]


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_emulator_goes_on_where_it_stood(scene, point):
    scene.gate.arm(point, scene.kill_emulator)
    version = scene.rotate()
    assert scene.gate.reached.wait(20), "the rotation never came that far"
    scene.start_emulator()
    scene.cloud.settle()
    assert scene.is_rotated(version)


def test_an_emulator_killed_as_it_answers_has_begun_the_rotation(scene):
    version = scene.rotate()
    scene.kill_emulator()
    scene.start_emulator()
    scene.cloud.settle()
    assert scene.is_rotated(version)


def test_a_server_that_falls_silent_fails_the_try(scene):
    silence = threading.Event()
    scene.gate.arm("reply 3", lambda: silence.wait(60))
    version = scene.rotate()
    scene.cloud.settle()
    assert scene.cloud.events("RotationFailed", "s") == 1
    assert "does not answer" in scene.cloud.audit("RotationFailed")[-1]["errorMessage"]
    silence.set()
    scene.cloud.emulator.advance(10)
    assert scene.is_rotated(version)


@pytest.mark.parametrize("point", POINTS[:-1])
def test_a_crashed_postgres_fails_the_try_and_the_next_one_recovers(scene, point):
    scene.gate.arm(point, lambda: scene.postgres.stop(signal.SIGQUIT))
    version = scene.rotate()
    assert scene.gate.reached.wait(20), "the rotation never came that far"
    scene.cloud.settle()
    assert scene.cloud.stages("s")["AWSPENDING"] == version
    assert scene.cloud.events("RotationFailed", "s") == 1
    scene.postgres.start()
    scene.cloud.emulator.advance(10)
    assert scene.is_rotated(version)
