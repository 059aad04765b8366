"""A node whose own firewall keeps OpenNebula out: told early, with the commands; or opened, kept open and given back."""

import json

import pytest

from cloud import add_node, changes_of, files_of, join, onenode
from conftest import numbers
from marks import mostly_full
from stage import rootfs, wait_for

own_file = "/etc/onenode/firewall"
rules = """\
flush ruleset
table inet filter {
    chain input {
        type filter hook input priority filter; policy drop;
        ct state established,related accept
        iifname "lo" accept
        meta l4proto { icmp, ipv6-icmp } accept
        tcp dport { 80, 443 } accept
    }
    chain forward { type filter hook forward priority filter; policy drop; }
    chain output { type filter hook output priority filter; policy accept; }
}
"""
iptables = ("iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT && iptables -A INPUT -i lo -j ACCEPT"
            " && iptables -P INPUT DROP")


@pytest.fixture
def node(stage):
    name = f"kvm{next(numbers)}"
    yield add_node(stage, name, on=rootfs.firewalls)
    stage.remove(name)


def with_nftables(node) -> None:
    node.write("/etc/nftables.conf", rules)
    node.run("nft -f /etc/nftables.conf")


def with_iptables(node) -> None:
    node.run(iptables)


def with_firewalld(node) -> None:
    node.run("systemctl start firewalld.service && firewall-cmd --permanent --remove-service=ssh && firewall-cmd --reload")


def with_ufw(node) -> None:
    node.run("sed -i s/IPV6=yes/IPV6=no/ /etc/default/ufw && ufw --force enable")


firewalls = [with_nftables, with_iptables, with_firewalld, with_ufw]


def ruleset(node) -> list[str]:
    """Every table with every byte; a reload of ufw makes them anew, in another order."""
    listed = "\n" + node.run("nft --stateless list ruleset").out
    return sorted(table.rstrip("\n") for table in listed.split("\ntable "))


def lets_the_front_end_in(cloud, node) -> bool:
    login = ["ssh", "-o", "BatchMode=yes", "-o", "ControlPath=none", "-o", "ConnectTimeout=5", node.name, "true"]
    return cloud.frontend.run(login, user="oneadmin", check=False,
                              env={"HOME": "/var/lib/one", "SSH_AUTH_SOCK": "/run/one/ssh-agent.sock"}).ok


def fix_of(result, name: str) -> str:
    """The commands that a finding of this name prints, from whichever event has it."""
    def findings(value):
        if isinstance(value, dict):
            if str(value.get("id", "")) == name and value.get("fix"):
                yield value["fix"]
            value = list(value.values())
        if isinstance(value, list):
            for one in value:
                yield from findings(one)
    for line in result.out.splitlines():
        for fix in findings(json.loads(line)):
            return fix
    raise AssertionError(f"no {name} in {result.out}")


@pytest.mark.parametrize("close", mostly_full(firewalls, always=(with_nftables,)))
def test_a_closed_node_is_told_what_to_run_and_joins_after_it(cloud, node, close):
    close(node)
    before, closed = files_of(node), ruleset(node)
    refused = join(node, cloud.token(), "--json", check=False)
    assert refused.code == 2 and changes_of(node, before) == [] and ruleset(node) == closed, refused.out
    assert node.name not in cloud.hosts()
    node.run(fix_of(refused, "firewall-closed-ssh"))
    by_hand = ruleset(node)
    assert by_hand != closed

    result = join(node, cloud.token(), check=False)
    assert result.code in (0, 1), result.out + result.err  # consoles are still closed: a warning
    assert "firewall-closed-consoles" in result.out + result.err
    assert cloud.hosts()[node.name].state == "on"
    onenode(node, "leave")
    assert ruleset(node) == by_hand


@pytest.mark.parametrize("close", mostly_full(firewalls, always=(with_firewalld,)))
def test_a_closed_node_joins_by_itself_where_that_is_accepted(cloud, node, close):
    close(node)
    before, closed = files_of(node), ruleset(node)
    result = join(node, cloud.token(), "--accept-risk=firewall", check=False)
    assert result.code == 0, result.out + result.err
    assert ruleset(node) != closed and lets_the_front_end_in(cloud, node)
    assert cloud.hosts()[node.name].state == "on"
    doctor = onenode(node, "doctor", "firewall-closed", check=False)
    assert doctor.code == 0, doctor.out

    onenode(node, "leave")
    assert ruleset(node) == closed
    assert changes_of(node, before) == []


def test_rules_that_are_loaded_anew_are_opened_again_within_a_moment(cloud, node):
    with_nftables(node)
    join(node, cloud.token(), "--accept-risk=firewall")

    def is_open() -> bool:
        return any("jump onenode-input" in table for table in ruleset(node))

    assert is_open()
    node.run("nft -f /etc/nftables.conf")
    wait_for(is_open, 10, "our rules to be back")
    assert lets_the_front_end_in(cloud, node)
    node.run("nft flush chain inet filter onenode-input")  # chain and jump stay
    wait_for(lambda: lets_the_front_end_in(cloud, node), 10, "what our chain says to be back")
    node.run("systemctl stop onenode.service && nft -f /etc/nftables.conf")  # as after a reboot
    assert not is_open()
    node.run("systemctl start onenode.service")
    wait_for(is_open, 10, "our rules to be back")
    onenode(node, "leave")
    assert not is_open()


@pytest.mark.full
def test_an_open_node_is_left_alone(cloud, node):
    before = ruleset(node)
    join(node, cloud.token(), "--accept-risk=firewall")
    assert ruleset(node) == before and not node.exists(own_file)
    onenode(node, "leave")
