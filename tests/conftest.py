"""What all folders of tests have in common: what is long runs with --full alone."""

import pytest


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="also run what is long (marked `full`)")


def pytest_configure(config):
    config.addinivalue_line("markers", "full: long, only run with --full")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--full"):
        return
    for item in items:
        if item.get_closest_marker("full"):
            item.add_marker(pytest.mark.skip(reason="long, needs --full"))
