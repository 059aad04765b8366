"""The images that run in the cluster: the front-end's as tests/image builds it, a MariaDB, what holds pods. As archives
in the cache, because there is no registry."""

import shutil
from pathlib import Path

from cached import alone, cache, digest, here

import images
from stage.shell import run

prefix = "localhost/onenode-test/cluster"
front_end, mariadb, pause = (f"{prefix}-{name}:1" for name in ("front-end", "mariadb", "pause"))


def archives() -> list[Path]:
    """Built where something changed; each file's name is that of what is in it."""
    with alone("images"):
        images.build(front_end)
        images.bud(mariadb, here / "mariadb", f"BASE={images.mariadb}")
        images.bud(pause, _pause_folder())
        return [_saved(name) for name in (front_end, mariadb, pause)]


def _pause_folder() -> Path:
    folder = cache() / f"pause-{digest(here / 'pause.c')}"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        run(["cc", "-static", "-O2", "-s", "-o", str(unfinished / "pause"), str(here / "pause.c")], timeout=120)
        (unfinished / "Containerfile").write_text('FROM scratch\nCOPY pause /pause\nENTRYPOINT ["/pause"]\n')
        unfinished.rename(folder)
    return folder


def _saved(name: str) -> Path:
    """Older ones of the same name go."""
    stem = name.rsplit("/", 1)[1].split(":")[0]
    identity = images.podman("image", "inspect", "--format", "{{.Id}}", name).out.strip()[:12]
    archive = cache() / f"{stem}-{identity}.tar"
    if not archive.exists():
        for old in cache().glob(f"{stem}-*.tar"):
            old.unlink()
        unfinished = archive.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        images.podman("save", "--format", "docker-archive", "--output", str(unfinished), name, timeout=300)
        unfinished.rename(archive)
    return archive
