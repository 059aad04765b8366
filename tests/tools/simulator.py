"""Starts tests/oned-sim for the client suite, or hands through the real front-end that the environment names."""

from __future__ import annotations

import contextlib
import os
import pathlib
import select
import socket
import subprocess
import tempfile
from collections.abc import Iterator

VARIABLES = ("ONED_ENDPOINT", "ONED_AUTH", "ONED_MONITOR_LOG")


def real_frontend() -> dict[str, str] | None:
    """All three variables, or none of them."""
    given = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    if given and len(given) != len(VARIABLES):
        missing = " ".join(name for name in VARIABLES if name not in given)
        raise SystemExit(f"a real front-end needs all three of {' '.join(VARIABLES)}; missing: {missing}")
    return given or None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def simulator(program: pathlib.Path, log: pathlib.Path) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="oned-sim-") as folder, log.open("ab") as output:
        root = pathlib.Path(folder)
        auth = root / "one_auth"
        auth.write_text("oneadmin:simulated-password\n")
        auth.chmod(0o600)
        (root / "remotes").mkdir()
        port, monitor_port = free_port(), free_port()
        argv = [
            str(program), "--listen", "127.0.0.1", "--port", str(port), "--monitor-port", str(monitor_port),
            "--auth", str(auth), "--log-dir", str(root), "--remotes", str(root / "remotes"), "--hostname", "localhost",
        ]
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=output)
        try:
            ready, _, _ = select.select([process.stdout], [], [], 20)
            if not ready or b"ready" not in process.stdout.readline():
                raise RuntimeError(f"oned-sim was not ready within 20 s, see {log}")
            yield {
                "ONED_ENDPOINT": f"http://127.0.0.1:{port}/RPC2",
                "ONED_AUTH": str(auth),
                "ONED_MONITOR_LOG": str(root / "monitor.log"),
            }
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
