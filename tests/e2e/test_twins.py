"""Two machines with one host UUID, or one initiator's name: the second one is found before it is a host."""

import json
import re

import pytest

from cloud import add_node, join, onenode
from stage import wait_for

uuid = "6a1b0d5e-0b1a-4a57-9d5f-0a8f7c6d5e4b"
initiator = "iqn.1993-08.org.debian:01:8f2c3d4e5f6a"


@pytest.fixture(scope="module")
def first(stage, cloud):
    node = add_node(stage, "node1")
    set_uuid(node)
    set_initiator(node)
    join(node, cloud.token())
    yield node
    onenode(node, "leave", check=False)


@pytest.fixture
def second(stage):
    node = add_node(stage, "node2")
    yield node
    onenode(node, "leave", check=False)
    stage.remove(node.name)


def set_uuid(node) -> None:
    node.run(f"echo 'host_uuid = \"{uuid}\"' >>/etc/libvirt/libvirtd.conf; systemctl try-restart libvirtd")


def set_initiator(node) -> None:
    node.run(f"mkdir -p /etc/iscsi; echo 'InitiatorName={initiator}' >/etc/iscsi/initiatorname.iscsi")


def refused_for(cloud, node, token) -> str:
    """What the join says; the front-end knows nothing of the machine after it."""
    refused = join(node, token, check=False)
    said = refused.out + refused.err
    assert refused.code == 2, said
    assert node.name not in cloud.hosts()
    assert f" {node.name} " not in cloud.onefrontend("node", "list").out
    return said


def test_a_second_machine_with_the_same_uuid_is_refused_and_joins_once_it_is_mended(cloud, first, second):
    set_uuid(second)
    token = cloud.token()
    said = refused_for(cloud, second, token)
    assert f"the host UUID {uuid}: node " in said and f"({first.name}) at {first.address.v4}" in said, said
    assert second.name in said and "Attempt to migrate guest to the same host" in said
    second.run(re.search("`(sed .+?)`", said).group(1))
    join(second, token)
    assert cloud.hosts()[second.name].state == "on"


@pytest.mark.full
def test_a_second_machine_with_the_same_initiator_is_refused(cloud, first, second):
    set_initiator(second)
    said = refused_for(cloud, second, cloud.token())
    assert f"the iSCSI initiator name {initiator}: node " in said and f"({first.name})" in said, said
    assert "$(iscsi-iname)" in said


def test_an_admin_who_approves_such_a_machine_is_told(cloud, first, second):
    set_uuid(second)
    fingerprint = json.loads(cloud.onefrontend("ca", "status", "--json").out)["fingerprint"]
    process = second.spawn(["onenode", "join", "frontend", "--type", "qemu", "--unattended", "--fingerprint", fingerprint],
                           "join")
    process.wait_for_output("onefrontend node approve ", 60)
    code = process.output().split("onefrontend node approve ")[1].split()[0]
    assert "waiting, like " in cloud.onefrontend("node", "list").out
    refused = cloud.onefrontend("node", "approve", code, check=False)
    assert refused.code == 2 and uuid in refused.err and first.name in refused.err, refused.out + refused.err
    cloud.onefrontend("node", "reject", code)
    assert process.wait(60) == 2


@pytest.mark.full
def test_a_joined_machine_that_gets_the_uuid_of_another_one_says_so(cloud, first, second):
    join(second, cloud.token())
    second.run("sed -i '/^host_uuid/d' /etc/libvirt/libvirtd.conf")
    set_uuid(second)
    second.run("systemctl restart libvirtd onenode.service")
    said = lambda: second.run("systemctl show --property=StatusText --value onenode.service").out
    wait_for(lambda: f"the host UUID {uuid}" in said() and first.name in said(), 60, "its agent to be told", otherwise=said)
    assert "like" in cloud.onefrontend("node", "list").out
