"""A machine without a token: its person gives the front-end's fingerprint, an admin says yes or no."""

import json
import signal

from cloud import onenode
from stage import wait_for


def fingerprint(cloud) -> str:
    return json.loads(cloud.onefrontend("ca", "status", "--json").out)["fingerprint"]


def begin(cloud, node, name="join"):
    """`onenode join` that waits; the code it shows."""
    process = node.spawn(["onenode", "join", "frontend", "--type", "qemu", "--unattended", "--fingerprint",
                          fingerprint(cloud)], name)
    process.wait_for_output("onefrontend node approve ", 60)
    return process, process.output().split("onefrontend node approve ")[1].split()[0]


def nodes(cloud) -> dict:
    lines = cloud.onefrontend("node", "list", "--json").out.splitlines()
    return {entry.get("code"): entry for entry in map(json.loads, lines)}


def test_an_admin_sees_a_machine_says_yes_and_it_joins(cloud, node):
    process, code = begin(cloud, node)
    assert nodes(cloud)[code]["host_name"] == node.name
    assert node.address.v4 in nodes(cloud)[code]["address"]
    cloud.onefrontend("node", "approve", code.lower())
    assert process.wait(120) == 0, process.output()
    assert cloud.hosts()[node.name].state == "on"
    assert not node.exists("/var/lib/onenode/approval.json")
    onenode(node, "leave")
    assert not node.exists("/var/lib/onenode")


def test_a_machine_that_an_admin_rejects_is_told_so(cloud, node):
    process, code = begin(cloud, node)
    cloud.onefrontend("node", "reject", code)
    assert process.wait(60) == 2
    assert "rejected it" in process.output()
    assert node.name not in cloud.hosts()


def test_systemd_shows_the_code_of_a_join_that_runs_as_a_service(cloud, node):
    node.run(["systemd-run", "--unit=first-boot", "--property=NotifyAccess=main", "--property=Type=exec", "onenode", "join",
              "frontend", "--type", "qemu", "--unattended", "--fingerprint", fingerprint(cloud)])
    said = ["systemctl", "show", "--property=StatusText", "--value", "first-boot"]
    wait_for(lambda: "waiting for approval, code " in node.run(said).out, 60, "systemd to show the code")
    code = node.run(said).out.split()[-1]
    status = node.run(["onenode", "status"], check=False).out
    assert "it waits for an approval at frontend:4125" in status and f"onefrontend node approve {code}" in status, status
    cloud.onefrontend("node", "reject", code)
    wait_for(lambda: node.run(["systemctl", "is-failed", "first-boot"], check=False).out == "failed\n", 30, "the join to end")


def test_an_interrupted_wait_goes_on_with_the_same_code(cloud, node):
    process, code = begin(cloud, node)
    process.signal(signal.SIGINT)
    assert process.wait(30) == 2
    process, same = begin(cloud, node, "join-again")
    assert same == code
    process.signal(signal.SIGKILL)
    onenode(node, "leave")
    assert not node.exists("/var/lib/onenode")


def test_a_wrong_fingerprint_is_refused_before_anything_is_sent(cloud, node):
    result = node.run(["onenode", "join", "frontend", "--type", "qemu", "--unattended", "--fingerprint", "A" * 43],
                      check=False, timeout=60)
    assert result.code == 2 and "is expected, but it presents one with pin " + fingerprint(cloud) in result.err
    assert node.name not in {entry.get("host_name") for entry in nodes(cloud).values()}
