"""Where the cluster's tests keep what they build, and what they share with those of the image, the chart and the stage."""

import fcntl
import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

here = Path(__file__).resolve().parent
repository = here.parents[1]
for room in ("image", "chart", "e2e"):
    sys.path.insert(0, str(here.parent / room))


def cache() -> Path:
    folder = Path(os.environ.get("ONENODE_CACHE") or "/var/cache/onenode") / "kubernetes"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def alone(what: str) -> Iterator[None]:
    """One at a time, whichever clone it is of."""
    with (cache() / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(*parts: Path | str) -> str:
    read = [part.read_bytes() if isinstance(part, Path) else part.encode() for part in parts]
    return hashlib.sha256(b"\0".join(read)).hexdigest()[:12]
