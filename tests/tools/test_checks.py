"""Every check has a test that makes it fail in memory, and one on a machine of the stage, or a reason why no machine here can."""

import pathlib
import re
import sys

import pytest

top = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(top / "tests" / "e2e"))

from failing_checks import elsewhere, machines, not_here  # noqa: E402

definition = re.compile(r'constinit const Check (\w+)\{\s*\.id = "([a-z0-9-]+)"')
lists_alone = {"every_check_test.cpp", "document_test.cpp"}  # they know no check by its name


def checks() -> dict[str, str]:
    """The C++ name of each, by its id."""
    sources = sorted((top / "nodeagent" / "checks").glob("*.cpp"))
    return {id: name for source in sources for name, id in definition.findall(source.read_text())}


def staged() -> set[str]:
    return {id for damaged in machines.values() for id in damaged.scripts}


def unit_tests() -> dict[str, str]:
    room = top / "tests" / "unit" / "nodeagent" / "checks"
    return {file.name: file.read_text() for file in room.glob("*_test.cpp") if file.name not in lists_alone}


def test_all_checks_are_found():
    listed = re.findall(r"&(\w+)", (top / "nodeagent/checks/all.cpp").read_text())
    assert set(checks().values()) == set(listed) - {"each", "check", "Check"}, set(checks().values()) ^ set(listed)
    assert len(checks()) > 100


@pytest.mark.parametrize("id", checks())
def test_a_check_is_looked_at_by_a_unit_test_of_its_own(id):
    assert any(re.search(rf"\b{checks()[id]}\b", text) for text in unit_tests().values())


def test_each_check_fails_on_a_machine_of_the_stage_or_says_why_it_cannot():
    known = [staged(), set(elsewhere), set(not_here)]
    assert set.union(*known) == set(checks()), set.union(*known) ^ set(checks())
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert not known[one] & known[other]


@pytest.mark.parametrize("id", elsewhere)
def test_the_test_that_makes_it_fail_names_it(id):
    assert re.search(rf"\b{id}\b", (top / "tests/e2e" / elsewhere[id]).read_text())


# An id in the making: `broken("ssh-login", ...)`, `{.id = "name-replaced", ...}`, a list of ids.
of_proofs = re.compile(r'(?:proven|warning|broken|not_checked)\((?:\w+ \? )?"([a-z0-9{}-]+)"|\? "([a-z-]+)" : "([a-z-]+)"')
written = re.compile(r'(?:\.id = |string_view id = |findings\.push_back\(\s*\{)"([a-z-]+)"|fmt::format\("(port-)\{\}')
array_of_ids = re.compile(r"needs_the_name\{(.*?)\}", re.S)


def sources_of(*rooms: str) -> list[pathlib.Path]:
    return [source for room in rooms for source in sorted((top / room).glob("*.cpp"))]


def stem(id: str) -> str:
    """Without what an object appends: `command-` of `command-<name>`, and of `command-ruby`."""
    return re.split("[<{]", re.sub("^command-.*", "command-", id))[0]


def ids_of_proofs_in_sources() -> set[str]:
    found = set()
    for source in sources_of("frontend/proofs"):
        text = source.read_text()
        for groups in of_proofs.findall(text):
            found |= set(filter(None, groups))
        for ids in array_of_ids.findall(text):
            found |= set(re.findall(r'"([a-z-]+)"', ids))
    for source in sources_of("frontend/proofs", "frontend/enroll", "nodeagent/link"):
        for groups in written.findall(source.read_text()):
            found |= set(filter(None, groups))
    return {stem(id) for id in found}


def listed(kind: str) -> list[tuple[str, ...]]:
    text = (top / "common" / "wire" / "proofs.cpp").read_text()
    return [tuple(re.findall(r'"([^"]*)"', row)) for row in re.findall(kind + r"\{(.*?)\}[,;]\s*?\n", text, re.S)]


def test_the_list_of_proofs_has_each_id_that_a_finding_of_both_ends_has():
    known = {stem(id) for id, _ in listed("Proof")}
    found = ids_of_proofs_in_sources()
    assert known == found, known ^ found


def test_the_page_of_proofs_names_each():
    page = (top / "docs" / "proofs.md").read_text()
    for id, _ in listed("Proof"):
        assert f"`{stem(id)}" in page, id


def test_each_refusal_is_one_that_the_front_end_says():
    sources = "".join(source.read_text() for source in (top / "frontend").rglob("*.cpp"))
    assert len(listed("Refusal")) >= 5
    for what, _, says in listed("Refusal"):
        assert says in sources, what
