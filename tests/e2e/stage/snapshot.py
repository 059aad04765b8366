"""All that a machine is, to be compared with what it was: every path, account, unit, rule, setting, socket and process.

    before = take(node)
    ...
    assert changes(node, before) == []
"""

import json
import re
import time

from . import paths
from .machine import Machine

settle_limit = 100  # seconds; helpers of systemd's end by themselves, and a front-end's ssh keeps its connection for 70

# What differs from one minute to the next on a machine that nobody touches, or is written by somebody else about us.
# Each line says whose it is. Nothing of onenode's, of oneadmin's or in /etc is here but the last two.
exceptions = {
    r"path /var/log(/|$)": "logs: they tell what was done, also after it was undone",
    r"path /run/log(/|$)": "the same, of a machine without /var/log/journal",
    r"path /run/systemd(?!/(system|generator|network)/)": "systemd's own memory; its units are compared by themselves",
    r"path /run/(utmp|dbus/containers|motd\.dynamic)": "who is logged in, and what it was greeted with",
    r"path /run/sudo(/|$)": "sudo's memory of who was asked for a password",
    r"path /var/lib/sudo(/|$)": "sudo's memory of whom it has greeted",
    r"path /var/lib/systemd/(timers|random-seed|linger)": "when systemd's timers ran last",
    r"path /run/user(/|$)": "of whoever is logged in; empty without",
    r"path /var/cache/libvirt(/|$)": "libvirt remembers what QEMU can do, whoever asks",
    r"path /run/(libvirtd\.pid|libvirt/.*(sock|pid|lock))": "libvirt's sockets come and go with its idle exit",
    r"path /root/.cache(/|$)": "of the tests' own commands",
    r"path /dev/(shm|char|block|fd|std)": "programs' shared memory, udev's links",
    r"unit (session-|user-|user@|run-|init\.scope|dev-|sys-|proc-|tmp-|systemd-(hostnamed|timedated|localed|tmpfiles|udevd)"
    r"|systemd-.*@|modprobe@|dpkg-|e2scrub|apt-|man-db|logrotate|phpsessionclean)": "sessions, devices and helpers of systemd",
    r"unit-file (session-|user-|dev-|run-)": "sessions and devices",
    r"unit network-online\.target": "reached as soon as a unit wants it, until the next boot",
    r"unit libvirtd\.service": "ends by itself after two minutes without work, starts when it is asked",
    r"process 0 (nsenter|setpriv|sh -c|journalctl --follow|ps|\(sd-pam\)|\(udev-worker\)|/lib/systemd/systemd-(hostnamed|timedated|localed|udevd|logind))":
        "of the tests' own commands, and helpers of systemd",
    r"process 0 /usr/sbin/libvirtd": "ends by itself after two minutes without work",
    r"process 0 (/usr/sbin/cron|CRON|sshd: /usr/sbin/sshd)": "cron, and sshd that is restarted",
    r"listens unix /run/(systemd|user)/": "systemd's, of sessions",
    # shadow's own tools leave the file from before their last change beside it, and a lock that stays
    r"path /etc/(passwd|group|shadow|gshadow|subuid|subgid)-$": "made by useradd and its like at each change",
    r"path /etc/\.pwd\.lock$": "made by the first of them",
}
# What another boot writes anew on a machine that nobody touches.
of_a_boot = re.compile(r"path (/run/udev/|/run/(crond|sshd)\.pid|/run/libvirt/common/system\.token|(/var)?/tmp/systemd-private-)")
_excepted = re.compile("|".join(f"(?:{pattern})" for pattern in exceptions))


def take(machine: Machine, *, quick: bool = False) -> dict[str, str]:
    """Thing -> how it is. `quick` leaves out the files."""
    script = (paths.here / "snapshot_inside.py").read_text()
    found = machine.run(["python3", "-", *(["quick"] if quick else [])], input=script, timeout=120).out
    return {thing: how for thing, how in json.loads(found).items() if not _excepted.match(thing)}


def compare(before: dict[str, str], now: dict[str, str]) -> list[str]:
    told = []
    for thing in sorted(before.keys() | now.keys()):
        was, has_become = before.get(thing), now.get(thing)
        if was != has_become:
            told.append(f"{thing}: {was or 'absent'} -> {has_become or 'absent'}")
    return told


def changes(machine: Machine, before: dict[str, str], *, but: tuple[str, ...] = (), rebooted: bool = False) -> list[str]:
    """What is not as it was, in words, but for paths below these. What only needs a moment to end is given it."""
    end = time.monotonic() + settle_limit
    spared = tuple(f"path {path}" for path in but)
    while True:
        found = [change for change in compare(before, take(machine)) if not change.startswith(spared) and not (rebooted and of_a_boot.match(change))]
        if not found or time.monotonic() > end or any(change.startswith("path /etc") for change in found):
            return found
        time.sleep(0.5)
