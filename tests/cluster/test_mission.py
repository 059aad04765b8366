"""The proof of it all: a machine outside of the cluster joins the front-end inside, follows it, and leaves."""

from cloud import onenode
from stage import wait_for
from stage.snapshot import changes

authorized = "/var/lib/one/.ssh/authorized_keys"


def test_a_machine_outside_joins_through_the_load_balancer(release, hypervisor):
    (balancer,) = release.stage.names[release.name]
    assert f"monitoring reaches {balancer} port 4124, UDP and TCP" in hypervisor.joined.out
    assert release.wait_for_state(hypervisor.name, "on", 60).name == hypervisor.name
    assert onenode(hypervisor, "status").code == 0


def test_it_is_known_by_its_own_address(release, hypervisor):
    """Not by that of the cluster's machine, which brought its packets in."""
    assert hypervisor.address.v4 in release.onefrontend("node", "show", hypervisor.name).out


def test_oneadmins_key_is_rotated(release, hypervisor):
    """As docs/chart.md tells: the new key beside the old one, until every node has it; then in its place."""
    old = release.run("cat ~/.ssh/id_rsa.pub").out.split()[1]
    release.run("cd ~/.ssh; ssh-keygen -q -t rsa -b 3072 -N '' -C rotated -f id_rsa_next")
    new = release.run("cat ~/.ssh/id_rsa_next.pub").out.split()[1]
    wait_for(lambda: new in hypervisor.read(authorized), 30, "the new key to be on the machine", every=0.2)
    assert old in hypervisor.read(authorized)
    release.run("cd ~/.ssh; mv id_rsa_next id_rsa; mv id_rsa_next.pub id_rsa.pub")
    release.replace(release.oned)
    wait_for(lambda: old not in hypervisor.read(authorized), 120, "the old key to go", every=0.5)
    login = release.run(f"ssh -o BatchMode=yes -o ControlPath=none {hypervisor.name} id -un; ssh-add -l")
    assert login.out.startswith("oneadmin\n") and "rotated" in login.out
    release.wait_for_state(hypervisor.name, "on", 120)


def test_it_leaves_as_it_came(release, hypervisor):
    onenode(hypervisor, "leave")
    assert release.hosts() == {}
    assert changes(hypervisor, hypervisor.before) == []
