"""Figures of `onefrontend serve`: enrollments, ten thousand nodes that wait, memory over an hour of a cloud, its start.

Simulator, signer, service and the machines (bench_load) are processes of their own in a network namespace, where each
machine has an address. With ONED_ENDPOINT, ONED_AUTH and ONED_MONITOR_LOG a real oned takes the simulator's place; then all
runs beside it, and the machines' addresses are this machine's for as long as it takes.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import pwd
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

REPO = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "tests" / "tools"))

from figure import Figure  # noqa: E402
from plot import draw, percentile, spread  # noqa: E402
from simulator import real_frontend  # noqa: E402

PLOTS = REPO / "build" / "bench"
MACHINES = "198.18.0.0/16"  # RFC 2544 keeps these for benchmarks
FIRST_MACHINE = "198.18.1.0"
OURS = "198.18.0.1"
ROUNDS_OF_AN_HOUR = 60  # each: 10 machines join, lose their connection 6 times, and leave


class FrontEnd:
    """A front-end of real processes; gone with the `with`."""

    def __init__(self, programs: pathlib.Path):
        self.programs = programs
        self.real = real_frontend()
        self.stack = contextlib.ExitStack()

    def __enter__(self) -> FrontEnd:
        try:
            self.root = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="onefrontend-bench-")))
            self.make_network()
            self.start_oned()
            self.write_configuration()
            self.run([self.programs / "onefrontend", "init", "--config", self.config])
            self.start("signer")
            wait_until(lambda: (self.root / "signer.sock").exists(), 20, "the signer")
            self.serve = self.start("serve")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def make_network(self) -> None:
        self.inside: list[str] = []
        if not self.real:
            name = f"bench-{secrets.token_hex(4)}"
            run(["ip", "netns", "add", name])
            self.stack.callback(run, ["ip", "netns", "delete", name])
            self.inside = ["ip", "netns", "exec", name]
            self.run(["ip", "link", "set", "lo", "up"])
            self.run(["sysctl", "-q", "-w", "net.core.somaxconn=4096", "net.ipv4.tcp_max_syn_backlog=4096"])
        self.run(["ip", "route", "add", "local", MACHINES, "dev", "lo"])
        self.stack.callback(self.run, ["ip", "route", "delete", "local", MACHINES, "dev", "lo"])

    def start_oned(self) -> None:
        if self.real:
            self.oned = {"endpoint": self.real["ONED_ENDPOINT"], "auth": self.real["ONED_AUTH"]}
            return
        auth = self.write("one_auth", "oneadmin:opennebula\n", 0o600)
        (self.root / "remotes").mkdir()
        process = self.spawn("oned", [self.programs / "oned-sim", "--port", "2633", "--monitor-port", "4124", "--auth", auth,
                                      "--log-dir", self.root, "--remotes", self.root / "remotes"], subprocess.PIPE)
        if b"ready" not in process.stdout.readline():
            raise RuntimeError(f"oned-sim does not start:\n{self.log('oned')}")
        self.oned = {"endpoint": "http://127.0.0.1:2633/RPC2", "auth": str(auth)}

    def write_configuration(self) -> None:
        key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 43
        self.write("home/.ssh/id_ed25519.pub", f"{key} oneadmin@bench\n")
        self.write("etc/ssh/ssh_host_ed25519_key.pub", f"{key} root@bench\n")
        self.write("etc/monitord.conf", 'NETWORK = [ ADDRESS = "::", MONITOR_ADDRESS = "auto", PORT = 4124 ]\n')
        user = pwd.getpwuid(os.geteuid()).pw_name
        self.port = 4125
        self.config = self.write("onefrontend.yaml", json.dumps({
            "state_dir": f"{self.root}/state", "signer_socket": f"{self.root}/signer.sock", "signer_user": user, "ssh_user": user,
            "ssh_home": f"{self.root}/home", "ssh_host_key_dir": f"{self.root}/etc/ssh",
            "monitord_conf": f"{self.root}/etc/monitord.conf", "monitor_log": f"{self.root}/monitor.log",
            "server_names": [OURS], "listen_port": self.port, "listen_address": OURS, "metrics_address": "",
            "oned_endpoint": self.oned["endpoint"], "oned_auth": self.oned["auth"]}))

    def start(self, verb: str) -> subprocess.Popen[bytes]:
        return self.spawn(verb, [self.programs / "onefrontend", verb, "--config", self.config])

    def spawn(self, name: str, argv: list, output: int | None = None) -> subprocess.Popen[bytes]:
        log = self.stack.enter_context((self.root / f"{name}.log").open("ab"))
        process = subprocess.Popen([*self.inside, *map(str, argv)], stdin=subprocess.DEVNULL, stdout=output or log, stderr=log,
                                   cwd=self.root)
        self.stack.callback(end, process)
        return process

    def load(self, verb: str, *words: object, timeout: float = 900) -> list[dict]:
        """What the machines tell, an object a line."""
        said = self.run([*self.load_argv(verb), *words], timeout=timeout)
        return [json.loads(line) for line in said.splitlines()]

    def load_argv(self, verb: str) -> list:
        return [self.programs / "bench_load", verb, "--host", OURS, "--port", self.port, "--sources", FIRST_MACHINE,
                "--authority", self.root / "state/public/ca.pem", "--oned-endpoint", self.oned["endpoint"],
                "--oned-auth", self.oned["auth"], "--state-dir", self.root / "state", "--token-file", self.root / "token",
                "--identities", self.root / "identities"]

    def make_token(self, uses: int) -> None:
        said = self.run([self.programs / "onefrontend", "token", "create", "--uses", uses, "--json", "--config", self.config])
        self.write("token", json.loads(said)["token"] + "\n", 0o600)

    def wait_until_served(self) -> None:
        def is_served() -> bool:
            tried = self.load("handshakes", "--seconds", 0.05, "--parallel", 1)[0]
            return tried["count"] > 0
        wait_until(is_served, 30, "the service")
        time.sleep(1.5)  # its first look at OpenNebula

    def run(self, argv: list, timeout: float = 120) -> str:
        done = subprocess.run([*self.inside, *map(str, argv)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=timeout, check=False)
        if done.returncode:
            raise RuntimeError(f"{argv[0]} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}\n{self.log('serve')}")
        return done.stdout

    def write(self, name: str, text: str, mode: int = 0o644) -> pathlib.Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        return file

    def log(self, name: str) -> str:
        file = self.root / f"{name}.log"
        return file.read_text(errors="replace")[-2000:] if file.exists() else ""

    def rss(self) -> float:
        """MB that the service has."""
        return resident(self.serve.pid)


def run(argv: list[str]) -> None:
    subprocess.run(argv, stdin=subprocess.DEVNULL, check=True)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {seconds} s for {what}")
        time.sleep(0.02)


def resident(pid: int) -> float:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} has no VmRSS")


def rate(run: dict) -> float:
    if run.get("failed") or run["failure"]:
        raise RuntimeError(f"{run.get('failed', 'some')} failed: {run['failure']}")
    return run["count"] / run["seconds"]


def latencies(name: str, took_ms: list[float], limit_ms: float, what_limits: str) -> Iterator[Figure]:
    for word, share in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)):
        yield Figure(f"{name}.{word}", percentile(took_ms, share), "ms", what_limits, limit_ms)


def enroll(programs: pathlib.Path, machines: int = 1000, parallel: int = 16) -> Iterator[Figure]:
    with FrontEnd(programs) as frontend:
        frontend.wait_until_served()
        frontend.make_token(machines)
        handshakes = frontend.load("handshakes", "--seconds", 5, "--parallel", parallel)[0]
        updates = frontend.load("updates", "--seconds", 5, "--parallel", parallel)[0]
        enrolled = frontend.load("enroll", "--count", machines, "--parallel", parallel)[0]
    of_handshakes, of_updates, of_machines = rate(handshakes), rate(updates), rate(enrolled)
    print(f"enroll: {of_handshakes:.0f} handshakes/s, {of_updates:.0f} document updates/s", file=sys.stderr)
    limit, name = min((of_handshakes, "new TLS handshakes"), (of_updates, "document updates"))
    yield Figure("enroll.rate", of_machines, "1/s", f"{name} of the same service and oned", limit)
    yield Figure("enroll.rate_vs_limit", of_machines / limit, "", "the goal", 0.5)
    slowest = percentile(handshakes["took_ms"] if name.startswith("new") else updates["took_ms"], 0.5)
    yield from latencies("enroll.latency", enrolled["took_ms"], slowest, f"{name}, p50")
    draw(PLOTS / "enroll.latency.svg", f"{machines} enrollments, {parallel} at a time", "ms", "% done within",
         spread(enrolled["took_ms"]), 99, "99 %")
    draw(PLOTS / "enroll.rate.svg", "enrollments per second, and their limit", "which",
         "1/s", [(0, of_machines), (1, of_machines)], limit, name)


class Crowd:
    """Nodes that joined long ago, and now wait for news."""

    def __init__(self, frontend: FrontEnd, nodes: int):
        self.process = subprocess.Popen([*frontend.inside, *map(str, frontend.load_argv("poll")), "--count", str(nodes)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        frontend.stack.callback(end, self.process)

    def hear(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the waiting nodes ended")
        return json.loads(line)

    def ask(self, mark: str) -> None:
        self.process.stdin.write(f"mark {mark}\n")
        self.process.stdin.flush()


def poll(programs: pathlib.Path, name: str, nodes: int) -> Iterator[Figure]:
    with FrontEnd(programs) as frontend:
        frontend.wait_until_served()
        frontend.load("seed", "--count", nodes)
        alone = frontend.rss()
        crowd = Crowd(frontend, nodes)
        waiting = crowd.hear()
        time.sleep(2)
        rss = frontend.rss()
        yield Figure(f"poll.rss_{name}", rss, "MB", "the goal for 10,000", 400)
        yield Figure(f"poll.rss_per_node_{name}", (rss - alone) * 1024 / nodes, "KB", "a stack of 8 KB and TLS's own 25 KB", 33)
        yield from latencies(f"poll.first_state_{name}", waiting["took_ms"], 1000, "a second")

        mark = f"bench-{secrets.token_hex(6)}"
        crowd.ask(mark)
        time.sleep(0.2)
        begun = time.time()
        key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "B" * 43
        frontend.write("home/.ssh/another.pub", f"{key} {mark}\n")
        told = crowd.hear()
        arrivals = sorted(1000 * (at - begun) for at in told["arrivals"])
        if told["failed"]:
            print(f"poll.fanout_{name}: {told['failed']} answers failed: {told['failure']}", file=sys.stderr)
        yield Figure(f"poll.fanout_{name}", arrivals[-1] / 1000, "s", "the goal", 5)
        yield from latencies(f"poll.fanout_{name}", arrivals, 5000, "the goal")
        yield Figure(f"poll.rss_after_fanout_{name}", frontend.rss(), "MB", "before it", rss)
        draw(PLOTS / f"poll.fanout_{name}.svg", f"a change reaches {nodes} nodes", "% of the nodes", "ms after the change",
             [(percent, at) for at, percent in spread(arrivals)], 5000, "goal: 5 s")


def memory(programs: pathlib.Path, hours: float) -> Iterator[Figure]:
    rounds = max(6, round(hours * ROUNDS_OF_AN_HOUR))
    with FrontEnd(programs) as frontend:
        frontend.wait_until_served()
        sizes: list[tuple[float, float]] = []
        for number in range(rounds):
            if number % 20 == 0:
                frontend.make_token(1000)  # claims of a token stay with it
            said = frontend.load("churn", "--count", 1, "--joins", 10, "--drops", 60, "--parallel", 4)[0]
            if said["failed"]:
                raise RuntimeError(f"{said['failed']} machines failed: {said['failure']}")
            sizes.append((number / ROUNDS_OF_AN_HOUR, frontend.rss()))
        warm = sizes[len(sizes) // 3][1]
        yield Figure("serve.memory", sizes[-1][1], "MB", f"after the first third of {rounds / ROUNDS_OF_AN_HOUR:.2f} hours", warm)
        draw(PLOTS / "serve.memory.svg", "memory of serve over joins, drops and leaves", "hours' worth", "MB", sizes,
             1.1 * warm, "a tenth above the first third")


def start(programs: pathlib.Path, rounds: int = 20) -> Iterator[Figure]:
    took: list[float] = []
    with FrontEnd(programs) as frontend:
        frontend.wait_until_served()
        for _ in range(rounds):
            end(frontend.serve)
            said = frontend.run([sys.executable, __file__, frontend.programs / "onefrontend", frontend.config, OURS, frontend.port])
            took.append(float(said))
    yield Figure("serve.start", percentile(took, 0.5), "ms", "the goal", 50)
    yield from latencies("serve.start", took, 50, "the goal")
    draw(PLOTS / "serve.start.svg", "serve: from its start until it accepts", "% of the starts", "ms",
         [(percent, at) for at, percent in spread(took)], 50, "goal: 50 ms")


def time_one_start(program: str, config: str, address: str, port: str) -> None:
    """Inside the network namespace: prints the milliseconds until the service accepts, and ends it."""
    begun = time.perf_counter()
    process = subprocess.Popen([program, "serve", "--config", config], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    while True:
        with socket.socket() as probe:
            if probe.connect_ex((address, int(port))) == 0:
                break
        if process.poll() is not None or time.perf_counter() - begun > 30:
            sys.exit("serve does not start")
        time.sleep(0.0005)
    print(1000 * (time.perf_counter() - begun))
    end(process)


if __name__ == "__main__":
    time_one_start(*sys.argv[1:])
