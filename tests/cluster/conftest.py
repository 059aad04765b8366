"""One cluster and one release for all tests, on a stage of their own; what they said is shown where something failed."""

import itertools
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import cached  # noqa: E402, F401

import programs  # noqa: E402
import tools  # noqa: E402
from cloud import add_node, join  # noqa: E402
from cluster import Cluster  # noqa: E402
from release import Release  # noqa: E402
from stage import Stage, wait_for  # noqa: E402
from stage.snapshot import take  # noqa: E402


numbers = itertools.count(1)


def leave_out(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def stage():
    if lacking := programs.missing():
        leave_out(f"Kubernetes cannot run here without {', '.join(lacking)}")
    with Stage() as stage:
        yield stage


@pytest.fixture(scope="session")
def cluster(stage):
    try:
        tools.program("helm")
        return Cluster(stage).start()
    except tools.NotThere as reason:
        leave_out(str(reason))


@pytest.fixture(scope="session")
def release(cluster):
    release = Release(cluster)
    release.make_place()
    release.install()
    return release


@pytest.fixture(scope="module")
def hypervisor(release):
    """A machine outside of the cluster that joined; one for each file."""
    node = add_node(release.stage, f"kvm{next(numbers)}")
    node.before = take(node)
    node.joined = join(node, release.token(), frontend=release.address)
    known = "/var/lib/one/.ssh/known_hosts.onenode"
    wait_for(lambda: f"@cert-authority {node.name}" in node.read(known), 60, "the machine to have all that a joined one gets", every=0.5)
    return node


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    found = getattr(item, "funcargs", {}).get("stage")
    if not report.failed or not found:
        return
    found.keep_logs = True
    if cluster := getattr(item, "funcargs", {}).get("cluster"):
        for words in (("get", "pods", "--all-namespaces", "--output=wide"), ("get", "events", "--all-namespaces")):
            report.sections.append((" ".join(words), cluster.kubectl(*words, check=False).out[-6000:]))
    report.sections.append(("the end of the machines' logs", found.last_words()[-6000:]))
