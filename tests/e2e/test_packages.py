"""`onenode join --install-packages` with the real apt-get, whose only repository is a folder of ours."""

import json

import pytest

from cloud import add_node, changes_of, files_of, join, onenode
from stage import wait_for
from stage.repository import make_repository, use_only

missing = ("jq", "ipset")
hold_the_lock = """\
import fcntl, sys, time
file = open("/var/lib/dpkg/lock-frontend", "w")
fcntl.lockf(file, fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)  # apt reads as a user of its own
    return make_repository(folder / "repository", "7.4.0", "7.6.0", tools=missing)


@pytest.fixture
def bare(stage, repository):
    """A hypervisor without OpenNebula's packages and without two that its drivers need."""
    node = add_node(stage, "bare", node_package=False, binds={str(repository): "/srv/repository"})
    node.run(["dpkg", "--purge", "--force-depends", *missing])
    use_only(node, "/srv/repository")
    yield node
    stage.remove("bare")


def installed(node) -> dict[str, str]:
    said = node.run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Package} ${Version}\n"]).out
    return dict(line.removeprefix("ii").split() for line in said.splitlines() if line.startswith("ii "))


def test_all_that_is_missing_is_named_at_once(cloud, bare):
    before = files_of(bare)
    result = join(bare, cloud.token(), check=False)
    said = result.out + result.err
    assert result.code == 2, said
    assert said.count("[ERROR") == 1 and "[ERROR packages]" in said, said
    for name in (*missing, "opennebula-node-kvm", "opennebula-rubygems", "--install-packages"):
        assert name in said, said
    assert changes_of(bare, before) == []


def test_it_is_installed_in_the_front_ends_version_and_stays_after_leave(cloud, bare):
    before = installed(bare)
    result = join(bare, cloud.token(), "--install-packages", check=False, timeout=300)
    assert cloud.hosts()[bare.name].state == "on", result.out + result.err
    new = {name: version for name, version in installed(bare).items() if name not in before}
    assert new == {"jq": "99-1", "ipset": "99-1", "opennebula-common": "7.4.0-1", "opennebula-rubygems": "7.4.0-1",
                   "opennebula-node-kvm": "7.4.0-1"}
    deeds = [json.loads(line) for line in onenode(bare, "history", "--json").out.splitlines()]
    assert deeds[0]["kind"] == "installed" and "opennebula-node-kvm=7.4.0-1" in deeds[0]["changes"][0]["title"]

    left = onenode(bare, "leave", check=False)
    assert "stays: packages" in left.out and "opennebula-node-kvm" in left.out, left.out + left.err
    assert installed(bare).keys() >= new.keys()
    assert not bare.exists("/var/lib/onenode")


def test_a_dry_run_shows_the_command_and_touches_nothing(cloud, bare):
    bare.run(["apt-get", "update"])
    bare.run("rm -f /var/cache/apt/*.bin")
    before, packages = files_of(bare), installed(bare)
    result = join(bare, cloud.token(), "--install-packages", "--dry-run", check=False)
    assert "runs apt-get install -y --no-remove" in result.out, result.out + result.err
    assert "opennebula-node-kvm=7.4.0-1" in result.out
    assert changes_of(bare, before) == [] and installed(bare) == packages
    assert not bare.run("ls /var/cache/apt/*.bin", check=False).ok, "not even a cache"


@pytest.mark.full
def test_another_install_is_waited_for(cloud, bare):
    holder = bare.spawn(["python3", "-c", hold_the_lock], "holder")
    holder.wait_for_output("locked")
    bare.write("/root/token", cloud.token().secret + "\n", mode="600")
    process = bare.spawn(["onenode", "join", "frontend", "--token-file", "/root/token", "--type", "qemu",
                          "--install-packages"], "join")
    wait_for(lambda: bare.run("pgrep -f 'apt-get install -y'", check=False).ok, 60, "apt-get to wait for the lock",
             otherwise=process.output)
    assert "jq" not in installed(bare)
    holder.kill()
    process.wait(300)
    assert cloud.hosts()[bare.name].state == "on", process.output()
    onenode(bare, "leave", check=False)


def test_a_package_that_nobody_offers_ends_the_join_and_leaves_nothing(cloud, bare):
    bare.write("/etc/apt/sources.list", "")
    before = files_of(bare)
    result = join(bare, cloud.token(), "--install-packages", check=False, timeout=120)
    said = result.out + result.err
    assert result.code == 2 and "no repository of this machine offers opennebula-node-kvm" in said, said
    assert "jq" in result.err and "cannot install" in result.err, said
    assert bare.name not in cloud.hosts()
    onenode(bare, "leave", check=False)
    assert changes_of(bare, before) == []


@pytest.mark.full
def test_an_install_that_was_killed_is_finished_by_the_next_join(cloud, bare):
    """dpkg itself says when: what it runs after its first step ends everybody, as a power cut would."""
    token = cloud.token()
    bare.write("/root/kill", "#!/bin/sh\nrm -f /etc/dpkg/dpkg.cfg.d/killer\nfor name in onenode apt-get dpkg; do\n"
               "    pkill -9 -x $name\ndone\n", mode="755")
    bare.write("/etc/dpkg/dpkg.cfg.d/killer", "post-invoke=/root/kill\n")
    killed = join(bare, token, "--install-packages", check=False, timeout=120)
    assert killed.code != 0
    result = join(bare, token, "--install-packages", check=False, timeout=300)
    assert cloud.hosts()[bare.name].state == "on", result.out + result.err
    onenode(bare, "leave", check=False)
