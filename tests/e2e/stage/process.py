"""A long-running program in a machine, its output going to a log file."""

import os
import signal
import subprocess
from pathlib import Path

from . import shell
from .waiting import tail, wait_for


class Process:
    """Started by Machine.spawn. The child of nsenter is the program itself, so signals go to that child; where nothing
    has to be entered, what we started is the program."""

    def __init__(self, name: str, argv: list[str], log: Path, *, entered: bool = True):
        self.name = name
        self.log = log
        self._entered = entered
        with log.open("ab") as output:
            self._started = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                             start_new_session=True)

    @property
    def pid(self) -> int:
        """The program's process id as this computer sees it."""
        if not self._entered:
            return self._started.pid
        return wait_for(self._child, 5, f"{self.name} to start", otherwise=self.output)

    @property
    def code(self) -> int | None:
        """The exit code, None while it runs."""
        return self._started.poll()

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def wait(self, timeout: float = 30) -> int:
        wait_for(lambda: self.code is not None, timeout, f"{self.name} to end", otherwise=lambda: tail(self.output()))
        return self._started.returncode

    def wait_for_output(self, text: str, timeout: float = 10) -> None:
        def said() -> bool:
            if text in self.output():
                return True
            if self.code is not None:
                raise RuntimeError(f"{self.name} ended with code {self.code}, it never said {text!r}\n"
                                   f"{tail(self.output())}")
            return False
        wait_for(said, timeout, f"{self.name} to say {text!r}", otherwise=lambda: tail(self.output()))

    def signal(self, number: int) -> None:
        if self.code is None:
            os.kill(self.pid, number)
        if self.code is None and self._entered and number == signal.SIGCONT:
            os.kill(self._started.pid, number)  # nsenter stops itself when its child is stopped

    def stop(self, timeout: float = 10) -> int:
        """Ask it to end and wait for that."""
        self.signal(signal.SIGTERM)
        return self.wait(timeout)

    def kill(self) -> None:
        """Kill it and what it started, at once."""
        shell.kill(self._started)

    def _child(self) -> int:
        return next(iter(shell.children(self._started.pid)), 0)
