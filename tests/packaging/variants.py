"""Packages made from ours or beside them: another version, and OpenNebula's by name and file list."""

import shutil
from pathlib import Path

from places import field, repository, run, work


def another_version(file: Path, version: str) -> Path:
    """The same package under another version."""
    tree = work() / f"{file.stem}-{version}"
    shutil.rmtree(tree, ignore_errors=True)
    run(["dpkg-deb", "--raw-extract", str(file), str(tree)], timeout=60)
    control = tree / "DEBIAN/control"
    control.write_text(control.read_text().replace(f"Version: {field(file, 'Version')}\n", f"Version: {version}\n"))
    made = work() / f"{field(file, 'Package')}_{version}.deb"
    run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(tree), str(made)], timeout=60)
    shutil.rmtree(tree)
    return made


def opennebula(name: str) -> Path:
    """opennebula-node-kvm or -lxc with the files of the stage's stand-ins, and with nothing to depend on."""
    tree = work() / f"tree-{name}"
    shutil.rmtree(tree, ignore_errors=True)
    for part in ("common", "rubygems", "kvm"):
        shutil.copytree(repository / "tests/e2e/node_package" / part, tree, symlinks=True, dirs_exist_ok=True)
    if name.endswith("-lxc"):
        for path in [path for path in tree.rglob("*kvm*") if path.is_file()]:
            path.rename(path.with_name(path.name.replace("kvm", "lxc")))
    shutil.rmtree(tree / "DEBIAN")
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(f"Package: {name}\nVersion: 7.4.0-1\nArchitecture: all\n"
                                         "Maintainer: onenode <onenode@onenode.invalid>\nDescription: stand-in, for tests\n")
    made = work() / f"{name}.deb"
    run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(tree), str(made)], timeout=60)
    shutil.rmtree(tree)
    return made
