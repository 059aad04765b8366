"""The source packages, as a distribution's builder has them: nothing beside them, everything compiled."""

import shutil
from pathlib import Path

import pytest

from places import deb, depends, packages, paths_in, rpm, run, work
from test_reproducible import in_another_way


pytestmark = pytest.mark.full
ccache = {"CMAKE_CXX_COMPILER_LAUNCHER": "ccache"}


def test_the_source_package_compiles_to_the_same_packages(tmp_path):
    (description,) = (packages / "deb").glob("onenode_*.dsc")
    place = work() / "source"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    run(["dpkg-source", "--extract", str(description), str(place / "onenode")], timeout=120)
    in_another_way(["dpkg-buildpackage", "--build=binary", "--no-sign"], place / "onenode", 3600,
                   DEB_BUILD_OPTIONS="noautodbgsym parallel=2", ONENODE_BUILD="", **ccache)
    for name in ("onenode", "onefrontend"):
        (built,) = place.glob(f"{name}_*.deb")
        assert paths_in(built) == paths_in(deb(name))
        assert depends(built) == depends(deb(name))
        run(["dpkg-deb", "--extract", str(built), str(tmp_path / name)])
        assert run([str(tmp_path / name / "usr/bin" / name), "version"]).out.startswith(name)


def test_the_rpm_source_package_compiles_to_the_same_packages():
    """By the spec's own words, with Debian's compiler and libraries: of what it asks for, rpm knows nothing here."""
    (source,) = (packages / "rpm").glob("onenode-*.src.rpm")
    place = work() / "rpm-source"
    shutil.rmtree(place, ignore_errors=True)
    in_another_way(["rpmbuild", "--rebuild", "--nodeps", "--define", f"_topdir {place}", str(source)], work(), 3600, **ccache)
    for name in ("onenode", "onefrontend"):
        (built,) = place.glob(f"RPMS/*/{name}-[0-9]*.rpm")
        assert listed(built) == listed(rpm(name))


def listed(file: Path) -> list[str]:
    """Paths, modes, owners."""
    return run(["rpm", "-qp", "--queryformat", "[%{FILENAMES} %{FILEMODES} %{FILEUSERNAME} %{FILEGROUPNAME}\n]", str(file)]).out.splitlines()
