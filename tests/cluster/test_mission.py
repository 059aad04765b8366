"""The proof of it all: a machine outside of the cluster joins the front-end inside, follows it, and leaves."""

from cloud import onenode
from stage.snapshot import changes


def test_a_machine_outside_joins_through_the_load_balancer(release, hypervisor):
    (balancer,) = release.stage.names[release.name]
    assert f"monitoring reaches {balancer} port 4124, UDP and TCP" in hypervisor.joined.out
    assert release.wait_for_state(hypervisor.name, "on", 60).name == hypervisor.name
    assert onenode(hypervisor, "status").code == 0


def test_it_is_known_by_its_own_address(release, hypervisor):
    """Not by that of the cluster's machine, which brought its packets in."""
    assert hypervisor.address.v4 in release.onefrontend("node", "show", hypervisor.name).out


def test_oneadmins_key_is_rotated(release, hypervisor):
    release.rotate_oneadmins_key(hypervisor)
    login = release.run(f"ssh -o BatchMode=yes -o ControlPath=none {hypervisor.name} id -un; ssh-add -L; cat ~/.ssh/id_rsa.pub")
    assert login.out.startswith("oneadmin\n") and login.out.count(login.out.split()[-2]) == 2, "the agent has the new key"
    release.wait_for_state(hypervisor.name, "on", 120)


def test_it_leaves_as_it_came(release, hypervisor):
    onenode(hypervisor, "leave")
    assert hypervisor.name not in release.hosts()
    assert changes(hypervisor, hypervisor.before) == []
