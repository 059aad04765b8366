"""A front-end with a MariaDB, backed up while it runs and restored onto empty volumes and an empty server."""

import subprocess

import pytest

import images
from containers import Site, limits
from test_bootstrap import hash_of, secrets, settings


def command(site: Site, *argv: str, input: bytes = b"") -> subprocess.CompletedProcess:
    """A container that does one thing on the site's volumes, as an orchestrator's job."""
    options = [part for inside, own in (("/etc/one", "etc"), ("/var/lib/one", "lib"), ("/var/log/one", "log"))
               for part in ("--volume", f"{site.folder / own}:{inside}")]
    return subprocess.run(["podman", *images.storage(), "--runtime", "runc", "--cgroup-manager", "cgroupfs", "--events-backend",
                           "file", "run", "--rm", "--interactive", "--hostname", "frontend", "--add-host",
                           "frontend:127.0.0.1", *limits(), *site.network.option(), *options, *site.options, images.front_end, *argv],
                          input=input, capture_output=True, timeout=120, check=False)


def restore(site: Site, archive: bytes, *words: str) -> subprocess.CompletedProcess:
    """Fresh volumes have no oned.conf, which says where the database is: the image's own preparation comes before."""
    script = '/usr/lib/onefrontend/prepare oned >&2 && exec onefrontend restore "$@"'
    return command(site, "sh", "-c", script, "sh", *words, "-", input=archive)


@pytest.fixture
def empty_site(keys):
    from conftest import new_site
    sites = []

    def make() -> Site:
        site = new_site(keys)
        sites.append(site)
        (site.folder / "lib/.one/one_auth").unlink()
        (site.folder / "lib/.one").rmdir()
        site.settle(settings, **secrets)
        site.start_database()
        return site

    yield make
    for site in sites:
        site.close()


def test_a_front_end_is_restored_onto_empty_volumes_and_an_empty_server(empty_site):
    old = empty_site()
    running = old.start("oned")
    running.wait_until_ready("oned", "signer", "enrollment", seconds=120)
    token = running.run("onefrontend", "token", "create", "--print", "json").out
    old.write("lib/datastores/1/image", "not for a backup")
    old.sql("INSERT INTO opennebula.system_attributes VALUES ('mine', 'na\u00efve')")
    pin = running.run("onefrontend", "ca", "status", "--json").out

    taken = subprocess.run(["podman", *images.storage(), "--runtime", "runc", "exec", running.name, "onefrontend", "backup", "-"],
                           capture_output=True, timeout=60, check=False)
    assert taken.returncode == 0, taken.stderr
    assert b"Backed up" in taken.stderr and taken.stdout.startswith(b"\x1f\x8b")
    assert b"first-password" not in taken.stderr and b"server-secret" not in taken.stderr
    busy = command(old, "sh", "-c", "exec onefrontend restore --replace -", input=taken.stdout)
    assert busy.returncode != 0 and b"another front-end runs on this volume" in busy.stderr, busy.stderr
    assert running.stop() == 0

    new = empty_site()
    half = restore(new, taken.stdout[:-500])
    assert half.returncode == 2 and b"nothing was restored" in half.stderr, half.stderr
    assert "opennebula" not in new.sql("SHOW DATABASES")
    done = restore(new, taken.stdout)
    assert done.returncode == 0, done.stderr
    assert hash_of("first-password") in new.sql("SELECT body FROM opennebula.user_pool")
    assert "na\u00efve" in new.sql("SELECT body FROM opennebula.system_attributes")
    assert (new.folder / "lib/datastores/1").is_dir() and not (new.folder / "lib/datastores/1/image").exists()

    started = new.start("oned")
    started.wait_until_ready("oned", "signer", "enrollment", seconds=120)
    assert started.run("onefrontend", "ca", "status", "--json").out == pin
    assert token.split('"id":')[1].split(",")[0] in started.run("onefrontend", "token", "list", "--json").out


def test_a_restore_that_was_killed_is_gone_on_with_and_nothing_starts_before(empty_site):
    site = empty_site()
    first = site.start("oned")
    first.wait_until_ready("oned", "signer", seconds=120)
    assert first.stop() == 0
    taken = command(site, "onefrontend", "backup", "-")
    assert taken.returncode == 0, taken.stderr
    # The server says no in the middle: as good as a kill, and at a moment that a test can choose.
    site.sql("REVOKE ALL ON opennebula.* FROM oneadmin@'%'; GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER ON opennebula.* TO oneadmin@'%'")
    stopped = command(site, "onefrontend", "restore", "--replace", "-", input=taken.stdout)
    assert stopped.returncode != 0 and b"onefrontend restore --continue" in stopped.stderr, stopped.stderr
    refused = site.start("oned")
    assert refused.wait_until_ended(120) != 0
    assert "a restore was cut off in the middle" in refused.log()
    site.sql("GRANT ALL ON opennebula.* TO oneadmin@'%'")
    done = command(site, "onefrontend", "restore", "--continue")
    assert done.returncode == 0, done.stderr
    started = site.start("oned", name="again")
    started.wait_until_ready("oned", "signer", seconds=120)
    aside = [path for path in (site.folder / "lib/onefrontend").glob(".before-restore-*")]
    assert b"-- Dump completed" in (aside[0] / "database.sql").read_bytes()
