"""cli.start: how long a verb that does nothing takes, beside a program that does nothing."""

from __future__ import annotations

import pathlib
import statistics
import subprocess
import time
from collections.abc import Iterator

from figure import Figure

rounds = 60


def start(programs: pathlib.Path) -> Iterator[Figure]:
    ours, nothing = [], []
    for _ in range(rounds):  # alternating, so that both see the same machine
        ours.append(milliseconds([str(programs / "onenode"), "version"]))
        nothing.append(milliseconds(["/bin/true"]))
    yield Figure("cli.start", statistics.median(ours), "ms", "/bin/true", statistics.median(nothing))


def milliseconds(argv: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1000
