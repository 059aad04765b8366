"""helm first: without it there is nothing to look at. Every value set is rendered once for all tests."""

import concurrent.futures
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import kubernetes_schemas  # noqa: E402
import rendering  # noqa: E402
import tools  # noqa: E402
import value_sets  # noqa: E402


def or_skip(get):
    try:
        return get()
    except tools.NotThere as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def helm() -> Path:
    return or_skip(lambda: tools.program("helm"))


@pytest.fixture(scope="session")
def promtool() -> Path:
    return or_skip(tools.promtool)


@pytest.fixture(scope="session")
def schemas():
    or_skip(kubernetes_schemas.package)
    return kubernetes_schemas


@pytest.fixture(scope="session")
def defaults(helm) -> rendering.Rendered:
    return rendering.Rendered(rendering.render())


@pytest.fixture(scope="session")
def every_set(helm) -> dict[str, rendering.Rendered]:
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        texts = pool.map(lambda one: rendering.render("--values", str(one.file)), value_sets.ALL)
        return {one.name: rendering.Rendered(text) for one, text in zip(value_sets.ALL, texts)}


@pytest.fixture(scope="session")
def everything(defaults, every_set) -> dict[str, rendering.Rendered]:
    return {"defaults": defaults, **every_set}
