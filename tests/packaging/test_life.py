"""The life of the packages in a Debian of their own, without a network and without anybody to ask: installed, upgraded,
removed, purged, and the whole file tree compared."""

import re

import pytest

from places import deb
from variants import another_version, opennebula

ours = ("onenode", "onefrontend")
our_units = {"onenode.service", "onefrontend.service", "onefrontend-signer.service"}
# As a join leaves it; the packages must not look into any of it.
joined = {
    "/var/lib/onenode/state.json": '{"phase":"joined"}',
    "/var/lib/onenode/identity/node.key": "a private key",
    "/var/lib/onenode/identity/node.crt": "a certificate",
    "/var/lib/onenode/journal": "what to undo",
    "/etc/onenode/firewall": "rules",
}


def install(root, *files) -> str:
    for file in files:
        root.put(file, "/srv")
    said = root.run("apt-get install --yes --allow-downgrades --no-install-recommends " + " ".join(f"/srv/{file.name}" for file in files))
    return said.out + said.err


def apt(root, *words: str) -> str:
    said = root.run(["apt-get", "--yes", *words])
    return said.out + said.err


def join(root) -> None:
    for path, text in joined.items():
        root.write(path, text)
    root.run("chmod -R go= /var/lib/onenode && mkdir -p /etc/systemd/system/multi-user.target.wants && "
             "ln -s /lib/systemd/system/onenode.service /etc/systemd/system/multi-user.target.wants/onenode.service")


def state(root) -> set[str]:
    return {line for line in root.files() if line.startswith(("/var/lib/onenode", "/etc/onenode", "/etc/systemd/system/"))}


def is_joined_in(lines: set[str]) -> bool:
    return set(joined) <= {line.split()[0] for line in lines}


def test_a_purge_after_an_installation_leaves_nothing(root):
    before = root.files()
    install(root, *map(deb, ours))
    assert root.files() > before
    assert "warning" not in apt(root, "purge", *ours)
    assert root.files() == before


def test_a_purge_after_a_removal_leaves_nothing(root):
    before = root.files()
    install(root, *map(deb, ours))
    apt(root, "remove", *ours)
    apt(root, "purge", *ours)
    assert root.files() == before


def test_an_installation_enables_and_starts_nothing(root):
    install(root, *map(deb, ours))
    assert root.run("find /etc/systemd/system -name 'one*'").out == ""
    assert root.run("systemctl is-enabled onenode.service", check=False).out.strip() == "disabled"
    assert root.run("systemctl is-enabled onefrontend.service", check=False).out.strip() == "disabled"
    root.run("systemctl preset-all")
    assert root.run("systemctl is-enabled onenode.service", check=False).out.strip() == "disabled"


def test_what_a_join_left_outlives_upgrade_downgrade_removal_and_reinstallation(root):
    package = deb("onenode")
    install(root, package)
    join(root)
    before = state(root)
    assert is_joined_in(before)
    for version in ("99.1", "99.2", "0.0.1"):
        install(root, another_version(package, version))
        assert root.run("dpkg-query -W -f '${Version}' onenode").out == version
        assert state(root) == before
    said = apt(root, "remove", "onenode")
    assert "still joined" in said and "onenode leave" in said
    assert state(root) == before
    install(root, package)
    assert state(root) == before


def test_an_upgrade_that_was_cut_off_goes_on_and_keeps_what_a_join_left(root):
    install(root, deb("onenode"))
    join(root)
    before = state(root)
    root.put(another_version(deb("onenode"), "99.1"), "/srv")
    root.run("dpkg --unpack /srv/onenode_99.1.deb")  # and then the power went
    assert state(root) == before
    root.run("dpkg --configure --pending")
    assert root.run("dpkg-query -W -f '${Status} ${Version}' onenode").out == "install ok installed 99.1"
    assert state(root) == before


def test_a_purge_of_a_machine_that_did_not_leave_keeps_the_way_back_and_says_so(root):
    install(root, deb("onenode"))
    join(root)
    kept = {line for line in root.files() if line.startswith(("/var/lib/onenode", "/etc/onenode"))}
    said = apt(root, "purge", "onenode")
    assert "/var/lib/onenode stays" in said and "onenode leave --offline" in said
    assert {line for line in root.files() if line.startswith(("/var/lib/onenode", "/etc/onenode"))} == kept
    assert not root.exists("/usr/bin/onenode")


def test_a_purge_after_the_machine_left_leaves_nothing(root):
    before = root.files()
    install(root, deb("onenode"))
    join(root)
    root.run("rm -r /var/lib/onenode/* /etc/onenode/* /etc/systemd/system/multi-user.target.wants/onenode.service && "
             "mkdir -p /run/onenode && touch /run/onenode.lock")  # what `onenode leave` leaves, and directories besides
    said = apt(root, "purge", "onenode")
    assert "stays" not in said
    assert root.files() == before
    assert not root.exists("/run/onenode") and not root.exists("/run/onenode.lock")


@pytest.mark.parametrize("name", ours)
def test_a_link_to_an_empty_directory_is_no_membership(root, name):
    root.run(f"mkdir -p /srv/{name} && ln -s /srv/{name} /var/lib/{name}")
    install(root, deb(name))
    assert "stays" not in apt(root, "purge", name)
    assert root.run(f"readlink /var/lib/{name}").out.strip() == f"/srv/{name}", "it is the administrator's"


def test_a_purge_takes_no_account_that_was_there_before(root):
    root.run("useradd --system --comment mine onefrontend")
    before = root.run("getent passwd onefrontend").out
    install(root, deb("onefrontend"))
    apt(root, "purge", "onefrontend")
    assert root.run("getent passwd onefrontend").out == before


def test_a_purge_keeps_the_authority_that_nodes_trust_and_says_so(root):
    install(root, deb("onefrontend"))
    root.run("mkdir -p /var/lib/onefrontend/signer && echo key >/var/lib/onefrontend/signer/ca.key && "
             "chown -R onefrontend: /var/lib/onefrontend/signer")
    said = apt(root, "purge", "onefrontend")
    assert "/var/lib/onefrontend stays" in said and "rm -r /var/lib/onefrontend" in said
    assert root.run("stat -c %U /var/lib/onefrontend/signer/ca.key").out.strip() == "onefrontend"
    assert not root.exists("/etc/onefrontend")


def test_a_first_installation_gives_the_signer_an_account_of_its_own(root):
    install(root, deb("onefrontend"))
    assert "\nsigner_user: onefrontend\n" in root.run("cat /etc/onefrontend/onefrontend.yaml").out
    assert re.search(r"^onefrontend:[^:]*:\d{3}:\d{3}:.*:/usr/sbin/nologin$", root.run("getent passwd onefrontend").out)


@pytest.mark.parametrize("there", ["/etc/onefrontend/onefrontend.yaml", "/var/lib/onefrontend/public/ca.crt"])
def test_a_front_end_that_was_set_up_by_hand_keeps_its_configuration(root, there):
    root.write(there, "mine\n")
    install(root, deb("onefrontend"))
    assert root.run(f"cat {there}").out == "mine\n"
    assert root.exists("/etc/onefrontend/onefrontend.yaml") == there.endswith(".yaml")


def test_an_upgrade_brings_no_configuration_back_that_was_taken_away(root):
    install(root, deb("onefrontend"))
    root.run("rm /etc/onefrontend/onefrontend.yaml")
    install(root, another_version(deb("onefrontend"), "99.1"))
    assert not root.exists("/etc/onefrontend/onefrontend.yaml")


def test_every_script_may_run_twice(root):
    install(root, *map(deb, ours))
    before = root.files()
    for name in ours:
        root.run(f"set -e; for i in 1 2; do DPKG_MAINTSCRIPT_PACKAGE={name} DPKG_MAINTSCRIPT_NAME=postinst "
                 f"/var/lib/dpkg/info/{name}.postinst configure ''; done")
    assert root.files() == before
    for name in ours:
        apt(root, "remove", name)
        for _ in range(2):
            root.run(f"DPKG_MAINTSCRIPT_PACKAGE={name} DPKG_MAINTSCRIPT_NAME=postrm /var/lib/dpkg/info/{name}.postrm purge")


recorder = """#!/bin/sh
echo "$@" >>/systemctl-calls
case "$*" in *is-active*|*is-enabled*) exit 0 ;; esac
"""


def record_systemctl(root) -> None:
    """As on a machine where systemd runs and every unit is active; systemctl writes down what it is told."""
    root.run("mv /bin/systemctl /bin/systemctl.real && mkdir -p /run/systemd/system")
    root.write("/bin/systemctl", recorder)
    root.run("chmod 755 /bin/systemctl")


def told_to_systemd(root) -> tuple[set[str], list[str]]:
    """The units that were named, and what was wanted of them but for questions."""
    calls = root.run("cat /systemctl-calls").out.splitlines()
    deeds = [call for call in calls if re.search(r"\b(start|restart|try-restart|stop|reload-or-restart|isolate|kill)\b", call)]
    return {word for call in calls for word in call.split() if re.search(r"\w\.(service|socket|target|slice)$", word)}, deeds


def test_an_upgrade_restarts_our_own_units_where_they_run_and_nothing_else(root):
    install(root, *map(deb, ours))
    record_systemctl(root)
    install(root, *(another_version(deb(name), "99.1") for name in ours))
    named, deeds = told_to_systemd(root)
    assert named == our_units
    assert deeds and all(re.search(r"\btry-restart\b", deed) for deed in deeds), deeds


def test_a_removal_stops_our_own_units_and_nothing_else(root):
    install(root, *map(deb, ours))
    record_systemctl(root)
    apt(root, "remove", *ours)
    named, deeds = told_to_systemd(root)
    assert named == our_units
    assert deeds and all(re.search(r"\bstop\b", deed) for deed in deeds), deeds


@pytest.mark.parametrize("theirs", ["opennebula-node-kvm", "opennebula-node-lxc"])
@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_is_at_peace_with_opennebulas_package_whichever_comes_first(root, theirs, first):
    package = opennebula(theirs)
    order = [deb("onenode"), package] if first == "ours" else [package, deb("onenode")]
    for file in order:
        install(root, file)
    shared = root.run(f"cat /var/lib/dpkg/info/onenode.list /var/lib/dpkg/info/{theirs}.list | sort | uniq -d").out.split()
    assert all(root.run(f"test -d {path} || test {path} = /.", check=False).ok for path in shared), shared
    listed = root.run(f"cat /var/lib/dpkg/info/{theirs}.list").out.split()
    with_both = {line for line in root.files() if line.split()[0] in listed}
    apt(root, "purge", "onenode")
    assert {line for line in root.files() if line.split()[0] in listed} == with_both
