"""OpenNebula's repository, as far as it can be had here: packages of the real names, signed, made from packages/."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

from places import cache, here, programs, run

suite = "stable"
component = "opennebula"


def repository() -> tuple[Path, str]:
    """The folder of a signed APT repository, and the fingerprint of its key."""
    simulator = _stripped_simulator()
    folder = cache() / f"repository-{_hash_of(simulator)}"
    if not folder.is_dir():
        unfinished = cache() / "unfinished-repository"
        shutil.rmtree(unfinished, ignore_errors=True)
        _build(unfinished, simulator)
        unfinished.rename(folder)
    return folder, (folder / "fingerprint").read_text().strip()


def _stripped_simulator() -> Path:
    stripped = cache() / "oned-sim"
    run(["strip", "-o", str(stripped), str(programs() / "oned-sim")], timeout=60)
    return stripped


def _hash_of(simulator: Path) -> str:
    digest = hashlib.sha256(simulator.read_bytes() + Path(__file__).read_bytes())
    for file in sorted(p for p in (here / "packages").rglob("*") if p.is_file()):
        digest.update(f"{file.relative_to(here)} {file.stat().st_mode & 0o111}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _build(folder: Path, simulator: Path) -> None:
    trees = folder / "trees"
    pool = folder / "pool"
    pool.mkdir(parents=True)
    shutil.copytree(here / "packages", trees)
    shutil.copytree(here.parent / "oned-sim" / "remotes", trees / "opennebula/var/lib/one/remotes", symlinks=True)
    target = trees / "opennebula/usr/lib/one/standin/oned-sim"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(simulator, target)
    control = trees / "opennebula/DEBIAN/control"
    control.write_text(control.read_text().replace("@LIBRARIES@", ", ".join(_libraries(simulator)))
                       .replace("@ARCHITECTURE@", run(["dpkg", "--print-architecture"]).out.strip()))
    for tree in sorted(trees.iterdir()):
        run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(tree), str(pool)], timeout=60)
    shutil.rmtree(trees)
    _index(folder)
    _sign(folder)


def _libraries(program: Path) -> list[str]:
    """The Debian packages whose libraries a program loads."""
    listed = run(["ldd", str(program)]).out
    paths = [str(Path(path).resolve()) for path in re.findall(r"=> (/\S+)", listed)]
    owners = run(["dpkg", "-S", *paths], check=False).out
    return sorted({line.split(":")[0] for line in owners.splitlines()})


def _index(folder: Path) -> None:
    index = folder / "dists" / suite / component
    for architecture in ("all", run(["dpkg", "--print-architecture"]).out.strip()):
        (index / f"binary-{architecture}").mkdir(parents=True)
        packages = subprocess.run(["apt-ftparchive", "--arch", architecture, "packages", "pool"], cwd=folder, check=True,
                                  stdout=subprocess.PIPE, timeout=60).stdout
        (index / f"binary-{architecture}" / "Packages").write_bytes(packages)
    release = subprocess.run(
        ["apt-ftparchive", "-o", f"APT::FTPArchive::Release::Suite={suite}",
         "-o", f"APT::FTPArchive::Release::Components={component}",
         "-o", f"APT::FTPArchive::Release::Architectures={run(['dpkg', '--print-architecture']).out.strip()} all",
         "release", f"dists/{suite}"], cwd=folder, check=True, stdout=subprocess.PIPE, timeout=60).stdout
    (folder / "dists" / suite / "Release").write_bytes(release)


def _sign(folder: Path) -> None:
    home = folder / "gnupg"
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
    run([*gpg, "--quick-generate-key", "onenode's tests", "rsa3072", "sign", "never"], timeout=120)
    run([*gpg, "--armor", "--output", str(folder / "key"), "--export"])
    release = folder / "dists" / suite
    run([*gpg, "--clearsign", "--output", str(release / "InRelease"), str(release / "Release")])
    shown = run([*gpg, "--with-colons", "--list-keys"]).out
    (folder / "fingerprint").write_text(re.search(r"^fpr:+(\w+):", shown, re.MULTILINE).group(1))
    run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)
    shutil.rmtree(home)
