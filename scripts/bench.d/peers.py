"""The servers that scripts/bench measures: the emulator, its yardstick and its peers.

Peers come from package registries by their own clients, once, into .florin/bench; they run as they
are, as black boxes. Not in a registry as something that runs, and so not here: DynamoDB Local (its
npm package fetches the program from elsewhere; --dynamodb-local measures one that is there already)
and fakecloud (its PyPI package is a client alone, its crate takes half an hour to compile).
"""
import pathlib
import subprocess
import sys

from measure import HOME, TOP, Server, free_port, say

DYNALITE, MOTO, MINISTACK = "dynalite@3.2.2", "moto[server,dynamodb]==5.1.0", "ministack==1.5.33"


def environment(name, program, package):
    """A Python environment of the package's own."""
    if not (HOME / name / "bin" / program).exists():
        say(f"installing {package}")
        subprocess.run([sys.executable, "-m", "venv", HOME / name], check=True)
        subprocess.run([HOME / name / "bin/pip", "install", "--quiet", "--disable-pip-version-check", package],
                       check=True)


def install():
    if not (HOME / "node/node_modules/.bin/dynalite").exists():
        say(f"installing {DYNALITE}")
        (HOME / "node").mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix",
                        HOME / "node", DYNALITE], check=True, stdout=subprocess.DEVNULL)
    environment("python", "moto_server", MOTO)
    environment("ministack", "ministack", MINISTACK)


def florin(*options):
    return Server("florin", [str(TOP / "build/bin/florin-emulator"), "--listen", "127.0.0.1:0", *options])


def bare():
    return Server("bare libmicrohttpd", [str(TOP / "build/release/scripts/bench.d/bare-httpd")])


def dynalite():
    port = free_port()
    return Server("dynalite", ["node", str(HOME / "node/node_modules/.bin/dynalite"), "--host", "127.0.0.1",
                               "--port", str(port), "--createTableMs", "0"], port)


def moto():
    port = free_port()
    return Server("moto", [str(HOME / "python/bin/moto_server"), "-H", "127.0.0.1", "-p", str(port)], port)


def ministack():
    port = free_port()
    return Server("ministack", [str(HOME / "ministack/bin/ministack")], port, {"GATEWAY_PORT": str(port)})


def dynamodb_local(folder):
    port, folder = free_port(), pathlib.Path(folder)
    return Server("dynamodb local", ["java", f"-Djava.library.path={folder}/DynamoDBLocal_lib", "-jar",
                                     str(folder / "DynamoDBLocal.jar"), "-inMemory", "-port", str(port)], port)
