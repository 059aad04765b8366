"""A node whose sshd would not let the front-end in: the join opens it for oneadmin alone, and never against a plain no."""

import pytest

from cloud import changes_of, files_of, join, onenode
from marks import mostly_full
from stage import wait_for
from stage.breakages import with_sshd

ours = "/etc/ssh/sshd_config.d/00-onenode-login.conf"


def sshd_says(node, user: str, address: str) -> str:
    return node.run(["sshd", "-T", "-C", f"user={user},host={address},addr={address}"]).out.lower()


def refused_logins(node) -> int:
    """Whether sshd itself, not its files, turns oneadmin away: by its own log after one more attempt from elsewhere."""
    node.run("ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null oneadmin@localhost true", check=False)
    return refusals(node)


def refusals(node) -> int:
    node.run("journalctl --sync")
    return node.run("journalctl -u ssh.service --no-pager", check=False).out.count("User oneadmin from")


def lets_the_front_end_in(cloud, node) -> bool:
    login = ["ssh", "-o", "BatchMode=yes", "-o", "ControlPath=none", "-o", "ConnectTimeout=5", node.name, "true"]
    return cloud.frontend.run(login, user="oneadmin", check=False,
                              env={"HOME": "/var/lib/one", "SSH_AUTH_SOCK": "/run/one/ssh-agent.sock"}).ok


keeps_others_out = {  # and what the join says to it
    "AllowGroups root": "AllowGroups oneadmin",
    "AllowUsers root": "AllowUsers oneadmin",
    "PubkeyAuthentication no": "PubkeyAuthentication yes",
    "AuthorizedKeysFile /etc/ssh/keys/%u": "AuthorizedKeysFile .ssh/authorized_keys",
}


@pytest.mark.parametrize("setting", mostly_full(keeps_others_out, always=("AllowGroups root",)))
def test_a_node_that_keeps_others_out_joins_without_hands(cloud, node, setting):
    line = keeps_others_out[setting]
    with_sshd(setting)(node)
    before = files_of(node)
    server = node.run("systemctl show --value --property=MainPID ssh.service").out
    for_others = sshd_says(node, "bob", "10.77.0.1")

    result = join(node, cloud.token())
    assert result.code == 0, result.out + result.err
    assert cloud.hosts()[node.name].state == "on"
    assert f"    {line}\n" in node.read(ours) and "Match User oneadmin Address 10.77.0.1" in node.read(ours)
    assert "then sshd -t && systemctl try-reload-or-restart ssh.service" in result.out
    assert sshd_says(node, "bob", "10.77.0.1") == for_others, "nothing changed for anybody else"
    assert line.lower() not in sshd_says(node, "oneadmin", "10.66.0.1"), "nor for oneadmin from elsewhere"
    assert lets_the_front_end_in(cloud, node)
    assert node.run("systemctl show --value --property=MainPID ssh.service").out == server, "a reload, no restart"
    doctor = onenode(node, "doctor", check=False)
    assert doctor.code == 0, doctor.out

    onenode(node, "leave")
    assert changes_of(node, before) == []
    assert sshd_says(node, "oneadmin", "10.77.0.1").count(setting.lower()) == 1
    if setting.startswith("Allow"):
        told_before = refusals(node)
        wait_for(lambda: refused_logins(node) > told_before, 20, "sshd itself to forget it")  # once it has reloaded


def test_what_somebody_wrote_and_nobody_tried_is_not_put_in_force_by_a_join(cloud, node):
    node.run("echo 'AllowUsers anna' >/etc/ssh/sshd_config.d/anna.conf")  # and went home
    before = files_of(node)
    refused = join(node, cloud.token(), check=False)
    assert refused.code == 2 and "[ERROR sshd-unread]" in refused.out, refused.out + refused.err
    assert "/etc/ssh/sshd_config.d/anna.conf" in refused.out and "--accept-risk=reload-sshd" in refused.out
    assert changes_of(node, before) == []

    joined = join(node, cloud.token(), "--accept-risk=reload-sshd")
    assert joined.code == 0, joined.out + joined.err
    assert onenode(node, "doctor", "sshd-unread").code == 0
    onenode(node, "leave")
    assert changes_of(node, before) == []

    node.run("rm /etc/ssh/sshd_config.d/anna.conf")  # in force all the same
    told = onenode(node, "doctor", "sshd-unread", check=False)
    assert told.code == 1 and "[WARNING sshd-unread] sshd has not read /etc/ssh/sshd_config.d since" in told.out, told.out


def test_a_dry_run_shows_the_file_and_who_is_told(cloud, node):
    with_sshd("AllowGroups root")(node)
    before = files_of(node)
    result = join(node, cloud.token(), "--dry-run")
    assert "+    AllowGroups oneadmin" in result.out and "then sshd -t && systemctl" in result.out, result.out
    assert changes_of(node, before) == []


a_plain_no = {  # and what is named
    "DenyUsers bob oneadmin": "/etc/ssh/sshd_config.d/breakage.conf line 1",
    "AuthenticationMethods publickey,password": "AuthenticationMethods",
    "ForceCommand /bin/menu": "ForceCommand",
}


@pytest.mark.parametrize("setting", mostly_full(a_plain_no, always=("DenyUsers bob oneadmin",)))
def test_who_meant_it_is_not_overridden(cloud, node, setting):
    named = a_plain_no[setting]
    with_sshd(setting)(node)
    before = files_of(node)
    result = join(node, cloud.token(), check=False)
    said = result.out + result.err
    assert result.code == 2 and named in said and "Nothing was changed on this machine." in said, said
    assert changes_of(node, before) == []
    assert node.name not in cloud.hosts()


@pytest.mark.full  # as with every file of ours, and sshd is told in test_host_certificates
def test_the_agent_puts_the_file_back_and_sshd_reads_it(cloud, node):
    with_sshd("AllowGroups root")(node)
    join(node, cloud.token())
    text = node.read(ours)
    node.run(f"rm {ours} && systemctl reload ssh.service")
    wait_for(lambda: node.exists(ours) and node.read(ours) == text, 20, "the file to be back")
    wait_for(lambda: lets_the_front_end_in(cloud, node), 20, "the front-end to get in again")
    onenode(node, "leave")


def test_a_node_for_containers_is_told_what_it_gets(cloud, node):
    node.write("/etc/subuid", "lxd:100000:65536\n")
    result = join(node, cloud.token(), "--type", "lxc", "--dry-run", check=False)
    for line in ("+root:600100001:65536", "make directory /var/lib/lxc-one (0751 oneadmin)", "then modprobe nbd"):
        assert line in result.out, result.out + result.err
