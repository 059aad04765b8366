"""What can go wrong inside one machine, and can be put right again."""

from .booted import BootedMachine
from .faults import Fault
from .machine import Machine


def fill_disk(machine: BootedMachine, leave: int = 0) -> Fault:
    """The disk has only `leave` bytes free (rounded up to whole pages), without any of them being written."""
    machine.resize_disk(str(machine.disk_used() + leave))
    return Fault(lambda: machine.resize_disk(machine.hardware.disk))


def read_only(machine: Machine, path: str) -> Fault:
    """Nobody, not even root, can write below this path."""
    machine.run(["mount", "--bind", path, path])
    machine.run(["mount", "-o", "remount,bind,ro", path])
    return Fault(lambda: machine.run(["umount", "--lazy", path], check=False))


def no_exec(machine: Machine, path: str) -> Fault:
    """Nothing below this path can be executed, as hardening guides ask for /tmp and /var/tmp."""
    machine.run(["mount", "--bind", path, path])
    machine.run(["mount", "-o", "remount,bind,noexec", path])
    return Fault(lambda: machine.run(["umount", "--lazy", path], check=False))


def kill_service(machine: Machine, unit: str) -> None:
    """The unit's processes die at once, as by the kernel's out-of-memory killer; systemd may start it again."""
    machine.run(["systemctl", "kill", "--signal=KILL", unit])
