"""Debian's and Fedora's own critics have nothing to say; where they are wrong, an override says why."""

from places import packages, repository, rpms, run

debian = repository / "packaging" / "debian"


def test_lintian_has_nothing_to_say():
    (changes,) = (packages / "deb").glob("*.changes")
    said = run(["lintian", "--display-info", "--pedantic", "--fail-on", "error,warning,info,pedantic", "--allow-root", str(changes)], check=False, timeout=600)
    assert not said.out.strip() and said.ok, said.out + said.err


def test_every_override_has_its_reason():
    files = sorted(debian.rglob("*lintian-overrides"))
    assert files
    for file in files:
        above = ""
        for line in file.read_text().splitlines():
            assert line.startswith("#") or above.startswith("#") or above, f"{file.name}: {line}"
            above = line


def test_rpmlint_has_nothing_to_say():
    said = run(["rpmlint", "--config", str(repository / "packaging/rpm/rpmlint.toml"), *map(str, rpms())], check=False, timeout=300)
    assert " 0 errors, 0 warnings" in said.out, said.out + said.err


def test_scripts_of_the_packages_are_clean_for_shellcheck():
    scripts = [file for file in debian.iterdir() if file.suffix in (".postinst", ".postrm", ".prerm", ".preinst")]
    assert len(scripts) >= 4
    run(["shellcheck", *map(str, scripts), str(repository / "packaging/build"), str(repository / "packaging/repo")], timeout=60)
