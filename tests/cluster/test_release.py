"""A release in a cluster, with a hypervisor outside that joined: from nothing to ready, pods that die, upgrade, uninstall."""

import json

from cloud import files_of, onenode
from stage import wait_for

not_ours = ("/run/onenode", "/var/lib/onenode", "/var/tmp")  # when the agent heard the front-end last; what probes measured


def state_of(node) -> set[str]:
    """What a front-end may have changed on a machine: files, and the agent's own history of changes."""
    return {*(line for line in files_of(node) if not line.startswith(not_ours)), *onenode(node, "history").out.splitlines()}


def test_it_comes_from_nothing_to_ready(release):
    assert release.pods() and all(release.is_ready(name) for name in release.pods())
    assert {name.removeprefix(f"{release.full_name}-") for name in release.secrets()} == {
        "oneadmin", "serveradmin", "one-key", "fireedge-key", "database"}


def test_the_namespace_refuses_what_is_not_restricted(release):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "privileged"}, "spec": {"containers": [
        {"name": "it", "image": "it", "securityContext": {"privileged": True}}]}}
    refused = release.kubectl("apply", "--filename", "-", input=json.dumps(pod), check=False)
    assert "violates PodSecurity" in refused.err, "what the chart's pods were held to"


def test_the_pods_account_may_do_nothing(release):
    account = f"system:serviceaccount:{release.namespace}:{release.full_name}"
    for verb, what in (("get", "secrets"), ("create", "pods"), ("list", "configmaps")):
        assert release.kubectl("auth", "can-i", verb, what, "--as", account, check=False).out.strip() == "no"


def test_helm_test_finds_every_service(release):
    shown = release.helm("test", release.name, "--logs", check=False)
    assert shown.ok and "all 8 answer" in shown.out, shown.out + shown.err


def test_an_oned_pod_that_dies_comes_back_as_itself_and_the_hypervisor_notices_nothing(release, hypervisor):
    release.wait_until_well(hypervisor)
    keys, machine = release.keys(), state_of(hypervisor)
    release.replace(release.oned, "--grace-period=0", "--force")
    assert release.keys() == keys
    release.wait_until_well(hypervisor)
    assert sorted(state_of(hypervisor) ^ machine) == []


def test_a_database_pod_that_dies_is_waited_for(release, hypervisor):
    before = release.identities()[release.oned]
    release.replace(release.database)
    wait_for(lambda: release.is_ready(release.oned), 60, "oned to be ready", every=1)
    assert release.identities()[release.oned] == before
    release.wait_until_well(hypervisor)


def test_an_upgrade_without_a_change_restarts_nothing(release):
    pods, secrets = release.identities(), release.secrets()
    release.upgrade()
    assert release.identities() == pods
    assert release.secrets() == secrets


def test_a_setting_restarts_who_reads_it_and_a_rollback_takes_it_back(release, hypervisor):
    pods, secrets = release.identities(), release.secrets()
    debug_level = lambda: release.run("sed -n '/^LOG/,/]/s/.*DEBUG_LEVEL *= *//p' /etc/one/oned.conf").out.strip()
    before = debug_level()
    release.upgrade("--set", "config.oned.LOG.DEBUG_LEVEL=4")
    changed = {name for name, uid in release.identities().items() if pods.get(name) != uid}
    assert (changed, debug_level()) == ({release.oned}, "4")
    release.helm("rollback", release.name, "--wait", "--timeout", "8m")
    assert debug_level() == before
    assert release.secrets() == secrets
    release.wait_until_well(hypervisor)


def test_what_an_uninstall_keeps_is_found_by_the_next_install(release, hypervisor):
    keys, secrets, machine = release.keys(), release.secrets(), state_of(hypervisor)
    release.helm("uninstall", release.name, "--wait")
    wait_for(lambda: not release.pods(), 120, "the pods to go", every=1)
    assert release.kept_claims() == set(release.claims)
    assert release.secrets() == secrets
    release.install()
    assert release.keys() == keys
    release.wait_until_well(hypervisor)
    assert sorted(state_of(hypervisor) ^ machine) == []


