"""One cluster for all tests, on a stage of its own; what it said is shown where something failed."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import cached  # noqa: E402, F401

import node  # noqa: E402
import programs  # noqa: E402
import tools  # noqa: E402
from cluster import Cluster  # noqa: E402
from stage import Stage  # noqa: E402


def leave_out(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def stage():
    if lacking := programs.missing():
        leave_out(f"Kubernetes cannot run here without {', '.join(lacking)}")
    node.remove_groups_left_behind()
    with Stage() as stage:
        yield stage


@pytest.fixture(scope="session")
def cluster(stage):
    try:
        cluster = Cluster(stage)
    except tools.NotThere as reason:
        leave_out(str(reason))
    yield cluster.start()
    cluster.stop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    found = getattr(item, "funcargs", {}).get("cluster")
    if report.failed and found:
        for words in (("get", "pods", "--all-namespaces", "--output=wide"), ("get", "events", "--all-namespaces")):
            report.sections.append((" ".join(words), found.kubectl(*words, check=False).out[-6000:]))
        report.sections.append(("the programs' logs", found.stage.last_words()[-6000:]))
