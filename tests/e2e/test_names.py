"""Host names that OpenNebula refuses, and names that somebody has already."""

import pytest

from cloud import add_node, join, onenode


@pytest.fixture(scope="module")
def unfit(stage):
    """A machine that gets no further than its name."""
    return add_node(stage, "other")


@pytest.mark.parametrize(("name", "named"), [
    ("x" * 64, "64 characters"),
    ("x", "2"),
    ("kvm 1", "other characters"),
    ("kvm_ü", "other characters"),
    ("-kvm", "begin"),
    ("localhost", "every machine"),
    ("frontend", "front-end itself"),
])
def test_a_name_that_opennebula_or_we_refuse_is_told(cloud, unfit, name, named):
    token = cloud.token()
    result = join(unfit, token, f"--name={name}", check=False)
    said = result.out + result.err
    assert result.code == 2 and named in said and "--name" in said, said
    assert not {name, unfit.name} & cloud.hosts().keys()


def test_a_name_of_a_foreign_host_is_told_with_its_number_and_spends_no_token(cloud, node):
    token = cloud.token()
    before = cloud.onefrontend("token", "list", "--json").out
    foreign = cloud.ask("one.host.allocate", node.name, "dummy", "dummy", 0)
    try:
        result = join(node, token, check=False)
        assert result.code == 2, result.out + result.err
        assert f"host {foreign} of OpenNebula" in result.err and f"onehost delete {foreign}" in result.err, result.err
        assert cloud.hosts()[node.name].id == foreign
    finally:
        cloud.ask("one.host.delete", foreign)
    assert cloud.onefrontend("token", "list", "--json").out == before


def test_a_name_that_another_node_or_this_one_had_is_told_with_the_way_out(cloud, node, unfit):
    join(node, cloud.token())
    taken = join(unfit, cloud.token(), f"--name={node.name}", check=False)
    assert taken.code == 2 and f"at {node.address.v4} has it" in taken.err, taken.out + taken.err

    # The machine's disk was made anew.
    node.run("systemctl stop onenode; pkill -KILL -f monitord-client[.]rb;"
             " rm -rf /var/lib/onenode; until rm -rf /var/tmp/one /var/tmp/one_db; do sleep 0.1; done")  # a probe may be at work
    token = cloud.token()
    lost = join(node, token, check=False)
    assert lost.code == 2 and "onefrontend node remove" in lost.err, lost.out + lost.err
    assert cloud.hosts()[node.name].state == "on"
    cloud.onefrontend("node", "remove", node.name)
    join(node, token)
    assert cloud.hosts()[node.name].state == "on"
    left = onenode(node, "leave", check=False)
    assert left.code == 1 and "journal-lost" in left.out, left.out + left.err  # it went with the disk
