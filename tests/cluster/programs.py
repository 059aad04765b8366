"""Kubernetes, etcd and containerd: compiled from pinned Go modules, unpacked from Debian's packages. Once, into the cache."""

import shutil
from pathlib import Path

from cached import alone, cache, digest, repository

import tools
from places import missing_tools
from stage import CommandFailed
from stage.shell import run

version = "v1.33.13"
commands = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl")
packages = ("etcd-server", "containerd")
stamp = "k8s.io/component-base/version"
flags = f"-s -w -X {stamp}.gitVersion={version} -X {stamp}.gitMajor=1 -X {stamp}.gitMinor=33"
build_limit = 3600  # seconds; five minutes on two idle cores
pins = repository / "tests" / "tools" / "kubernetes"


def folder() -> Path:
    """Where all of them are; built first where that has not been done. The result does not depend on the clone."""
    made = cache() / f"programs-{digest(pins / 'go.mod', pins / 'go.sum', version + flags)}"
    with alone("programs"):
        if not made.exists():
            unfinished = made.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            try:
                _compile(unfinished)
                _unpack(unfinished)
            except CommandFailed as failed:  # no module proxy, no mirror
                raise tools.NotThere(f"Kubernetes cannot be had here: {str(failed).splitlines()[-1]}") from failed
            unfinished.rename(made)
    return made


def missing() -> list[str]:
    """What this computer has to have, and has not."""
    plugins = [f"/usr/lib/cni/{name}" for name in ("bridge", "host-local", "portmap")]
    lacking = [name for name in ("nft", "iptables", "unshare", "nsenter") if not shutil.which(name)]
    return lacking + [path for path in plugins if not Path(path).exists()] + missing_tools()


def _unpack(target: Path) -> None:
    """Not installed: nothing of theirs shall start here."""
    debs = target / "debs"
    debs.mkdir()
    debs.chmod(0o777)  # apt fetches as an account of its own
    fetch = 'cd "$1"; shift; apt-get download -qq "$@" || { apt-get update -qq; apt-get download -qq "$@"; }'
    run(["sh", "-ec", fetch, "sh", str(debs), *packages], timeout=600)
    for deb in debs.iterdir():
        run(["dpkg-deb", "--extract", str(deb), str(target / "unpacked")], timeout=120)
    for program in (target / "unpacked" / "usr" / "bin").iterdir():
        program.rename(target / program.name)
    shutil.rmtree(debs)
    shutil.rmtree(target / "unpacked")


def _compile(target: Path) -> None:
    go = shutil.which("go") or shutil.which("/usr/local/go/bin/go")
    if not go:
        raise tools.NotThere("Kubernetes cannot be built: Go is not installed")
    run(["env", "-C", str(pins), "GOFLAGS=-mod=readonly", go, "build", "-trimpath", "-ldflags", flags, "-o", f"{target}/",
         *(f"k8s.io/kubernetes/cmd/{name}" for name in commands)], timeout=build_limit, shown=["go", "build", *commands])
