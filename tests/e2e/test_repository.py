"""`onenode join --install-packages` on a machine that has no repository of OpenNebula's: the front-end names a signed one."""

import json
import re
import signal

import pytest

from cloud import add_node, changes_of, files_of, join, onenode, start_join
from stage import wait_for
from stage.repository import make_repository, sign_repository, signing_home

sources = "/etc/apt/sources.list.d/onenode-opennebula.sources"
key = "/etc/apt/keyrings/onenode-opennebula.asc"
own = ("opennebula-node-kvm", "opennebula-rubygems", "opennebula-common")
guest = "exec -a /usr/bin/qemu-system-x86_64 sh -c 'sleep 600; :' -name guest=one-12"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("repository")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)  # apt reads as a user of its own
    return folder


@pytest.fixture(scope="module")
def keys(folder):
    """Who signs the repository, and somebody else; public halves."""
    home, public = signing_home(folder / "gnupg", "OpenNebula stand-in <packages@localhost>")
    _, other = signing_home(folder / "other", "somebody else <nobody@localhost>")
    for version in ("7.4.0", "7.6.0"):
        flat = make_repository(folder / f"flat-{version}", version)
        sign_repository(flat, folder / "signed" / version.rsplit(".", 1)[0] / "Debian/12", home)
    return public, other


@pytest.fixture(scope="module")
def named(stage, cloud, folder, keys):
    """The front-end names it; a machine of its own gives it out."""
    mirror = stage.add_node("mirror", node_package=False, binds={str(folder / "signed"): "/srv/packages"})
    server = mirror.spawn(["python3", "-u", "-m", "http.server", "8000", "--directory", "/srv/packages"], "packages")
    server.wait_for_output("Serving", 15)
    for name, text in zip(("good", "other"), keys, strict=True):
        cloud.frontend.write(f"/etc/onefrontend/{name}.asc", text)
    name_it(cloud)
    yield
    server.kill()


def name_it(cloud, where: str = "http://mirror:8000", signer: str = "good") -> None:
    cloud.write_config(packages_apt=where + "/{release}/{distribution}/{version}",
                       packages_key=f"/etc/onefrontend/{signer}.asc")
    cloud.restart_serve()


@pytest.fixture
def bare(stage, named):
    """A hypervisor without OpenNebula's packages, and without a repository of them."""
    node = add_node(stage, "bare", node_package=False)
    node.run("rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*")
    node.run(["apt-get", "update"])
    yield node
    stage.remove("bare")


def versions(node) -> dict[str, str]:
    said = node.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *own], check=False).out
    return dict(line.split() for line in said.splitlines())



def test_it_is_added_and_installed_from_and_leave_takes_it_away(cloud, bare):
    before = files_of(bare)
    result = join(bare, cloud.token(), "--install-packages", check=False, timeout=300)
    assert cloud.hosts()[bare.name].state == "on", result.out + result.err
    assert set(versions(bare).values()) == {"7.4.0-1"} and set(versions(bare)) == set(own)
    said = re.search(r"names OpenNebula's repository: (\S+), signed by (\w{40}) \(OpenNebula stand-in", result.out)
    assert said and said.group(1) == "http://mirror:8000/7.4/Debian/12", result.out
    assert f"Signed-By: {key}" in bare.read(sources) and "BEGIN PGP PUBLIC KEY" in bare.read(key)
    assert bare.run(["apt-get", "update"]).err == ""

    left = onenode(bare, "leave", check=False)
    assert "stays: packages" in left.out, left.out + left.err
    assert not bare.exists(sources) and not bare.exists(key)
    assert [line for line in changes_of(bare, before) if "/etc/apt/" in line] == []
    assert not bare.exists("/var/lib/onenode") and not bare.exists("/run/onenode")


def test_a_dry_run_shows_it_and_touches_nothing(cloud, bare):
    before = files_of(bare)
    result = join(bare, cloud.token(), "--install-packages", "--dry-run", check=False)
    said = result.out + result.err
    assert "signed by" in said and "write " + sources in said and "+URIs: http://mirror:8000/7.4/Debian/12" in said, said
    assert changes_of(bare, before) == [] and versions(bare) == {}


@pytest.mark.parametrize(("where", "signer", "told"), [
    ("http://mirror:8000", "other", "it is not signed by"),
    ("http://mirror:8000/nowhere", "good", "packages_apt or packages_dnf"),
    ("http://mirror:8001", "good", "see why it does not answer"),
], ids=["wrong-key", "not-served", "unreachable"])
def test_one_that_does_not_do_ends_the_join_and_leaves_nothing(cloud, bare, where, signer, told):
    name_it(cloud, where, signer)
    try:
        before = files_of(bare)
        result = join(bare, cloud.token(), "--install-packages", check=False, timeout=120)
        assert result.code == 2 and told in result.err, result.out + result.err
        assert "cannot use the repository http://mirror:800" in result.err, result.err
        assert bare.name not in cloud.hosts() and versions(bare) == {}
        onenode(bare, "leave", check=False)
        assert changes_of(bare, before) == []
        assert bare.run(["apt-get", "update"]).err == ""
    finally:
        name_it(cloud)


@pytest.mark.simulator
def test_another_version_of_the_front_end_is_told_of_and_upgraded_by_a_persons_word(cloud, bare):
    result = join(bare, cloud.token(), "--install-packages", check=False, timeout=300)
    assert cloud.hosts()[bare.name].state == "on", result.out + result.err
    wait_for(lambda: "joined to" in status_of(bare), 30, "the agent to be at work")
    added = bare.read(sources)
    upgrade_front_end(cloud, "7.6.0")
    try:
        wait_for(lambda: "the front-end is OpenNebula 7.6.0, and opennebula-rubygems here is 7.4.0-1" in status_of(bare), 90,
                 "the agent to tell of it", otherwise=lambda: status_of(bare))
        assert bare.read(sources) == added and set(versions(bare).values()) == {"7.4.0-1"}, "the agent only reports"
        found = onenode(bare, "doctor", "remotes-version", check=False)
        assert "[WARNING remotes-version]" in found.out and "onenode doctor --fix mends remotes-version" in found.out

        running = bare.spawn(["bash", "-c", guest], "guest")
        wait_for(lambda: bare.run("pgrep -f ^/usr/bin/qemu-system", check=False).ok, 10, "the guest")
        spared = onenode(bare, "doctor", "--fix", "--yes", "remotes-version", check=False, timeout=300)
        assert "would restart what the virtual machines hang on" in spared.out + spared.err, spared.out + spared.err
        assert set(versions(bare).values()) == {"7.4.0-1"} and bare.read(sources) == added
        running.kill()
        wait_for(lambda: not bare.run("pgrep -f ^/usr/bin/qemu-system", check=False).ok, 10, "the guest to end")

        mended = onenode(bare, "doctor", "--fix", "--yes", "remotes-version", check=False, timeout=300)
        assert "remotes-version is mended" in mended.out, mended.out + mended.err
        assert set(versions(bare).values()) == {"7.6.0-1"}
        assert "http://mirror:8000/7.6/Debian/12" in bare.read(sources)
        wait_for(lambda: "joined to" in status_of(bare), 90, "the agent to be content", otherwise=lambda: status_of(bare))
    finally:
        upgrade_front_end(cloud, "7.4.0")
    onenode(bare, "leave", check=False)
    assert not bare.exists(sources) and not bare.exists(key)


def status_of(node) -> str:
    return json.loads(node.read("/run/onenode/agent.json"))["status"] if node.exists("/run/onenode/agent.json") else ""


def upgrade_front_end(cloud, version: str) -> None:
    cloud.oned.stop()
    cloud.oned_options = ["--version", version]
    cloud.start_oned()


def test_a_join_that_is_interrupted_while_apt_works_ends_and_goes_on_later(cloud, bare):
    slow = "/etc/apt/apt.conf.d/99-slow"
    bare.write(slow, 'DPkg::Pre-Invoke { "touch /run/apt-works; sleep 5; touch /run/hook-ended"; };\n')
    token = cloud.token()
    joining = start_join(bare, token, "--install-packages")
    wait_for(lambda: bare.exists("/run/apt-works") or joining.code is not None, 60, "apt to work", otherwise=joining.output)
    joining.signal(signal.SIGINT)
    code, said = joining.wait(30), joining.output()
    assert code == 2 and "interrupted" in said and "run the same command again" in said, said
    assert bare.exists("/run/hook-ended"), "what apt had in hand was cut"
    assert versions(bare) == {}, "it was waited for to its end"
    assert not bare.run(["pgrep", "-x", "apt-get|dpkg"], check=False).ok
    bare.remove(slow)
    join(bare, token, "--install-packages")
    assert cloud.hosts()[bare.name].state == "on"
    onenode(bare, "leave")
