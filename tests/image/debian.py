"""Debian as mmdebstrap makes it, because there is no registry to pull images from: the base, and a MariaDB."""

import fcntl
import hashlib
from contextlib import contextmanager
from collections.abc import Iterator
from pathlib import Path

from places import cache, run

build_limit = 900  # seconds; a slow mirror fits in


@contextmanager
def alone() -> Iterator[None]:
    with (cache() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def tarball(name: str, packages: tuple[str, ...] = ()) -> Path:
    """Debian 12, minimal, in the cache under the hash of its recipe."""
    argv = ["mmdebstrap", "--mode=root", "--variant=minbase", "--format=tar", "--aptopt=Acquire::Retries \"3\"",
            "--aptopt=APT::Install-Recommends \"false\"", "--dpkgopt=path-exclude=/usr/share/man/*",
            "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/locale/*",
            *([f"--include={','.join(packages)}"] if packages else []), "bookworm"]
    file = cache() / f"{name}-{hashlib.sha256(repr(argv).encode()).hexdigest()[:12]}.tar"
    if not file.exists():
        print(f"image: building {name} (once, then cached in {file})", flush=True)
        unfinished = file.with_suffix(".unfinished")
        run([*argv, str(unfinished)], timeout=build_limit)
        unfinished.rename(file)
    return file
