"""This computer itself as the front-end, when a real OpenNebula runs on it."""

import os
from pathlib import Path

from . import paths, shell
from .machine import Machine
from .network import Address, Network

hosts_file = Path("/etc/hosts")
begin, end = "# begin onenode stage", "# end onenode stage"
interface = f"{paths.everybodys_prefix}-host"  # one for this computer, whosever stage it is
variables = ("ONED_ENDPOINT", "ONED_AUTH", "ONED_MONITOR_LOG")


def wanted() -> bool:
    return all(os.environ.get(name) for name in variables)


class HostMachine(Machine):
    """Same interface, no namespaces: its cable to the bridge ends in this computer's own network."""

    def __init__(self, name: str, address: Address, logs: Path, stage: str, network: Network):
        super().__init__(name, address, logs)
        self._stage = stage
        if Path("/sys/class/net", interface).exists():
            raise RuntimeError(f"cannot plug this computer in: {interface} exists, another stage uses it\n"
                               "stage-ctl clean")
        network.plug(name, address, None, interface)

    def know_names(self, names: dict[str, list[str]]) -> None:
        """Make this computer resolve the nodes' names for as long as the stage lasts."""
        lines = [f"{address} {name}" for name, addresses in names.items() if name != self.name for address in addresses]
        _rewrite_hosts([begin, *lines, end])

    def wait_until_up(self) -> None:
        pass

    def last_words(self) -> str:
        log = os.environ["ONED_MONITOR_LOG"]
        return f"--- {self.name}: the end of {log}\n" + shell.run(["tail", "-n", "25", log], check=False).out

    def let_go(self) -> None:
        self._end_processes()
        forget()

    def _enter(self) -> list[str]:
        return []

    def _inside(self, argv: list[str], user: str, env: dict[str, str] | None) -> list[str]:
        return super()._inside(argv, user, {paths.mark: self._stage} | (env or {}))


def forget() -> None:
    """Undo what a stage did to this computer; also after a kill, also when nothing was done."""
    shell.run(["ip", "link", "delete", interface], check=False)
    if begin in hosts_file.read_text():
        _rewrite_hosts([])


def _rewrite_hosts(block: list[str]) -> None:
    kept, inside = [], False
    for line in hosts_file.read_text().splitlines():
        inside = inside or line == begin
        if not inside:
            kept.append(line)
        inside = inside and line != end
    # In place: in containers /etc/hosts is often a mount that cannot be renamed over.
    hosts_file.write_text("\n".join([*kept, *block]) + "\n")
