"""A repository of Debian packages in a folder, for machines that have no other: stand-ins, and OpenNebula's (ours)."""

import hashlib
import shutil
from pathlib import Path

from . import paths
from .shell import run

node_packages = ("common", "rubygems", "kvm")


def make_repository(folder: Path, *versions: str, tools: tuple[str, ...] = ()) -> Path:
    """OpenNebula's node packages in these versions, and a package for each tool, which brings a program of its name."""
    work = folder.with_name(folder.name + "-work")
    folder.mkdir(mode=0o755)
    for version in versions:
        for name in node_packages:
            _build(_copy_of(name, version, work / version / name), folder)
    for tool in tools:
        _build(_tool(tool, work / tool), folder)
    (folder / "Packages").write_text("".join(_entry(deb) for deb in sorted(folder.glob("*.deb"))))
    shutil.rmtree(work)
    return folder


def use_only(machine, place: str) -> None:
    """Let apt on this machine know the repository at `place` and nothing else."""
    machine.run("rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*")
    machine.write("/etc/apt/sources.list", f"deb [trusted=yes] file:{place} ./\n")


def _copy_of(name: str, version: str, tree: Path) -> Path:
    shutil.copytree(paths.repository / "tests/e2e/node_package" / name, tree, symlinks=True)
    control = tree / "DEBIAN/control"
    control.write_text(control.read_text().replace("7.4.0", version))
    for rules in tree.glob("etc/sudoers.d/*"):
        rules.chmod(0o440)  # git keeps no such mode
    return tree


def _tool(name: str, tree: Path) -> Path:
    program = tree / "usr/bin" / name
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    control = tree / "DEBIAN/control"
    control.parent.mkdir()
    control.write_text(f"Package: {name}\nVersion: 99-1\nArchitecture: all\n"
                       f"Maintainer: onenode <onenode@localhost>\nDescription: stand-in for {name}, for tests\n")
    return tree


def _build(tree: Path, folder: Path) -> None:
    run(["dpkg-deb", "--root-owner-group", "--build", str(tree), str(folder)])


def _entry(deb: Path) -> str:
    fields = run(["dpkg-deb", "--field", str(deb)]).out
    data = deb.read_bytes()
    return f"{fields}Filename: ./{deb.name}\nSize: {len(data)}\nSHA256: {hashlib.sha256(data).hexdigest()}\n\n"


def signing_home(folder: Path, user: str) -> tuple[Path, str]:
    """A home of gpg's with one key; and its public half, armored."""
    folder.mkdir(mode=0o700)
    gpg = ["gpg", "--homedir", str(folder), "--batch", "--quiet"]
    run([*gpg, "--passphrase", "", "--quick-generate-key", user, "ed25519", "sign", "never"])
    public = run([*gpg, "--armor", "--export", user]).out
    run(["gpgconf", "--homedir", str(folder), "--kill", "all"])
    return folder, public


def sign_repository(packages: Path, folder: Path, home: Path) -> None:
    """A repository of the flat one's packages as OpenNebula's is laid out: suite stable, component opennebula."""
    index = folder / "dists/stable/opennebula/binary-amd64"
    index.mkdir(parents=True)
    for deb in packages.glob("*.deb"):
        shutil.copy(deb, folder)
    shutil.copy(packages / "Packages", index)
    dist = folder / "dists/stable"
    settings = {"Suite": "stable", "Codename": "stable", "Components": "opennebula", "Architectures": "amd64"}
    options = [word for key, value in settings.items() for word in ("-o", f"APT::FTPArchive::Release::{key}={value}")]
    (dist / "Release").write_text(run(["apt-ftparchive", *options, "release", str(dist)]).out)
    run(["gpg", "--homedir", str(home), "--batch", "--quiet", "--clearsign", "--output", str(dist / "InRelease"),
         str(dist / "Release")])
    run(["gpgconf", "--homedir", str(home), "--kill", "all"])
