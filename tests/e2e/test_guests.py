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
