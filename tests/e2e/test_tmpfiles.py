"""What a boot with /var/tmp in memory and a month without use leave of OpenNebula's directories on a node."""

import pytest

from cloud import join
from stage.clock import skew_clock

month = 40 * 24 * 3600


def owner(node, path: str) -> str:
    return node.run(["stat", "-c", "%U:%G", path]).out.strip()


@pytest.mark.full
def test_directories_come_back_and_drivers_do_not_age(cloud, node):
    node.write("/etc/tmpfiles.d/site.conf", "q /var/tmp 1777 root root 30d\n")
    join(node, cloud.token())
    node.run("systemctl stop onenode.service; mount -t tmpfs tmpfs /var/tmp")
    made = node.run("systemd-tmpfiles --create --boot", check=False)
    assert "onenode.conf" not in made.err, made.err
    assert owner(node, "/var/tmp/one") == owner(node, "/var/tmp/one_db") == "oneadmin:oneadmin"

    node.run("mkdir -p /var/tmp/one/im /var/tmp/somebodys; touch /var/tmp/one/im/probe /var/tmp/one_db/metrics /var/tmp/somebodys/file")
    skew_clock(node, month)
    node.run("systemd-tmpfiles --clean", check=False)
    assert not node.exists("/var/tmp/somebodys/file"), "it does clean"
    assert node.exists("/var/tmp/one/im/probe") and node.exists("/var/tmp/one_db/metrics")
    node.run("umount -l /var/tmp")
