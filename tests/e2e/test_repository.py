"""`onenode join --install-packages` on a machine that has no repository of OpenNebula's: the front-end names a signed one.
By apt on a Debian, and by dnf on one that says it is AlmaLinux and whose packages are rpm's business."""

import json
import re
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from cloud import add_node, changes_of, files_of, join, onenode, start_join
from conftest import numbers
from marks import mostly_full
from stage import rootfs, wait_for
from stage.layers import Layer
from stage.repository import make_repository, sign_repository, signing_home
from stage.rpm_repository import make_rpm_repository

own = ("opennebula-node-kvm", "opennebula-rubygems", "opennebula-common")
guest = "exec -a /usr/bin/qemu-system-x86_64 sh -c 'sleep 600; :' -name guest=one-12"


@dataclass(frozen=True)
class Tool:
    name: str
    layer: Layer
    setting: str  # of the front-end
    distribution: str
    release: str  # after the version, in a package's
    sources: str
    key: str
    programs: str  # while it works

    def make(self, version: str, folder: Path, home: Path, signer: str) -> None:
        place = folder / "signed" / version.rsplit(".", 1)[0] / self.distribution
        if self.name == "dnf":
            make_rpm_repository(place, version, home, signer)
        else:
            sign_repository(make_repository(folder / f"flat-{version}", version), place, home)

    def forget_all(self, node) -> None:
        if self.name == "dnf":
            node.write("/etc/os-release", 'NAME="AlmaLinux"\nID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n')
        else:
            node.run("rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* && apt-get update")

    def versions(self, node) -> dict[str, str]:
        query = (["rpm", "-q", "--qf", "%{NAME} %{VERSION}-%{RELEASE}\n"] if self.name == "dnf" else
                 ["dpkg-query", "-W", "-f", "${Package} ${Version}\n"])
        said = node.run([*query, *own], check=False).out
        return dict(line.split() for line in said.splitlines() if "is not installed" not in line)

    def is_content(self, node) -> bool:
        """All repositories of this machine are as they should be."""
        if self.name == "dnf":
            return node.run("ls /etc/yum.repos.d/*", check=False).out == "" or node.run(["dnf", "-y", "makecache"]).ok
        return node.run(["apt-get", "update"]).err == ""

    def use_proxy(self, node, proxy: str) -> None:
        if self.name == "dnf":
            node.run(f"echo proxy={proxy} >>/etc/dnf/dnf.conf")
        else:
            node.write("/etc/apt/apt.conf.d/80-proxy", f'Acquire::http::Proxy "{proxy}";\n')

    def slow_down(self, node) -> str:
        """Somebody's hook that takes its time when packages are installed; the file that holds it."""
        work = "touch /run/tool-works; sleep 5; touch /run/hook-ended"
        if self.name == "dnf":
            hook = "/usr/sbin/useradd"
            node.run(f"mv {hook} {hook}.real")  # what the first scriptlet calls
            node.write(hook, f"#!/bin/sh\n{work}\nexec {hook}.real \"$@\"\n", mode="755")
        else:
            hook = "/etc/apt/apt.conf.d/99-slow"
            node.write(hook, f'DPkg::Pre-Invoke {{ "{work}"; }};\n')
        return hook


apt = Tool("apt", rootfs.hypervisor, "packages_apt", "Debian/12", "-1", "/etc/apt/sources.list.d/onenode-opennebula.sources",
           "/etc/apt/keyrings/onenode-opennebula.asc", "apt-get|dpkg")
dnf = Tool("dnf", rootfs.with_dnf, "packages_dnf", "AlmaLinux/9", "-1.el9", "/etc/yum.repos.d/onenode-opennebula.repo",
           "/etc/pki/rpm-gpg/RPM-GPG-KEY-onenode-opennebula", "dnf|rpm")


@pytest.fixture(scope="module", params=mostly_full([apt, dnf], always=(apt,)), ids=lambda tool: tool.name)
def tool(request):
    return request.param


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("repository")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)  # apt reads as a user of its own
    return folder


@pytest.fixture(scope="module")
def keys(tool, folder):
    """Who signs the repository, and somebody else; public halves."""
    signer = "OpenNebula stand-in <packages@localhost>"
    home, public = signing_home(folder / f"{tool.name}-gnupg", signer)
    _, other = signing_home(folder / f"{tool.name}-other", "somebody else <nobody@localhost>")
    for version in ("7.4.0", "7.6.0"):
        tool.make(version, folder, home, signer)
    return public, other


@pytest.fixture(scope="module")
def mirror(stage, folder):
    """A machine of its own gives out what is made; to who takes it for a proxy, too, as if it had it from far away."""
    (folder / "signed/http:").mkdir(parents=True, exist_ok=True)
    (folder / "signed/http:/packages.far.away").symlink_to("..")
    mirror = stage.add_node("mirror", node_package=False, binds={str(folder): "/srv"})
    server = mirror.spawn(["python3", "-u", "-m", "http.server", "8000", "--directory", "/srv/signed"], "packages")
    server.wait_for_output("Serving", 15)
    yield mirror
    server.kill()


@pytest.fixture(scope="module")
def named(cloud, tool, mirror, keys):
    """The front-end names it."""
    for name, text in zip(("good", "other"), keys, strict=True):
        cloud.frontend.write(f"/etc/onefrontend/{name}.asc", text)
    name_it(cloud, tool)


def name_it(cloud, tool: Tool, where: str = "http://mirror:8000", signer: str = "good") -> None:
    cloud.write_config(**{tool.setting: where + "/{release}/{distribution}/{version}"},
                       packages_key=f"/etc/onefrontend/{signer}.asc")
    cloud.restart_serve()


@pytest.fixture
def bare(stage, tool, named):
    """A hypervisor without OpenNebula's packages, and without a repository of them."""
    node = add_node(stage, f"bare{next(numbers)}", on=tool.layer)
    tool.forget_all(node)
    yield node
    stage.remove(node.name)


def test_it_is_added_and_installed_from_and_leave_takes_it_away(cloud, tool, bare):
    before = files_of(bare)
    result = join(bare, cloud.token(), "--install-packages", check=False, timeout=300)
    assert cloud.hosts()[bare.name].state == "on", result.out + result.err
    assert tool.versions(bare) == dict.fromkeys(own, "7.4.0" + tool.release)
    said = re.search(r"names OpenNebula's repository: (\S+), signed by (\w{40}) \(OpenNebula stand-in", result.out)
    assert said and said.group(1) == f"http://mirror:8000/7.4/{tool.distribution}", result.out
    assert tool.key in bare.read(tool.sources) and "BEGIN PGP PUBLIC KEY" in bare.read(tool.key)
    assert tool.is_content(bare)

    left = onenode(bare, "leave", check=False)
    assert "stays: packages" in left.out, left.out + left.err
    assert not bare.exists(tool.sources) and not bare.exists(tool.key)
    assert [line for line in changes_of(bare, before) if "/etc/apt/" in line or "/etc/yum" in line or "/etc/pki" in line] == []
    assert not bare.exists("/var/lib/onenode") and not bare.exists("/run/onenode")


def test_a_dry_run_shows_it_and_touches_nothing(cloud, tool, bare):
    before = files_of(bare)
    result = join(bare, cloud.token(), "--install-packages", "--dry-run", check=False)
    said = result.out + result.err
    assert "signed by" in said and "write " + tool.sources in said and f"http://mirror:8000/7.4/{tool.distribution}\n" in said, said
    assert changes_of(bare, before) == [] and tool.versions(bare) == {}


def test_it_is_fetched_through_the_proxy_that_the_tool_has(cloud, tool, bare):
    name_it(cloud, tool, "http://packages.far.away")
    try:
        tool.use_proxy(bare, "http://mirror:8000")
        result = join(bare, cloud.token(), "--install-packages", check=False, timeout=300)
        assert result.ok and tool.versions(bare) == dict.fromkeys(own, "7.4.0" + tool.release), result.out + result.err
        onenode(bare, "leave", check=False)
    finally:
        name_it(cloud, tool)


@pytest.mark.parametrize(("where", "signer", "told"), [
    ("http://mirror:8000", "other", "it is not signed by"),
    ("http://mirror:8000/nowhere", "good", "packages_apt or packages_dnf"),
    ("http://mirror:8001", "good", "see why it does not answer"),
], ids=["wrong-key", "not-served", "unreachable"])
def test_one_that_does_not_do_ends_the_join_and_leaves_nothing(cloud, tool, bare, where, signer, told):
    name_it(cloud, tool, where, signer)
    try:
        before = files_of(bare)
        result = join(bare, cloud.token(), "--install-packages", check=False, timeout=120)
        assert result.code == 2 and told in result.err, result.out + result.err
        assert "cannot use the repository http://mirror:800" in result.err, result.err
        assert bare.name not in cloud.hosts() and tool.versions(bare) == {}
        onenode(bare, "leave", check=False)
        assert changes_of(bare, before) == []
        assert tool.is_content(bare)
    finally:
        name_it(cloud, tool)


@pytest.mark.simulator
def test_another_version_of_the_front_end_is_told_of_and_upgraded_by_a_persons_word(cloud, tool, bare):
    result = join(bare, cloud.token(), "--install-packages", check=False, timeout=300)
    assert cloud.hosts()[bare.name].state == "on", result.out + result.err
    wait_for(lambda: "joined to" in status_of(bare), 30, "the agent to be at work")
    added = bare.read(tool.sources)
    upgrade_front_end(cloud, "7.6.0")
    try:
        wait_for(lambda: f"the front-end is OpenNebula 7.6.0, and opennebula-rubygems here is 7.4.0{tool.release}" in status_of(bare), 90,
                 "the agent to tell of it", otherwise=lambda: status_of(bare))
        assert bare.read(tool.sources) == added and set(tool.versions(bare).values()) == {"7.4.0" + tool.release}, "the agent only reports"
        found = onenode(bare, "doctor", "remotes-version", check=False)
        assert "[WARNING remotes-version]" in found.out and "onenode doctor --fix mends remotes-version" in found.out

        running = bare.spawn(["bash", "-c", guest], "guest")
        wait_for(lambda: bare.run("pgrep -f ^/usr/bin/qemu-system", check=False).ok, 10, "the guest")
        spared = onenode(bare, "doctor", "--fix", "--yes", "remotes-version", check=False, timeout=300)
        assert "would restart what the virtual machines hang on" in spared.out + spared.err, spared.out + spared.err
        assert set(tool.versions(bare).values()) == {"7.4.0" + tool.release} and bare.read(tool.sources) == added
        running.kill()
        wait_for(lambda: not bare.run("pgrep -f ^/usr/bin/qemu-system", check=False).ok, 10, "the guest to end")

        mended = onenode(bare, "doctor", "--fix", "--yes", "remotes-version", check=False, timeout=300)
        assert "remotes-version is mended" in mended.out, mended.out + mended.err
        assert set(tool.versions(bare).values()) == {"7.6.0" + tool.release}
        assert f"http://mirror:8000/7.6/{tool.distribution}" in bare.read(tool.sources)
        wait_for(lambda: "joined to" in status_of(bare), 90, "the agent to be content", otherwise=lambda: status_of(bare))
    finally:
        upgrade_front_end(cloud, "7.4.0")
    onenode(bare, "leave", check=False)
    assert not bare.exists(tool.sources) and not bare.exists(tool.key)


def status_of(node) -> str:
    return json.loads(node.read("/run/onenode/agent.json"))["status"] if node.exists("/run/onenode/agent.json") else ""


def upgrade_front_end(cloud, version: str) -> None:
    cloud.oned.stop()
    cloud.oned_options = ["--version", version]
    cloud.start_oned()


def test_a_join_that_is_interrupted_while_packages_are_installed_ends_and_goes_on_later(cloud, tool, bare):
    hook = tool.slow_down(bare)
    token = cloud.token()
    joining = start_join(bare, token, "--install-packages")
    wait_for(lambda: bare.exists("/run/tool-works") or joining.code is not None, 60, "packages to be installed",
             otherwise=joining.output)
    joining.signal(signal.SIGINT)
    code, said = joining.wait(60), joining.output()
    assert code == 2 and "interrupted" in said and "run the same command again" in said, said
    assert bare.exists("/run/hook-ended"), "what the tool had in hand was cut"
    assert not bare.run(["pgrep", "-x", tool.programs], check=False).ok
    bare.run(f"test ! -e {hook}.real || mv {hook}.real {hook}; rm -f /etc/apt/apt.conf.d/99-slow")
    join(bare, token, "--install-packages")
    assert cloud.hosts()[bare.name].state == "on"
    onenode(bare, "leave")
