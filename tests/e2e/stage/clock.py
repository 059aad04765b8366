"""Gives a machine a clock of its own (see clock.c) and moves it."""

import hashlib
import struct
from pathlib import Path

from . import paths, shell
from .machine import Machine

library, offset_file = "/usr/local/lib/stage-clock.so", "/etc/stage-clock"


def skew_clock(machine: Machine, seconds: int) -> None:
    """Put the machine's time of day `seconds` ahead (or back, when negative) of the true one.

    Programs started after the first call follow, also through later calls; a reboot makes all of them follow.
    """
    data = struct.pack("=q", seconds)
    # Over the old bytes: programs have this file mapped, it must never be cut or replaced.
    machine.run(["sh", "-ec", 'printf "$1" | dd of="$2" conv=notrunc status=none; chmod 644 "$2"', "sh",
                 "".join(f"\\{byte:03o}" for byte in data), offset_file])
    if not machine.exists(library):
        _install(machine)


def _install(machine: Machine) -> None:
    text = _compiled().read_bytes().hex()
    unhex = "import sys; open(sys.argv[1], 'wb').write(bytes.fromhex(sys.stdin.read()))"
    machine.run(["python3", "-c", unhex, library], input=text)
    machine.write("/etc/ld.so.preload", library + "\n")


def _compiled() -> Path:
    source = paths.here / "clock.c"
    target = paths.cache() / f"clock-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}.so"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(".unfinished")
        shell.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(unfinished), str(source)])
        unfinished.rename(target)
    return target
