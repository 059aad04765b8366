"""Builds root file systems in layers, each kept in the cache under the hash of its whole recipe."""

import fcntl
import hashlib
import json
import shutil
import time
from contextlib import contextmanager
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

from . import paths
from .shell import run
from .waiting import wait_for

build_limit = 1200  # seconds for one layer; a slow mirror and a busy computer fit in


@dataclass(frozen=True)
class Distribution:
    """Where the packages come from."""

    suite: str = "bookworm"
    archive: str = ""  # without: Debian's, as this computer reaches it
    components: str = "main"
    keyring: str = ""  # who signs that archive, where this computer's apt does not know it


@dataclass(frozen=True)
class Layer:
    """The distribution's packages, then a shell script run inside, on top of another layer (or of nothing)."""

    name: str
    packages: tuple[str, ...] = ()
    script: str = ""
    copy: tuple[str, ...] = ()  # folders of the repository that the script finds in /build
    below: "Layer | None" = None
    distribution: Distribution = Distribution()  # of the lowest one


def ready(layer: Layer) -> list[Path]:
    """Folders for overlayfs, topmost first, built now where the cache lacks them."""
    paths.cache().mkdir(parents=True, exist_ok=True)
    folder = paths.cache() / f"{layer.name}-{key(layer)}"
    beneath = ready(layer.below) if layer.below else []
    if not folder.is_dir():
        with alone():
            if not folder.is_dir():  # nobody else built it while we waited
                _build(layer, folder, beneath)
    return [folder, *beneath]


def key(layer: Layer) -> str:
    recipe = asdict(layer) | {"below": key(layer.below) if layer.below else ""}
    digest = hashlib.sha256(json.dumps(recipe, sort_keys=True).encode())
    digest.update((paths.here / "layer.sh").read_bytes())
    for folder in layer.copy:
        for file in sorted(p for p in (paths.repository / folder).rglob("*") if p.is_file()):
            may_run = bool(file.stat().st_mode & 0o100)
            digest.update(f"{file.relative_to(paths.repository)} {may_run}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _build(layer: Layer, folder: Path, beneath: list[Path]) -> None:
    began = time.monotonic()
    print(f"stage: building the layer {layer.name} (once, then cached in {folder})", flush=True)
    unfinished = folder.with_name(f"unfinished-{layer.name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    (unfinished / "build").mkdir(parents=True)
    for source in layer.copy:
        shutil.copytree(paths.repository / source, unfinished / "build" / Path(source).name, symlinks=True)
    (unfinished / "script").write_text(layer.script)
    # Everything is mounted in a namespace that ends with the builder, so a kill leaves only the unfinished folder.
    run(["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation",
         "private", "bash", str(paths.here / "layer.sh"), str(unfinished), ",".join(layer.packages),
         ":".join(map(str, beneath)), *astuple(layer.distribution)], timeout=build_limit, shown=["layer.sh", layer.name])
    (unfinished / "root").rename(folder)
    shutil.rmtree(unfinished)
    print(f"stage: {layer.name} is built, {time.monotonic() - began:.0f} s", flush=True)


@contextmanager
def alone() -> Iterator[None]:
    with (paths.cache() / "lock").open("w") as lock:
        def taken() -> bool:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                return False
        wait_for(taken, 3 * build_limit, f"another builder to leave {lock.name}", every=0.5)
        yield
