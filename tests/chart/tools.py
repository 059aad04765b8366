"""Programs that the tests need, in build/tools/: built once from Go modules pinned in tests/tools/, again only when the
pins change; promtool out of Debian's package of Prometheus, which is not installed, since it would run."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BUILT = REPOSITORY / "build" / "tools"
KUBERNETES = ("1", "33")  # which one helm renders for; it asks none

PACKAGES = {"helm": "helm.sh/helm/v3/cmd/helm"}


class NotThere(Exception):
    """Why a program cannot be had here."""


def pins(name: str) -> str:
    folder = REPOSITORY / "tests" / "tools" / name
    return hashlib.sha256(b"".join((folder / part).read_bytes() for part in ("go.mod", "go.sum"))).hexdigest()


def link_flags() -> str:
    """helm takes the newest Kubernetes that it knows from its own build, else a very old one."""
    numbers = [f"-X helm.sh/helm/v3/pkg/{room}.k8sVersion{part}={number}"
               for room in ("chartutil", "lint/rules") for part, number in zip(("Major", "Minor"), KUBERNETES)]
    return "-ldflags=" + " ".join(["-s", "-w", *numbers])


def program(name: str) -> Path:
    """Its path; built first, where that has not been done."""
    file, stamp = BUILT / name, BUILT / f"{name}.pins"
    wanted = pins(name)
    if file.exists() and stamp.exists() and stamp.read_text() == wanted:
        return file
    go = shutil.which("go") or shutil.which("/usr/local/go/bin/go")
    if not go:
        raise NotThere(f"{name} cannot be built: Go is not installed")
    BUILT.mkdir(parents=True, exist_ok=True)
    made = subprocess.run([go, "build", link_flags(), "-o", str(file), PACKAGES[name]],
                          cwd=REPOSITORY / "tests" / "tools" / name, env={**os.environ, "GOFLAGS": "-mod=mod"},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1500, check=False)
    if made.returncode:
        raise NotThere(f"{name} cannot be built: {made.stdout.strip().splitlines()[-1:]}")
    stamp.write_text(wanted)
    return file


OUT_OF_DEBIAN = """
apt-get --quiet download prometheus || { apt-get --quiet update && apt-get --quiet download prometheus; }
dpkg-deb --extract prometheus_*.deb unpacked
"""


def promtool() -> Path:
    file = BUILT / "promtool"
    if file.exists():
        return file
    BUILT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILT) as folder:
        got = subprocess.run(["sh", "-ec", OUT_OF_DEBIAN], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, timeout=300, check=False)
        if got.returncode:
            raise NotThere(f"promtool is not to be had from Debian's package: {got.stdout.strip().splitlines()[-1:]}")
        (Path(folder) / "unpacked/usr/bin/promtool").rename(file)
    return file
