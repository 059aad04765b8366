"""Every unfit node ends in the state, and for the reason, that a real OpenNebula 7.4.0 gave it: the simulator is true there.

With a real OpenNebula on this computer (ONED_ENDPOINT, ONED_AUTH, ONED_MONITOR_LOG) that one is asked. Both write what they
found under build/logs/, as tests/data/ has it.
"""

import json
import sys

import pytest

import unfit_hosts
from cloud import repository
from stage import host_machine
from stage.breakages import table

names = ["fit", *table]
real = {row["node"]: row for row in json.loads((repository / "tests/data/unfit-hosts-7.4.0.json").read_text())}
compared = ("node", "state", "reason", "error")


def in_rows(outcomes: dict[str, dict]) -> str:
    """As tests/data/unfit-hosts-7.4.0.json is written."""
    rows = [json.dumps({key: outcome[key] for key in compared}) for outcome in outcomes.values()]
    return "[\n" + ",\n".join(rows) + "\n]\n"


@pytest.fixture(scope="module")
def outcomes(request):
    """Of the rows that were chosen, three nodes at a time."""
    chosen = [item.callspec.params["name"] for item in request.session.items
              if item.path == request.path and hasattr(item, "callspec")]

    def tell(outcome: dict) -> None:
        print("{node:28} {state:5} {reason:50} {seconds:6.1f} s".format(**outcome), file=sys.stderr, flush=True)

    found = unfit_hosts.survey(chosen, tell)
    logs = repository / "build/logs"
    logs.mkdir(parents=True, exist_ok=True)
    (logs / f"unfit-hosts-{'real' if host_machine.wanted() else 'simulator'}.json").write_text(in_rows(found))
    return found


def test_every_breakage_has_the_outcome_of_a_real_front_end():
    assert list(real) == names


@pytest.mark.full
@pytest.mark.parametrize("name", names)
def test_an_unfit_node_ends_as_on_a_real_front_end(outcomes, name):
    assert {key: outcomes[name][key] for key in compared} == real[name]
