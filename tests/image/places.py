"""Where the image tests keep what they build, and the pieces of the stage's that they share."""

import os
import shutil
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
repository = here.parents[1]
sys.path.insert(0, str(repository / "tests" / "e2e"))

from stage.shell import Result, run  # noqa: E402
from stage.waiting import NotInTime, tail, wait_for  # noqa: E402

__all__ = ["NotInTime", "Result", "cache", "here", "missing_tools", "programs", "repository", "run", "scratch", "tail", "wait_for"]


def cache() -> Path:
    folder = Path(os.environ.get("ONENODE_CACHE") or "/var/cache/onenode") / "image"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def scratch() -> Path:
    """What containers mount: of this run alone, gone after it."""
    folder = repository / "build" / "image-tests" / str(os.getpid())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def programs() -> Path:
    return repository / "build" / os.environ.get("ONENODE_PRESET", "release") / "bin"


def missing_tools() -> list[str]:
    wanted = ["buildah", "podman", "runc", "mmdebstrap", "dpkg-buildpackage", "dh", "apt-ftparchive", "gpg"]
    lacking = [name for name in wanted if not shutil.which(name)]
    return lacking if os.geteuid() == 0 else [*lacking, "root's rights"]
