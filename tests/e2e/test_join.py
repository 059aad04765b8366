"""`onenode join` on whole machines: a bare node becomes a proven host, and every way it can fail ends clean and named."""

import json

import pytest

from cloud import Cloud, add_node, changes_of, files_of, install_onenode, join, onenode
from marks import mostly_full
from stage import snapshot, wait_for
from stage.breakages import table
from stage.clock import skew_clock
from stage.faults import drop, drop_fragments, reject
from stage.trouble import fill_disk


def no_host_is_left(cloud: Cloud, node) -> None:
    wait_for(lambda: node.name not in cloud.hosts(), 90, f"host {node.name} to be gone from OpenNebula")


def is_refused(cloud: Cloud, node, before: set[str], result, named: str) -> None:
    """The error has a reason and a next action, and nothing is lost: no host; the machine is as it was, or told how to be."""
    said = result.out + result.err
    assert result.code == 2 and named in said and "fix: " in said and "    fix: " in result.err, said
    assert node.name not in cloud.hosts()
    if "Left on this machine: " in result.err:
        assert "run onenode join again" in result.err and "onenode leave" in result.err, said
        onenode(node, "leave")
    else:
        assert "Nothing was changed on this machine." in result.err, said
    assert changes_of(node, before) == []


@pytest.fixture(scope="module")
def joined(stage, cloud):
    """One node whose life the first tests tell: with `.before` the join, and what `.joining` it said."""
    node = add_node(stage, "joined")
    node.before = files_of(node)
    node.joining = join(node, cloud.token())
    return node


def test_a_bare_node_becomes_a_host_that_is_on(cloud, joined):
    host = cloud.hosts()[joined.name]
    assert host.state == "on", joined.joining.out
    assert "ONENODE" in host.template
    words = [line.split()[0] for line in joined.joining.out.splitlines() if line and not line.startswith(' ')]
    order = ["facts", "preflight", "trust", "enroll", "plan", "apply", "prove", "rehearse", "register", "watch"]
    assert [word for word in dict.fromkeys(words) if word in order] == order


def test_a_second_join_changes_nothing_and_says_so(cloud, joined):
    before = cloud.hosts()[joined.name].id
    again = join(joined, cloud.token(), check=False)
    assert again.code == 0 and "nothing" in again.out.lower(), again.out + again.err
    assert cloud.hosts()[joined.name].id == before


def test_leave_deletes_the_host_and_puts_every_file_back(cloud, joined):
    onenode(joined, "leave")
    assert joined.name not in cloud.hosts()
    assert not joined.run("pgrep -af monitord-client[.]rb", check=False).ok
    assert changes_of(joined, joined.before) == []


def known_to(cloud: Cloud) -> list[str]:
    return [cloud.onefrontend(*words, "--json").out for words in (("node", "list"), ("token", "list"))]


def test_a_dry_run_touches_nothing_on_either_side(cloud, node):
    token = cloud.token()
    before, known = snapshot.take(node), known_to(cloud)
    result = join(node, token, "--dry-run")
    assert "authorized_keys" in result.out
    assert snapshot.changes(node, before) == []
    assert known_to(cloud) == known, "no node, and no use of the token"
    assert node.name not in cloud.hosts()
    deeds = cloud.frontend.read(f"{cloud.place}/state/serve/audit.log").splitlines()
    about = [deed for deed in map(json.loads, deeds) if node.name in deed.values()]
    assert [deed["event"] for deed in about] == ["planned"], about


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


@pytest.mark.parametrize("proto", mostly_full(["udp", "tcp"], always=("udp",)))
def test_a_blocked_monitoring_port_is_named(cloud, node, stage, proto):
    named = f"port-4124-{proto}"
    with drop(stage, port=4124, proto=proto, to="frontend", source=node.name):
        result = join(node, cloud.token(), check=False)
    assert result.code == 2 and named in result.out + result.err, result.out + result.err
    no_host_is_left(cloud, node)


def test_lost_fragments_are_named_with_the_size_that_still_passes(cloud, node, stage):
    with drop_fragments(stage, to="frontend", source=node.name):
        result = join(node, cloud.token(), check=False)
    assert "udp-fragments" in result.out + result.err and "1472" in result.out + result.err, result.out + result.err
    no_host_is_left(cloud, node)


unfit = {  # and what is named
    "no-libvirtd-running": "libvirt",
    "no-lspci": "lspci",
    "no-rsync": "rsync",
    "no-sudo": "sudo",
    "oneadmin-other-uid": "oneadmin-uid",
    "shell-noise": "shell-noise",
    "var-tmp-noexec": "noexec",
    "etc-read-only": "/etc",
    "sshd-slow": "ForceCommand",
}


@pytest.mark.parametrize("breakage", mostly_full(unfit, always=("no-libvirtd-running", "shell-noise", "etc-read-only")))
def test_an_unfit_machine_is_told_why(cloud, node, breakage):
    table[breakage](node)
    before = files_of(node)
    is_refused(cloud, node, before, join(node, cloud.token(), check=False), unfit[breakage])


def test_a_full_disk_loses_nothing_and_the_join_goes_on_later(cloud, node):
    token = cloud.token()
    node.run(["virsh", "-c", "qemu:///system", "capabilities"])  # libvirt remembers what it found on a full disk
    before = files_of(node)
    with fill_disk(node):
        is_refused(cloud, node, before, join(node, token, check=False), "fs-full")
    join(node, token)
    assert cloud.hosts()[node.name].state == "on"
    onenode(node, "leave")


def test_a_wrong_clock_is_called_a_wrong_clock(cloud, node):
    skew_clock(node, 3600)
    before = files_of(node)
    is_refused(cloud, node, before, join(node, cloud.token(), check=False), "clock")


def test_a_refusing_front_end_is_named_with_address_and_port(cloud, node, stage):
    before = files_of(node)
    with reject(stage, port=4125, to="frontend", source=node.name):
        result = join(node, cloud.token(), check=False)
    is_refused(cloud, node, before, result, "4125")
    assert "refused" in result.err, result.err


@pytest.mark.parametrize(("text", "named"), [("", "empty"), ("nonsense", "no join token")])
def test_a_bad_token_is_told_offline_and_never_printed(node, text, named):
    result = node.run(["onenode", "join", "frontend", "--token-file", "-", "--type", "qemu"], input=text, check=False)
    assert result.code in (2, 3, 64) and named in result.err and "fix: " in result.err, result.err + result.out
    assert not node.exists("/var/lib/onenode")
    assert not text or text not in result.err + result.out


@pytest.mark.parametrize("words", mostly_full([(), ("--dry-run",)], always=(("--dry-run",),)), ids=["join", "dry-run"])
def test_json_output_is_one_object_a_line(cloud, node, words):
    result = join(node, cloud.token(), "--json", *words)
    events = [json.loads(line) for line in result.out.splitlines()]
    assert events and all(event["schema"] == "onenode/1" for event in events)


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
