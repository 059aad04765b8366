"""After `onenode leave` the whole machine is as it was before the join: files, accounts, units, rules, settings, programs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cloud import add_node, join, onenode
from marks import mostly_full
from stage import snapshot
from stage.faults import drop, reject
from stage.killer import dies_at, killed
from stage.trouble import read_only
from test_kill import in_a_join

# What people have in places where onenode writes, too: comments, odd line ends, no last line end, marks, other owners.
used = r"""
home=/var/lib/one
printf '# the backup server\r\nHost backup\r\n  User root' >$home/.ssh/config
printf 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ3z0vGhKqMqlWGSyE3Q5X2w2yX6cQeO2bVhCIjqJv9w anna@desk\n\n# Bert' >$home/.ssh/authorized_keys
printf 'backup ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ3z0vGhKqMqlWGSyE3Q5X2w2yX6cQeO2bVhCIjqJv9w\n' >$home/.ssh/known_hosts
printf '\377\376 no text at all\000\n' >$home/.ssh/notes
chown oneadmin:oneadmin $home/.ssh/config $home/.ssh/authorized_keys $home/.ssh/known_hosts
chmod 640 $home/.ssh/authorized_keys
chmod 644 $home/.ssh/config
printf 'anna ALL=(ALL) NOPASSWD: /usr/bin/true\n' >/etc/sudoers.d/anna
chmod 440 /etc/sudoers.d/anna
printf '10.9.9.9 printer # on the second floor' >>/etc/hosts
printf 'd /srv/shared 2775 root staff -\n' >/etc/tmpfiles.d/shared.conf
printf 'PermitRootLogin no\n' >/etc/ssh/sshd_config.d/people.conf
printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/people.service
systemctl daemon-reload
systemctl enable --now --quiet people.service ssh.service
systemctl reload ssh.service
systemctl mask --quiet rsync.service
useradd --system --groups libvirt anna
groupadd staff2
nft add table inet people
nft add chain inet people input '{ type filter hook input priority 0; }'
nft add rule inet people input tcp dport 9 drop
sysctl --quiet --write net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=2
install -d -o oneadmin -g oneadmin -m 2770 /var/lib/one/backups
ln -s /srv/shared /var/lib/one/shared
"""
marks = r"""
import os, struct
keys, config = "/var/lib/one/.ssh/authorized_keys", "/var/lib/one/.ssh/config"
entries = [(1, 6, 0xffffffff), (2, 4, 1), (4, 0, 0xffffffff), (16, 4, 0xffffffff), (32, 0, 0xffffffff)]
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *one) for one in entries)  # u::rw u:daemon:r g::- m::r o::-
for path, name, value in ((keys, "system.posix_acl_access", acl), (config, "user.origin", b"anna")):
    os.setxattr(path, name, value)
"""


def used_by_people(node) -> None:
    node.run(["sh", "-ec", used])
    node.run(["python3", "-c", marks])


def is_as_it_was(node, before: dict[str, str]) -> None:
    def only_systemd_is_late() -> bool:  # it ends a user's manager some seconds after the last login, and so does nobody else
        return all("/run/user/9869:" in change or change.startswith("process 9869 ") for change in found)

    found = snapshot.changes(node, before)
    end = time.monotonic() + 90
    while found and only_systemd_is_late() and time.monotonic() < end:
        time.sleep(1)
        found = snapshot.changes(node, before)
    assert found == [], "\n".join(found)


@pytest.fixture(scope="module")
def bare(stage):
    """One machine for the tests that leave it as they found it: that is what they are about."""
    machine = add_node(stage, "bare")
    machine.before = snapshot.take(machine)
    return machine


files_seen = [
    "echo '# x' >>/etc/hosts",
    "chmod 600 /etc/issue",
    "chgrp games /etc/issue",
    "ln -sf nowhere /etc/motd",
    "python3 -c 'import os; os.setxattr(\"/etc/issue\", \"user.x\", b\"y\")'",
    "install -d -o oneadmin /srv/new",
    "mkfifo /var/tmp/pipe",
    "touch /run/onenode.lock",
]
others_seen = [
    "usermod -aG games oneadmin",
    "systemctl mask rsync.service",
    "systemctl enable --now nftables.service",
    "nft add table inet added",
    "sysctl -w net.ipv4.conf.lo.accept_redirects=0",
    "ip address add 10.9.9.1/32 dev lo",
    "mount -t tmpfs tmpfs /mnt",
    "systemd-run --quiet --uid=oneadmin sleep 99",
    "systemd-run --quiet /usr/sbin/sshd -D -p 999; until ss -Hltn | grep -q :999; do sleep 0.1; done",
]


@pytest.fixture(scope="module")
def watched(stage):
    return add_node(stage, "watched")


def test_a_snapshot_shows_every_kind_of_change_of_a_file(watched):
    before = snapshot.take(watched)
    for change in files_seen:
        watched.run(["sh", "-ec", change])
    found = snapshot.compare(before, snapshot.take(watched))
    paths = {line.split(": ")[0] for line in found if line.startswith("path ")}
    assert {"path /etc/hosts", "path /etc/issue", "path /etc/motd", "path /srv/new", "path /var/tmp/pipe",
            "path /run/onenode.lock"} <= paths, found
    assert "user.x=79" in " ".join(found)


@pytest.mark.parametrize("change", mostly_full(others_seen, always=tuple(others_seen[:4])))
def test_a_snapshot_shows(watched, change):
    before = snapshot.take(watched, quick=True)
    watched.run(["sh", "-ec", change])
    assert snapshot.compare(before, snapshot.take(watched, quick=True)) != []


@pytest.mark.full  # all of it is in the used one, too
def test_leave_gives_a_bare_machine_back(cloud, bare):
    join(bare, cloud.token())
    assert snapshot.compare(bare.before, snapshot.take(bare)) != []
    onenode(bare, "leave")
    is_as_it_was(bare, bare.before)


def test_leave_gives_a_used_machine_back(cloud, node):
    used_by_people(node)
    before = snapshot.take(node)
    join(node, cloud.token())
    onenode(node, "leave")
    is_as_it_was(node, before)


@pytest.mark.full
def test_leave_gives_back_what_doctor_mended(cloud, node):
    used_by_people(node)
    node.run("usermod --shell /usr/sbin/nologin oneadmin; chmod 777 /var/lib/one")
    before = snapshot.take(node)
    onenode(node, "doctor", "--fix", "--yes", check=False)
    join(node, cloud.token())
    onenode(node, "leave", check=False)
    is_as_it_was(node, before)


@contextmanager
def nothing_made_of(cloud, method: str) -> Iterator[None]:
    """OpenNebula refuses this call."""
    cloud.control(fault="error", method=method, text="not today")
    try:
        yield
    finally:
        cloud.control(clear=True)


@contextmanager
def a_directory_in_place_of(node, path: str) -> Iterator[None]:
    node.run(["mkdir", path])
    try:
        yield
    finally:
        node.run(["rmdir", path])


@contextmanager
def a_probe_that_fails(cloud) -> Iterator[None]:
    probe = "/var/lib/one/remotes/im/qemu-probes.d/host/system/zz_fails.sh"
    cloud.frontend.write(probe, "#!/bin/sh\nexit 1\n", mode="755", owner="oneadmin:oneadmin")
    try:
        yield
    finally:
        cloud.frontend.remove(probe)


failures: dict[str, Callable] = {
    "preflight": lambda cloud, node: read_only(node, "/etc"),
    "trust": lambda cloud, node: reject(cloud.stage, port=4125, to="frontend", source=node.name),
    "enroll": lambda cloud, node: nothing_made_of(cloud, "one.document.allocate"),
    "apply": lambda cloud, node: a_directory_in_place_of(node, "/etc/tmpfiles.d/onenode.conf"),
    "prove": lambda cloud, node: drop(cloud.stage, port=22, to=node.name, source="frontend"),
    "monitoring": lambda cloud, node: drop(cloud.stage, port=4124, proto="udp", to="frontend", source=node.name),
    "rehearse": lambda cloud, node: a_probe_that_fails(cloud),
    "register": lambda cloud, node: nothing_made_of(cloud, "one.host.allocate"),
}


@pytest.mark.simulator
@pytest.mark.parametrize("phase", mostly_full(failures, always=("apply",)))
def test_leave_gives_a_machine_back_whose_join_failed(cloud, bare, phase):
    token = cloud.token()
    with failures[phase](cloud, bare):
        failed = join(bare, token, check=False)
    said = failed.out + failed.err
    assert failed.code == 2, said
    assert f"\n{'prove' if phase == 'monitoring' else phase}" in f"\n{failed.out}", said
    onenode(bare, "leave", check=False)
    assert bare.name not in cloud.hosts()
    is_as_it_was(bare, bare.before)


@pytest.mark.parametrize("phase", mostly_full(["plan", "apply", "rehearse", "register"], always=("apply",)))
def test_leave_gives_a_machine_back_whose_join_was_killed(cloud, bare, phase):
    was_killed = join(bare, cloud.token(), "--json", check=False, env=dies_at(bare, "onenode", in_a_join[phase]))
    assert was_killed.code == killed, was_killed.out + was_killed.err
    onenode(bare, "leave")
    library = "/usr/local/lib/stage-killer.so"  # what killed it
    bare.remove(library)
    is_as_it_was(bare, bare.before)


@pytest.mark.full
@pytest.mark.parametrize("phase", ["undo", "goodbye"])
def test_a_leave_that_was_killed_gives_a_machine_back_when_it_is_run_again(cloud, bare, phase):
    join(bare, cloud.token())
    place = {"undo": "after 3", "goodbye": "answered /v1/left"}[phase]
    was_killed = bare.run(["onenode", "leave", "--json"], check=False, timeout=60, env=dies_at(bare, "onenode", place))
    assert was_killed.code == killed, was_killed.out + was_killed.err
    onenode(bare, "leave")
    bare.remove("/usr/local/lib/stage-killer.so")
    is_as_it_was(bare, bare.before)
