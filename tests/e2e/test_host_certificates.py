"""Nodes recognise each other by certificates of the front-end's SSH host CA; a key that nobody vouches for is refused."""

import shlex

import pytest

from cloud import add_node, changes_of, files_of, join, onenode
from stage import wait_for

pytestmark = pytest.mark.simulator  # it removes nodes

known_hosts = "/var/lib/one/.ssh/known_hosts.onenode"
certificate = "/etc/ssh/onenode_host_ed25519-cert.pub"
drop_in = "/etc/ssh/sshd_config.d/00-onenode-certificate.conf"


@pytest.fixture(scope="module")
def pair(stage, cloud):
    """Two nodes that know each other."""
    first, second = add_node(stage, "node1"), add_node(stage, "node2")
    for node in (first, second):
        join(node, cloud.token())
    for node, other in ((first, second), (second, first)):
        wait_for(lambda: node.exists(drop_in), 60, f"the certificate of {node.name}",
                 otherwise=lambda: onenode(node, "status", check=False).out)
        wait_for(lambda: f"@cert-authority {other.name}," in node.read(known_hosts), 60, f"{node.name} to know {other.name}",
                 otherwise=lambda: node.read(known_hosts))
    return first, second


def key_of(node) -> str:
    return node.read("/etc/ssh/ssh_host_ed25519_key.pub").split()[1]


def go_on(cloud, source: str, target: str, *options: str):
    """As drivers do: from the front-end to one node, and from there, with the agent's key, to the other."""
    onwards = shlex.join(["ssh", "-o", "BatchMode=yes", "-o", "ControlPath=none", *options, target, "id -un; hostname"])
    hop = ["ssh", "-A", "-o", "BatchMode=yes", "-o", "ControlPath=none", source, onwards]
    return cloud.frontend.run(hop, user="oneadmin", check=False,
                              env={"HOME": "/var/lib/one", "SSH_AUTH_SOCK": "/run/one/ssh-agent.sock"})


def lines_of(node, *markers: str) -> str:
    kept = [line for line in node.read(known_hosts).splitlines() if line.startswith(markers)]
    assert kept, node.read(known_hosts)
    return "\n".join(kept) + "\n"


def test_sshd_shows_a_certificate_for_its_name_and_address_that_lives_a_year(cloud, pair):
    for node in pair:
        said = node.run(["ssh-keygen", "-L", "-f", certificate]).out
        names = said.split("Principals:")[1].split("Critical")[0].split()
        assert names == [node.name, node.address.v4], said
        assert f"hostcertificate {certificate}" in node.run("sshd -T").out.lower()
        years = node.run(f"ssh-keygen -L -f {certificate} | sed -n 's/.*to \\([0-9]*\\)-.*/\\1/p'").out.strip()
        assert int(years) > int(node.run("date +%Y").out), said
    assert cloud.onefrontend("ca", "status").out.count("SHA256:") == 1


def test_the_agent_stops_in_the_middle_of_a_reload_of_sshd(pair):
    first, _ = pair
    first.run(f"systemctl stop onenode && rm {drop_in} && systemctl start onenode")
    wait_for(lambda: first.exists(drop_in), 20, "the agent to put it back")
    first.run(["systemctl", "stop", "onenode"], timeout=10)
    first.run(["systemctl", "start", "onenode"])


def test_a_node_goes_on_to_another_by_the_certificate_alone(cloud, pair):
    first, second = pair
    second.write("/tmp/ca-only", lines_of(second, "@cert-authority"), mode="644")
    assert key_of(first) not in second.read("/tmp/ca-only")
    went = go_on(cloud, second.name, first.name, "-o", "UserKnownHostsFile=/tmp/ca-only")
    assert went.out == f"oneadmin\n{first.name}\n", went.err


def test_pins_count_as_well_and_an_unknown_key_is_refused(cloud, pair):
    first, second = pair
    assert go_on(cloud, second.name, first.name).out == f"oneadmin\n{first.name}\n"
    refused = go_on(cloud, second.name, first.name, "-o", "UserKnownHostsFile=/dev/null")
    assert "Host key verification failed" in refused.err, refused.out + refused.err


def test_a_certificate_is_no_good_under_another_name(cloud, pair):
    first, second = pair
    second.write("/tmp/ca-of-all", lines_of(second, "@cert-authority").replace(f" {first.name},", " *,"), mode="644")
    address = ("-o", f"HostName={first.address.v4}", "-o", "HostKeyAlias=node9", "-o", "UserKnownHostsFile=/tmp/ca-of-all")
    refused = go_on(cloud, second.name, first.name, *address, "-o", "StrictHostKeyChecking=yes")
    assert "Host key verification failed" in refused.err, refused.out + refused.err


def test_the_front_end_hears_the_same(cloud, pair):
    known = cloud.frontend.read("/var/lib/one/.ssh/known_hosts_onenode")
    for node in pair:
        assert f"@cert-authority {node.name},{node.address.v4} " in known, known


def test_a_node_that_is_removed_is_revoked_everywhere(cloud, pair):
    first, second = pair
    key = key_of(first)
    vouched = lines_of(second, "@cert-authority")
    cloud.onefrontend("node", "remove", first.name)
    revoked = f"@revoked * ssh-ed25519 {key}"
    wait_for(lambda: revoked in second.read(known_hosts), 60, "the other node to hear of it",
             otherwise=lambda: second.read(known_hosts))
    wait_for(lambda: f"@cert-authority {first.name}," not in second.read(known_hosts), 30, "its name to go, less urgent than its key",
             otherwise=lambda: second.read(known_hosts))
    front_end = "/var/lib/one/.ssh/known_hosts_onenode"
    wait_for(lambda: revoked in cloud.frontend.read(front_end), 20, "the front-end to write it")
    second.write("/tmp/revoked", vouched + lines_of(second, "@revoked"), mode="644")
    refused = go_on(cloud, second.name, first.address.v4, "-o", "UserKnownHostsFile=/tmp/revoked", "-o", "StrictHostKeyChecking=yes")
    assert "Host key verification failed" in refused.err, refused.out + refused.err
    assert "revoked" in refused.err.lower(), refused.err


@pytest.mark.full
def test_a_machine_that_was_removed_may_come_back(cloud, pair):
    first, second = pair
    onenode(first, "leave", "--offline", check=False)
    join(first, cloud.token())
    wait_for(lambda: f"@revoked * ssh-ed25519 {key_of(first)}" not in second.read(known_hosts), 60, "its key to count again")
    wait_for(lambda: f"@cert-authority {first.name}," in second.read(known_hosts), 60, "the other to know it")
    assert go_on(cloud, second.name, first.name).out == f"oneadmin\n{first.name}\n"


@pytest.mark.full
def test_leave_takes_the_certificate_out_of_sshd(cloud, node):
    before = files_of(node)
    join(node, cloud.token())
    wait_for(lambda: node.exists(drop_in), 60, "the certificate")
    wait_for(lambda: "host certificate" in node.run(
        "ssh-keyscan -c -t ed25519 localhost 2>/dev/null | ssh-keygen -L -f - 2>&1", check=False).out,
        20, "sshd to show it")
    onenode(node, "leave")
    assert changes_of(node, before) == []
    assert "hostcertificate none" in node.run("sshd -T").out.lower() or "hostcertificate /" not in node.run("sshd -T").out.lower()
    shown = node.run("ssh-keyscan -c -t ed25519 localhost 2>/dev/null", check=False).out
    assert "cert" not in shown, shown
