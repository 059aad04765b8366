"""A signed repository of rpm packages in a folder: the stand-ins for OpenNebula's, and one for all that a Debian brings itself."""

import re
import shutil
from pathlib import Path

from . import paths
from .repository import node_packages
from .shell import run

# On a machine of Debian rpm knows of no package: this one answers for the shell of scriptlets and what OpenNebula's ask for.
of_the_machine = """Name: debian-itself
Version: 12
Release: 1
Summary: what is there by other means
License: none
BuildArch: noarch
AutoReqProv: no
Provides: /bin/sh
{provides}
%description
Stand-in for tests.
%files
"""


def make_rpm_repository(folder: Path, version: str, home: Path, signer: str) -> Path:
    """OpenNebula's node packages in this version, signed one by one and as a whole; as `packaging/repo` signs ours."""
    work = folder.with_name(folder.name + "-work")
    work.mkdir(parents=True)
    folder.mkdir(mode=0o755, parents=True)
    foreign: set[str] = set()
    for name in node_packages:
        spec, asked = _spec_of(paths.repository / "tests/e2e/node_package" / name, version)
        foreign |= asked
        _build(spec, work, folder)
    shutil.rmtree(work)
    make_debian_itself(folder, foreign)
    gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet"]
    packages = [str(package) for package in sorted(folder.glob("*.rpm"))]
    run(["rpmsign", "--define", f"_gpg_path {home}", "--define", f"_gpg_name {signer}", "--define", "__gpg /usr/bin/gpg",
         "--addsign", *packages])
    run(["createrepo_c", "--quiet", str(folder)])
    run([*gpg, "--armor", "--detach-sign", str(folder / "repodata/repomd.xml")])
    run(["gpgconf", "--homedir", str(home), "--kill", "all"])
    return folder


def make_debian_itself(folder: Path, provides: set[str]) -> None:
    """The package that answers for what a machine of Debian has, into `folder`."""
    work = folder.with_name(folder.name + "-work")
    work.mkdir(parents=True)
    _build(of_the_machine.format(provides="\n".join(f"Provides: {name}" for name in sorted(provides))), work, folder)
    shutil.rmtree(work)


def _spec_of(tree: Path, version: str) -> tuple[str, set[str]]:
    """The spec of the same package as the tree for dpkg has, and what it needs that is none of OpenNebula's."""
    control = (tree / "DEBIAN/control").read_text()
    name = re.search("^Package: (.*)", control, re.MULTILINE).group(1)
    needs = re.split(", *", re.search("^Depends: (.*)", control, re.MULTILINE).group(1))
    own = [re.sub(r" *\(.*", "", need) for need in needs if need.startswith("opennebula")]
    foreign = {need for need in needs if not need.startswith("opennebula")}
    files = [path for path in sorted(tree.rglob("*")) if "DEBIAN" not in path.parts and (path.is_file() or path.is_symlink())]
    rights = {path: "0440" if "sudoers.d" in path.parts else "-" for path in files}  # git keeps no such mode
    lines = [f"Name: {name}", f"Version: {version}", "Release: 1.el9", "Summary: stand-in for tests", "License: none",
             "BuildArch: noarch", "AutoReqProv: no", *(f"Requires: {need} = {version}-1.el9" for need in own),
             *(f"Requires: {need}" for need in sorted(foreign)), "%description", "It is not OpenNebula's package.",
             "%install", f"cp -a {tree}/. %{{buildroot}}", "rm -r %{buildroot}/DEBIAN"]
    for section, script in (("%pre", "preinst"), ("%post", "postinst")):
        if (tree / "DEBIAN" / script).exists():
            lines += [section, (tree / "DEBIAN" / script).read_text().replace("#!/bin/sh\n", "")]
    lines += ["%files", *(f"%attr({rights[path]}, root, root) /{path.relative_to(tree)}" for path in files)]
    return "\n".join(lines) + "\n", foreign


def _build(spec: str, work: Path, folder: Path) -> None:
    (work / "package.spec").write_text(spec)
    run(["rpmbuild", "--quiet", "-bb", "--define", f"_topdir {work}/top", "--define", f"_rpmdir {folder}",
         "--define", "_rpmfilename %{name}-%{version}-%{release}.%{arch}.rpm", str(work / "package.spec")])
