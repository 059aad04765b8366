"""Compiles a small C library once and puts it into machines, to be preloaded into programs there."""

import hashlib
from pathlib import Path

from . import paths, shell
from .machine import Machine


def give(machine: Machine, source: Path) -> str:
    """The library of this source is on the machine; returns its path there."""
    target = f"/usr/local/lib/stage-{source.stem}.so"
    if not machine.exists(target):
        unhex = "import sys; open(sys.argv[1], 'wb').write(bytes.fromhex(sys.stdin.read()))"
        machine.run(["python3", "-c", unhex, target], input=_compiled(source).read_bytes().hex())
    return target


def _compiled(source: Path) -> Path:
    target = paths.cache() / f"{source.stem}-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}.so"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(".unfinished")
        shell.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(unfinished), str(source)])
        unfinished.rename(target)
    return target
