"""What `onefrontend token create --print cloud-init` prints, played by cloud-init itself: the package comes by apt, the machine
joins, and the token is nowhere but where cloud-init keeps user data."""

import pytest

from test_repository import line, published

from cloud import Cloud  # noqa: E402  (tests/e2e, by places)
from stage import Stage, rootfs  # noqa: E402
from stage.layers import Layer  # noqa: E402

__all__ = ["published"]

# It waits for the test with its user data. The stage's network, languages and apt's sources are not its business here.
with_cloud_init = Layer("cloud-init", ("cloud-init",), script="""
touch /etc/cloud/cloud-init.disabled
cat >/etc/cloud/cloud.cfg.d/90_stage.cfg <<END
datasource_list: [NoCloud]
network: {config: disabled}
apt: {preserve_sources_list: true}
locale: C.UTF-8
END
""", below=rootfs.node_package)
seed = "/var/lib/cloud/seed/nocloud"


@pytest.fixture(scope="module")
def cloud(packages):
    with Stage() as stage:
        cloud = Cloud(stage).start()
        yield cloud
        cloud.close()


@pytest.fixture
def node(cloud, published):
    """A machine that knows the repository, as its image would."""
    node = cloud.stage.add_node("kvm1", on=with_cloud_init, binds={str(published): "/srv/repository"})
    node.run("install -D -m 644 /srv/repository/onenode.asc /usr/share/keyrings/onenode.asc")
    node.write("/etc/apt/sources.list", line)
    return node


def first_boot(node, user_data: str) -> None:
    node.write(f"{seed}/meta-data", f"instance-id: first\nlocal-hostname: {node.name}\n")
    node.write(f"{seed}/user-data", user_data, mode="600")
    node.run("rm /etc/cloud/cloud-init.disabled && systemctl start cloud-init.target", timeout=180)


def test_a_machine_joins_at_its_first_boot(cloud, node):
    user_data = cloud.onefrontend("token", "create", "--type", "qemu", "--print", "cloud-init").out
    first_boot(node, user_data)
    said = node.run("cloud-init status --wait --long; cat /var/log/cloud-init-output.log", check=False, timeout=180).out
    assert "status: done" in said and f"{node.name} is host" in said, said
    assert "WARNING" not in said, said
    cloud.wait_for_state(node.name, "on", 60)
    assert node.run(["systemctl", "is-active", "onenode.service"]).out == "active\n"

    token = next(word for word in user_data.split() if word.startswith("ont1."))
    holding = node.run(f"grep -rlF {token} /etc /run /tmp /var/log /var/tmp /var/lib 2>/dev/null", check=False).out.split()
    assert holding and all(file.startswith("/var/lib/cloud/") for file in holding), holding
    for file in holding:
        assert node.run(["stat", "--format=%U %a", file]).out.split()[1][1:] == "00", f"{file} is root's alone"
