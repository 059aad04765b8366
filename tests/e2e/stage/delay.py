"""A slow line to one machine: its port moves to a bridge of its own, joined to the others by a program that waits."""

from . import paths
from .faults import Fault
from .process import Process
from .stage import Stage


def delay(stage: Stage, machine: str, milliseconds: float) -> Fault:
    """Every packet to and from the machine takes this much longer, so a round trip takes twice as much."""
    network = stage.network
    bridge = f"slow{stage.machines[machine].address.number}"
    network.inside(["ip", "link", "add", bridge, "type", "bridge", "forward_delay", "0", "stp_state", "0"])
    network.inside(["ip", "link", "set", bridge, "up"])
    argv = ["env", f"{paths.mark}={stage.name}", *network.enter, "--pid", "/usr/bin/python3", "-ISE",
            str(paths.here / "forwarder.py"), str(milliseconds), f"{bridge}a", bridge, f"{bridge}b", "lan"]
    forwarder = Process(f"the slow line to {machine}", argv, stage.logs / f"{bridge}.log")
    forwarder.wait_for_output("ready")
    network.move(machine, bridge)

    def undo() -> None:
        network.move(machine, "lan")
        forwarder.kill()
        network.inside(["ip", "link", "delete", bridge], check=False)
    return Fault(undo)
