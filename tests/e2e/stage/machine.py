"""A machine of the stage as a test sees it: run commands, start programs, read and write files."""

from pathlib import Path

from . import shell
from .network import Address
from .process import Process


class Machine:
    """What machines in namespaces and this computer itself have in common; `_enter` is how to get in."""

    def __init__(self, name: str, address: Address, logs: Path):
        self.name = name
        self.address = address
        self.logs = logs
        logs.mkdir(parents=True, exist_ok=True)
        self._processes: list[Process] = []

    def __repr__(self) -> str:
        return f"<{self.name} {self.address.v4}>"

    def _enter(self) -> list[str]:
        raise NotImplementedError

    def wait_until_up(self) -> None:
        raise NotImplementedError

    def last_words(self) -> str:
        """The end of everything this machine said, for a person who wants to know what went wrong."""
        raise NotImplementedError

    def let_go(self) -> None:
        """End what we hold of the machine from outside, because the stage ends."""
        raise NotImplementedError

    def run(self, argv: list[str] | str, *, user: str = "root", env: dict[str, str] | None = None,
            input: str | None = None, timeout: float = 30, check: bool = True) -> shell.Result:
        """Run a command to its end. A string is given to sh -c. `user` runs it with that user's groups and home."""
        argv = _words(argv)
        return shell.run(self._inside(argv, user, env), input=input, timeout=timeout, check=check, shown=argv,
                         where=f" on {self.name}")

    def spawn(self, argv: list[str] | str, name: str, *, user: str = "root",
              env: dict[str, str] | None = None) -> Process:
        """Start a program that goes on; what it says is in <logs>/<name>.log."""
        process = Process(f"{name} on {self.name}", self._inside(_words(argv), user, env), self.logs / f"{name}.log",
                          entered=bool(self._enter()))
        self._processes.append(process)
        return process

    def way_in(self) -> list[str]:
        """What stands before a command that somebody else's program shall run here, as root."""
        return self._inside([], "root", None)

    def kill(self, process: Process) -> None:
        process.kill()

    def read(self, path: str) -> str:
        return self.run(["cat", "--", path]).out

    def write(self, path: str, text: str, *, mode: str = "644", owner: str = "root:root") -> None:
        """Write a file and the folders above it."""
        self.run(["sh", "-ec", 'mkdir -p "$(dirname "$1")"; cat >"$1"; chown "$3" "$1"; chmod "$2" "$1"', "sh", path,
                  mode, owner], input=text)

    def exists(self, path: str) -> bool:
        return self.run(["test", "-e", path], check=False).ok

    def remove(self, *paths: str) -> None:
        self.run(["rm", "-rf", "--", *paths])

    def _inside(self, argv: list[str], user: str, env: dict[str, str] | None) -> list[str]:
        extra = ["env", *(f"{key}={value}" for key, value in env.items())] if env else []
        return [*self._enter(), "setpriv", "--pdeathsig", "KILL", "--reset-env", *self._become(user), *extra, *argv]

    def _become(self, user: str) -> list[str]:
        if user == "root":
            return []
        group = shell.run([*self._enter(), "id", "-g", user], where=f" on {self.name}").out.strip()
        return ["--reuid", user, "--regid", group, "--init-groups"]

    def _end_processes(self) -> None:
        for process in self._processes:
            process.kill()
        self._processes.clear()


def _words(argv: list[str] | str) -> list[str]:
    return ["sh", "-c", argv] if isinstance(argv, str) else argv
