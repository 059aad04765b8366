"""What oneadmin plants in its own home for root to step into: named, never followed, and the join goes on once it is gone."""

import pytest

from cloud import join, onenode
from marks import mostly_full
from stage import snapshot

home = "/var/lib/one/.ssh"
# As oneadmin, in its ~/.ssh: the trap, the path that has to be named, what sets things right again.
before_a_join = {
    "a link in place of the keys": ("ln -s /etc/shadow authorized_keys", f"{home}/authorized_keys", "rm authorized_keys"),
    "a link to where nothing is": ("ln -s /etc/cron.d/evil known_hosts.onenode", f"{home}/known_hosts.onenode",
                                   "rm known_hosts.onenode"),
    "a link in place of the settings": ("mv config mine; ln -s /etc/sudoers config", f"{home}/config", "mv mine config"),
    "a pipe": ("mkfifo authorized_keys", f"{home}/authorized_keys", "rm authorized_keys"),
    "a directory": ("mkdir authorized_keys", f"{home}/authorized_keys", "rmdir authorized_keys"),
    "a socket": ("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"authorized_keys\")'",
                 f"{home}/authorized_keys", "rm authorized_keys"),
    "a link in place of the directory": ("cd ..; mv .ssh mine; ln -s /root .ssh", home, "rm .ssh; mv mine .ssh"),
    "a pipe in place of the directory": ("cd ..; mv .ssh mine; mkfifo .ssh", home, "rm .ssh; mv mine .ssh"),
}
after_a_join = f"""
cd {home}
ln -sf /etc/shadow authorized_keys
ln -sf /root/precious config
rm known_hosts.onenode; mkfifo known_hosts.onenode
rm -rf /var/tmp/one; ln -s /root/precious /var/tmp/one
ln -sf /etc/shadow .authorized_keys.onenode~
"""


def as_oneadmin(node, script: str, where: str = home) -> None:
    node.run(["sh", "-ec", f"cd {where}; {script}"], user="oneadmin")


@pytest.mark.parametrize("trap", mostly_full(before_a_join, always=("a link in place of the keys",)))
def test_a_trap_in_oneadmins_home_is_named_and_leads_nowhere(cloud, node, trap):
    set_it, path, away = before_a_join[trap]
    before = snapshot.take(node)
    as_oneadmin(node, set_it)
    trapped = snapshot.take(node)
    refused = join(node, cloud.token(), check=False)
    assert refused.code == 2 and path in refused.err and "fix:" in refused.err, refused.out + refused.err
    assert [line for line in snapshot.compare(trapped, snapshot.take(node)) if is_elsewhere(line)] == []
    as_oneadmin(node, away, home if "mine .ssh" not in away else "/var/lib/one")
    onenode(node, "leave")
    assert snapshot.changes(node, before) == []
    join(node, cloud.token(), "--dry-run")


def is_elsewhere(line: str) -> bool:
    """Not what a join that failed leaves, as it says: oneadmin's own, our journal, the list of directories, names."""
    ours = ("path /var/lib/one", "path /etc/tmpfiles.d/onenode.conf", "path /run/one", "path /var/tmp/one", "path /etc/hosts")
    return not line.startswith(ours) and line.startswith("path ")


@pytest.mark.full
@pytest.mark.parametrize("agent", ["running", "stopped"])
def test_traps_that_oneadmin_sets_after_the_join_stay_and_are_named_by_leave(cloud, node, agent):
    node.run("mkdir /root/precious; echo mine >/root/precious/file; chmod -R go= /root/precious")
    before = snapshot.take(node)
    join(node, cloud.token())
    if agent == "stopped":
        node.run(["systemctl", "stop", "onenode"])
    as_oneadmin(node, after_a_join)
    left = onenode(node, "leave", check=False)
    assert left.code in (0, 1), left.out + left.err
    for name in ("authorized_keys", "config", "known_hosts.onenode"):
        assert f"stays: {home}/{name} " in left.out, left.out
    assert snapshot.changes(node, before, but=(home,)) == []
