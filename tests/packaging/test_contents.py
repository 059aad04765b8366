"""What the packages bring: these files, of root, whom nobody else may write; what they depend on; what their scripts are."""

import json
import re

import pytest

from inspect_packages import build_id, entries_of, files_of, needed_libraries, unpack
from places import deb, debs, depends, field, packages, repository, rpm, rpms, run, work

programs = {"onenode": ["usr/bin/onenode", "usr/lib/onenode/onenode-probe"], "onefrontend": ["usr/bin/onefrontend"]}
units = {"onenode": ["onenode.service"], "onefrontend": ["onefrontend.service", "onefrontend-signer.service"]}
others = {
    "onenode": set(),
    "onefrontend": {"/usr/lib/sysusers.d/onefrontend.conf", "/usr/lib/tmpfiles.d/onefrontend.conf"},
}
names = sorted(programs)


def expected(name: str) -> set[str]:
    """Without documentation: man pages and /usr/share/doc have tests of their own."""
    return {f"/{each}" for each in programs[name]} | others[name] | {
        f"/usr/lib/systemd/system-preset/60-{name}.preset", f"/usr/share/bash-completion/completions/{name}",
        f"/usr/share/fish/vendor_completions.d/{name}.fish"} | {f"/usr/lib/systemd/system/{unit}" for unit in units[name]}


def without_documentation(paths: set[str]) -> set[str]:
    return {path for path in paths if not path.startswith(("/usr/share/man/", "/usr/share/doc/", "/usr/share/licenses/"))}


def usr_merged(paths: set[str]) -> set[str]:
    return {re.sub(r"^/lib/", "/usr/lib/", path) for path in paths}


@pytest.fixture(scope="module")
def tree():
    return {name: unpack(deb(name), work() / "unpacked" / name) for name in names}


@pytest.mark.parametrize("name", names)
def test_a_debian_package_brings_these_files_and_no_others(name):
    found = usr_merged(without_documentation(files_of(deb(name))))
    assert found == expected(name) | {f"/usr/share/lintian/overrides/{name}", f"/usr/share/zsh/vendor-completions/_{name}"}


@pytest.mark.parametrize("name", names)
def test_an_rpm_package_brings_the_same_files(name):
    wanted = expected(name) | {f"/usr/share/zsh/site-functions/_{name}"}
    if name == "onefrontend":
        wanted.add("/etc/onefrontend/onefrontend.yaml")
    assert without_documentation(files_of(rpm(name))) == wanted


@pytest.mark.parametrize("kind", ["deb", "rpm"])
def test_files_are_roots_and_nobody_else_may_write_them(kind):
    looked = 0
    for file in debs() if kind == "deb" else rpms():
        for entry in entries_of(file):
            looked += 1
            assert (entry.owner, entry.group) == ("root", "root"), (file.name, entry)
            assert entry.kind == "link" or not entry.mode & 0o7022, (file.name, entry)
            runs = entry.path.startswith("/usr/bin/") or entry.path == "/usr/lib/onenode/onenode-probe"
            assert entry.kind != "file" or bool(entry.mode & 0o111) == runs, (file.name, entry)
    assert looked > 50


@pytest.mark.parametrize("name", names)
def test_every_verb_has_a_man_page(tree, name):
    told = json.loads(run([str(tree[name] / "usr/bin" / name), "help-tree"]).out)

    def pages(verb: dict, above: str) -> set[str]:
        path = f"{above}-{verb['name']}" if above else verb["name"]
        return {path}.union(*(pages(each, path) for each in verb["verbs"]))

    wanted = pages(told, "")
    assert len(wanted) >= 8
    for package in (deb(name), rpm(name)):
        found = {path.split("/")[-1] for path in files_of(package) if path.startswith("/usr/share/man/")}
        assert found == {f"{page}.8.gz" for page in wanted}, package.name


@pytest.mark.parametrize("name", names)
def test_man_pages_are_what_man_understands(tree, name):
    pages = sorted((tree[name] / "usr/share/man/man8").iterdir())
    for page in pages:
        said = run(["man", "--warnings", "--local-file", str(page)], timeout=60)
        assert not said.err, (page.name, said.err)
        assert "NAME" in said.out and "SEE ALSO" in said.out, page.name


def shown(tree, name: str, verb: str) -> str:
    said = run(["man", "--local-file", str(tree[name] / f"usr/share/man/man8/{verb}.8.gz")], timeout=60).out
    return re.sub(r".\x08", "", said)  # overstruck


def test_a_man_page_calls_words_by_what_they_are(tree):
    assert "onefrontend node test [OPTIONS] NODE OTHER\n" in shown(tree, "onefrontend", "onefrontend-node-test")
    assert "onefrontend ready [OPTIONS] SERVICE ...\n" in shown(tree, "onefrontend", "onefrontend-ready")
    assert "one of: oned," in shown(tree, "onefrontend", "onefrontend-bootstrap")


@pytest.mark.parametrize(("name", "verb"), [("onenode", "onenode-status"), ("onefrontend", "onefrontend-token-create")])
def test_examples_of_a_man_page_are_nothing_but_commands(tree, name, verb):
    examples = re.search(r"^EXAMPLES\n(.*?)^NOTES", shown(tree, name, verb), re.DOTALL | re.MULTILINE).group(1)
    assert {line.split()[0] for line in examples.splitlines() if line.strip()} == {name}


def test_a_man_page_has_every_option_of_its_verb(tree):
    told = json.loads(run([str(tree["onenode"] / "usr/bin/onenode"), "help-tree"]).out)
    (join,) = [verb for verb in told["verbs"] if verb["name"] == "join"]
    page = shown(tree, "onenode", "onenode-join")
    assert "--install-packages" in page
    for option in join["options"]:
        for spelled in option["names"]:
            assert spelled in page, spelled


@pytest.mark.parametrize("name", names)
def test_symbols_stand_in_a_package_of_their_own(tree, name):
    debug = files_of(deb(f"{name}-dbgsym"))
    for program in programs[name]:
        sections = run(["readelf", "--section-headers", "--wide", str(tree[name] / program)]).out
        assert ".symtab" not in sections and ".debug_" not in sections, program
        number = build_id(tree[name] / program)
        assert f"/usr/lib/debug/.build-id/{number[:2]}/{number[2:]}.debug" in debug, program
    assert any(file.name.startswith("onenode-debuginfo-") for file in rpms())


def test_onenode_is_under_5_mb(tree):
    assert (tree["onenode"] / "usr/bin/onenode").stat().st_size < 5_000_000


@pytest.mark.parametrize("name", names)
def test_a_package_depends_on_the_libraries_of_its_programs_alone(tree, name):
    libraries = {each for program in programs[name] for each in needed_libraries(tree[name] / program)}
    cached = [line.split() for line in run(["ldconfig", "-p"]).out.splitlines() if "x86-64" in line]
    paths = [next((words[-1] for words in cached if words[0] == each), "") for each in libraries]
    owners = {line.split(":")[0] for path in paths if path
              for line in run(["sh", "-c", f"dpkg -S {path} 2>/dev/null || dpkg -S $(realpath {path})"]).out.splitlines()}
    also = {"onenode": set(), "onefrontend": {"openssh-client", "rsync", "systemd"}}[name]
    assert owners and set(depends(deb(name))) <= owners | also
    assert not re.search(r"ruby|python", field(deb(name), "Depends"))


@pytest.mark.parametrize("name", names)
def test_the_rpm_requires_the_same_libraries(tree, name):
    required = {re.sub(r"\(.*", "", line) for line in run(["rpm", "-qp", "--requires", str(rpm(name))]).out.splitlines()
                if ".so." in line}
    linked = {each for program in programs[name] for each in needed_libraries(tree[name] / program)}
    assert required and required <= linked | {"ld-linux-x86-64.so.2", "rtld"}
    assert linked - {"ld-linux-x86-64.so.2"} <= required


@pytest.mark.parametrize("name", names)
def test_the_version_is_that_of_the_file_version(name):
    version = (repository / "VERSION").read_text().strip()
    assert field(deb(name), "Version") == version
    assert run(["rpm", "-qp", "--queryformat", "%{VERSION}", str(rpm(name))]).out == version


@pytest.mark.parametrize("name", names)
def test_scriptlets_of_the_rpm_are_shell_that_asks_nothing_and_calls_nobody(name):
    said = run(["rpm", "-qp", "--scripts", str(rpm(name))]).out
    scripts = re.split(r"^\w+ scriptlet \(using (/bin/sh)\):$", said, flags=re.MULTILINE)[2::2]
    assert len(scripts) == 3
    for script in scripts:
        run(["sh", "-n"], input=script)
        assert not re.search(r"\b(read|curl|wget|dnf|rpm)\b -?", re.sub(r"<<'END'.*?^END$", "", script, flags=re.S | re.M))


def test_a_program_compiled_from_the_source_package_knows_its_commit(tmp_path):
    if not (repository / ".git").exists():
        pytest.skip("without git there is no commit")
    (archive,) = (packages / "deb").glob("*.tar.xz")
    run(["tar", "--extract", "--strip-components=1", "--directory", str(tmp_path), "--file", str(archive)], timeout=60)
    header = tmp_path / "commit.hpp"
    run(["cmake", f"-DSOURCE={tmp_path}", f"-DOUT={header}", "-P", str(tmp_path / "cmake/commit.cmake")])
    assert re.fullmatch(r'#define ONENODE_COMMIT "[0-9a-f]{40}(-dirty)?"\n', header.read_text())
