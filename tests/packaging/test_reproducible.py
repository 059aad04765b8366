"""Built again from a copy of the sources in another folder, by another umask and in another time zone: the same bytes. Of an
rpm package that is its files and what it says of them: rpm writes the folder that it worked in into the source package's
header, and the source package's number into the others."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from places import packages, repository, run, work


def sums(folder: Path) -> dict[str, str]:
    found = [file for file in (folder / "deb").iterdir() if file.suffix in (".deb", ".xz", ".dsc")]
    bytes_of = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in found}
    listed = {file.name: run(["rpm", "-qp", "--dump", "--requires", "--provides", "--scripts", str(file)]).out
              for file in (folder / "rpm").glob("*.rpm") if not file.name.endswith(".src.rpm")}
    return bytes_of | listed


@pytest.fixture
def elsewhere():
    """The sources without their history, as in the source package."""
    if not (repository / ".git").exists():
        pytest.skip("without git there is no time of the commit to build by")
    folder = work() / "elsewhere" / "a-longer-name"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run(["sh", "-c", f"cd {repository} && git ls-files -z --cached --others --exclude-standard | xargs -0 sh -c "
         f"'for file; do [ -e \"$file\" ] && printf \"%s\\0\" \"$file\"; done' sh | xargs -0 cp --no-dereference --parents -t {folder}"], timeout=120)
    commit = run(["git", "-C", str(repository), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]).out
    (folder / "SOURCE_COMMIT").write_text(commit)
    yield folder
    shutil.rmtree(folder)


def in_another_way(argv: list[str], folder: Path, limit: int, **environment: str) -> None:
    with (work() / "elsewhere.log").open("w") as log:
        code = subprocess.run(["sh", "-c", 'umask 077; exec "$@"', "sh", *argv], cwd=folder, timeout=limit, stdin=subprocess.DEVNULL,
                              stdout=log, stderr=log, check=False, env={**os.environ, "TZ": "Pacific/Chatham", **environment}).returncode
    assert code == 0, f"{' '.join(argv)}: {(work() / 'elsewhere.log').read_text()[-2000:]}"


def package(folder: Path, build: str) -> None:
    when = run(["git", "-C", str(repository), "log", "-1", "--format=%ct"]).out.strip()
    in_another_way(["packaging/build", "deb", "rpm"], folder, 900, SOURCE_DATE_EPOCH=when, ONENODE_BUILD=build)


def test_the_same_programs_give_the_same_packages(elsewhere):
    package(elsewhere, os.environ.get("ONENODE_BUILD") or str(repository / "build/release"))
    first, second = sums(packages), sums(elsewhere / "build/packages")
    assert len(first) >= 9
    assert first == second


@pytest.mark.full
def test_the_same_sources_compiled_anew_give_the_same_packages(elsewhere):
    """All of it by the compiler, nothing from a cache; what it is compared with may have been compiled at any time before."""
    compiled = str(elsewhere / "build" / "release")
    in_another_way(["cmake", "--preset", "release", "-DONENODE_TESTS=OFF"], elsewhere, 300, CCACHE_DISABLE="1")
    in_another_way(["cmake", "--build", "--preset", "release", "--target", "programs"], elsewhere, 3600, CCACHE_DISABLE="1")
    package(elsewhere, compiled)
    assert sums(packages) == sums(elsewhere / "build/packages")
