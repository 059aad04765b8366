"""apt installs from the repository that packaging/repo makes, and refuses it where the signature is not the key's."""

import shutil

import pytest

from places import repository, rpms, run, work
from signing import build_repository, key

line = "deb [signed-by=/usr/share/keyrings/onenode.asc] file:/srv/repository/apt stable main\n"


@pytest.fixture(scope="module")
def published():
    folder = work() / "repository"
    with key("onenode's tests") as (home, fingerprint):
        yield build_repository(folder, home, fingerprint)
    shutil.rmtree(folder)


def use(root, published, signed_by: str = "onenode.asc") -> None:
    root.put(published, "/srv")
    root.run("mkdir -p /usr/share/keyrings")
    root.run(f"cp /srv/repository/{signed_by} /usr/share/keyrings/onenode.asc")
    root.write("/etc/apt/sources.list", line)


def test_apt_installs_both_packages_from_it(root, published):
    use(root, published)
    root.run("apt-get update --error-on=any")
    root.run("apt-get install --yes onenode onefrontend")
    assert root.run("onenode version").out.startswith("onenode ")
    assert root.run("onefrontend version").out.startswith("onefrontend ")
    assert root.run("/usr/lib/onenode/onenode-probe clock").ok


def test_a_signature_of_another_key_is_refused(root, published):
    with key("somebody else") as (home, fingerprint):
        run(["env", f"GNUPGHOME={home['GNUPGHOME']}", "gpg", "--batch", "--quiet", "--armor", "--export", "--output",
             str(work() / "another.asc"), fingerprint])
    use(root, published)
    root.put(work() / "another.asc", "/usr/share/keyrings")
    root.run("mv /usr/share/keyrings/another.asc /usr/share/keyrings/onenode.asc")
    said = root.run("apt-get update --error-on=any", check=False)
    assert not said.ok and "NO_PUBKEY" in said.out + said.err
    assert not root.run("apt-get install --yes onenode", check=False).ok
    assert not root.exists("/usr/bin/onenode")


def test_an_index_that_was_changed_is_refused(root, published):
    use(root, published)
    root.run("gzip -dc /srv/repository/apt/dists/stable/main/binary-*/Packages.gz >/dev/null && "
             "sed -i 's/^Description: .*/Description: another/' /srv/repository/apt/dists/stable/main/binary-*/Packages && "
             "rm /srv/repository/apt/dists/stable/main/binary-*/Packages.gz")
    assert not root.run("apt-get update --error-on=any", check=False).ok


def test_a_package_that_was_changed_is_refused(root, published):
    use(root, published)
    root.run("apt-get update --error-on=any")
    root.run("printf x >>/srv/repository/apt/pool/$(basename /srv/repository/apt/pool/onenode_*.deb)")
    assert not root.run("apt-get install --yes onenode", check=False).ok
    assert not root.exists("/usr/bin/onenode")


def test_dnfs_index_and_its_packages_are_signed(published):
    home = work() / "rpmdb"
    home.mkdir(exist_ok=True)
    run(["rpmkeys", "--dbpath", str(home), "--import", str(published / "onenode.asc")])
    packages = sorted((published / "dnf").glob("*.rpm"))
    assert len(packages) == len(rpms())
    for package in packages:
        said = run(["rpmkeys", "--dbpath", str(home), "--define", "_pkgverify_level signature", "--checksig", str(package)]).out
        assert "signatures OK" in said, said
    index = published / "dnf/repodata/repomd.xml"
    run(["gpgv", "--keyring", str(_keyring(published)), f"{index}.asc", str(index)])


def _keyring(published):
    ring = work() / "ring.gpg"
    run(["gpg", "--batch", "--yes", "--quiet", "--dearmor", "--output", str(ring), str(published / "onenode.asc")])
    return ring


def test_nothing_is_made_without_a_key_or_over_something(tmp_path):
    script = str(repository / "packaging/repo")
    said = run(["env", "--unset=ONENODE_SIGNING_KEY", script, str(tmp_path / "new")], check=False)
    assert said.code == 3 and "ONENODE_SIGNING_KEY" in said.err and not (tmp_path / "new").exists()
    with key("a third") as (home, fingerprint):
        wrong = run(["env", f"GNUPGHOME={home['GNUPGHOME']}", "ONENODE_SIGNING_KEY=" + "0" * 40, script, str(tmp_path / "new")], check=False)
        assert wrong.code == 3 and "no secret key" in wrong.err
        there = run(["env", f"GNUPGHOME={home['GNUPGHOME']}", f"ONENODE_SIGNING_KEY={fingerprint}", script, str(tmp_path)], check=False)
        assert there.code == 3 and "is there already" in there.err


def test_a_key_that_expired_is_told_before_anything_is_made(tmp_path):
    with key("yesterday's", "2020-01-02", "--faked-system-time", "20200101T000000") as (home, fingerprint):
        said = run(["env", f"GNUPGHOME={home['GNUPGHOME']}", f"ONENODE_SIGNING_KEY={fingerprint}", str(repository / "packaging/repo"),
                    str(tmp_path / "new")], check=False)
    assert said.code == 3 and "does not sign" in said.err and "expired" in said.err, said
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_meant_from_where_one_is_whatever_the_umask(tmp_path):
    with key("a fourth") as (home, fingerprint):
        run(["env", f"--chdir={tmp_path}", f"GNUPGHOME={home['GNUPGHOME']}", f"ONENODE_SIGNING_KEY={fingerprint}", "sh", "-c",
             f"umask 077; exec {repository}/packaging/repo 'a folder'"], timeout=180)
    assert [each.name for each in tmp_path.iterdir()] == ["a folder"]
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in (tmp_path / "a folder").rglob("*")), "a web server can read it"
    assert (tmp_path / "a folder").stat().st_mode & 0o055 == 0o055


def test_what_cannot_be_finished_leaves_nothing_behind(tmp_path):
    (tmp_path / "packages/deb").mkdir(parents=True)
    (tmp_path / "packages/deb/broken.deb").write_text("no package")
    with key("a fifth") as (home, fingerprint):
        said = run(["env", f"GNUPGHOME={home['GNUPGHOME']}", f"ONENODE_SIGNING_KEY={fingerprint}", f"ONENODE_PACKAGES={tmp_path}/packages",
                    str(repository / "packaging/repo"), str(tmp_path / "made" / "new")], check=False)
    assert not said.ok and "broken.deb" in said.err
    assert list((tmp_path / "made").iterdir()) == []
