"""Every entry of the table of unfit nodes does damage that shows, and most of it can be told apart."""

from collections.abc import Callable

import pytest

from stage import Stage
from stage.breakages import table
from stage.machine import Machine

account_uses_libvirt = "virsh -c qemu:///system version"


def may_write_below(folder: str) -> tuple[str, str]:
    return "oneadmin", f"mkdir -p {folder} && made=$(mktemp -d -p {folder}) && rmdir $made"


# How each damage shows: a user, and a command that works on a fit node and fails on the broken one.
shows: dict[str, tuple[str, str]] = {
    "no-libvirtd-running": ("oneadmin", account_uses_libvirt),
    "no-virsh": ("oneadmin", account_uses_libvirt),
    "no-qemu": ("root", "qemu-kvm-one --version"),
    "no-lspci": ("oneadmin", "lspci --version"),
    "no-rsync": ("oneadmin", "rsync --version"),
    "no-sudo": ("oneadmin", "sudo -n ip link show lo"),
    "no-ruby": ("oneadmin", "ruby --version"),
    "no-ruby-sqlite3": ("oneadmin", "ruby -e 'require \"load_opennebula_paths\"; require \"sqlite3\"'"),
    "no-gems-folder": ("oneadmin", "ruby -e 'require \"load_opennebula_paths\"'"),
    "no-vmstat": ("oneadmin", "vmstat"),
    "no-xmllint": ("oneadmin", "xmllint --version"),
    "no-sudo-rules": ("oneadmin", "sudo -n ip link show lo"),
    "oneadmin-other-uid": ("root", "test $(id -u oneadmin) = 9869"),
    "oneadmin-no-shell": ("root", "su oneadmin -c true"),
    "oneadmin-expired": ("front-end", ""),
    "home-writable-by-all": ("front-end", ""),
    "authorized-keys-of-root": ("front-end", ""),
    "libvirt-refuses-oneadmin": ("oneadmin", account_uses_libvirt),
    "shell-noise": ("front-end", ""),
    "no-logins-now": ("front-end", ""),
    "var-tmp-noexec": ("oneadmin", "cd /var/tmp && cp /bin/true probe && ./probe && rm probe"),
    "var-tmp-one-of-root": may_write_below("/var/tmp/one"),
    "one-db-of-root": may_write_below("/var/tmp/one_db"),
    "datastores-of-root": may_write_below("/var/lib/one/datastores"),
    "disk-full": ("root", "head -c 100000 /dev/zero >/var/tmp/some && rm /var/tmp/some"),
    "etc-read-only": ("root", "touch /etc/new && rm /etc/new"),
    "sudoers-broken": ("root", "visudo -c"),
    "sshd-not-running": ("front-end", ""),
    "sshd-other-port": ("front-end", ""),
    "sshd-allows-only-root": ("front-end", ""),
    "sshd-without-public-keys": ("front-end", ""),
    "sshd-slow": ("front-end", ""),
    "ssh-firewalled": ("front-end", ""),
    "monitoring-firewalled": ("root", "bash -c 'echo word >/dev/udp/10.77.0.1/4124'"),
    "own-name-is-loopback": ("root", "! getent ahostsv4 $(hostname) | grep -q ^127"),
    "no-name-server": ("root", "timeout 1 getent hosts frontend"),
    "clock-an-hour-ahead": ("root", "test $(date +%s) -lt TOO_LATE"),
}


@pytest.fixture(scope="module")
def stage():
    with Stage() as stage:
        stage.add_frontend()
        yield stage


@pytest.fixture
def node(stage):
    node = stage.add_node("node1")
    node.write("/var/lib/one/.ssh/authorized_keys", stage.machines["frontend"].read("/var/lib/one/.ssh/id_rsa.pub"),
               mode="600", owner="oneadmin:oneadmin")
    yield node
    stage.remove("node1")


def test_every_breakage_is_shown_here():
    assert shows.keys() == table.keys()


@pytest.mark.full  # each joins the table of unfit hosts anyway; this shows the damage alone
@pytest.mark.parametrize("name", table)
def test_a_broken_node_differs_from_a_fit_one(stage, node, name):
    works = _probe(stage, node, *shows[name])
    assert works(), "the probe has to work before the damage"
    table[name](node)
    assert not works()


def _probe(stage: Stage, node: Machine, user: str, command: str) -> Callable[[], bool]:
    if user != "front-end":
        now = int(node.run(["date", "+%s"]).out)
        command = command.replace("TOO_LATE", str(now + 1800))
        return lambda: node.run(command, user=user, check=False).ok
    ssh = ["ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
           "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=1", node.name, "true"]

    def silent_login() -> bool:
        answer = stage.machines["frontend"].run(["timeout", "3", *ssh], user="oneadmin", check=False,
                                                env={"SSH_AUTH_SOCK": "/run/one/ssh-agent.sock"})
        return answer.ok and answer.out == ""
    return silent_login
