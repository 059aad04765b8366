"""Shows what the machines said when a test fails."""

import pytest

from stage import Stage


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Stage):
                report.sections.append(("the end of the machines' logs", value.last_words()))
