"""One stage for each file; shows what the machines said when a test fails; runs long tests only with --full."""

import itertools

import pytest

from cloud import Cloud, add_node
from stage import Stage, host_machine

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def stage():
    with Stage() as stage:
        yield stage


@pytest.fixture(scope="module")
def cloud(stage):
    cloud = Cloud(stage).start()
    yield cloud
    cloud.close()


@pytest.fixture
def node(stage):
    """A fresh bare machine for each test; its name is also the host's."""
    name = f"kvm{next(numbers)}"
    yield add_node(stage, name)
    stage.remove(name)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Stage):
                value.keep_logs = True
                report.sections.append(("the end of the machines' logs", value.last_words()))


def pytest_configure(config):
    config.addinivalue_line("markers", "simulator: does to the front-end what a real OpenNebula must be spared")


def pytest_collection_modifyitems(config, items):
    if host_machine.wanted():
        spare = pytest.mark.skip(reason="not with a real OpenNebula")
        for item in items:
            if item.get_closest_marker("simulator"):
                item.add_marker(spare)
