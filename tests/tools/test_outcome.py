"""The last line of tests/all is true by count: what was not run is never counted as passed."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from outcome import Outcome, of_gtest, of_pytest  # noqa: E402


def gtest_report(path: pathlib.Path, *cases: str) -> pathlib.Path:
    path.write_text("<testsuites><testsuite name='Room'>" + "".join(cases) + "</testsuite></testsuites>")
    return path


def case(name: str, result: str = "completed", inside: str = "") -> str:
    return f"<testcase classname='Room' name='{name}' status='run' result='{result}'>{inside}</testcase>"


def test_a_program_without_a_report_is_one_failure(tmp_path):
    outcome = of_gtest("unit_room", tmp_path / "absent.xml", -11)
    assert (outcome.passed, outcome.failed) == (0, 1)
    assert "unit_room" in outcome.failures[0]


def test_a_program_that_died_is_told_with_the_case_it_was_in(tmp_path):
    said = "[ RUN      ] Room.A\n[       OK ] Room.A (0 ms)\n[ RUN      ] Room.B\nthe futex facility is unhappy\n"
    failure = of_gtest("unit_room", tmp_path / "absent.xml", -6, said).failures[0]
    assert failure.startswith("unit_room ended with exit code -6 and without a report, in Room.B:\n")
    assert failure.endswith("the futex facility is unhappy")


def test_gtest_cases_are_counted_one_by_one(tmp_path):
    report = gtest_report(
        tmp_path / "r.xml",
        case("A"),
        case("B", inside="<failure message='no'/>"),
        case("C", "skipped", "<skipped message='room_test.cpp:12&#x0A;../shared is absent'/>"),
    )
    outcome = of_gtest("unit_room", report, 1)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 1, 1)
    assert outcome.failures == ["Room.B\n      no"]
    assert outcome.skips == ["Room.C: ../shared is absent"]


def test_a_program_that_fails_after_its_last_case_is_a_failure(tmp_path):
    report = gtest_report(tmp_path / "r.xml", case("A"))
    assert of_gtest("unit_room", report, 1).failed == 1  # a sanitizer's verdict comes at exit


def test_a_program_that_ran_nothing_is_a_failure(tmp_path):
    assert of_gtest("unit_room", gtest_report(tmp_path / "r.xml"), 0).failed == 1


def test_pytest_errors_count_as_failures_and_skips_keep_their_reason(tmp_path):
    report = tmp_path / "r.xml"
    report.write_text(
        "<testsuites><testsuite>"
        "<testcase classname='e2e' name='a'/>"
        "<testcase classname='e2e' name='b'><error message='no'/></testcase>"
        "<testcase classname='e2e' name='c'><skipped message='../shared is absent'/></testcase>"
        "</testsuite></testsuites>"
    )
    outcome = of_pytest(report, 1)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 1, 1)
    assert outcome.skips == ["e2e.c: ../shared is absent"]


def test_a_failure_says_why_and_is_short(tmp_path):
    said = "&#x0A;".join(["x" * 1000] * 20)
    report = gtest_report(tmp_path / "r.xml", case("A", inside=f"<failure message='{said}'/>"))
    lines = of_gtest("unit_room", report, 1).failures[0].splitlines()
    assert lines[0] == "Room.A"
    assert len(lines) == 9
    assert max(map(len, lines)) < 400


def test_the_line_adds_up():
    total = Outcome(passed=2, failed=1) + Outcome(skipped=3)
    assert total.line() == "2 passed, 1 failed, 3 skipped"
