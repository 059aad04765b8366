"""What happens when services die, when they cannot start, when the container is told to end."""

import time

import pytest

from places import wait_for

probed = ["ssh-agent", "sshd", "oned", "signer", "enrollment"]


def zombies(container) -> list[str]:
    shown = container.run("sh", "-c", "grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null; true").out
    return shown.split()


@pytest.mark.parametrize("service", [*probed, "onehem", "housekeeping", "monitor.log"])
def test_a_killed_service_comes_back(frontend, service):
    before = frontend.service_pid(service)
    frontend.run("kill", "-KILL", str(before))
    wait_for(lambda: frontend.service_pid(service) not in (-1, before), 60, f"{service} to be started again", every=0.1)
    if service in probed:
        frontend.wait_until_ready(service, seconds=90)
        if service != "ssh-agent":
            assert frontend.run("onefrontend", "ready", service).ok
    assert not frontend.ended()


def test_nothing_of_a_killed_oned_stays_behind(frontend):
    before = [pid for pid, line in frontend.processes().items() if "oned-sim" in line]
    frontend.run("kill", "-KILL", str(frontend.service_pid("oned")))
    wait_for(lambda: not set(before) & set(frontend.processes()), 30, "the end of what oned had started")
    frontend.wait_until_ready("oned", seconds=90)


def test_orphans_are_collected(frontend):
    frontend.run("sh", "-c", "sh -c 'sleep 0.2' & exit 0")
    wait_for(lambda: not zombies(frontend), 10, "no zombie to be left", every=0.2)


def test_a_password_that_was_changed_elsewhere_is_told_but_restarts_nothing(frontend, shared_site):
    shared_site.write("lib/.one/one_auth", "oneadmin:another\n")
    try:
        assert "refuses the password" in frontend.run("onefrontend", "ready", "oned").out
        assert frontend.run("onefrontend", "live", "oned").ok
    finally:
        shared_site.write("lib/.one/one_auth", f"oneadmin:{shared_site.password}\n")


def test_a_log_that_grew_is_rotated_and_followed_on(frontend):
    frontend.run("sh", "-c", "yes 'a line of the log' | head -n 1000 >>/var/log/one/onehem.log")
    frontend.run("env", "LOG_BYTES=10000", "/usr/lib/onefrontend/housekeeping")
    assert frontend.run("sh", "-c", "ls /var/log/one/onehem.log-2* | wc -l").out.strip() == "1"
    assert int(frontend.run("stat", "-c", "%s", "/var/log/one/onehem.log").out) < 10_000
    frontend.run("sh", "-c", "echo after the rotation >>/var/log/one/onehem.log")
    wait_for(lambda: "after the rotation" in frontend.lines("onehem.log"), 30, "the new line in the container's log", every=0.5)


def test_sigterm_ends_everything_in_the_reverse_order(frontend):
    began = time.monotonic()
    assert frontend.stop(grace=60) == 0
    assert time.monotonic() - began < 60
    log = frontend.log()
    assert log.rindex('"event":"ending"') < log.rindex("oned: oned stopped") < log.rindex("sshd: Received signal 15")
    assert "is killed" not in log


def test_a_container_that_was_killed_starts_again_over_its_stale_lock(site):
    site.start_database()
    killed = site.start("oned")
    killed.wait_until_ready("oned", seconds=120)
    killed.signal("KILL")
    killed.wait_until_ended(10)
    import images
    images.podman("start", killed.name)  # the same file system: /var/lock/one/one is still there
    killed.wait_until_ready("oned", seconds=120)


def test_a_service_that_cannot_start_ends_the_container_with_its_name_and_last_lines(site):
    site.start_database()
    site.write("etc/oned.conf", "")
    failing = site.start("oned")
    assert failing.wait_until_ended(150) == 1
    verdict = failing.log().split("failed again and again", 1)
    assert verdict[0].endswith("onefrontend: oned ")
    assert "Could not load nebula configuration file." in verdict[1]


def test_a_database_that_comes_late_is_waited_for_with_a_word(site):
    late = site.start("oned")
    wait_for(lambda: "oned: waits for the database: cannot use database opennebula at 127.0.0.1 port 3306: nobody answers there"
             in late.log(), 60, "the word about the database")
    site.start_database()
    late.wait_until_ready("oned", seconds=120)


def test_a_database_that_goes_away_is_no_reason_to_restart(site):
    import images
    site.start_database()
    running = site.start("oned")
    running.wait_until_ready("oned", seconds=120)
    before = running.service_pid("oned")
    images.podman("stop", "--time", "5", site.database.name)
    assert running.run("onefrontend", "live", "oned").ok
    assert not running.run("onefrontend", "ready", "database", check=False).ok
    site.start_database()
    assert running.run("onefrontend", "ready", "database").ok
    assert running.service_pid("oned") == before


def test_sigterm_while_it_starts_is_not_lost(site):
    starting = site.start("oned")
    starting.signal("TERM")
    assert starting.wait_until_ended(30) == 0
