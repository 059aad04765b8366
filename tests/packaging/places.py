"""Where the packages under test are, and what is needed to look at them."""

import functools
import os
import re
import shutil
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
repository = here.parents[1]
sys.path.insert(0, str(repository / "tests" / "e2e"))

from stage.shell import Result, run  # noqa: E402

__all__ = ["Result", "cache", "deb", "debs", "depends", "field", "missing_tools", "packages", "paths_in", "programs", "repository", "rpm", "rpms",
           "run", "work"]

packages = repository / "build" / "packages"


def cache() -> Path:
    folder = Path(os.environ.get("ONENODE_CACHE") or "/var/cache/onenode") / "packaging"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def work() -> Path:
    folder = repository / "build" / "packaging-tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def programs() -> Path:
    return repository / "build" / os.environ.get("ONENODE_PRESET", "release") / "bin"


def missing_tools(*wanted: str) -> list[str]:
    return [name for name in wanted if not shutil.which(name)]


def debs() -> list[Path]:
    return sorted((packages / "deb").glob("*.deb"))


def rpms() -> list[Path]:
    return sorted(file for file in (packages / "rpm").glob("*.rpm") if not file.name.endswith(".src.rpm"))


def deb(name: str) -> Path:
    (found,) = (packages / "deb").glob(f"{name}_*.deb")
    return found


def rpm(name: str) -> Path:
    (found,) = [file for file in rpms() if file.name.startswith(f"{name}-") and file.name[len(name) + 1].isdigit()]
    return found


@functools.cache
def field(file: Path, name: str) -> str:
    return run(["dpkg-deb", "--field", str(file), name]).out.strip()


def depends(file: Path) -> list[str]:
    """The first name of each dependency."""
    return [re.split(r"[ (|]", entry.strip())[0] for entry in field(file, "Depends").split(",")]


def paths_in(file: Path) -> list[str]:
    """Where systemd's units go, /lib or /usr/lib, is the distribution's business."""
    lines = run(["dpkg-deb", "--contents", str(file)]).out.splitlines()
    return sorted({line.split(maxsplit=5)[5].replace("./lib/", "./usr/lib/") for line in lines if not line.endswith(" ./lib/")})
