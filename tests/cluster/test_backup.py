"""A front-end is lost with its namespace; a backup brings it back in another one, and the hypervisor notices nothing."""

import pytest

from cloud import files_of, onenode
from release import Release
from stage import wait_for

pytestmark = pytest.mark.full

private_key = "backup.key"


def make_certificate(release, key: str) -> str:
    node = release.cluster.node
    node.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=backup of one", "-days", "36500",
              "-keyout", f"/run/{key}", "-out", f"/run/{key}.crt"])
    return node.read(f"/run/{key}.crt")


@pytest.fixture(scope="module")
def certificate(release):
    """As docs/backup.md makes one; the private half goes where it is needed, and only then."""
    return make_certificate(release, private_key)


@pytest.fixture(scope="module")
def vault(release, certificate):
    """The folder of the volume of backups. Two are made, of which one is kept."""
    claim = f"{release.full_name}-backup"
    folder = release.cluster.make_volume(release.namespace, claim)
    release.values["backup"] = {"enabled": True, "keep": 1, "encryptTo": certificate}
    pods = release.identities()
    release.upgrade()
    assert release.identities() == pods, "a schedule restarts nothing"
    yield folder
    release.values.pop("backup")


def back_up(release, name: str) -> str:
    release.kubectl("create", "job", name, f"--from=cronjob/{release.full_name}-backup")
    release.kubectl("wait", "--for=condition=complete", f"job/{name}", "--timeout=120s")
    return release.kubectl("logs", f"job/{name}").out


def archives(release, folder) -> list[str]:
    return release.cluster.node.run(["ls", "-A", folder]).out.split()


def test_the_schedule_makes_backups_that_only_the_key_opens_and_keeps_as_many_as_it_should(release, vault, hypervisor):
    assert "Only the private key opens it" in back_up(release, "first")
    (first,) = archives(release, vault)
    assert first.startswith(f"{release.full_name}-20") and first.endswith(".tar.gz.enc")
    assert f"Removed {first}: 1 are kept." in back_up(release, "second")
    (second,) = archives(release, vault)
    assert second > first


def opened_by(release, archive: str, key: str) -> bool:
    """As docs/backup.md tells, without our program."""
    words = f"openssl cms -decrypt -inform PEM -in {archive} -inkey {key} -out /run/passphrase"
    unpack = f"sed '1,/^-----END CMS-----$/d' {archive} | openssl enc -d -aes-256-cbc -pbkdf2 -pass file:/run/passphrase | tar --list --gzip"
    return release.cluster.node.run(["bash", "-o", "pipefail", "-c", f"{words} && {unpack}"], check=False).ok


def test_another_key_opens_the_backups_from_the_next_one_on(release, vault, hypervisor):
    """And the old one those that it opened before: that is what is kept as long as they are."""
    (old,) = archives(release, vault)
    pods = release.identities()
    release.values["backup"] |= {"keep": 2, "encryptTo": make_certificate(release, "newer.key")}
    release.upgrade()
    assert release.identities() == pods, "another key restarts nothing"
    assert "Only the private key opens it" in back_up(release, "third")
    (new,) = set(archives(release, vault)) - {old}
    assert {(archive, key) for archive in (old, new) for key in (private_key, "newer.key")
            if opened_by(release, f"{vault}/{archive}", f"/run/{key}")} == {(old, private_key), (new, "newer.key")}
    release.wait_until_well(hypervisor)
    release.cluster.node.run(["rm", f"{vault}/{new}"])  # what comes next has the first key alone


def test_it_comes_back_in_an_empty_namespace_and_the_hypervisor_notices_nothing(release, vault, hypervisor):
    release.wait_until_well(hypervisor)
    (archive,) = archives(release, vault)
    keys, machine = release.keys(), set(files_of(hypervisor))
    release.helm("uninstall", release.name, "--wait")
    wait_for(lambda: not release.pods(), 120, "the pods to go", every=1)

    (balancer,) = release.stage.names[release.name]
    again = Release(release.cluster, release.name, "again", address=release.address, persistence={"backup": {"existingClaim": "vault"}},
                    restore={"file": archive, "key": {"existingSecret": "backup-key"}}, service={"hypervisors": {"loadBalancerIP": balancer}})
    again.values["frontend"]["mode"] = "restore"
    again.make_place()
    again.cluster.make_volume(again.namespace, "vault", vault)
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "vault", "namespace": again.namespace},
             "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "local", "resources": {"requests": {"storage": "1Gi"}}}}
    again.cluster.apply(claim)
    again.kubectl("create", "secret", "generic", "backup-key", f"--from-file={private_key}=/run/{private_key}")
    try:
        again.install()
        assert again.keys() == keys
        assert again.secrets()[f"{again.full_name}-oneadmin"] != release.secrets()[f"{release.full_name}-oneadmin"], "another password"
        assert "one_key is kept" in again.kubectl("logs", again.oned, "--container", "oned").out
        again.wait_until_well(hypervisor)
        ours = ("/run/onenode", "/var/lib/onenode", "/var/tmp")
        assert sorted(line for line in set(files_of(hypervisor)) ^ machine if not line.startswith(ours)) == []

        again.replace(again.oned)
        assert f"Restored before, from {archive}" in again.kubectl("logs", again.oned, "--container", "restore").out
        assert again.keys() == keys
        again.wait_until_well(hypervisor)
    finally:
        again.helm("uninstall", again.name, "--wait", check=False)
        wait_for(lambda: not again.pods(), 120, "the pods to go", every=1)
        release.install()
    release.wait_until_well(hypervisor)
    assert onenode(hypervisor, "status").code == 0
