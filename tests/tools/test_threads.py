"""ThreadSanitizer runs every gtest program that starts threads: whose sources do carries the CMake label `threads`."""

import functools
import pathlib
import re

import pytest

top = pathlib.Path(__file__).resolve().parents[2]
starts_threads = re.compile(r"std::jthread|std::thread\b|std::async\b|\bthread_pool\b|\boff_the_loop\b|\bpthread_create\b|\brun_checks\b")
included = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
# tests/oned needs a front-end beside it, simulated or real: the simulator itself is under ThreadSanitizer in its own tests.
elsewhere = {"oned"}


@functools.cache
def programs() -> dict[str, tuple[set[str], list[pathlib.Path]]]:
    """The labels and the sources of each program that CMake is told to run as a test."""
    found = {}
    for room in sorted((top / "tests").rglob("CMakeLists.txt")):
        text = re.sub(r"#.*", "", room.read_text())
        for name, labels in re.findall(r"set_tests_properties\((\S+)\s+PROPERTIES\s+LABELS\s+(\"[^\"]*\"|\w+)", text):
            sources = re.search(rf"add_executable\({re.escape(name)}\s+([^)]*)\)", text)
            if sources:
                found[name] = (set(labels.strip('"').split(";")), [room.parent / file for file in sources[1].split()])
    return found


def sources_of(program: str) -> set[pathlib.Path]:
    """With what the tests share: headers of tests/ that they include, and the source beside such a header."""
    seen: set[pathlib.Path] = set()
    waiting = [file for file in programs()[program][1] if file.suffix in (".cpp", ".hpp")]
    while waiting:
        file = waiting.pop()
        if file in seen or not file.exists():
            continue
        seen.add(file)
        names = included.findall(file.read_text())
        headers = [top / name for name in names if name.startswith("tests/")] + [file.parent / name for name in names]
        waiting += headers + [header.with_suffix(".cpp") for header in headers if header.with_suffix(".cpp").exists()]
    return seen


def threads_of(program: str) -> list[str]:
    return sorted(str(file.relative_to(top)) for file in sources_of(program) if starts_threads.search(file.read_text()))


def test_there_are_programs():
    assert len(programs()) > 20
    assert threads_of("unit_nodeagent_link") and not threads_of("unit_nodeagent_core")


@pytest.mark.parametrize("program", programs())
def test_a_program_that_starts_threads_says_so(program):
    labels, _ = programs()[program]
    if labels & elsewhere:
        return
    assert "threads" in labels or not threads_of(program), f"LABELS \"...;threads\" for {program}: {threads_of(program)}"
