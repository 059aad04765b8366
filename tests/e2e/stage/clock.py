"""Gives a machine a clock of its own (see clock.c) and moves it."""

import struct

from . import paths, preload
from .machine import Machine

offset_file = "/etc/stage-clock"


def skew_clock(machine: Machine, seconds: int) -> None:
    """Put the machine's time of day `seconds` ahead (or back, when negative) of the true one.

    Programs started after the first call follow, also through later calls; a reboot makes all of them follow.
    """
    data = struct.pack("=q", seconds)
    # Over the old bytes: programs have this file mapped, it must never be cut or replaced.
    machine.run(["sh", "-ec", 'printf "$1" | dd of="$2" conv=notrunc status=none; chmod 644 "$2"', "sh",
                 "".join(f"\\{byte:03o}" for byte in data), offset_file])
    library = preload.give(machine, paths.here / "clock.c")
    if not machine.exists("/etc/ld.so.preload"):
        machine.write("/etc/ld.so.preload", library + "\n")
