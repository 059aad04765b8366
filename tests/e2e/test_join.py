"""`onenode join` on whole machines: a bare node becomes a proven host, and every way it can fail ends clean and named."""

import json

import pytest

from cloud import Cloud, add_node, changes_of, files_of, install_onenode, join, onenode
from stage import wait_for
from stage.breakages import table
from stage.clock import skew_clock
from stage.faults import drop, drop_fragments, reject
from stage.trouble import fill_disk


def no_host_is_left(cloud: Cloud, node) -> None:
    wait_for(lambda: node.name not in cloud.hosts(), 90, f"host {node.name} to be gone from OpenNebula")


def test_a_bare_node_becomes_a_host_that_is_on(cloud, node):
    result = join(node, cloud.token())
    host = cloud.hosts()[node.name]
    assert host.state == "on", result.out
    assert "ONENODE" in host.template
    words = [line.split()[0] for line in result.out.splitlines() if line and not line.startswith(' ')]
    order = ["facts", "preflight", "trust", "enroll", "plan", "apply", "prove", "rehearse", "register", "watch"]
    assert [word for word in dict.fromkeys(words) if word in order] == order
    onenode(node, "leave")


def test_a_second_join_changes_nothing_and_says_so(cloud, node):
    join(node, cloud.token())
    before = cloud.hosts()[node.name].id
    again = join(node, cloud.token(), check=False)
    assert again.code == 0 and "nothing" in again.out.lower(), again.out + again.err
    assert cloud.hosts()[node.name].id == before
    onenode(node, "leave")


def test_leave_deletes_the_host_and_puts_every_file_back(cloud, node):
    before = files_of(node)
    join(node, cloud.token())
    onenode(node, "leave")
    assert node.name not in cloud.hosts()
    assert not node.run("pgrep -af monitord-client[.]rb", check=False).ok
    assert changes_of(node, before) == []


def test_a_dry_run_touches_nothing_on_either_side(cloud, node):
    token = cloud.token()
    result = join(node, token, "--dry-run")
    assert "authorized_keys" in result.out
    assert not node.exists("/var/lib/onenode")
    assert node.name not in cloud.hosts()
    join(node, token)  # the token was not spent
    onenode(node, "leave")


def test_a_spent_token_works_again_for_the_machine_that_spent_it(cloud, node, stage):
    token = cloud.token()
    with drop(stage, port=4124, proto="udp", to="frontend", source=node.name):
        assert join(node, token, check=False).code == 2
    other = add_node(stage, "thief")
    refused = join(other, token, check=False)
    assert refused.code == 2
    stage.remove("thief")
    join(node, token)
    assert cloud.hosts()[node.name].state == "on"
    onenode(node, "leave")


@pytest.mark.parametrize(("proto", "named"), [("udp", "port-4124-udp"), ("tcp", "port-4124-tcp")])
def test_a_blocked_monitoring_port_is_named(cloud, node, stage, proto, named):
    with drop(stage, port=4124, proto=proto, to="frontend", source=node.name):
        result = join(node, cloud.token(), check=False)
    assert result.code == 2 and named in result.out + result.err, result.out + result.err
    no_host_is_left(cloud, node)


def test_lost_fragments_are_named_with_the_size_that_still_passes(cloud, node, stage):
    with drop_fragments(stage, to="frontend", source=node.name):
        result = join(node, cloud.token(), check=False)
    assert "udp-fragments" in result.out + result.err and "1472" in result.out + result.err, result.out + result.err
    no_host_is_left(cloud, node)


@pytest.mark.parametrize(("breakage", "named"), [
    ("no-libvirtd-running", "libvirt"),
    ("no-lspci", "lspci"),
    ("no-rsync", "rsync"),
    ("no-sudo", "sudo"),
    ("oneadmin-other-uid", "oneadmin-uid"),
    ("shell-noise", "shell-noise"),
    ("var-tmp-noexec", "noexec"),
    ("etc-read-only", "/etc"),
    ("sshd-slow", "ForceCommand"),
])
def test_an_unfit_machine_is_told_why(cloud, node, breakage, named):
    table[breakage](node)
    result = join(node, cloud.token(), check=False)
    said = result.out + result.err
    assert result.code in (2, 3), said
    assert named in said, said
    assert node.name not in cloud.hosts()


def test_a_full_disk_loses_nothing_and_the_join_goes_on_later(cloud, node):
    token = cloud.token()
    node.run(["virsh", "-c", "qemu:///system", "capabilities"])  # libvirt remembers what it found on a full disk
    with fill_disk(node):
        result = join(node, token, check=False)
        assert result.code in (2, 3) and "fs-full" in result.out + result.err, result.out + result.err
    join(node, token)
    assert cloud.hosts()[node.name].state == "on"
    onenode(node, "leave")


def test_a_wrong_clock_is_called_a_wrong_clock(cloud, node):
    skew_clock(node, 3600)
    result = join(node, cloud.token(), check=False)
    assert result.code == 2 and "clock" in result.out + result.err, result.out + result.err


def test_a_refusing_front_end_is_named_with_address_and_port(cloud, node, stage):
    with reject(stage, port=4125, to="frontend", source=node.name):
        result = join(node, cloud.token(), check=False)
    assert result.code == 2 and "4125" in result.err + result.out and "refused" in result.err + result.out, result.err


@pytest.mark.parametrize(("text", "named"), [("", "empty"), ("nonsense", "no join token")])
def test_a_bad_token_is_told_offline_and_never_printed(node, text, named):
    result = node.run(["onenode", "join", "frontend", "--token-file", "-", "--type", "qemu"], input=text, check=False)
    assert result.code in (2, 3, 64) and named in result.err + result.out, result.err + result.out
    assert not text or text not in result.err + result.out


def test_json_output_is_one_object_a_line(cloud, node):
    result = join(node, cloud.token(), "--json")
    events = [json.loads(line) for line in result.out.splitlines()]
    assert all(event["schema"] == "onenode/1" for event in events)
    onenode(node, "leave")


def test_a_machine_without_opennebulas_package_is_told_how_to_get_it(cloud, stage):
    bare = add_node(stage, "bare", node_package=False)
    before = files_of(bare)
    result = join(bare, cloud.token(), check=False)
    said = result.out + result.err
    assert result.code == 2 and "opennebula-package" in said and "apt install opennebula-node-kvm" in said, said
    assert changes_of(bare, before) == []
    stage.remove("bare")


def test_a_machine_without_hypervisor_and_sshd_is_told_everything_at_once(cloud, stage):
    empty = stage.add_machine("empty")
    install_onenode(empty)
    table["sshd-not-running"](empty)
    result = join(empty, cloud.token(), check=False)
    said = result.out + result.err
    assert result.code == 2, said
    for named in ("libvirt-absent", "ruby-missing", "sshd-down", "Nothing was changed on this machine."):
        assert named in said, said
    stage.remove("empty")
