"""The other distributions that our one Debian source package is meant for: their archives, and roots made of them."""

import dataclasses
import hashlib
import re
import shutil
from pathlib import Path

from places import cache, depends, repository, run

from stage import rootfs  # noqa: E402  (tests/e2e, by places)
from stage.layers import Distribution, Layer  # noqa: E402

debian = Distribution(suite="trixie", archive="http://deb.debian.org/debian")
ubuntu = Distribution(suite="noble", archive="http://archive.ubuntu.com/ubuntu", components="main,universe")
others = {"debian-13": debian, "ubuntu-24.04": ubuntu}

# No package of Debian 12 has the key of Ubuntu's archive; this is the one of Ubuntu 24.04 itself.
ubuntu_keyring = ("pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb",
                  "36de43b15853ccae0028e9a767613770c704833f82586f28eb262f0311adb8a8")


# OpenNebula brings gems of its own, and lets Ruby see no other; Debian 13 ships as gems what Debian 12 has in Ruby's own path.
gems = "find /usr/lib /usr/share -path '*/rubygems-integration/*' -prune -exec cp -r '{}/.' /usr/share/one/gems-dist ';'\n"


def is_reachable(distribution: Distribution) -> bool:
    index = f"{distribution.archive}/dists/{distribution.suite}/InRelease"
    return run(["curl", "-fsSI", "--max-time", "30", index], check=False).ok


def trusted(distribution: Distribution) -> Distribution:
    if distribution is not ubuntu:
        return distribution
    place, checksum = ubuntu_keyring
    package = cache() / Path(place).name
    if not package.exists():
        unfinished = package.with_suffix(".unfinished")
        run(["curl", "-fsS", "--max-time", "60", "-o", str(unfinished), f"{ubuntu.archive}/{place}"], timeout=90)
        unfinished.rename(package)
    assert hashlib.sha256(package.read_bytes()).hexdigest() == checksum, f"{package} is not what Ubuntu published; remove it"
    tree = cache() / package.stem
    shutil.rmtree(tree, ignore_errors=True)
    run(["dpkg-deb", "--extract", str(package), str(tree)])
    return dataclasses.replace(ubuntu, keyring=str(tree / "usr/share/keyrings/ubuntu-archive-keyring.gpg"))


def compiler(name: str) -> Layer:
    """What a builder of that distribution has."""
    control = (repository / "packaging/debian/control").read_text()
    wanted = re.search(r"^Build-Depends: (.*?)\n\S", control, re.DOTALL | re.MULTILINE).group(1)
    packages = [re.split(r"[ (:]", entry.split("|")[-1].strip())[0] for entry in wanted.split(",")]
    packages[0] = "debhelper"  # where control says debhelper-compat
    return Layer(f"{name}-compiler", ("build-essential", "ccache", "fakeroot", *packages), distribution=trusted(others[name]))


def hypervisor(name: str, package: Path) -> Layer:
    """The stage's hypervisor with OpenNebula's node package, of that distribution; ours finds its libraries there."""
    server = Layer(name, (*rootfs.server, *depends(package)), script=rootfs.debian.script, distribution=trusted(others[name]))
    bare = dataclasses.replace(rootfs.hypervisor, name=f"{name}-hypervisor", below=server)
    node_package = rootfs.node_package.script + gems
    return dataclasses.replace(rootfs.node_package, name=f"{name}-node-package", script=node_package, below=bare)
