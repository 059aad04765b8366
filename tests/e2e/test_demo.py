"""tests/demo as a person runs it: alone, with --keep and another beside it, and --clean, which leaves nothing."""

import re
import subprocess

import pytest

from cloud import repository
from stage import leftovers

pytestmark = [pytest.mark.full, pytest.mark.simulator]

passed = "demo: passed: the node joined and OpenNebula shows it on"


def run(tmp_path, *argv: str) -> tuple[int, str]:
    """Its exit code and all that it said; a file, because what --keep leaves behind might hold on to a pipe."""
    said = tmp_path / "said"
    with said.open("w") as file:
        code = subprocess.run(argv, cwd=repository, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                              timeout=600, check=False).returncode
    return code, said.read_text()


@pytest.fixture
def nobody_keeps_one():
    """Nobody has kept a stage; what this test kept goes with it."""
    if leftovers.kept():
        pytest.skip("somebody has kept a stage, which --clean would take")
    yield
    leftovers.end_kept()


def phases(said: str) -> list[str]:
    return re.findall(r"^\[([a-z-]+)\]", said, re.MULTILINE)


def test_the_demo_passes_stays_when_it_is_told_to_and_is_cleaned_away(nobody_keeps_one, tmp_path):
    code, said = run(tmp_path, "tests/demo")
    assert code == 0 and said.count(passed) == 1, said
    assert phases(said) == ["start", "build", "front-end", "node", "token", "join", "join", "opennebula"], said
    log = re.search(r"\(log: (.*)\)", said)[1]
    assert log.startswith(str(repository)), said
    assert not leftovers.kept()

    code, said = run(tmp_path, "tests/demo", "--keep")
    assert code == 0 and said.count(passed) == 1, said
    (stage,) = leftovers.kept()
    assert f"The stage {stage} keeps running." in said and "tests/demo --clean" in said, said
    assert f"tests/e2e/stage-ctl shell {stage}/kvm1" in said, said
    code, status = run(tmp_path, "tests/e2e/stage-ctl", "run", f"{stage}/kvm1", "onenode", "status")
    assert code == 0 and "kvm1 is joined to frontend:4125" in status, status
    code, nodes = run(tmp_path, "tests/e2e/stage-ctl", "run", f"{stage}/frontend", "onefrontend", "node", "list")
    assert code == 0 and "kvm1" in nodes, nodes

    code, said = run(tmp_path, "tests/demo")  # another one, beside what is kept
    assert code == 0 and said.count(passed) == 1, said
    assert leftovers.kept() == [stage]

    code, said = run(tmp_path, "tests/demo", "--clean")
    assert code == 0 and said.startswith("removed: ") and stage in said, said
    assert stage not in leftovers.stages() and not leftovers.kept()
    code, said = run(tmp_path, "tests/demo", "--clean")
    assert code == 0 and stage not in said, said


def test_an_argument_that_it_does_not_know_is_told(tmp_path):
    code, said = run(tmp_path, "tests/demo", "--kept")
    assert code == 64 and "unknown argument --kept" in said, said
