"""What a label's run came to, by count, and how it is read out of gtest's and pytest's own reports."""

from __future__ import annotations

import dataclasses
import pathlib
import xml.etree.ElementTree


@dataclasses.dataclass
class Outcome:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = dataclasses.field(default_factory=list)
    skips: list[str] = dataclasses.field(default_factory=list)
    stop: bool = False  # nothing that follows can run

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.failures + other.failures,
            self.skips + other.skips,
            self.stop or other.stop,
        )

    def line(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    @staticmethod
    def failure(what: str, stop: bool = False) -> Outcome:
        return Outcome(failed=1, failures=[what], stop=stop)

    @staticmethod
    def success() -> Outcome:
        return Outcome(passed=1)


def with_reason(name: str, failure: xml.etree.ElementTree.Element) -> str:
    """The name and the first lines of what the case said: often all that is left of a run somewhere else."""
    said = failure.get("message", "").strip().splitlines()
    return "\n      ".join([name, *(line[:300] for line in said[:8])])


def died_in(said: str) -> str:
    """The case that a program without a report was in, and its last words."""
    lines = said.splitlines()
    begun = [line.removeprefix("[ RUN      ]").strip() for line in lines if line.startswith("[ RUN      ]")]
    return f", in {begun[-1]}:" + "".join(f"\n      {line[:300]}" for line in lines[-8:]) if begun else ""


def of_gtest(program: str, report: pathlib.Path, exit_code: int, said: str = "") -> Outcome:
    """A program that died before it wrote its report is one failure."""
    try:
        root = xml.etree.ElementTree.parse(report).getroot()
    except (OSError, xml.etree.ElementTree.ParseError):
        return Outcome.failure(f"{program} ended with exit code {exit_code} and without a report{died_in(said)}")
    outcome = Outcome()
    for case in root.iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        skipped = case.find("skipped")
        failure = case.find("failure")
        if failure is not None:
            outcome.failed += 1
            outcome.failures.append(with_reason(name, failure))
        elif skipped is not None or case.get("result") == "skipped":
            outcome.skipped += 1
            said = (skipped.get("message", "") if skipped is not None else "").strip().splitlines()
            outcome.skips.append(f"{name}: {said[-1] if said else 'no reason given'}")
        elif case.get("status") == "run":
            outcome.passed += 1
    if exit_code != 0 and not outcome.failed:
        outcome += Outcome.failure(f"{program} ended with exit code {exit_code} although every case passed")
    if not (outcome.passed or outcome.failed or outcome.skipped):
        outcome += Outcome.failure(f"{program} ran no case")
    return outcome


def of_pytest(report: pathlib.Path, exit_code: int) -> Outcome:
    try:
        root = xml.etree.ElementTree.parse(report).getroot()
    except (OSError, xml.etree.ElementTree.ParseError):
        return Outcome.failure(f"pytest ended with exit code {exit_code} and without a report")
    outcome = Outcome()
    for case in root.iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        skipped = case.find("skipped")
        failures = case.findall("failure") + case.findall("error")
        if failures:
            outcome.failed += 1
            outcome.failures.append(with_reason(name, failures[0]))
        elif skipped is not None:
            outcome.skipped += 1
            outcome.skips.append(f"{name}: {skipped.get('message', '')}")
        else:
            outcome.passed += 1
    if exit_code not in (0, 1):
        outcome += Outcome.failure(f"pytest ended with exit code {exit_code}")
    return outcome
