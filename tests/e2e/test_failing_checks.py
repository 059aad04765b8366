"""Every check of `onenode doctor` fails where what it looks for is wrong: much of it at once, on a few machines."""

import json

import pytest

from cloud import Cloud, join
from failing_checks import machines


@pytest.mark.parametrize("name", [name for name, damaged in machines.items() if not damaged.joined])
def test_every_check_fails_where_it_should(stage, name):
    node = stage.add_node(name)
    named_by_doctor(node, name)
    stage.remove(name)


@pytest.mark.parametrize("name", [name for name, damaged in machines.items() if damaged.joined])
def test_every_check_of_a_joined_node_fails_where_it_should(stage, cloud: Cloud, node, name):
    join(node, cloud.token())
    named_by_doctor(node, name)


def named_by_doctor(node, name: str) -> None:
    damaged = machines[name]
    for script in filter(None, damaged.scripts.values()):
        node.run(["sh", "-ec", script])
    result = node.run(["/opt/onenode/bin/onenode", "doctor", "--type", damaged.kind, "--json", *damaged.scripts], check=False, timeout=60)
    events = [json.loads(line) for line in result.out.splitlines()]
    failed = {event["check"] for event in events if event["event"] == "finding" and event["severity"] in ("error", "warning")}
    left = {event["check"]: event["message"] for event in events if event["event"] == "finding" and event["check"] not in failed}
    assert set(damaged.scripts) <= failed, left or result.err
