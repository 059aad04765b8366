"""Runs one command on this computer, always with a deadline, and keeps all it said."""

import os
import signal
import subprocess
from dataclasses import dataclass


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
        kill_group(child.pid)
        # A daemon that left the group may keep the pipes open for ever: what came so far is enough.
        out, err = _drain(child)
        raise CommandFailed(Result(told, -1, out, err), where, f"no end after {timeout:g} s") from None
    except BaseException:
        kill_group(child.pid)
        raise
    result = Result(told, child.returncode, out, err)
    if check and not result.ok:
        raise CommandFailed(result, where, f"exit code {result.code}")
    return result


def kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _drain(child: subprocess.Popen) -> tuple[str, str]:
    try:
        return child.communicate(timeout=1)
    except subprocess.TimeoutExpired:
        return "", "(its output is still held open)"
