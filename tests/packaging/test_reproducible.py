"""Built again from a copy of the sources in another folder, by another umask and in another time zone: the same bytes. Of an
rpm package that is its files and what it says of them: rpm writes the folder that it worked in into the source package's
header, and the source package's number into the others."""

import hashlib
import os
import shutil
import subprocess

import pytest

from places import packages, repository, run, work


def sums(folder) -> dict[str, str]:
    found = [file for file in (folder / "deb").iterdir() if file.suffix in (".deb", ".xz", ".dsc")]
    bytes_of = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in found}
    listed = {file.name: run(["rpm", "-qp", "--dump", "--requires", "--provides", "--scripts", str(file)]).out
              for file in (folder / "rpm").glob("*.rpm") if not file.name.endswith(".src.rpm")}
    return bytes_of | listed


def test_the_same_sources_give_the_same_bytes():
    if not (repository / ".git").exists():
        pytest.skip("without git there is no time of the commit to build by")
    elsewhere = work() / "elsewhere" / "a-longer-name"
    shutil.rmtree(elsewhere, ignore_errors=True)
    elsewhere.mkdir(parents=True)
    run(["sh", "-c", f"cd {repository} && git ls-files -z --cached --others --exclude-standard | xargs -0 sh -c "
         f"'for file; do [ -e \"$file\" ] && printf \"%s\\0\" \"$file\"; done' sh | xargs -0 cp --no-dereference --parents -t {elsewhere}"], timeout=120)
    when = run(["git", "-C", str(repository), "log", "-1", "--format=%ct"]).out.strip()
    commit = run(["git", "-C", str(repository), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]).out
    (elsewhere / "SOURCE_COMMIT").write_text(commit)  # as in the source package
    build = os.environ.get("ONENODE_BUILD") or str(repository / "build/release")
    subprocess.run(["sh", "-c", "umask 077; exec packaging/build deb rpm"], cwd=elsewhere, check=True, timeout=900, stdout=subprocess.DEVNULL,
                   env={**os.environ, "TZ": "Pacific/Chatham", "SOURCE_DATE_EPOCH": when, "ONENODE_BUILD": build})
    first, second = sums(packages), sums(elsewhere / "build/packages")
    assert len(first) >= 9
    assert first == second
