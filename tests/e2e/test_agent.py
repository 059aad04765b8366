"""The agent as join leaves it: a service that follows the front-end, mends what it owns and keeps its certificate fresh."""

import time

import pytest

from cloud import add_node, join
from stage import wait_for
from stage.clock import skew_clock

pytestmark = pytest.mark.simulator  # it throws away the keys of the front-end's oneadmin

keys = "/var/lib/one/.ssh/authorized_keys"
certificate = "/var/lib/onenode/identity/node.crt"


@pytest.fixture(scope="module")
def node(stage, cloud):
    node = add_node(stage, "node1")
    join(node, cloud.token())
    return node


def says(node, words: str) -> None:
    """systemd shows what the agent does just now."""
    status = ["systemctl", "show", "--property=StatusText", "--value", "onenode"]
    wait_for(lambda: words in node.run(status).out, 30, f"the agent to say {words!r}",
             otherwise=lambda: node.run(status).out)


def new_key(cloud, name: str) -> str:
    """Another key of the front-end's oneadmin, instead of all that it had."""
    script = f"rm -f ~/.ssh/id_*; ssh-keygen -q -t ed25519 -N '' -C {name} -f ~/.ssh/id_ed25519; cat ~/.ssh/id_ed25519.pub"
    return cloud.frontend.run(script, user="oneadmin", env={"HOME": "/var/lib/one"}).out.split()[1]


def test_a_new_key_of_the_front_end_replaces_the_old_one(cloud, node):
    old = cloud.frontend.read("/var/lib/one/.ssh/id_rsa.pub").split()[1]
    node.write(keys, node.read(keys) + "ssh-ed25519 AAAA somebody-elses\n", mode="600", owner="oneadmin:oneadmin")
    assert old in node.read(keys)
    new = new_key(cloud, "second")
    wait_for(lambda: new in node.read(keys), 20, "the new key to come")
    assert old not in node.read(keys)
    assert "somebody-elses" in node.read(keys)  # what people added is theirs
    login = ["ssh", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i", "/var/lib/one/.ssh/id_ed25519", node.name, "id -un"]
    assert cloud.frontend.run(login, user="oneadmin", env={"HOME": "/var/lib/one"}).out == "oneadmin\n"


def test_what_was_edited_by_hand_is_mended_with_the_next_change(cloud, node):
    node.write(keys, "# everything gone\n", mode="644", owner="root:root")
    node.remove("/var/lib/one/.ssh/known_hosts.onenode")
    new = new_key(cloud, "third")
    wait_for(lambda: new in node.read(keys), 20, "the new key to come")
    assert "# everything gone" in node.read(keys)
    assert node.run(["stat", "-c", "%a %U", keys]).out == "600 oneadmin\n"
    wait_for(lambda: node.exists("/var/lib/one/.ssh/known_hosts.onenode"), 5, "the other file to be there again")


def test_what_was_edited_by_hand_is_mended_when_the_agent_starts(cloud, node):
    before = node.read(keys)
    node.write(keys, "", mode="600", owner="oneadmin:oneadmin")
    node.run(["systemctl", "restart", "onenode"])
    wait_for(lambda: node.read(keys).strip() == before.strip().replace("# everything gone\n", ""), 20,
             "the keys to be there again", otherwise=lambda: node.read(keys))


def test_the_agent_outlives_its_front_end(cloud, node):
    says(node, "joined")
    cloud.serve.stop()
    says(node, "degraded")
    cloud.start_serve()
    says(node, "joined")
    assert node.run(["systemctl", "show", "--property=NRestarts", "--value", "onenode"]).out.strip() == "0"


def test_the_certificate_is_renewed_before_it_ends_and_works(cloud, node):
    before = node.read(certificate)
    skew_clock(node, 5 * 24 * 3600)  # of its seven days
    node.run(["systemctl", "restart", "onenode"])
    wait_for(lambda: node.read(certificate) != before, 30, "the certificate to change")
    skew_clock(node, 0)
    cloud.serve.stop()  # no connection of before stays
    cloud.start_serve()
    new = new_key(cloud, "fourth")
    wait_for(lambda: new in node.read(keys), 30, "a node with the new certificate to follow")


def test_the_agent_ends_at_once_when_it_is_told_to(node):
    says(node, "joined")
    began = time.monotonic()
    node.run(["systemctl", "stop", "onenode"])
    assert time.monotonic() - began < 5  # systemd would kill it after 90 s
    shown = node.run(["systemctl", "show", "--property=Result,ActiveState", "onenode"]).out.split()
    assert sorted(shown) == ["ActiveState=inactive", "Result=success"]
    node.run(["systemctl", "start", "onenode"])
    says(node, "joined")


def test_a_second_agent_is_refused_and_disturbs_nothing(node):
    second = node.run(["onenode", "agent"], check=False)
    assert second.code == 2 and "one runs on this machine already" in second.err, second.out + second.err
    assert "joined to frontend:4125" in node.run(["onenode", "status"]).out


def test_a_node_that_was_off_for_longer_than_its_certificate_lived_comes_back(cloud, node):  # the last one: time stays
    node.run(["systemctl", "stop", "onenode"])
    before = node.read(certificate)
    for service in (cloud.serve, cloud.signer):
        service.stop()
    skew_clock(cloud.frontend, 8 * 24 * 3600)  # its certificate lived for seven days
    cloud.start_signer()
    cloud.start_serve()
    status = node.run(["onenode", "status"], check=False).out
    assert ", on, " in status, status  # who has an ended certificate may look
    skew_clock(node, 8 * 24 * 3600)
    node.run(["systemctl", "start", "onenode"])
    says(node, "joined")
    assert node.read(certificate) != before
    node.run(["onenode", "leave"])
    assert cloud.hosts() == {}
