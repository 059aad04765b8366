"""`onefrontend node test`: whether guests can move between two nodes, shown from the front-end."""

import json

import pytest

from cloud import add_node, join
from stage import wait_for

pytestmark = pytest.mark.simulator  # it closes ways between nodes


@pytest.fixture(scope="module")
def pair(stage, cloud):
    first, second = add_node(stage, "node1"), add_node(stage, "node2")
    for node in (first, second):
        join(node, cloud.token())
    for node, other in ((first, second), (second, first)):
        wait_for(lambda: f"{other.name}," in node.read("/var/lib/one/.ssh/known_hosts.onenode"), 60, f"{node.name} to know {other.name}")
    return first, second


def outcome_of(cloud, *names: str) -> tuple[int, dict[str, list[dict]]]:
    result = cloud.onefrontend("node", "test", *names, "--json", check=False)
    found: dict[str, list[dict]] = {}
    for line in map(json.loads, result.out.splitlines()):
        found.setdefault(line["id"], []).append(line)
    return result.code, found


def test_two_nodes_that_fit_are_told_so_both_ways(cloud, pair):
    code, found = outcome_of(cloud, "node1", "node2")
    assert code in (0, 1), found
    assert [each["severity"] for each in found["peer-login"]] == ["ok", "ok"], found
    assert [each["severity"] for each in found["peer-migration-ports"]] == ["ok", "ok"], found
    assert "49152 and 49215" in found["peer-migration-ports"][0]["message"]
    assert found["peer-machine-types"][0]["severity"] in ("ok", "not-checked"), found


def test_a_port_that_a_firewall_forgot_is_named_with_its_direction(cloud, pair):
    _, second = pair
    second.run("nft add table inet shut && nft 'add chain inet shut in { type filter hook input priority 0; }' &&"
               " nft add rule inet shut in tcp dport 49200-49215 drop")
    try:
        code, found = outcome_of(cloud, "node1", "node2")
    finally:
        second.run("nft delete table inet shut")
    assert code == 2, found
    there, back = found["peer-migration-ports"]
    assert there["severity"] == "error" and "from node1 to node2, port 49215/tcp" in there["message"], there
    assert there["fix"] == "on node2: let node1 in to 49152-49215/tcp"
    assert back["severity"] == "ok", back


def test_a_node_that_does_not_know_the_other_is_told_with_what_to_do(cloud, pair):
    first, _ = pair
    first.run("systemctl stop onenode && cd /var/lib/one/.ssh && mv known_hosts.onenode known_hosts.away")
    try:
        code, found = outcome_of(cloud, "node1", "node2")
    finally:
        first.run("cd /var/lib/one/.ssh && mv known_hosts.away known_hosts.onenode && systemctl start onenode")
    there, back = found["peer-login"]
    assert code == 2 and there["severity"] == "error" and "from node1 to node2" in there["message"], found
    assert back["severity"] == "ok"


def test_only_two_joined_nodes_are_tested(cloud, pair):
    for names, word in ((("node1", "node1"), "named twice"), (("node1", "nobody"), "no node has this id or name")):
        result = cloud.onefrontend("node", "test", *names, check=False)
        assert result.code == 2 and word in result.err, result.err
