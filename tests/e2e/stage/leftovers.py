"""Finds and removes what stages left behind whose test was killed."""

import json
import os
import shutil
import signal
from pathlib import Path

from . import host_machine, paths
from .stage import remove_cgroup
from .waiting import wait_for


def stages() -> set[str]:
    """Names of all stages with any trace on this computer, running ones too."""
    names = {folder.name for folder in paths.running().glob(paths.prefix + "*")}
    names |= {"-".join(group.name.split("-")[:2]) for group in paths.cgroups_named(paths.prefix + "*")}
    return names | set(_marked())


def owner(stage: str) -> int | None:
    """The process whose test or command runs this stage, None when it is gone."""
    pid = _note(stage).get("owner")
    return pid if pid and Path(f"/proc/{pid}").exists() else None


def clean(stage: str) -> None:
    """Remove everything of one stage."""
    for pid in _marked().get(stage, []):
        try:
            os.kill(pid, 9)
        except ProcessLookupError:
            pass
    wait_for(lambda: stage not in _marked(), 20, f"the processes of {stage} to end")
    for cgroup in paths.cgroups_named(f"{stage}-*"):
        wait_for(lambda: _removed(cgroup), 10, f"{cgroup} to be empty")
    shutil.rmtree(paths.running() / stage, ignore_errors=True)


def clean_all() -> list[str]:
    """Remove every stage without an owner; says which."""
    found = sorted(name for name in stages() if owner(name) is None)
    for name in found:
        clean(name)
    if not _marked(paths.everybodys_prefix):
        host_machine.forget()
    return found


def kept() -> list[str]:
    """Stages that a person started, and that run."""
    return sorted(name for name in stages() if owner(name) and _note(name).get("kept"))


def end_kept() -> list[str]:
    """Tell the owners of stages that a person started to end them; tests that run keep theirs."""
    found = kept()
    for name in found:
        os.kill(_note(name)["owner"], signal.SIGTERM)
        wait_for(lambda: name not in stages(), 30, f"the owner of {name} to end it")
    return found


def machines(stage: str) -> dict[str, int | None]:
    """Process ids of the machines' first processes, None for this computer itself."""
    return _note(stage).get("machines", {})


def _note(stage: str) -> dict:
    """What the stage wrote down about itself."""
    try:
        return json.loads((paths.running() / stage / "stage.json").read_text())
    except (OSError, ValueError):
        return {}


def _marked(prefix: str = paths.prefix) -> dict[str, list[int]]:
    """Process ids by stage: all that carry the stage's mark in their environment."""
    found: dict[str, list[int]] = {}
    begin = f"{paths.mark}={prefix}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended meanwhile
        for entry in environment:
            if entry.startswith(begin):
                found.setdefault(entry.decode().partition("=")[2], []).append(int(process.name))
    return found


def _removed(cgroup: Path) -> bool:
    try:
        remove_cgroup(cgroup)
    except OSError:
        pass
    return not cgroup.exists()
