"""The stage's network: one bridge in a namespace of its own, a cable to each machine, addresses by number."""

import os
from dataclasses import dataclass

from .shell import run

domain = "stage.test"
switch_number = 254


@dataclass(frozen=True)
class Address:
    """The n-th place on the network; it says all about where a machine is."""

    number: int

    @property
    def v4(self) -> str:
        return f"10.77.0.{self.number}"

    @property
    def v6(self) -> str:
        return f"fd77::{self.number:x}"

    @property
    def mac(self) -> str:
        return f"02:77:00:00:00:{self.number:02x}"


class Network:
    """The bridge `lan`; each machine's port on it bears the machine's name."""

    def __init__(self, holder: int):
        self.enter = ["nsenter", "--target", str(holder), "--net"]
        self._bridges: dict[str, str] = {}  # ports that are not on `lan`, see delay.py
        here = Address(switch_number)
        self.inside(["sysctl", "-qw", "net.ipv6.conf.all.accept_ra=0", "net.ipv6.conf.default.accept_dad=0"])
        self._ip(["link set lo up",
                  # A bridge without an address of its own changes it with every cable, and neighbours lose it.
                  f"link add lan address {here.mac} type bridge forward_delay 0 stp_state 0",
                  f"address add {here.v4}/24 dev lan", f"address add {here.v6}/64 dev lan nodad", "link set lan up"])

    def inside(self, argv: list[str], **options) -> str:
        """Run a command where the bridge is."""
        return run([*self.enter, *argv], shown=argv, where=" on the switch", **options).out

    def plug(self, port: str, address: Address, pid: int | None, interface: str = "eth0") -> None:
        """Lay a cable from the bridge into the namespace of process `pid`; None means this computer itself."""
        target = pid or os.getpid()
        self.unplug(port)  # a machine's old cable may outlive its crash for a moment
        self._ip([f"link add name {port} type veth peer name {interface} address {address.mac} netns {target}",
                  f"link set dev {port} master {self._bridges.get(port, 'lan')} up"])
        enter = ["nsenter", "--target", str(target), "--net"]
        lines = [f"address add {address.v4}/24 dev {interface}",
                 f"address add {address.v6}/64 dev {interface} nodad", f"link set {interface} up"]
        run([*enter, "ip", "-batch", "-"], input="\n".join(["link set lo up", *lines] if pid else lines))

    def unplug(self, port: str) -> None:
        self.inside(["ip", "link", "delete", "dev", port], check=False)

    def move(self, port: str, bridge: str) -> None:
        """Put a port on another bridge, also when it is plugged in again later."""
        self._bridges[port] = bridge
        self._ip([f"link set dev {port} master {bridge}"])

    def _ip(self, lines: list[str]) -> None:
        self.inside(["ip", "-batch", "-"], input="\n".join(lines))
