"""A link that has IPv6 and nothing else: names with AAAA records alone, and no IPv4 address on either machine."""

import pytest

from cloud import Cloud, add_node, join, onenode
from stage.network import Address, domain, switch_number


@pytest.fixture(scope="module")
def cloud(stage):
    cloud = Cloud(stage, oned_options=["--monitor-listen", "::"], settings={"listen_address": "::", "server_names": ["frontend"]})
    without_ipv4(stage, cloud.frontend)
    cloud.start()
    yield cloud
    cloud.close()


def without_ipv4(stage, machine) -> None:
    machine.write("/etc/resolv.conf", f"search {domain}\nnameserver {Address(switch_number).v6}\n")
    machine.run(f"ip address delete {machine.address.v4}/24 dev eth0")
    stage.know(machine.name, machine.address.v6)


@pytest.mark.full
@pytest.mark.simulator
def test_a_machine_joins_over_ipv6_alone(stage, cloud):
    node = add_node(stage, "six")
    without_ipv4(stage, node)
    result = join(node, cloud.token(), check=False)
    said = result.out + result.err
    assert result.ok and cloud.hosts()[node.name].state == "on", said
    status = onenode(node, "status").out
    assert node.address.v6 in status, status
    onenode(node, "leave")
    assert node.name not in cloud.hosts()
