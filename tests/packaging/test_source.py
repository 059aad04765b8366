"""The Debian source package, as a distribution's builder has it: nothing beside it, everything compiled."""

import shutil

import pytest

from places import deb, depends, packages, paths_in, run, work
from test_reproducible import in_another_way


@pytest.mark.full
def test_the_source_package_compiles_to_the_same_packages(tmp_path):
    (description,) = (packages / "deb").glob("onenode_*.dsc")
    place = work() / "source"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    run(["dpkg-source", "--extract", str(description), str(place / "onenode")], timeout=120)
    in_another_way(["dpkg-buildpackage", "--build=binary", "--no-sign"], place / "onenode", 3600,
                   DEB_BUILD_OPTIONS="noautodbgsym parallel=2", ONENODE_BUILD="")
    for name in ("onenode", "onefrontend"):
        (built,) = place.glob(f"{name}_*.deb")
        assert paths_in(built) == paths_in(deb(name))
        assert depends(built) == depends(deb(name))
        run(["dpkg-deb", "--extract", str(built), str(tmp_path / name)])
        assert run([str(tmp_path / name / "usr/bin" / name), "version"]).out.startswith(name)
