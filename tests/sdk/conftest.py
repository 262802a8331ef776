"""The emulator that the tests drive: one process for the whole run, on a free port.

Set AWS_ENDPOINT_URL to drive one that runs already; then tests that need their own are skipped.
"""
import json
import os
import pathlib
import subprocess
import threading
import urllib.request

import boto3
import botocore.config
import pytest

from wire import Wire

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ["build/dev/emulator/florin-emulator", "build/bin/florin-emulator"]
REGION = "us-east-1"
ACCOUNT = "000000000000"


def emulator_program():
    named = os.environ.get("FLORIN_EMULATOR")
    for path in [named] if named else PROGRAMS:
        if (TOP / path).exists():
            return str(TOP / path)
    raise pytest.UsageError("no florin-emulator is built: run scripts/build, or name it in FLORIN_EMULATOR")


class Emulator:
    """A florin-emulator of our own: its address, and what it wrote to standard error."""

    def __init__(self, *options):
        self.process = subprocess.Popen([emulator_program(), "--listen", "127.0.0.1:0", *options],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        ready = self.process.stdout.readline()
        if not ready.startswith("florin-emulator ready http://"):
            raise RuntimeError("the emulator did not start: " + self.process.communicate()[1])
        self.url = ready.split()[-1]
        self.log = []
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr))
        self.reader.start()

    def clock(self, **wish):
        """Its virtual clock: clock() reads it, clock(advance=3600), clock(set="2030-01-01T00:00:00Z")
        and clock(freeze=True) set it and wait until what fell due is done."""
        request = urllib.request.Request(self.url + "/_florin/clock", headers={"X-Florin-Control": "1"},
                                         data=json.dumps(wish).encode() if wish else None)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def advance(self, seconds):
        return self.clock(advance=seconds)

    def stop(self):
        """Ends it as a service manager would; exit code 0 also says that no sanitizer complained."""
        self.process.terminate()
        code = self.process.wait(timeout=10)
        self.reader.join()
        assert code == 0, f"the emulator ended with {code}:\n" + "".join(self.log[-60:])


@pytest.fixture(scope="session", autouse=True)
def credentials():
    """The root of the default account; nothing of the user's own AWS configuration is read."""
    for name in [n for n in os.environ if n.startswith("AWS_") and n != "AWS_ENDPOINT_URL"]:
        del os.environ[name]
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_REGION=REGION,
                      AWS_DEFAULT_REGION=REGION, AWS_CONFIG_FILE=os.devnull,
                      AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_EC2_METADATA_DISABLED="true",
                      AWS_MAX_ATTEMPTS="1", AWS_PAGER="", NO_PROXY="127.0.0.1,localhost")


@pytest.fixture(scope="session", autouse=True)
def endpoint(credentials):
    """Its address, which clients made without one find in the environment."""
    given = os.environ.get("AWS_ENDPOINT_URL")
    if given:
        yield given
        return
    emulator = Emulator()
    os.environ["AWS_ENDPOINT_URL"] = emulator.url
    yield emulator.url
    del os.environ["AWS_ENDPOINT_URL"]
    emulator.stop()


@pytest.fixture(scope="session")
def client(endpoint):
    """client("kms"), client("kms", aws_access_key_id=...): boto3's, one for each set of options.

    With check=False it sends parameters that botocore itself would refuse.
    """
    made = {}

    def make(service, check=True, **options):
        key = (service, check, repr(sorted(options.items())))
        if key not in made:
            config = botocore.config.Config(parameter_validation=check)
            made[key] = boto3.client(service, endpoint_url=endpoint, config=config, **options)
        return made[key]
    return make


@pytest.fixture
def wire(endpoint):
    """A raw connection to the emulator."""
    connection = Wire(endpoint)
    yield connection
    connection.close()
