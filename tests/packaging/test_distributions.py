"""One source package for several distributions: compiled there by their compiler, with their libraries; then a machine of each
joins, and is as before once it left."""

import os

import pytest

from distributions import compiler, hypervisor, is_reachable, others
from places import cache, deb, packages, paths_in, work
from root import Root
from test_running import install

from cloud import Cloud, changes_of, files_of, join  # noqa: E402  (tests/e2e, by places)
from stage import Stage, wait_for  # noqa: E402

# Ubuntu's PAM notes that oneadmin, as whom the front-end logged in, was shown the legal notice.
of_a_login = "/var/lib/one/.cache"

pytestmark = pytest.mark.full


@pytest.fixture(scope="module", params=others)
def distribution(request):
    if os.geteuid() != 0:
        pytest.skip("a root file system is made by root only")
    if not is_reachable(others[request.param]):
        pytest.skip(f"{others[request.param].archive} cannot be reached from here")
    return request.param


@pytest.fixture(scope="module")
def compiled(distribution):
    """The packages that a builder of that distribution gets of our source."""
    results = work() / distribution
    results.mkdir()
    root = Root(compiler(distribution), compiler_cache=cache() / "ccache" / distribution)
    for source in (packages / "deb").glob("onenode_*"):
        if source.suffix == ".dsc" or ".tar." in source.name:
            root.put(source, "/src")
    root.run("cd /src && dpkg-source --extract onenode_*.dsc onenode")
    root.run("cd /src/onenode && DEB_BUILD_OPTIONS='noautodbgsym parallel=2' dpkg-buildpackage --build=binary --no-sign 2>&1", timeout=5400)
    root.take("/src/*.deb", results)
    root.close()
    return {name: next(results.glob(f"{name}_*.deb")) for name in ("onenode", "onefrontend")}


@pytest.mark.parametrize("name", ["onenode", "onefrontend"])
def test_brings_the_same_files(compiled, name):
    assert paths_in(compiled[name]) == paths_in(deb(name))


def test_a_machine_joins_and_leaves_without_a_trace(distribution, compiled, cloud, stage):
    node = stage.add_node(others[distribution].suite, on=hypervisor(distribution, compiled["onenode"]))
    node.run(["virsh", "list"])  # libvirt completes its own files when it is first asked
    before = files_of(node)
    install(node, compiled["onenode"])
    join(node, cloud.token())
    cloud.wait_for_state(node.name, "on", 60)
    wait_for(lambda: "healthy" in node.run(["onenode", "status"], check=False).out, 60, "the agent to be healthy",
             otherwise=lambda: node.run(["onenode", "status"], check=False).out)
    node.run(["onenode", "leave"], timeout=120)
    node.run(["dpkg", "--purge", "onenode"], timeout=60)
    assert [line for line in changes_of(node, before) if not line.startswith(of_a_login)] == []
    stage.remove(node.name)


@pytest.fixture(scope="module")
def stage(packages):
    with Stage() as stage:
        yield stage


@pytest.fixture(scope="module")
def cloud(stage):
    cloud = Cloud(stage).start()
    yield cloud
    cloud.close()
