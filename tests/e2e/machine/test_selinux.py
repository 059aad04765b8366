"""A hypervisor whose kernel enforces SELinux, with Debian's policy, and disks and a home that NFS serves: see virtual_disk.with_selinux."""

import json

import pytest

from apt_repository import Repository
from cloud import onenode
from joining import install_opennebula, join_with_a_free_clock, patience, wait_until_healthy
from stage import virtual_disk, wait_for

datastores = "/var/lib/one/datastores"
own_rules = "/etc/selinux/targeted/contexts/files/file_contexts.local"
hers = "/srv/hers(/.*)?"
home = "/var/lib/one"
frontends_ssh = ["ssh", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"]


def run(machine, command: str, **how):
    return machine.run(command, timeout=patience, **how)


def found_by(machine, check: str) -> dict[str, str]:
    """The severities of its findings, by their ids."""
    said = onenode(machine, "doctor", "--type", "qemu", "--json", check, check=False, timeout=patience).out
    events = [json.loads(line) for line in said.splitlines()]
    return {event["id"]: event["severity"] for event in events if event["event"] == "finding"}


def mislabelled(machine) -> set[str]:
    """What has another label than the policy and the machine's own rules say."""
    return set(run(machine, f"restorecon -inRv /etc {home} /var/lib/onenode", check=False).out.splitlines())


def tree(machine) -> set[str]:
    """Path, mode, owner, group and label of all that a join may touch, but for what is mounted there."""
    listing = f"find /etc {home} /var/tmp -xdev -printf '%p %m %u %g %Z %l\\n'"
    return {line for line in run(machine, listing).out.splitlines() if not line.split()[0].endswith("-")}


def boolean(machine, name: str) -> str:
    return machine.read(f"/sys/fs/selinux/booleans/{name}").split()[0]


def type_of(machine, path: str) -> str:
    return machine.run(["stat", "--format=%C", path]).out.split(":")[2]


def wake_libvirt(machine) -> None:
    """It ends after two minutes without work, and asks QEMU anew and slowly what it can do."""
    run(machine, "virsh -c qemu:///system capabilities >/dev/null")


def serve_nfs(machine) -> None:
    """To itself: /srv/images and /srv/home."""
    run(machine, "install -d -o oneadmin -g oneadmin /srv/images && install -d -o oneadmin -g oneadmin -m 750 /srv/home && "
        "echo '/srv 127.0.0.1(rw,no_root_squash,no_subtree_check,fsid=0)' >/etc/exports && systemctl start nfs-server.service")


def mount(machine, share: str, place: str) -> None:
    run(machine, f"install -d -o oneadmin -g oneadmin -m 750 {place} && mount -t nfs4 127.0.0.1:/{share} {place}")


def make_ready(machine, published) -> None:
    apt = Repository(machine, published)
    apt.publish("first")
    install_opennebula(machine, published, "common", "rubygems", "node-kvm")
    apt.apt("install", "--yes", "onenode")
    # Debian's policy takes what scripts of packages make in /var/lib for ntp's, and no sshd looks for keys there.
    run(machine, f"restorecon -R {home}")
    # A first login starts systemd for its account, which takes longer here than a proof waits; who lingers has it.
    run(machine, "loginctl enable-linger oneadmin")
    serve_nfs(machine)


@pytest.fixture(scope="module")
def machine(stage, published):
    """One for all, since to boot it takes minutes; each test begins and ends where SELinux only logs."""
    machine = stage.add_virtual("enforcing", on=virtual_disk.with_selinux)
    make_ready(machine, published)
    yield machine
    stage.remove(machine.name)


@pytest.fixture
def enforcing(machine):
    machine.run(["setenforce", "1"])
    yield
    machine.run(["setenforce", "0"])


@pytest.fixture
def home_on_nfs(cloud, machine):
    """With the front-end's key in it."""
    mount(machine, "home", home)
    machine.write(f"{home}/.ssh/authorized_keys", cloud.frontend.read(f"{home}/.ssh/id_rsa.pub"), mode="600", owner="oneadmin:oneadmin")
    machine.run(["chown", "oneadmin:oneadmin", f"{home}/.ssh"])
    yield
    run(machine, f"setsebool use_nfs_home_dirs off && setenforce 0 && umount --lazy {home}")


def may_log_in(cloud, machine) -> bool:
    """As OpenNebula's drivers do."""
    return cloud.frontend.run([*frontends_ssh, machine.name, "true"], user="oneadmin", timeout=patience, check=False,
                              env={"HOME": home, "SSH_AUTH_SOCK": "/run/one/ssh-agent.sock"}).ok


@pytest.mark.full
def test_a_home_on_nfs_is_found_and_keeps_the_front_end_out_where_selinux_says_so(cloud, machine, home_on_nfs):
    wait_for(lambda: may_log_in(cloud, machine), patience, "a login", every=5)
    assert found_by(machine, "home-on-nfs") == {"home-on-nfs": "warning"}  # SELinux only logs
    machine.run(["setenforce", "1"])
    assert found_by(machine, "home-on-nfs") == {"home-on-nfs": "error"}
    assert not may_log_in(cloud, machine)
    run(machine, "setsebool use_nfs_home_dirs on")
    assert found_by(machine, "home-on-nfs") == {"home-on-nfs": "warning"}
    assert may_log_in(cloud, machine)


@pytest.mark.full
def test_a_hypervisor_is_joined_and_left_while_selinux_enforces(cloud, machine, enforcing):
    run(machine, f"install -d -o oneadmin -g oneadmin -m 750 {datastores}")
    mount(machine, "images", f"{datastores}/100")
    run(machine, f"semanage fcontext --add --type var_t '{hers}'")
    rules, files, wrong = machine.read(own_rules), tree(machine), mislabelled(machine)
    assert hers in rules
    assert found_by(machine, "selinux-libvirt") == {"selinux-libvirt-datastores": "warning", "selinux-libvirt-virt_use_nfs": "warning"}
    assert found_by(machine, "home-on-nfs") == {"home-on-nfs": "ok"}  # only what is below it is served

    # whoever rebuilds the policy is heard where that fails: these programs may write to little of ours
    wake_libvirt(machine)
    run(machine, "mount --bind -o ro /var/lib/selinux /var/lib/selinux && mount -o remount,bind,ro /var/lib/selinux")
    refused = onenode(machine, "doctor", "--type", "qemu", "--fix", "--yes", "selinux-libvirt", check=False, timeout=patience)
    run(machine, "umount /var/lib/selinux")
    assert "Read-only file system" in refused.out + refused.err, refused
    assert boolean(machine, "virt_use_nfs") == "0" and machine.read(own_rules) == rules

    wake_libvirt(machine)
    join_with_a_free_clock(machine, cloud.token())  # the front-end's drivers have logged in by then
    assert cloud.hosts()[machine.name].state == "on"
    assert machine.run(["getenforce"]).out == "Enforcing\n"
    assert boolean(machine, "virt_use_nfs") == "1"
    assert type_of(machine, datastores) == "virt_image_t"
    machine.run(["mkdir", f"{datastores}/0"], user="oneadmin")
    assert type_of(machine, f"{datastores}/0") == "virt_image_t"
    machine.run(["rmdir", f"{datastores}/0"])
    assert mislabelled(machine) <= wrong
    assert found_by(machine, "selinux-libvirt") == {"selinux-libvirt": "ok"}
    wait_until_healthy(machine)  # the agent, which systemd started

    onenode(machine, "leave", timeout=patience)
    assert machine.name not in cloud.hosts()
    assert boolean(machine, "virt_use_nfs") == "0"
    assert machine.read(own_rules) == rules
    assert tree(machine) ^ files == set()
    assert found_by(machine, "selinux-libvirt") == {"selinux-libvirt-datastores": "warning", "selinux-libvirt-virt_use_nfs": "warning"}
