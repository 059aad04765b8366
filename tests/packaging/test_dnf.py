"""dnf installs our packages from the repository that packaging/repo makes: on a Debian whose packages are rpm's business. The
distribution itself is a stand-in, a package that provides what ours require; so this shows dnf's part, not that our programs
run on a Red Hat."""

import shutil

import pytest

from places import packages, repository, rpms, run, work
from root import Root
from signing import build_repository, key

from stage import rootfs
from stage.rpm_repository import make_debian_itself

newer = "99.1"
of_rpm = ("/var/lib/rpm", "/var/lib/dnf", "/root/.rpmdb", "/var/cache", "/var/log", "/srv", "/run", "/tmp")
identity = "/var/lib/onenode/identity/node.key"


@pytest.fixture(scope="module")
def published():
    """Two states of the repository: what was built, and the same as a newer version."""
    place = work() / "dnf"
    shutil.rmtree(place, ignore_errors=True)
    run(["env", f"ONENODE_PACKAGES={place}/newer-packages", f"ONENODE_PACKAGE_VERSION={newer}", str(repository / "packaging/build"),
         "rpm"], timeout=600)
    with key("onenode's tests") as (home, fingerprint):
        for state, built in (("first", packages), ("newer", place / "newer-packages")):
            (place / f"{state}-rpms").mkdir()
            shutil.copytree(built / "rpm", place / f"{state}-rpms/rpm")
            build_repository(place / state, home, fingerprint, ONENODE_PACKAGES=str(place / f"{state}-rpms"))
    (place / "machine").mkdir()
    make_debian_itself(place / "machine", required())
    run(["createrepo_c", "--quiet", str(place / "machine")])
    return place


def required() -> set[str]:
    """What our packages want of a distribution."""
    words = run(["rpm", "--query", "--requires", "--package", *map(str, rpms())]).out.splitlines()
    return {word for word in words if not word.startswith(("rpmlib(", "config(", "onenode", "onefrontend"))}


@pytest.fixture
def root(published):
    made = Root(rootfs.with_dnf)
    made.put(published / "machine", "/srv")
    made.write("/etc/yum.repos.d/machine.repo", "[machine]\nname=the machine\nbaseurl=file:///srv/machine\ngpgcheck=0\n")
    publish(made, published, "first")
    yield made
    made.close()


def publish(root, published, state: str) -> None:
    root.run("rm -rf /srv/repository")
    root.put(published / state, "/srv/" + state)
    root.run(f"mv /srv/{state}/{state} /srv/repository && sed 's,https://REPOSITORY,file:///srv/repository,' "
             "/srv/repository/dnf/onenode.repo >/etc/yum.repos.d/onenode.repo")


def dnf(root, *words: str, check: bool = True):
    return root.run(["dnf", "-y", *words], check=check)


def files(root) -> set[str]:
    """What is there of ours: without what rpm notes for itself, and the service's account, which stays as rpm's rules want it."""
    accounts = ("/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow")
    return {line for line in root.files() if not line.startswith((*of_rpm, *accounts))}


def version(root) -> str:
    return root.run(["rpm", "-q", "--qf", "%{VERSION}", "onenode"]).out


def test_installs_both_packages_and_a_removal_leaves_nothing(root):
    root.run("mkdir -p /usr/share/licenses /usr/share/fish/vendor_completions.d /usr/share/man/man8 /usr/share/zsh/site-functions")  # a Red Hat's own
    before = files(root)
    dnf(root, "install", "onenode", "onefrontend")
    assert root.run("onenode version").out.startswith("onenode ")
    assert root.run("onefrontend version").out.startswith("onefrontend ")
    assert root.run("rpm -V onenode onefrontend").out == "", "every file is as the package has it"
    assert root.run("find /etc/systemd/system -name 'one*'").out == "", "nothing is enabled"
    dnf(root, "remove", "onenode", "onefrontend")
    assert files(root) - before == set()


def test_what_a_join_left_outlives_upgrade_downgrade_and_removal(root, published):
    dnf(root, "install", "onenode")
    root.write("/var/lib/onenode/state.json", '{"phase":"joined"}')
    root.write(identity, "a private key")
    first = version(root)
    publish(root, published, "newer")
    dnf(root, "upgrade", "--refresh")
    assert version(root) == newer
    publish(root, published, "first")
    dnf(root, "downgrade", "--refresh", "onenode")
    assert version(root) == first
    removed = dnf(root, "remove", "onenode")
    said = removed.out + removed.err
    assert "still joined" in said and "/var/lib/onenode stays" in said and "onenode leave --offline" in said, said
    assert root.run(["cat", identity]).out == "a private key"


def test_a_signature_of_another_key_is_refused(root, published):
    with key("somebody else") as (home, fingerprint):
        other = run(["env", f"GNUPGHOME={home['GNUPGHOME']}", "gpg", "--batch", "--quiet", "--armor", "--export", fingerprint]).out
    root.write("/srv/repository/onenode.asc", other)
    said = dnf(root, "install", "onenode", check=False)
    assert not said.ok and "GPG" in said.out + said.err, said
    assert not root.exists("/usr/bin/onenode")


@pytest.mark.parametrize("changed", ["repodata/repomd.xml", "onenode-[0-9]*.rpm"], ids=["index", "package"])
def test_what_was_changed_on_the_way_is_refused(root, changed):
    root.run(f"printf x >>$(ls -d /srv/repository/dnf/{changed} | head -1)")
    assert not dnf(root, "install", "onenode", check=False).ok
    assert not root.exists("/usr/bin/onenode")
