"""The machine of the stage on which Kubernetes runs: node and control plane."""

import os

from cached import here

from stage.booted import BootedMachine, Hardware
from stage.waiting import tail


class ClusterNode(BootedMachine):
    """As the stage's machines, but for what is on its disk: this computer's own files, see boot.sh."""

    boot_script = here / "boot.sh"

    def _boot_settings(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "NAME": self.name, "DISK": str(self._disk), "GROUP": self._cgroup.name}

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
