"""clang-tidy over our sources. A file that was found clean is not looked at again until it, a header of ours that it
includes, its command line, the configuration or the tool has changed."""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
from collections.abc import Callable, Iterable

from outcome import Outcome

TOOL = "clang-tidy-14"
LIMIT = 600  # seconds a file
PACKAGES = ["clang-tidy-14", "libboost1.81-dev", "libstdc++-12-dev", "libgtest-dev", "nlohmann-json3-dev"]
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


class Lint:
    def __init__(self, repo: pathlib.Path, build_dir: pathlib.Path, cache: pathlib.Path):
        self.repo = repo
        self.build_dir = build_dir
        self.cache = cache
        cache.mkdir(parents=True, exist_ok=True)
        versions = subprocess.run(["dpkg-query", "-W", *PACKAGES], stdout=subprocess.PIPE, check=False).stdout
        self.versions = versions
        self.texts: dict[pathlib.Path, bytes] = {}
        commands = json.loads((build_dir / "compile_commands.json").read_text())
        self.commands = {entry["file"]: entry["command"].replace(str(repo), "") for entry in commands}

    def text(self, path: pathlib.Path) -> bytes:
        if path not in self.texts:
            self.texts[path] = path.read_bytes()
        return self.texts[path]

    def with_headers(self, source: pathlib.Path) -> list[pathlib.Path]:
        """The file and all of ours that it includes; our includes are written from the top of the project."""
        found = {source}
        ahead = [source]
        while ahead:
            for name in INCLUDE.findall(self.text(ahead.pop())):
                header = self.repo / name.decode()
                if header not in found and header.is_file():
                    found.add(header)
                    ahead.append(header)
        return sorted(found)

    def configuration(self, name: str) -> bytes:
        """The project's, and what a folder on the way to the file adds to it."""
        folders = reversed((self.repo / name).relative_to(self.repo).parents)
        files = [self.repo / folder / ".clang-tidy" for folder in folders]
        return b"".join(self.text(file) for file in files if file.is_file())

    def note(self, name: str) -> pathlib.Path:
        """Where it is noted that this file, as it is, was clean."""
        state = hashlib.sha256(self.versions + self.configuration(name))
        state.update(self.commands.get(str(self.repo / name), "").encode())
        for path in self.with_headers(self.repo / name):
            state.update(f"{path.relative_to(self.repo)} {len(self.text(path))}\n".encode() + self.text(path))
        return self.cache / state.hexdigest()

    def check(self, name: str) -> tuple[Outcome, str]:
        note = self.note(name)
        if note.exists():
            return Outcome.success(), ""
        try:
            ran = subprocess.run(
                [TOOL, "--quiet", "-p", str(self.build_dir), name], timeout=LIMIT,
                cwd=self.repo, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome.failure(f"{name}: {TOOL} did not end within {LIMIT} s"), f"{name}: over the limit of {LIMIT} s\n"
        if ran.returncode == 0:
            note.touch()
            return Outcome.success(), ""
        return Outcome.failure(f"{name}: clang-tidy found something"), ran.stdout or f"{name}: {TOOL} ended with {ran.returncode}\n"

    def run(self, names: Iterable[str], tell: Callable[[str], None]) -> Outcome:
        total = Outcome()
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for outcome, findings in pool.map(self.check, names):
                total += outcome
                if findings:
                    tell(findings)
        return total
