"""The other ways in, each with a hypervisor that joins by it; two releases beside each other in one namespace."""

import pytest

from cloud import add_node, join, onenode
from release import Release
from stage.network import Address, domain

pytestmark = pytest.mark.full

node_ports = {"hypervisors": {"type": "NodePort"}, "ssh": {"enabled": False}, "monitoring": {"nodePort": 30124},
              "enrollment": {"nodePort": 30125}, "onegate": {"nodePort": 30530}}


def make_intermediate(release: Release) -> str:
    """Its public key; the rest is in a Secret, as cert-manager would leave it."""
    certificate, key = release.cluster.node.run(
        "cd $(mktemp -d) && ec='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes' signs='-addext keyUsage=critical,keyCertSign,cRLSign' &&"
        " openssl req -x509 $ec -subj '/CN=Our root' -days 60 $signs -keyout root.key -out root.pem &&"
        " openssl req -x509 -CA root.pem -CAkey root.key $ec -subj /CN=Hypervisors -days 30 $signs"
        " -addext basicConstraints=critical,CA:TRUE -keyout key -out certificate && cat certificate && echo === && cat key").out.split("===\n")
    release.write_secret("intermediate", **{"tls.crt": certificate, "tls.key": key})
    return public_key(release, certificate)


def public_key(release: Release, certificate: str) -> str:
    return release.cluster.node.run(["openssl", "x509", "-noout", "-pubkey"], input=certificate).out


@pytest.fixture(scope="module")
def beside(release):
    """Another release in the namespace of the first, reached by ports of the cluster's machine."""
    beside = Release(release.cluster, "two", address=f"{release.cluster.node.name}.{domain}", service=node_ports,
                     credentials={"enrollmentCA": {"existingSecret": "intermediate"}})
    beside.make_place()
    beside.intermediate = make_intermediate(beside)
    beside.install()
    yield beside
    beside.helm("uninstall", beside.name, "--wait")


@pytest.fixture(scope="module")
def guest_of_another(beside):
    node = add_node(beside.stage, "kvm-by-ports")
    node.joined = join(node, beside.token(), frontend=f"{beside.address}:30125")
    return node


def test_a_machine_outside_joins_through_two_services_that_share_an_address(release):
    """For load balancers that cannot mix TCP and UDP. It goes before those that stay: three do not fit on two processors."""
    shared = Address(9).v4
    split = Release(release.cluster, "three", address=shared,
                    service={"hypervisors": {"mixedProtocol": "split", "loadBalancerIP": shared}})
    split.make_place()
    try:
        split.install()
        node = add_node(split.stage, "kvm-by-two")
        joined = join(node, split.token(), frontend=shared)
        assert f"monitoring reaches {shared} port 4124, UDP and TCP" in joined.out
        split.wait_for_state(node.name, "on", 60)
    finally:
        split.helm("uninstall", split.name, "--wait")


def test_a_machine_outside_joins_through_the_network_of_the_clusters_machine(release):
    """Where the namespace lets pods have it. SSH is at another port than 22, and both ways of it are gone."""
    address = release.cluster.node.address.v4
    own = Release(release.cluster, "four", "machine", address=address,
                  service={"hypervisors": {"type": "hostNetwork"}, "ssh": {"port": 2022}},
                  networkPolicy={"hypervisors": [f"{Address(0).v4}/24"], "machines": [f"{address}/32"]})
    own.values["frontend"]["acceptRisks"] = ["host-network"]
    own.make_place(profile="privileged")
    try:
        own.install()
        assert own.pods()[own.oned]["status"]["podIP"] == address
        shown = own.helm("test", own.name, "--logs", check=False)
        assert shown.ok and "all 9 answer" in shown.out, shown.out + shown.err

        node = add_node(own.stage, "kvm-by-machine")
        joined = join(node, own.token(), frontend=address)
        assert f"monitoring reaches {address} port 4124, UDP and TCP" in joined.out
        own.wait_until_well(node)
        assert node.name not in release.hosts()
        fetch = f"ssh -A -o BatchMode=yes -o ControlPath=none {node.name} ssh -o BatchMode=yes -o ControlPath=none {address} hostname"
        assert own.run(fetch).out == own.run("hostname").out, "the front-end's own sshd, not the machine's"
        onenode(node, "leave")
        assert own.hosts() == {}
    finally:
        own.helm("uninstall", own.name, "--wait")


def test_releases_beside_each_other_share_nothing(release, beside):
    mine, theirs = release.secrets(), beside.secrets()
    assert len(mine) == len(theirs) == 5
    assert not {str(data) for data in mine.values()} & {str(data) for data in theirs.values()}
    assert release.keys() != beside.keys()


def test_a_machine_outside_joins_through_node_ports(release, beside, guest_of_another):
    assert f"monitoring reaches {beside.cluster.node.address.v4} port 30124, UDP and TCP" in guest_of_another.joined.out
    beside.wait_for_state(guest_of_another.name, "on", 60)
    assert guest_of_another.name not in release.hosts()


def test_an_intermediate_that_is_given_is_the_authority(beside, guest_of_another):
    assert public_key(beside, beside.run("cat /var/lib/one/onefrontend/public/ca.pem").out) == beside.intermediate
    chain = guest_of_another.read("/var/lib/onenode/identity/node.crt")
    assert "Hypervisors" in guest_of_another.run(["openssl", "x509", "-noout", "-issuer"], input=chain).out


def test_what_came_through_node_ports_leaves_through_them(beside, guest_of_another):
    onenode(guest_of_another, "leave")
    assert beside.hosts() == {}


def test_helm_test_knows_the_node_ports(beside):
    shown = beside.helm("test", beside.name, "--logs", check=False)
    assert shown.ok and "all 8 answer" in shown.out, shown.out + shown.err
