"""Shows what the machines said when a test fails; leaves out long tests unless --full is given."""

import pytest

from stage import Stage


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Stage):
                value.keep_logs = True
                report.sections.append(("the end of the machines' logs", value.last_words()))


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="also run what is long (marked `full`)")


def pytest_configure(config):
    config.addinivalue_line("markers", "full: long, only run with --full")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--full"):
        skip = pytest.mark.skip(reason="long, needs --full")
        for item in items:
            if "full" in item.keywords:
                item.add_marker(skip)
