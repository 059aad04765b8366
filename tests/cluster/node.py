"""The machine of the stage on which Kubernetes runs: node and control plane."""

import os
import subprocess
from pathlib import Path

from cached import here

from stage import paths
from stage.booted import BootedMachine, Hardware
from stage.stage import remove_cgroup
from stage.waiting import tail


class ClusterNode(BootedMachine):
    """As the stage's machines, but for what is on its disk: this computer's own files, see boot.sh."""

    def __init__(self, *place, folders: dict[Path, str]):
        self._folders = folders
        super().__init__(*place)

    def power_on(self) -> None:
        console = self.logs / "console.log"
        settings = {"PATH": os.environ["PATH"], "NAME": self.name, "DISK": str(self._disk), "GROUP": self._cgroup.name,
                    "FOLDERS": "\n".join(f"{outside}>{inside}" for outside, inside in self._folders.items())}
        with console.open("ab") as said:
            self._boot = subprocess.Popen([*self._in_stage, "bash", str(here / "boot.sh")], env=settings, text=True,
                                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, start_new_session=True)
        told = self._boot.stdout.readline().split()
        if told[:1] != ["pid"]:
            raise RuntimeError(f"cannot boot {self.name}: {tail(console.read_text()) or 'it said nothing'}")
        self.pid = int(told[1])
        self._network.plug(self.name, self.address, self.pid)
        self._boot.stdin.write("plugged in\n")
        self._boot.stdin.close()
        self._on_power()

    def wait_until_up(self) -> None:
        pass  # nothing runs there yet

    def last_words(self) -> str:
        return "\n".join(f"--- {self.name}: the end of {log}\n{tail(log.read_text(errors='replace'), 15)}"
                         for log in sorted(self.logs.glob("*.log")))

    def let_go(self) -> None:
        super().let_go()
        for hierarchy in paths.cgroups().parent.iterdir():
            if (group := hierarchy / self._cgroup.name).is_dir():
                remove_cgroup(group)


def add(stage, name: str, address, folders: dict[Path, str]) -> ClusterNode:
    node = ClusterNode(name, address, stage.logs / name, Hardware([], disk="1G"), stage.name, stage.holder, stage.network,
                       stage.folder / "disks", stage.note, folders=folders)
    node.power_on()
    return stage._added(node, wait=False)


def remove_groups_left_behind() -> None:
    """Of stages whose test was killed: stage-ctl clean knows version 2 only."""
    for hierarchy in paths.cgroups().parent.iterdir():
        for group in hierarchy.glob(f"{paths.prefix}*"):
            if not any((folder / "cgroup.procs").read_text() for folder in [group, *group.rglob("*")] if folder.is_dir()):
                remove_cgroup(group)


__all__ = ["ClusterNode", "add", "remove_groups_left_behind"]
