"""`onenode leave` where it would hurt: refused and named, unless that very risk is accepted."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cloud import add_node, changes_of, files_of, join, onenode
from stage.faults import reject


def joins(cloud, node):
    node.before = files_of(node)
    join(node, cloud.token())
    return node


@pytest.fixture
def joined(cloud, node):
    return joins(cloud, node)


@pytest.fixture(scope="module")
def first(stage, cloud):
    """A joined node for the tests that only refuse, and for the last of them."""
    return joins(cloud, add_node(stage, "first"))


@contextmanager
def guests_on(cloud, node) -> Iterator[int]:
    """Two VMs, as OpenNebula sees it; the number of their host."""
    host = cloud.hosts()[node.name].id
    cloud.control(vms=[7, 9], host=host)
    try:
        yield host
    finally:
        cloud.control(vms=[], host=host)


@pytest.mark.simulator
def test_leave_refuses_while_vms_run(cloud, first):
    with guests_on(cloud, first):
        refused = onenode(first, "leave", check=False)
        said = refused.out + refused.err
        assert refused.code == 2 and "2 VMs" in refused.err and first.name in refused.err and "fix:" in refused.err, said
        assert cloud.hosts()[first.name].state == "on"


@pytest.mark.full
@pytest.mark.simulator
def test_leave_abandons_vms_only_when_told_to(cloud, joined):
    with guests_on(cloud, joined) as host:
        left = onenode(joined, "leave", "--accept-risk=abandon-vms", check=False)
        assert left.code == 1 and "2 virtual machines" in left.out, left.out + left.err
        assert changes_of(joined, joined.before) == []
        assert cloud.hosts()[joined.name].state == "off"  # its VMs are not rescheduled behind anybody's back
    cloud.ask("one.host.delete", host)


def test_leave_without_the_front_end_is_refused_unless_it_may_be_forgotten(cloud, stage, first):
    with reject(stage, port=4125, to="frontend", source=first.name):
        refused = onenode(first, "leave", check=False)
        assert refused.code == 2 and "onenode leave --offline" in refused.err, refused.out + refused.err
        assert "frontend" in refused.err and "refused" in refused.err, refused.err
        left = onenode(first, "leave", "--offline", check=False)
    assert left.code == 1 and f"onefrontend node remove {first.name}" in left.out, left.out + left.err
    assert changes_of(first, first.before) == []
    cloud.onefrontend("node", "remove", first.name)  # what it said has to be done there
    assert first.name not in cloud.hosts()


def test_leave_keeps_datastores_that_were_mounted_since(joined):
    """As with shared storage, which is mounted once the node is there."""
    joined.run("mount -t tmpfs tmpfs /var/lib/one/datastores; mkdir /var/lib/one/datastores/100")
    left = onenode(joined, "leave", check=False)
    assert left.code in (0, 1) and "stays: /var/lib/one/datastores (a file system is mounted there)" in left.out, left.out + left.err
    assert joined.exists("/var/lib/one/datastores/100")
    joined.run("umount /var/lib/one/datastores; rmdir /var/lib/one/datastores")
    assert changes_of(joined, joined.before) == []


def test_a_file_of_ours_that_leave_keeps_for_an_edit_is_no_sign_of_a_lost_join(cloud, joined):
    path = "/etc/tmpfiles.d/onenode.conf"
    joined.run(f"systemctl stop onenode.service; echo '# hers' >>{path}")
    left = onenode(joined, "leave")
    assert f"stays: {path} (it was edited since onenode wrote it: remove it if nobody needs it)" in left.out, left.out + left.err
    assert joined.read(path).endswith("# hers\n")
    asked = onenode(joined, "status", check=False)
    assert asked.out == "This machine is not joined.\n", asked.out + asked.err
    assert "there is nothing to undo" in onenode(joined, "leave").out
    joined.run(["rm", path])
    assert changes_of(joined, joined.before) == []


@pytest.mark.full
def test_leave_ends_a_probe_that_outlives_the_monitoring_client(joined):
    """It would open its database when it is done, behind a leave that has just removed its folder."""
    joined.write("/var/tmp/one/im/slow-probe", "#!/bin/sh\nwhile ! [ -e /tmp/go-on ]; do sleep 0.1; done\nmkdir /var/tmp/one_db\n",
                 mode="755", owner="oneadmin:oneadmin")
    probe = joined.spawn(["runuser", "-u", "oneadmin", "--", "/var/tmp/one/im/slow-probe"], "slow-probe")
    onenode(joined, "leave")
    joined.write("/tmp/go-on", "")
    probe.wait(timeout=5)
    assert changes_of(joined, joined.before) == []
