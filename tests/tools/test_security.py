"""docs/security.md claims nothing that no test shows: every test that it names exists, every line names one or says Not."""

import functools
import pathlib
import re

import pytest

top = pathlib.Path(__file__).resolve().parents[2]
attackers = 6


@functools.cache
def every_test() -> set[str]:
    found = set()
    for source in (top / "tests").rglob("*.cpp"):
        cases = re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", source.read_text(), re.MULTILINE)
        found |= {f"{room}.{sentence}" for room, sentence in cases}
    for source in (top / "tests").rglob("test_*.py"):
        found |= set(re.findall(r"^def (test_\w+)\(", source.read_text(), re.MULTILINE))
    return found


def threat_model() -> str:
    text = (top / "docs/security.md").read_text()
    return text.split("\n## Threat model\n")[1].split("\n## ")[0]


def lines() -> list[list[str]]:
    rows = [line.strip("|").split("|") for line in threat_model().splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows if row[-1].strip() != "shown by"]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_model_has_its_attackers_and_lines():
    assert threat_model().count("\n### ") == attackers
    assert len(lines()) >= 5 * attackers
    assert all(len(line) == 3 for line in lines())


@pytest.mark.parametrize("name", sorted({name for line in lines() for name in named(line[2])}))
def test_the_test_exists(name):
    assert name in every_test(), f"docs/security.md names {name}"


@pytest.mark.parametrize("line", lines(), ids=lambda line: line[0][:60])
def test_a_line_is_shown_or_open(line):
    assert named(line[2]) or line[0].startswith("*Not*"), line
