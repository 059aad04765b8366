"""From nothing but settings and a database to a front-end; what is wrong ends it with the reason; killed, it goes on."""

import hashlib
import shutil

import pytest

from places import wait_for

settings = """
frontend: {address: one.example.com, ipv6: false}
oned: {hostname: one.example.com}
database:
  backend: mysql
  connection: {host: 127.0.0.1}
  credentials: {passwordFile: /etc/onefrontend/secrets/database}
credentials:
  oneadmin: {passwordFile: /etc/onefrontend/secrets/oneadmin}
  serveradmin: {passwordFile: /etc/onefrontend/secrets/serveradmin}
config:
  oned: {MAX_CONN: 33}
"""
without_serveradmin = settings.replace("  serveradmin: {passwordFile: /etc/onefrontend/secrets/serveradmin}\n", "")
secrets = {"database": "oneadmin\n", "oneadmin": "first-password\n", "serveradmin": "server-secret\n"}
services = ("sunstone", "onegate", "oneflow", "oneform", "oneks")


def text(site, name: str) -> str:
    return (site.folder / name).read_text()


def state_of(site) -> dict[str, str]:
    """Everything that a start could change by mistake."""
    kept = {}
    for name in ("etc", "lib/.one", "lib/.ssh", "lib/remotes", "lib/ssh-host-keys"):
        for path in sorted((site.folder / name).rglob("*")):
            if path.is_file() and path.name != "known_hosts":
                kept[str(path.relative_to(site.folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    kept["accounts"] = site.sql("SELECT body FROM opennebula.user_pool")
    return kept


def hash_of(password: str) -> str:
    return hashlib.sha256(password.strip().encode()).hexdigest()


@pytest.fixture
def empty(site):
    """Volumes without a password, settings, a database server in which nothing is yet."""
    shutil.rmtree(site.folder / "lib/.one")
    site.settle(settings, **secrets)
    site.start_database()
    return site


def test_a_first_start_makes_everything_and_a_second_one_changes_nothing(empty):
    first = empty.start("oned")
    first.wait_until_ready("oned", "sshd", "signer", "enrollment", seconds=120)
    conf = text(empty, "etc/oned.conf")
    assert 'HOSTNAME = "one.example.com"' in conf
    assert "MAX_CONN = 33" in conf
    assert "one.example.com" in text(empty, "etc/onefrontend/onefrontend.yaml")
    assert text(empty, "lib/.one/one_auth") == "oneadmin:first-password\n"
    assert {text(empty, f"lib/.one/{name}_auth") for name in services} == {"serveradmin:server-secret\n"}
    log = first.log()
    assert "first-password" not in log and "server-secret" not in log
    assert first.stop() == 0

    second = empty.start("oned")
    second.wait_until_ready("enrollment", seconds=120)
    before = state_of(empty)
    assert second.stop() == 0
    run = empty.folder / "run"  # as an orchestrator gives it: empty, where podman's tmpfs has a copy of the image's
    run.mkdir()
    run.chmod(0o1777)
    third = empty.start("oned", "--read-only", "--volume", f"{run}:/run", "--tmpfs", "/tmp:rw,mode=1777",
                        "--tmpfs", "/var/tmp:rw,mode=1777")
    third.wait_until_ready("enrollment", seconds=120)
    assert state_of(empty) == before
    assert "nothing changes" in third.log()
    known = third.run("ssh-keygen", "-F", "one.example.com", "-f", "/var/lib/one/.ssh/known_hosts", check=False)
    assert known.ok, "drivers log in to the front-end by its address"


def test_sshd_listens_where_the_settings_say_and_nowhere_else(empty):
    empty.settle(settings + "sshd: {port: 2222}\n", **secrets)
    frontend = empty.start("oned")
    frontend.wait_until_ready("sshd", seconds=120)
    shown = frontend.run("/usr/sbin/sshd", "-T", "-f", "/etc/onefrontend/sshd_config").out.splitlines()
    assert [line for line in shown if line.startswith("port ")] == ["port 2222"]
    assert frontend.run("onefrontend", "ready", "sshd", "ssh-agent", check=False).code != 0, "what is no service is told"
    assert frontend.run("onefrontend", "ready", "sshd", "database").ok


def test_passwords_follow_their_files(empty):
    first = empty.start("oned")
    first.wait_until_ready("oned", "signer", seconds=120)
    assert first.stop() == 0
    empty.settle(settings, database="oneadmin\n", oneadmin="second-password\n", serveradmin="another-secret\n")
    second = empty.start("oned")
    second.wait_until_ready("enrollment", seconds=120)
    accounts = empty.sql("SELECT body FROM opennebula.user_pool")
    assert hash_of("second-password") in accounts
    assert hash_of("another-secret") in accounts
    assert text(empty, "lib/.one/one_auth") == "oneadmin:second-password\n"
    assert text(empty, "lib/.one/oneks_auth") == "serveradmin:another-secret\n"
    assert second.run("onefrontend", "ready", "oned").out.strip() == "oned is ready"


def test_settings_that_are_wrong_end_it_with_the_reason(empty):
    empty.settle(settings.replace("ipv6: false", "ipv6: false, adress: x").replace("one.example.com", "localhost"), **secrets)
    started = empty.start("oned")
    assert started.wait_until_ended(60) == 2
    assert "cannot use frontend.adress (line 2)" in started.log()
    assert "did you mean address?" in started.log()
    empty.settle(settings.replace("one.example.com", "localhost"), **secrets)
    started = empty.start("oned")
    assert started.wait_until_ended(60) == 2
    assert "cannot use frontend.address: localhost means each node itself there" in started.log()


def test_a_wrong_database_password_ends_it_and_is_not_printed(empty):
    empty.settle(settings, **{**secrets, "database": "wr0ng-password\n"})
    started = empty.start("oned")
    assert started.wait_until_ended(120) == 1
    log = started.log()
    assert "it refuses the user oneadmin with the password it was given" in log
    assert "database.credentials.passwordFile" in log
    assert "oned failed again and again" in log
    assert "wr0ng-password" not in log


def test_any_database_password_will_do(empty):
    empty.sql("ALTER USER oneadmin@'%' IDENTIFIED BY 'se\\\\same''s#x'")
    empty.settle(settings, **{**secrets, "database": "se\\same's#x\n"})
    started = empty.start("oned")
    wait_for(lambda: "opennebula" in empty.sql("SHOW DATABASES"), 60, "the database", otherwise=started.log)


def test_a_database_that_may_not_be_made_is_told_with_the_statement(empty):
    empty.sql("REVOKE ALL ON opennebula.* FROM oneadmin@'%'")
    started = empty.start("oned")
    assert started.wait_until_ended(120) == 1
    assert "GRANT ALL PRIVILEGES ON opennebula.* TO oneadmin@'%'" in started.log()


def test_a_newer_database_is_refused_and_not_touched(empty):
    first = empty.start("oned")
    first.wait_until_ready("oned", "signer", seconds=120)
    first.stop()
    empty.sql("INSERT INTO opennebula.db_versioning VALUES (1, '7.6.0')")
    second = empty.start("oned")
    assert second.wait_until_ended(60) == 1
    assert "its schema is 7.6.0, this OpenNebula has 7.4.0: there is no way back" in second.log()


def as_of_7_2(site) -> None:
    """The volume and the database that 7.2 left, as far as a stand-in tells them apart."""
    site.settle(without_serveradmin, **secrets)
    first = site.start("oned")
    first.wait_until_ready("oned", seconds=120)
    first.stop()
    for table in ("db_versioning", "local_db_versioning"):
        site.sql(f"UPDATE opennebula.{table} SET version = '7.2.0'")


def versions(site) -> str:
    return site.sql("SELECT version FROM opennebula.db_versioning UNION ALL SELECT version FROM opennebula.local_db_versioning")


def test_an_older_database_is_upgraded_after_a_trial_on_a_copy(empty):
    as_of_7_2(empty)
    refused = empty.start("oned")
    assert refused.wait_until_ended(120) == 1
    assert "GRANT ALL PRIVILEGES ON opennebula_trial.* TO oneadmin@'%'" in refused.log()
    assert versions(empty) == "7.2.0\n7.2.0\n"
    empty.sql("GRANT ALL ON opennebula_trial.* TO oneadmin@'%'")
    upgraded = empty.start("oned")
    upgraded.wait_until_ready("oned", seconds=120)
    assert "7.4.0" in versions(empty) and "7.2.0" not in versions(empty)
    assert "opennebula_trial" not in empty.sql("SHOW DATABASES")
    assert "-- Dump completed" in text(empty, "lib/.upgrade/7.2.0-before-7.4.0.sql")
    assert not (empty.folder / "lib/.upgrade/begun").exists()


def test_killed_in_an_upgrade_it_begins_anew_from_the_backup(empty):
    as_of_7_2(empty)
    empty.sql("GRANT ALL ON opennebula_trial.* TO oneadmin@'%'")
    empty.write("lib/onedb-hangs", "")
    first = empty.start("oned")
    wait_for(lambda: "user_pool" not in empty.sql("SHOW TABLES FROM opennebula"), 60, "onedb in the middle", every=0.1,
             otherwise=first.log)
    assert "still at work" in first.run("onefrontend", "live", "oned").out  # nobody kills it for taking its time
    first.signal("KILL")
    first.wait_until_ended(10)
    second = empty.start("oned")
    second.wait_until_ready("oned", seconds=120)
    assert "an upgrade of the database was cut off" in second.log()
    assert "7.2.0" not in versions(empty)
    assert hash_of("first-password") in empty.sql("SELECT body FROM opennebula.user_pool")


def test_killed_between_oneds_files_and_its_tables_it_goes_on(empty):
    empty.write("lib/dies-at-its-first-start", "")
    started = empty.start("oned")
    started.wait_until_ready("oned", "signer", seconds=120)
    assert "oned ended by signal 9" in started.log()
    assert "belongs to another database and is removed" in started.log()
    assert text(empty, "lib/.one/sunstone_auth") == "serveradmin:server-secret\n"


def test_a_second_front_end_on_the_volume_waits(empty):
    empty.settle(without_serveradmin, **secrets)
    first = empty.start("oned")
    first.wait_until_ready("enrollment", seconds=120)
    second = empty.start("oned", name="second")
    wait_for(lambda: "waits for another front-end that runs on this volume to end" in second.log(), 60, "the second one's word")
    assert "oned: ready rpc" not in second.log()  # what answers in this network is the first one
    assert first.run("onefrontend", "ready", "oned").ok
    first.signal("KILL")
    wait_for(lambda: "oned: ready rpc" in second.log(), 120, "the second one's oned", otherwise=second.log)


def test_lost_secrets_of_services_are_made_anew(empty):
    first = empty.start("oned")
    first.wait_until_ready("oned", "signer", seconds=120)
    first.stop()
    empty.settle(without_serveradmin, **secrets)
    for name in services:
        (empty.folder / f"lib/.one/{name}_auth").unlink()
    second = empty.start("oned")
    second.wait_until_ready("oned", "signer", seconds=120)
    line = text(empty, "lib/.one/oneflow_auth")
    assert {text(empty, f"lib/.one/{name}_auth") for name in services} == {line}
    assert hash_of(line.split(":")[1]) in empty.sql("SELECT body FROM opennebula.user_pool")


def test_an_older_volume_gets_this_versions_drivers_and_keeps_what_people_changed(empty):
    first = empty.start("oned")
    first.wait_until_ready("oned", seconds=120)
    first.stop()
    empty.write("lib/remotes/im/node-probes.d/host_added", "#!/bin/sh\n", 0o750)
    empty.write("etc/onehem-server.conf.mine", "mine\n")
    # As if an older image had shipped another driver, which somebody changed, and one that nobody did.
    driver = "remotes/scripts_common.sh"
    shipped = text(empty, f"lib/{driver}")
    record = empty.folder / "lib/.shipped"
    old = hashlib.sha256(b"old\n").hexdigest()
    record.write_text("".join(f"{old} {line.split(' ', 1)[1]}" if line.endswith(f" {driver}\n") else line
                              for line in record.read_text().splitlines(keepends=True)))
    empty.write(f"lib/{driver}", "old\n")
    empty.write("etc/oned.conf", text(empty, "etc/oned.conf") + "# by hand\n")
    second = empty.start("oned")
    second.wait_until_ready("oned", seconds=120)
    assert text(empty, f"lib/{driver}") == shipped
    assert text(empty, "lib/remotes/im/node-probes.d/host_added") == "#!/bin/sh\n"
    assert text(empty, "etc/onehem-server.conf.mine") == "mine\n"
    assert "# by hand" not in text(empty, "etc/oned.conf")
    assert "# by hand" in text(empty, "etc/oned.conf.replaced")
    assert "put what you need of it into `config`" in second.log()


def test_a_service_of_its_own_gets_its_own_secret_only(site):
    shutil.rmtree(site.folder / "lib/.one")
    site.settle(settings, **secrets)
    started = site.start("oneflow")
    started.wait_until_ready("oneflow", seconds=60)
    assert sorted(path.name for path in (site.folder / "lib/.one").iterdir()) == ["oneflow_auth"]
