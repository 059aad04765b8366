"""A file is looked at once, and again when it or what it includes has changed; a finding is never remembered as clean."""

import json
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from lint import TOOL, Lint  # noqa: E402

FAKE_TOOL = """#!/bin/sh
for file; do :; done
echo "$file" >>looked
! grep -q BAD "$file" || { echo "$file:1: BAD"; exit 1; }
"""


@pytest.fixture
def repo(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / TOOL).write_text(FAKE_TOOL)
    (tmp_path / "bin" / TOOL).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    (tmp_path / ".clang-tidy").write_text("Checks: '*'\n")
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "a.cpp").write_text('#include "room/a.hpp"\n')
    (tmp_path / "room" / "b.cpp").write_text("int b;\n")
    (tmp_path / "room" / "a.hpp").write_text('#include "room/deep.hpp"\n')
    (tmp_path / "room" / "deep.hpp").write_text("int a;\n")
    return tmp_path


def run(repo):
    """How many passed and failed, which files were looked at, and what was told."""
    commands = [{"file": str(repo / "room" / name), "command": "c++"} for name in ("a.cpp", "b.cpp")]
    (repo / "compile_commands.json").write_text(json.dumps(commands))
    looked = repo / "looked"
    looked.write_text("")
    told = []
    outcome = Lint(repo, repo, repo / "cache").run(["room/a.cpp", "room/b.cpp"], told.append)
    return (outcome.passed, outcome.failed), sorted(looked.read_text().split()), "".join(told)


def test_a_clean_file_is_looked_at_once(repo):
    assert run(repo) == ((2, 0), ["room/a.cpp", "room/b.cpp"], "")
    assert run(repo) == ((2, 0), [], "")


def test_a_changed_header_brings_back_who_includes_it(repo):
    run(repo)
    (repo / "room" / "deep.hpp").write_text("int other;\n")
    assert run(repo) == ((2, 0), ["room/a.cpp"], "")


def test_a_changed_configuration_brings_back_all(repo):
    run(repo)
    (repo / ".clang-tidy").write_text("Checks: 'bugprone-*'\n")
    assert run(repo)[1] == ["room/a.cpp", "room/b.cpp"]


def test_a_configuration_of_its_folder_counts_too(repo):
    run(repo)
    (repo / "room" / ".clang-tidy").write_text("InheritParentConfig: true\n")
    (repo / "elsewhere").mkdir()
    (repo / "elsewhere" / ".clang-tidy").write_text("Checks: '-*'\n")
    assert run(repo)[1] == ["room/a.cpp", "room/b.cpp"]
    (repo / "elsewhere" / ".clang-tidy").write_text("Checks: '*'\n")
    assert run(repo)[1] == []


def test_a_finding_is_told_each_time(repo):
    (repo / "room" / "b.cpp").write_text("int BAD;\n")
    for _ in range(2):
        counts, looked, told = run(repo)
        assert counts == (1, 1)
        assert "room/b.cpp" in looked
        assert "room/b.cpp:1: BAD" in told
