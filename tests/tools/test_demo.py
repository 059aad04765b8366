"""tests/demo ends with a verdict, whatever happens, and tells what it was told as it comes."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import demo  # noqa: E402


class Program:
    """One whose output grows from look to look, and which then ends."""

    def __init__(self, *said: str, code: int = 0):
        self.said, self.looks, self.ends_with = said, 0, code

    @property
    def code(self) -> int | None:
        self.looks += 1
        return self.ends_with if self.looks >= len(self.said) else None

    def output(self) -> str:
        return self.said[min(self.looks, len(self.said)) - 1]


@pytest.fixture(autouse=True)
def log(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "LOG", tmp_path / "logs" / "demo.log")
    monkeypatch.setattr(demo.os, "geteuid", lambda: 0)
    monkeypatch.setattr(demo.host_machine, "wanted", lambda: False)
    return demo.LOG


def test_what_a_program_says_is_shown_once_and_by_whole_lines(capsys):
    assert demo.show_while_it_runs(Program("fac", "facts\npre", "facts\npreflight\n", "facts\npreflight\nend", code=2)) == 2
    assert capsys.readouterr().out == "    facts\n    preflight\n    end\n"


@pytest.mark.parametrize(("error", "named"), [
    (demo.Failed("onenode join ended with exit code 2"), "[failed] onenode join ended with exit code 2\n"),
    (KeyError("kvm1"), "[failed] KeyError: 'kvm1'\n"),
    (OSError(28, "No space left on device"), "No space left on device\n"),
])
def test_any_failure_ends_with_its_reason_the_verdict_and_the_log(capsys, monkeypatch, log, error, named):
    def fail() -> None:
        raise error

    monkeypatch.setattr(demo, "build", fail)
    for argv in ([], ["--keep"], ["--chart"], ["--chart", "--keep"]):
        assert demo.main(argv) == 2
        said = capsys.readouterr().out
        assert named in said and said.splitlines()[-1] == f"demo: FAILED (log: {log})"
        assert "Traceback" not in said and "Traceback" in log.read_text()


def test_a_log_that_cannot_be_written_is_a_failure_like_others(capsys, monkeypatch):
    monkeypatch.setattr(demo, "LOG", pathlib.Path("/proc/none/demo.log"))
    assert demo.main([]) == 2
    assert "demo: FAILED" in capsys.readouterr().out


def test_an_interruption_is_no_failure_and_no_success(capsys, monkeypatch):
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "build", interrupted)
    assert demo.main([]) == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize(("argv", "euid", "code", "named"), [
    (["--kep"], 0, 64, "unknown argument --kep"),
    (["--keep", "--clean"], 0, 64, "unknown argument --keep --clean"),
    (["--chart", "--clean"], 0, 64, "unknown argument --chart --clean"),
    (["--keep", "--keep"], 0, 64, "unknown argument --keep --keep"),
    ([], 1000, 3, "run it as root"),
    (["--clean"], 1000, 3, "run it as root"),
])
def test_what_it_cannot_do_is_told_before_anything_is_done(capsys, monkeypatch, log, argv, euid, code, named):
    monkeypatch.setattr(demo.os, "geteuid", lambda: euid)
    assert demo.main(argv) == code
    assert named in capsys.readouterr().err and not log.exists()


def test_clean_says_what_it_removed(capsys, monkeypatch):
    monkeypatch.setattr(demo.leftovers, "end_kept", lambda: ["stage-7"])
    monkeypatch.setattr(demo.leftovers, "clean_all", lambda: [])
    assert demo.main(["--clean"]) == 0
    assert capsys.readouterr().out == "removed: stage-7\n"


def test_the_verdict_of_a_success_says_what_was_seen(capsys, log):
    demo.verdict(True)
    assert capsys.readouterr().out == f"\ndemo: passed: the node joined and OpenNebula shows it on (log: {log})\n"
