"""Guests start on a node of which no package told libvirt that they are OpenNebula's."""

from cloud import changes_of, files_of, join, onenode

guest = """<domain type='qemu'><name>guest</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os>
<devices><emulator>/usr/bin/qemu-kvm-one</emulator></devices></domain>"""
unset = r"""
sed -i -E '/^ *(user|group|dynamic_ownership) *=/d' /etc/libvirt/qemu.conf
rm -f /usr/bin/qemu-kvm-one
systemctl try-restart libvirtd.service
"""


def owner_of_guest(node) -> str:
    return node.run("ps -eo user:20,args | awk '/[g]uest=guest/ { print $1; exit }'").out.strip()


def test_they_run_as_oneadmin_after_a_join_and_libvirt_is_its_own_again_after_a_leave(cloud, node):
    node.run(["sh", "-ec", unset])
    before = files_of(node)
    result = join(node, cloud.token())
    assert "set our lines in /etc/libvirt/qemu.conf" in result.out, result.out
    node.write("/var/lib/one/guest.xml", guest)
    node.run("virsh -c qemu:///system create /var/lib/one/guest.xml", user="oneadmin")
    assert owner_of_guest(node) == "oneadmin"

    node.run("virsh -c qemu:///system destroy guest && rm /var/lib/one/guest.xml")
    onenode(node, "leave")
    assert changes_of(node, before) == []
    assert not node.run("test -e /usr/bin/qemu-kvm-one", check=False).ok


def test_who_decided_otherwise_is_asked_not_overruled(cloud, node):
    node.run(["sh", "-ec", unset + "echo 'user = \"root\"' >>/etc/libvirt/qemu.conf"])
    text = node.run("cat /etc/libvirt/qemu.conf").out
    result = join(node, cloud.token(), check=False)
    assert result.code == 1 and "[WARNING qemu-user] user = root" in result.out + result.err, result.out + result.err
    assert node.run("cat /etc/libvirt/qemu.conf").out == text
    onenode(node, "leave")


def test_libvirt_is_restarted_under_guests_of_others_only_where_somebody_accepted_that(cloud, node):
    node.run(["sh", "-ec", unset + "ln -s qemu-system-x86_64 /usr/bin/qemu-kvm-one"])
    node.write("/root/guest.xml", guest)
    node.run("virsh -c qemu:///system create /root/guest.xml")
    daemon = "pidof libvirtd"
    running = node.run(daemon).out

    left = join(node, cloud.token(), check=False)
    assert left.code == 1 and "restarts libvirt while guest run" in left.out + left.err, left.out + left.err
    assert node.run(daemon).out == running and "oneadmin" not in node.read("/etc/libvirt/qemu.conf")
    onenode(node, "doctor", "--fix", "--yes", "qemu-user", check=False)
    assert node.run(daemon).out == running

    mended = onenode(node, "doctor", "--fix", "--yes", "--accept-risk=restart-libvirt", "qemu-user")
    assert "qemu-user is mended" in mended.out, mended.out
    assert node.run(daemon).out != running and owner_of_guest(node), "restarted, and the guest runs on"
    node.run("virsh -c qemu:///system destroy guest && rm /root/guest.xml")
    onenode(node, "leave")


def test_a_join_restarts_libvirt_under_them_where_it_is_told_to(cloud, node):
    node.run(["sh", "-ec", unset + "ln -s qemu-system-x86_64 /usr/bin/qemu-kvm-one"])
    node.write("/root/guest.xml", guest)
    node.run("virsh -c qemu:///system create /root/guest.xml")
    before = files_of(node)
    joined = join(node, cloud.token(), "--accept-risk=restart-libvirt")
    assert joined.code == 0 and "try-restart libvirtd.service" in joined.out, joined.out + joined.err
    assert owner_of_guest(node), "the guest runs on"
    onenode(node, "leave")
    assert changes_of(node, before) == []


def test_a_bridge_that_drivers_would_delete_with_this_machines_address_refuses_the_first_join(cloud, node):
    conf = "/var/lib/one/remotes/etc/vnm/OpenNebulaNetwork.conf"
    before = cloud.frontend.read(conf)
    assert ":keep_empty_bridge: false" in before
    node.run("ip link add br7 type bridge && ip addr add 10.99.0.1/24 dev br7 && ip link set br7 up")
    token = cloud.token()

    refused = join(node, token, "--ignore=all", check=False)
    said = refused.out + refused.err
    assert refused.code == 2 and "[ERROR bridge-delete] br7 carries this machine's address" in said and "keep_empty_bridge: true" in said, said
    assert "\nrehearse" in said and "\nregister" not in said and node.name not in cloud.hosts(), said

    cloud.frontend.run(["sed", "-i", "s/^:keep_empty_bridge:.*/:keep_empty_bridge: true/", conf])
    join(node, token, "--ignore=all", check=False)
    assert cloud.hosts()[node.name].state == "on"
    assert onenode(node, "doctor", "bridge-delete").code == 0
    cloud.frontend.write(conf, before, owner="oneadmin:oneadmin")
