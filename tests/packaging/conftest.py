"""Builds the packages once, from the release tree, as packaging/build does for everybody."""

import os
import shutil

import pytest

from places import missing_tools, repository, run, work
from root import Root

tools = ("dpkg-buildpackage", "dh", "lintian", "rpmbuild", "rpmlint", "rpmsign", "createrepo_c", "apt-ftparchive", "gpg",
         "mmdebstrap", "cmake", "man", "fish", "zsh")


@pytest.fixture(scope="session", autouse=True)
def packages():
    if lacking := missing_tools(*tools):
        pytest.skip(f"packages cannot be built or looked at here without {', '.join(lacking)} (packaging/build-deps)")
    if not os.environ.get("ONENODE_PACKAGES_ARE_BUILT"):  # for the desk: the tests alone
        run([str(repository / "packaging/build"), "deb", "rpm"], timeout=900)
    yield
    shutil.rmtree(work(), ignore_errors=True)


@pytest.fixture
def root():
    if os.geteuid() != 0:
        pytest.skip("a root file system is played with by root only")
    made = Root()
    yield made
    made.close()
