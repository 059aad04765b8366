"""The machine of the stage on which Kubernetes runs: node and control plane."""

import os
import subprocess

from cached import here

from stage.booted import BootedMachine, Hardware
from stage.waiting import tail


class ClusterNode(BootedMachine):
    """As the stage's machines, but for what is on its disk: this computer's own files, see boot.sh."""

    def power_on(self) -> None:
        console = self.logs / "console.log"
        settings = {"PATH": os.environ["PATH"], "NAME": self.name, "DISK": str(self._disk), "GROUP": self._cgroup.name}
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


def add(stage, name: str, address) -> ClusterNode:
    node = ClusterNode(name, address, stage.logs / name, Hardware([], disk="1G"), stage.name, stage.holder, stage.network,
                       stage.folder / "disks", stage.note)
    node.power_on()
    return stage._added(node, wait=False)
