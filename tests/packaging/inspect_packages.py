"""What is in a package, as values: of both kinds."""

import dataclasses
import io
import re
import subprocess
import tarfile
from pathlib import Path

from places import run


@dataclasses.dataclass(frozen=True)
class Entry:
    path: str
    mode: int
    owner: str
    group: str
    kind: str  # file, folder, link


def of_deb(file: Path) -> list[Entry]:
    data = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(file)], stdout=subprocess.PIPE, check=True, timeout=60).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return [Entry("/" + each.name.removeprefix("./").strip("/"), each.mode, each.uname, each.gname,
                      "folder" if each.isdir() else "link" if each.issym() else "file") for each in archive]


def of_rpm(file: Path) -> list[Entry]:
    lines = run(["rpm", "-qp", "--queryformat", "[%{FILENAMES}|%{FILEMODES:octal}|%{FILEUSERNAME}|%{FILEGROUPNAME}\\n]", str(file)]).out
    entries = []
    for line in lines.splitlines():
        path, mode, owner, group = line.split("|")
        bits = int(mode, 8)
        kind = {0o04: "folder", 0o12: "link"}.get(bits >> 12, "file")
        entries.append(Entry(path, bits & 0o7777, owner, group, kind))
    return entries


def entries_of(file: Path) -> list[Entry]:
    return of_deb(file) if file.suffix == ".deb" else of_rpm(file)


def files_of(file: Path) -> set[str]:
    return {entry.path for entry in entries_of(file) if entry.kind != "folder"}


def unpack(file: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    run(["dpkg-deb", "--extract", str(file), str(folder)], timeout=60)
    return folder


def needed_libraries(program: Path) -> list[str]:
    return re.findall(r"\(NEEDED\).*\[(.+)\]", run(["readelf", "--dynamic", str(program)]).out)


def build_id(program: Path) -> str:
    return re.search(r"Build ID: (\w+)", run(["readelf", "--notes", str(program)]).out).group(1)
