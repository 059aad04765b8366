"""What goes wrong in clusters, with a hypervisor that joined: nothing is lost, and the way back is the documented one."""

import json

import pytest

import cluster as places
from release import chart, state_of
from stage import wait_for

pytestmark = pytest.mark.full


def test_an_image_that_cannot_start_is_taken_back_by_a_rollback(release, hypervisor):
    keys = release.keys()
    failed = release.helm("upgrade", release.name, chart, "--reuse-values", "--set", "image.tag=none", "--wait", "--timeout", "30s", check=False)
    assert not failed.ok
    release.helm("rollback", release.name, "--wait", "--timeout", "8m")
    assert release.keys() == keys
    release.wait_until_well(hypervisor)


cannot_be_had = ("image.tag=none",)
does_not_begin = (  # its first program is none: what looks ahead finds nothing wrong, and oned's pod is lost for it
    "oned.extraVolumes[0].name=broken", "oned.extraVolumes[0].configMap.name={release.full_name}-oned",
    "oned.extraVolumeMounts[0].name=broken", "oned.extraVolumeMounts[0].mountPath=/usr/lib/onefrontend/start",
    "oned.extraVolumeMounts[0].subPath=settings.yaml")


@pytest.mark.parametrize(("wrong", "is_touched"), [(cannot_be_had, False), (does_not_begin, True)], ids=["is not there", "does not begin"])
def test_an_image_that_cannot_start_is_taken_back_by_helm_itself(release, hypervisor, wrong, is_touched):
    release.wait_until_well(hypervisor)
    keys, machine, pod = release.keys(), state_of(hypervisor), release.identities()[release.oned]
    settings = [word for one in wrong for word in ("--set", one.format(release=release))]
    failed = release.helm("upgrade", release.name, chart, "--reuse-values", *settings, "--atomic", "--timeout", "150s", check=False)
    assert not failed.ok and "has been rolled back due to atomic being set" in failed.err, failed.err
    assert json.loads(release.helm("status", release.name, "--output", "json").out)["info"]["status"] == "deployed"
    assert (release.identities()[release.oned] != pod) == is_touched
    assert all(release.is_ready(name) for name in release.pods())
    assert release.keys() == keys
    release.wait_until_well(hypervisor, 600)
    assert sorted(state_of(hypervisor) ^ machine) == []


def test_an_upgrade_that_cannot_start_on_the_database_is_stopped_before_a_pod_is_touched(release, hypervisor):
    """And a rollback: both look at the schema with the image that is to come."""
    pods = release.identities()
    release.sql("INSERT INTO db_versioning (oid, version) VALUES (99, '9.9.0')")
    try:
        stopped = release.helm("upgrade", release.name, chart, "--reuse-values", "--set", "config.oned.LOG.DEBUG_LEVEL=4", "--wait",
                               "--timeout", "120s", check=False)
        assert not stopped.ok and "pre-upgrade hooks failed" in stopped.err
        assert "its schema is 9.9.0" in release.kubectl("logs", f"job/{release.full_name}-guard").out
        assert release.identities() == pods
        release.helm("upgrade", release.name, chart, "--reuse-values", "--set", "upgrade.guard=warn", "--wait", "--timeout", "120s")
    finally:
        release.sql("DELETE FROM db_versioning WHERE oid = 99")
    release.upgrade()
    assert release.identities() == pods
    release.wait_until_well(hypervisor)


def test_an_upgrade_that_was_killed_is_rolled_back_and_made_again(release, hypervisor):
    keys, secrets = release.keys(), release.secrets()
    helm = release.cluster.node.spawn(
        [str(places.tools.program("helm")), f"--kubeconfig={places.home}/kubeconfig", "upgrade", release.name, chart, "--namespace",
         release.namespace, "--reuse-values", "--set", "config.oned.LOG.DEBUG_LEVEL=4", "--wait"], "helm", env={"HOME": "/run"})
    status = lambda: json.loads(release.helm("status", release.name, "--output", "json").out)["info"]["status"]
    wait_for(lambda: status() == "pending-upgrade", 60, "the upgrade to begin", every=0.1)
    helm.kill()
    release.helm("rollback", release.name, "--wait", "--timeout", "8m")
    release.upgrade()
    assert (release.keys(), release.secrets()) == (keys, secrets)
    release.wait_until_well(hypervisor)


def test_a_machine_that_is_drained_gives_its_pods_away_and_gets_them_back(release, hypervisor):
    """It is the only one here, so they wait until it takes pods again."""
    keys, before = release.keys(), release.identities()
    release.cluster.kubectl("drain", places.machine, "--delete-emptydir-data", "--timeout=180s", timeout=200)
    release.cluster.kubectl("uncordon", places.machine)
    wait_for(lambda: len(release.pods()) == len(before) and all(release.is_ready(pod) for pod in release.pods()), 300, "all pods", every=1)
    assert not set(before.values()) & set(release.identities().values())
    assert release.keys() == keys
    release.wait_until_well(hypervisor)


def until_refused(release):
    """The audit log's last block has room for some lines yet."""
    for _ in range(60):
        said = release.kubectl("exec", release.oned, "--container", "oned", "--", "onefrontend", "token", "create", check=False)
        if not said.ok:
            return said
    pytest.fail("a full volume refused nobody a token")


def test_a_full_volume_is_said_and_nothing_is_lost(release, hypervisor):
    """oned's and the database's, which share what the machine has for volumes."""
    node, file = release.cluster.node, "/var/lib/volumes/full"
    release.wait_until_well(hypervisor)
    keys, secrets, hosts = release.keys(), release.secrets(), set(release.hosts())
    node.run(f"fallocate --length $(df --output=avail --block-size=1 /var/lib/volumes | tail -n 1) {file}")
    try:
        refused = until_refused(release)
        assert "No space left on device" in refused.err, refused
        release.wait_for_state(hypervisor.name, "on", 30)
    finally:
        node.run(["rm", file])
    assert release.token().secret
    release.replace(release.oned)
    assert (release.keys(), release.secrets(), set(release.hosts())) == (keys, secrets, hosts)
    release.wait_until_well(hypervisor)
