"""The life of a hypervisor with a kernel of its own, as its owner sees it: installed, joined, rebooted, switched off, upgraded,
left, purged."""

import pytest

from cloud import onenode
from joining import install_opennebula, join_with_a_free_clock, patience, wait_until_healthy
from stage import snapshot, wait_for

keys = "/var/lib/one/.ssh/authorized_keys"
certificate_file = "/var/lib/onenode/identity/node.crt"
# What a package manager remembers, and what is in a repository, is not what was done to the machine.
of_apt = ("/var/lib/dpkg", "/var/lib/apt", "/var/cache/apt", "/var/cache/man", "/var/cache/debconf", "/srv/repository", "/etc/apt",
          "/usr/share/keyrings")
of_the_guest = ("/etc/apparmor.d/libvirt/libvirt-",)  # libvirt leaves the profile that it wrote for it
of_the_clock = ("/var/lib/logrotate",)  # six days are a new day
guest = """<domain type='qemu'><name>one-12</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os>
<devices><emulator>/usr/bin/qemu-kvm-one</emulator>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
<source file='/var/lib/one/datastores/0/12/disk.0'/><target dev='vda' bus='virtio'/></disk></devices></domain>"""


def agent_of(machine) -> str:
    return machine.run(["systemctl", "show", "--property=MainPID", "--value", "onenode.service"]).out.strip()


def new_key_of(cloud) -> str:
    script = "ssh-keygen -q -t ed25519 -N '' -C another -f ~/.ssh/id_ed25519; cat ~/.ssh/id_ed25519.pub"
    return cloud.frontend.run(script, user="oneadmin", env={"HOME": "/var/lib/one"}).out.split()[1]


def test_a_hypervisor_lives_its_life(cloud, machine, published, apt):
    install_opennebula(machine, published, "common", "rubygems", "node-kvm")
    machine.run("virsh -c qemu:///system capabilities", timeout=patience)  # QEMU is asked what it can do, once and slowly
    before = snapshot.take(machine)
    apt.apt("install", "--yes", "onenode")
    join_with_a_free_clock(machine, cloud.token())
    assert cloud.hosts()[machine.name].state == "on"

    # a guest of OpenNebula's, under this kernel's AppArmor, on a disk whose backing file is in the datastore
    machine.run("install -d -o oneadmin -g oneadmin /var/lib/one/datastores/0/12 && cd /var/lib/one/datastores/0 && "
                "qemu-img create -q -f qcow2 base 16M && qemu-img create -q -f qcow2 -F qcow2 -b ../base 12/disk.0 && "
                "chown oneadmin:oneadmin base 12/disk.0")
    machine.write("/root/guest.xml", guest)
    machine.run("virsh -c qemu:///system create /root/guest.xml", timeout=patience)
    assert "one-12" in onenode(machine, "status", check=False, timeout=patience).out
    owner, profile = machine.run("pid=$(pgrep -f guest=one-1[2] | head -1); ps -o user= -p $pid; cat /proc/$pid/attr/current").out.split("\n")[:2]
    assert owner.strip() == "oneadmin" and profile.startswith("libvirt-") and "enforce" in profile

    # an upgrade disturbs neither it nor libvirt, sshd or the host
    kept = {unit: machine.run(["systemctl", "show", "--property=MainPID", "--value", unit]).out for unit in ("libvirtd", "ssh")}
    running, agent = machine.run("pgrep -f guest=one-1[2]").out, agent_of(machine)
    apt.publish("second")
    apt.apt("upgrade", "--yes")
    wait_for(lambda: agent_of(machine) not in ("0", agent), patience, "the newer agent", every=1)
    wait_until_healthy(machine)
    assert machine.run("pgrep -f guest=one-1[2]").out == running
    assert {unit: machine.run(["systemctl", "show", "--property=MainPID", "--value", unit]).out for unit in kept} == kept
    machine.run("virsh -c qemu:///system destroy one-12 && rm -r /root/guest.xml /var/lib/one/datastores/0", timeout=patience)

    # six days go by at once, and come back: the certificate is older than two thirds of its life and the most of chance on top
    certificate = machine.read(certificate_file)
    machine.run("date --set '+6 days'")
    wait_for(lambda: machine.read(certificate_file) != certificate, patience, "another certificate", every=2,
             otherwise=lambda: onenode(machine, "status", check=False).out)
    machine.run("date --set '-6 days'")
    wait_until_healthy(machine)

    machine.reboot()
    wait_until_healthy(machine)
    assert cloud.hosts()[machine.name].state == "on"

    # switched off without a word; meanwhile the front-end gets another key
    machine.power_off()
    key = new_key_of(cloud)
    machine.power_on()
    machine.wait_until_up()
    wait_for(lambda: key in machine.read(keys), patience, "the new key", every=1, otherwise=lambda: machine.read(keys))
    wait_until_healthy(machine)

    onenode(machine, "leave", timeout=patience)
    assert machine.name not in cloud.hosts()
    apt.apt("purge", "--yes", "onenode")
    told = snapshot.changes(machine, before, but=of_apt + of_the_guest + of_the_clock, rebooted=True)
    assert told == [], "\n".join(told)


@pytest.mark.full
def test_a_node_for_containers_lives_its_life(cloud, machine, published, apt):
    install_opennebula(machine, published, "common", "rubygems")  # what its package for containers adds, joining has to
    before = snapshot.take(machine)
    apt.apt("install", "--yes", "onenode")
    join_with_a_free_clock(machine, cloud.token(), "--type", "lxc")
    assert cloud.hosts()[machine.name].state == "on"

    # newuidmap lets root have the ids that joining gave it: a container's root is nobody here
    said = machine.run("lxc-usernsexec -m u:0:600100001:65536 -m g:0:600100001:65536 -- cat /proc/self/uid_map", timeout=patience)
    assert said.out.split() == ["0", "600100001", "65536"], said

    machine.reboot()
    wait_until_healthy(machine)
    assert machine.exists("/dev/nbd0"), "modules come back with the boot"
    assert cloud.hosts()[machine.name].state == "on"
    onenode(machine, "leave", timeout=patience)
    apt.apt("purge", "--yes", "onenode")
    machine.reboot()  # leave unloads nothing: a module may be somebody else's by now
    told = snapshot.changes(machine, before, but=of_apt, rebooted=True)
    assert told == [], "\n".join(told)


@pytest.mark.full
def test_a_copy_of_an_image_is_a_machine_of_its_own(machine, apt):
    apt.apt("install", "--yes", "onenode")
    identity = machine.read("/etc/machine-id")
    onenode(machine, "prepare", "--yes")
    assert machine.read("/etc/machine-id") == ""
    machine.shut_down()
    machine.power_on()
    known = machine.host_key
    machine.host_key = wait_for(machine.offered_host_key, patience, "an sshd that has a key", every=1)
    machine.wait_until_up()
    assert machine.host_key != known and machine.read("/etc/machine-id") not in ("", identity)
    assert not machine.exists("/etc/systemd/system/onenode-host-keys.service")
    assert not machine.exists("/etc/systemd/system/multi-user.target.wants/onenode-host-keys.service")
