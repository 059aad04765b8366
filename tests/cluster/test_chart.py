"""The chart's life in a cluster: from nothing to ready, a pod that dies, an upgrade, an uninstall."""

import pytest

import cluster as places
import pod_images
from stage import wait_for

namespace = "cloud"
claims = ("data-one-opennebula-oned-0", "data-one-opennebula-database-0")
chart = str(places.repository / "chart")
values = [word for value in (
    "frontend.address=one.stage.test",
    f"image.repository={pod_images.front_end.split(':')[0]}", "image.tag=1",
    f"database.image.repository={pod_images.mariadb.split(':')[0]}", "database.image.tag=1", "database.image.registry=",
) for word in ("--set", value)]


def helm(cluster, *words: str, check: bool = True):
    return cluster.helm(*words, "--namespace", namespace, check=check)


@pytest.fixture(scope="module")
def release(cluster):
    """Pod Security is enforced: what does not keep to `restricted` gets no pod."""
    cluster.kubectl("create", "namespace", namespace)
    cluster.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
    for claim in claims:
        cluster.make_volume(namespace, claim)
    cluster.stage.know("one", places.outside)
    helm(cluster, "install", "one", chart, *values, "--wait", "--timeout", "10m")
    cluster.balance(namespace, "one-opennebula-hypervisors")
    return cluster


def pods(cluster) -> dict[str, dict]:
    return {pod["metadata"]["name"]: pod for pod in cluster.get("pods", "--namespace", namespace)["items"]}


def ready(cluster, name: str) -> bool:
    conditions = pods(cluster).get(name, {}).get("status", {}).get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def identity(cluster) -> str:
    """Sums of every key that a node or a database knows."""
    files = "/var/lib/one/.ssh/id_rsa /var/lib/one/ssh-host-keys/* /var/lib/one/.one/one_key /var/lib/one/onefrontend/public/*"
    return cluster.kubectl("--namespace", namespace, "exec", "one-opennebula-oned-0", "--", "sh", "-c", f"sha256sum {files}").out


def secrets(cluster) -> dict[str, dict]:
    return {one["metadata"]["name"]: one["data"] for one in cluster.get("secrets", "--namespace", namespace)["items"]
            if one["type"] == "Opaque"}


def test_it_comes_from_nothing_to_ready(release):
    assert all(ready(release, name) for name in pods(release)), pods(release).keys()
    assert {"oneadmin", "serveradmin", "one-key", "fireedge-key", "database"} <= {name.removeprefix("one-opennebula-") for name in secrets(release)}


def test_helm_test_finds_every_service(release):
    shown = helm(release, "test", "one", "--logs", check=False)
    assert shown.ok, shown.out + shown.err


def test_an_oned_pod_that_dies_comes_back_as_itself(release):
    before, uid = identity(release), pods(release)["one-opennebula-oned-0"]["metadata"]["uid"]
    release.kubectl("--namespace", namespace, "delete", "pod", "one-opennebula-oned-0", "--grace-period=0", "--force")
    wait_for(lambda: ready(release, "one-opennebula-oned-0")
             and pods(release)["one-opennebula-oned-0"]["metadata"]["uid"] != uid, 300, "another oned pod", every=1)
    assert identity(release) == before


def test_an_upgrade_without_a_change_restarts_nothing(release):
    before, made = {name: pod["metadata"]["uid"] for name, pod in pods(release).items()}, secrets(release)
    helm(release, "upgrade", "one", chart, *values, "--wait", "--timeout", "10m")
    assert {name: pod["metadata"]["uid"] for name, pod in pods(release).items()} == before
    assert secrets(release) == made


def test_what_an_uninstall_keeps_is_found_by_the_next_install(release):
    before, made = identity(release), secrets(release)
    helm(release, "uninstall", "one", "--wait")
    left = release.get("persistentvolumeclaims", "--namespace", namespace)["items"]
    assert {claim["metadata"]["name"] for claim in left} == set(claims)
    assert secrets(release) == made
    helm(release, "install", "one", chart, *values, "--wait", "--timeout", "10m")
    assert identity(release) == before
