"""Where the stage keeps its files: cached root file systems, and one folder for each running stage."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

mark = "ONENODE_STAGE"  # in the environment of all that a stage starts outside of them: the stage's name

here = Path(__file__).resolve().parent
repository = here.parents[2]

# Begins the name of everything a stage makes outside its own namespaces; stages of another clone are not ours to clean.
everybodys_prefix = "onst"
prefix = f"{everybodys_prefix}{hashlib.sha256(bytes(repository)).hexdigest()[:4]}-"


def cache() -> Path:
    return Path(os.environ.get("ONENODE_CACHE") or "/var/cache/onenode") / "stage"


def running() -> Path:
    return repository / "build" / "stage"


def cgroups() -> Path:
    """Where this computer has its version 2 control groups (beside version 1 or alone)."""
    for line in Path("/proc/mounts").read_text().splitlines():
        _, where, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(where)
    raise RuntimeError("cannot find control groups: no cgroup2 is mounted\nmount -t cgroup2 none /sys/fs/cgroup")


def cgroups_named(pattern: str) -> Iterator[Path]:
    """In every hierarchy: a machine that runs Kubernetes has groups of version 1, too, where this computer has it."""
    for line in Path("/proc/mounts").read_text().splitlines():
        _, where, kind, *_ = line.split()
        if kind in ("cgroup", "cgroup2"):
            yield from Path(where).glob(pattern)
