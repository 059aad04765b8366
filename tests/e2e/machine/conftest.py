"""Our packages in a signed repository, built from the tree that is tested; machines that know this repository alone."""

import itertools
import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))

from places import deb, missing_tools, packages, repository, run, work  # noqa: E402
from signing import build_repository, key  # noqa: E402
from variants import another_version  # noqa: E402

from apt_repository import Repository  # noqa: E402
from stage.repository import make_repository  # noqa: E402

tools = ("dpkg-buildpackage", "dh", "gpg", "apt-ftparchive", "createrepo_c", "rpmsign", "qemu-system-x86_64", "qemu-img")
newer = "99.1"
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def published():
    """Two states of the repository, the second one with a newer onenode; and what stands in for OpenNebula's packages."""
    if lacking := missing_tools(*tools):
        pytest.fail(f"a real machine cannot be played without {', '.join(lacking)} (packaging/build-deps)")
    preset = os.environ.get("ONENODE_PRESET", "release")
    run(["env", "DEB_BUILD_OPTIONS=noautodbgsym", f"ONENODE_BUILD={repository / 'build' / preset}", str(repository / "packaging/build"), "deb"], timeout=900)
    place = work() / "published"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    with key("onenode's tests") as (home, fingerprint):
        for state, file in (("first", deb("onenode")), ("second", another_version(deb("onenode"), newer))):
            (place / f"{state}-packages/deb").mkdir(parents=True)
            shutil.copy(file, place / f"{state}-packages/deb" / deb("onenode").name)  # apt-ftparchive goes by the architecture in it
            build_repository(place / state, home, fingerprint, ONENODE_PACKAGES=str(place / f"{state}-packages"))
    make_repository(place / "opennebula", "7.4.0-1")
    yield place
    shutil.rmtree(place)


@pytest.fixture
def machine(stage):
    """A hypervisor with a kernel of its own, on which nothing of onenode or OpenNebula is."""
    name = f"kvm{next(numbers)}"
    yield stage.add_virtual(name)
    stage.remove(name)


@pytest.fixture
def apt(machine, published):
    apt = Repository(machine, published)
    apt.publish("first")
    return apt
