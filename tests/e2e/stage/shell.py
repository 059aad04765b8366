"""Runs one command on this computer, always with a deadline, and keeps all it said."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """What a finished command left behind."""

    argv: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def ok(self) -> bool:
        return self.code == 0


class CommandFailed(Exception):
    """A command that had to succeed did not, or took too long."""

    def __init__(self, result: Result, where: str, why: str):
        self.result = result
        said = (result.err.strip() or result.out.strip() or "it said nothing")[-3000:]
        super().__init__(f"cannot run `{' '.join(result.argv)}`{where}: {why}\n{said}")


def run(argv: list[str], *, input: str | None = None, timeout: float = 30, check: bool = True,
        shown: list[str] | None = None, where: str = "") -> Result:
    """Run argv; `shown` is what an error calls the command when argv is wrapped in other commands."""
    child = subprocess.Popen(argv, stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                             start_new_session=True)
    told = tuple(shown or argv)
    try:
        out, err = child.communicate(input, timeout)
    except subprocess.TimeoutExpired:
        kill(child)
        # A daemon that left the group may keep the pipes open for ever: what came so far is enough.
        out, err = _drain(child)
        raise CommandFailed(Result(told, -1, out, err), where, f"no end after {timeout:g} s") from None
    except BaseException:
        kill(child)
        raise
    result = Result(told, child.returncode, out, err)
    if check and not result.ok:
        raise CommandFailed(result, where, f"exit code {result.code}")
    return result


def kill(child: subprocess.Popen) -> None:
    """Kill a process and all of its group. The processes below it go first: a nsenter that dies before its child
    leaves that child to this computer's init, and a machine cannot end before init finds the time to collect it."""
    end = time.monotonic() + 0.5
    while child.poll() is None and time.monotonic() < end:
        for pid in children(child.pid):  # a young nsenter has none yet
            _signal(os.kill, pid, signal.SIGKILL)
        _signal(os.kill, child.pid, signal.SIGCONT)  # nsenter stops itself when its child is stopped
        time.sleep(0.005)
    _signal(os.killpg, child.pid, signal.SIGKILL)
    child.wait(10)


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _signal(how: Callable[[int, int], None], pid: int, number: int) -> None:
    try:
        how(pid, number)
    except ProcessLookupError:
        pass


def _drain(child: subprocess.Popen) -> tuple[str, str]:
    try:
        return child.communicate(timeout=1)
    except subprocess.TimeoutExpired:
        return "", "(its output is still held open)"
