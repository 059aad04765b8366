"""A join while cloud-init is at work on the same machine: said, and neither loses anything to the other."""

from cloud import changes_of, files_of, join, onenode
from stage import wait_for

# What its modules do: sshd's settings once, then users, names and sudo's rules over and over until it is told to end. A
# stand-in: the machines of the stage have no cloud-init.
at_work = """
mkdir -p /run/cloud-init && touch /run/cloud-init/enabled
echo "PasswordAuthentication no" >/etc/ssh/sshd_config.d/50-cloud-init.conf
systemctl reload ssh.service
number=0
while [ ! -e /run/cloud-init/end ]; do
    number=$((number + 1))
    useradd --no-create-home "guest$number"
    echo "192.0.2.$number guest$number" >>/etc/hosts
    (umask 227; echo "guest$number ALL=(ALL) NOPASSWD:ALL" >"/etc/sudoers.d/90-cloud-init-$number")
    echo $number >/run/cloud-init/number
    sleep 0.1
done
echo '{}' >/run/cloud-init/result.json
"""
its_own = ("/etc/hosts", "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/subuid", "/etc/subgid", "/etc/.pwd.lock",
           "/etc/sudoers.d", "/etc/ssh/sshd_config.d")


def test_a_join_beside_a_running_cloud_init_tells_and_both_get_done(cloud, node):
    before = files_of(node)
    other = node.spawn(["sh", "-c", at_work], "cloud-init")
    wait_for(lambda: node.exists("/run/cloud-init/number"), 10, "cloud-init to be at work")
    joined = join(node, cloud.token(), check=False)
    node.write("/run/cloud-init/end", "")
    assert other.wait(timeout=30) == 0, other.output()

    said = joined.out + joined.err
    assert joined.code == 1 and "[WARNING concurrent-run-cloud-init]" in said and "fix: cloud-init status --wait" in said, said
    assert cloud.hosts()[node.name].state == "on"
    assert onenode(node, "doctor", "concurrent-run").code == 0, "it has ended"

    number = int(node.read("/run/cloud-init/number"))
    assert number > 3, "they were at work at the same time"
    onenode(node, "leave")
    for made in range(1, number + 1):
        node.run(f"getent passwd guest{made} && grep -qx '192.0.2.{made} guest{made}' /etc/hosts && test -s /etc/sudoers.d/90-cloud-init-{made}")
    left = [line for line in changes_of(node, before) if not line.split()[0].startswith(its_own)]
    assert left == [], "a leave takes what the join brought, and no more"
    assert not node.exists("/etc/sudoers.d/opennebula-onenode")
