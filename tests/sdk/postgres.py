"""A Postgres server of a test's own, on a free port, in a folder that goes with it."""
import glob
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import psycopg

PASSWORD = "superuser of the tests"


def program(name):
    found = shutil.which(name) or next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))[::-1]), None)
    assert found, f"{name} is not installed: scripts/install-packages stack"
    return found


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Postgres:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="florin-postgres-", dir="/var/tmp"))
        self.data, self.port, self.process = self.folder / "data", free_port(), None
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
            shutil.chown(secret, "postgres")
        subprocess.run([*self.runner(), program("initdb"), "--pgdata", self.data, "--username=postgres", "--no-sync",
                        "--encoding=UTF8", "--no-locale", "--auth=scram-sha-256", f"--pwfile={secret}"],
                       check=True, stdout=subprocess.DEVNULL, cwd="/")
        self.start()

    @staticmethod
    def runner():
        """Postgres refuses to run as root."""
        return ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [*self.runner(), program("postgres"), "-D", self.data, "-p", str(self.port), "-c", "fsync=off",
                 "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "log_statement=all"],
                stdout=log, stderr=log, cwd="/")
        end = time.monotonic() + 30
        while True:
            try:
                return self.connect().close()
            except psycopg.OperationalError:
                assert time.monotonic() < end and self.process.poll() is None, self.log()
                time.sleep(0.02)

    def connect(self, user="postgres", password=PASSWORD, dbname="postgres"):
        return psycopg.connect(host="127.0.0.1", port=self.port, user=user, password=password, dbname=dbname,
                               autocommit=True, connect_timeout=5)

    def accepts(self, user, password):
        try:
            self.connect(user, password).close()
            return True
        except psycopg.OperationalError:
            return False

    def sql(self, text, *values):
        with self.connect() as connection:
            cursor = connection.execute(text, values or None)
            return cursor.fetchall() if cursor.description else None

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def stop(self, how=signal.SIGINT):
        """SIGINT is a fast shutdown, SIGQUIT an immediate one, as by a crash."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, how)
        self.process.wait(timeout=30)

    def done(self):
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder)
