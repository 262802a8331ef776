"""Servers under measurement: starting them, their CPU time and memory, and load on them."""
import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
TOOLS = TOP / "build/release/scripts/bench.d"
CONNECTIONS = 8
HOME = TOP / ".florin/bench"


def say(text):
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A child process that answers on a port of 127.0.0.1."""

    def __init__(self, name, command, port=None, environment=None):
        """Without a port, the first line of standard output ends with the address."""
        self.name = name
        self.log = tempfile.TemporaryFile()
        began = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE if port is None else self.log,
                                        stderr=self.log, env={**os.environ, **(environment or {})},
                                        start_new_session=True)
        if port is None:
            line = self.process.stdout.readline().decode()
            port = int(line.rsplit(":", 1)[1]) if ":" in line else 0
        else:
            self.wait_for_port(port)
        self.ready_ms = (time.monotonic() - began) * 1000
        self.port, self.url = port, f"http://127.0.0.1:{port}"

    def wait_for_port(self, port):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.005)
        raise RuntimeError(f"{self.name} does not answer: {self.output()}")

    def output(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-2000:]

    def processes(self):
        """Its own and those that it started: all of its session."""
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                if int(stat.read_text().rsplit(")", 1)[1].split()[3]) == self.process.pid:
                    yield int(stat.parent.name)
            except OSError:
                pass  # ended meanwhile

    def cpu_seconds(self):
        """Of all their threads, ended ones too: the kernel's CPU clocks of the processes."""
        return sum(time.clock_gettime((~pid << 3) | 2) for pid in self.processes())

    def memory_mib(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()


def raw(request):
    """A tests/sdk Request as bytes on the wire."""
    target = request.path + ("?" + request.query if request.query else "")
    head = [f"{request.method} {target} HTTP/1.1"]
    head += [f"{n}: {v}" for n, v in request.headers.items()]
    head += [f"Content-Length: {len(request.body)}", "", ""]
    return "\r\n".join(head).encode() + request.body


def load(port, requests, **options):
    """Sends them with florin-load; its result. Raises when an answer was not a 2xx."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"".join(requests))
        file.flush()
        words = [str(TOOLS / "florin-load"), "--file", file.name, "--port", str(port)]
        options = {"connections": CONNECTIONS, **options}
        words += [w for n, v in options.items() for w in ([f"--{n}"] if v is True else [f"--{n}", str(v)])]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    result = json.loads(done.stdout) if done.stdout else {}
    if done.returncode or result.get("refused"):
        raise RuntimeError(f"load on port {port} failed: {done.stdout}{done.stderr}")
    return result


def median(values):
    return statistics.median(values) if values else float("nan")


def table(title, head, rows):
    """Prints rows of texts, the first column to the left."""
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    print(f"\n{title}")
    for row in [head, ["-" * w for w in widths], *rows]:
        cells = [str(row[0]).ljust(widths[0])] + [str(c).rjust(w) for c, w in zip(row[1:], widths[1:])]
        print("  " + "  ".join(cells).rstrip())


def verdict(figure, goal, better, unit=""):
    """("28 ms", "< 30 ms", "met")"""
    met = figure < goal if better == "<" else figure >= goal
    return f"{figure:.3g}{unit}", f"{better} {goal:.3g}{unit}", "met" if met else "MISSED"
