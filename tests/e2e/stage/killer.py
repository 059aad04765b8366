"""A program that dies at a place the test names, always the same one (see killer.c for the places).

    node.run(["onenode", "join", ...], env=dies_at(node, "onenode", "answered /v1/enroll"), check=False).code == killed
"""

import signal

from . import paths, preload
from .machine import Machine

killed = -signal.SIGKILL


def dies_at(machine: Machine, program: str, place: str) -> dict[str, str]:
    """The environment in which `program` does not get past `place`."""
    library = preload.give(machine, paths.here / "killer.c")
    return {"LD_PRELOAD": library, "STAGE_KILL_WHO": program, "STAGE_KILL_AT": place}
