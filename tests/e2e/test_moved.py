"""A node that is somewhere else, or is called otherwise: the front-end follows what it can prove, and leaves names to an admin."""

import json

import pytest

from cloud import add_node, join
from stage import wait_for

pytestmark = pytest.mark.simulator  # it writes into the front-end's /etc/hosts

elsewhere = "10.77.0.61"


@pytest.fixture(scope="module")
def stayer(stage, cloud):
    return joined(stage, cloud, "stayer")


@pytest.fixture(scope="module")
def mover(stage, cloud, stayer):
    mover = joined(stage, cloud, "mover")
    wait_for(lambda: line(mover.address.v4, "mover") in stayer.read("/etc/hosts"), 60, "its neighbour to know it")
    return mover


def joined(stage, cloud, name: str):
    """Of a name that no resolver knows but the front-end's /etc/hosts: so its neighbours have it in theirs."""
    node = add_node(stage, name)
    stage.know(name)
    frontend_knows(cloud, name, node.address.v4)
    join(node, cloud.token())
    return node


def frontend_knows(cloud, name: str, address: str) -> None:
    cloud.frontend.run(f"sed '/ {name}$/d' /etc/hosts >/tmp/hosts; echo '{address} {name}' >>/tmp/hosts; cat /tmp/hosts >/etc/hosts")


def line(address: str, name: str) -> str:
    return f"{address} {name}\n"


def shown(cloud, which: str) -> dict:
    return json.loads(cloud.onefrontend("node", "show", which, "--json").out)


def says(node, words: str, limit: float = 30) -> None:
    status = ["systemctl", "show", "--property=StatusText", "--value", "onenode"]
    wait_for(lambda: words in node.run(status).out, limit, f"the agent to say {words!r}",
             otherwise=lambda: node.run(status).out)


def look_again(node) -> None:
    """It does by itself within a minute."""
    node.run(["systemctl", "restart", "onenode"])


def audit(cloud) -> str:
    return cloud.frontend.run(f"cat {cloud.place}/state/serve/audit.log").out


def test_a_new_address_is_proven_and_everybody_follows(cloud, stayer, mover):
    says(mover, "joined")
    old = mover.address.v4
    mover.run(f"ip address del {old}/24 dev eth0; ip address add {elsewhere}/24 dev eth0")
    wait_for(lambda: shown(cloud, "mover")["address"] == elsewhere, 15, "the front-end to have the new address",
             otherwise=lambda: mover.run(["onenode", "status"], check=False).out)
    wait_for(lambda: line(elsewhere, "mover") in stayer.read("/etc/hosts"), 10, "its neighbour to have it",
             otherwise=lambda: stayer.read("/etc/hosts"))
    assert old not in stayer.read("/etc/hosts")
    assert f'"from":"{old}","to":"{elsewhere}"' in audit(cloud)
    assert elsewhere in cloud.frontend.read("/var/lib/one/.ssh/config")
    assert "the front-end logs in at" in mover.run(["onenode", "history", "-n", "3"]).out


def test_a_name_that_leads_elsewhere_is_told_on_both_sides(cloud, mover):
    says(mover, f"degraded: on the front-end mover is {mover.address.v4}")
    assert "let mover lead to" in mover.run(["onenode", "status"], check=False).out
    assert f"on the front-end mover is {mover.address.v4}" in shown(cloud, "mover")["name_trouble"]
    frontend_knows(cloud, "mover", elsewhere)
    look_again(mover)
    wait_for(lambda: "name_trouble" not in shown(cloud, "mover"), 30, "the front-end to find it by its name",
             otherwise=lambda: str(shown(cloud, "mover")))
    login = ["ssh", "-o", "BatchMode=yes", "mover", "id -un"]
    assert cloud.frontend.run(login, user="oneadmin", env={"HOME": "/var/lib/one"}).out == "oneadmin\n"


def test_a_thief_of_the_certificate_takes_no_address(stage, cloud, mover):
    thief = add_node(stage, "thief")
    stolen = mover.run("tar -C /var/lib -c onenode | base64").out
    thief.run("base64 -d | tar -C /var/lib -x", input=stolen)
    agent = thief.spawn(["onenode", "agent"], "agent")
    wait_for(lambda: "move-refused" in audit(cloud), 30, "the front-end to refuse it", otherwise=agent.output)
    agent.stop()
    assert f'"to":"{thief.address.v4}"' in audit(cloud)
    assert shown(cloud, "mover")["address"] == elsewhere
    assert thief.address.v4 not in cloud.frontend.read("/var/lib/one/.ssh/config")
    stage.remove("thief")


def test_a_new_host_name_waits_for_an_admin(cloud, stayer, mover):
    mover.run(["hostname", "runner"])
    says(mover, "its rename to runner waits")  # nobody knows that name yet
    refused = cloud.onefrontend("node", "approve", "mover", check=False)
    assert refused.code == 2 and "let runner lead to" in refused.err, refused.out + refused.err
    frontend_knows(cloud, "runner", elsewhere)
    look_again(mover)
    says(mover, "its rename to runner waits for an admin")
    assert "waits" in mover.run(["onenode", "status"]).out and "mover" in cloud.hosts()
    assert "joined, to be runner" in cloud.onefrontend("node", "list").out

    host = cloud.hosts()["mover"].id
    cloud.onefrontend("node", "approve", "mover")
    assert cloud.hosts()["runner"].id == host and "mover" not in cloud.hosts()
    wait_for(lambda: line(elsewhere, "runner") in stayer.read("/etc/hosts"), 60, "its neighbour to follow")
    wait_for(lambda: "runner is joined" in mover.run(["onenode", "status"], check=False).out, 60, "the node to know its name")
    assert '"from":"mover","to":"runner"' in audit(cloud)
    assert cloud.wait_for_state("runner", "on", 30)


def test_a_rejected_name_waits_no_more(cloud, mover):
    mover.run(["hostname", "walker"])
    says(mover, "its rename to walker waits")
    cloud.onefrontend("node", "reject", "runner")
    look_again(mover)
    says(mover, "certificate until")
    assert "walker" not in mover.run(["systemctl", "show", "--property=StatusText", "onenode"]).out
    assert "runner" in cloud.hosts()
    mover.run(["hostname", "runner"])
