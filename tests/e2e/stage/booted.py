"""A machine with a kernel's worth of namespaces, its own disk and real systemd as its first process."""

import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import host_keys, paths, shell
from .machine import Machine
from .network import Address, Network, domain, switch_number
from .waiting import tail, wait_for

boot_limit = 60  # seconds; it takes about one


@dataclass(frozen=True)
class Hardware:
    """What differs between machines before they are switched on."""

    layers: list[Path]                                     # of the root file system, topmost first
    disk: str = "2G"                                       # room for all that the machine writes; in memory
    kvm: bool = False                                      # whether there is a /dev/kvm
    binds: dict[str, str] = field(default_factory=dict)    # read-only: folder of this computer -> path in the machine


class BootedMachine(Machine):
    boot_script = paths.here / "boot.sh"

    def __init__(self, name: str, address: Address, logs: Path, hardware: Hardware, stage: str, holder: int,
                 network: Network, disks: Path, on_power: Callable[[], None]):
        super().__init__(name, address, logs)
        self.pid: int | None = None  # of the machine's systemd, as this computer sees it
        self.hardware = hardware
        self._stage = stage
        self._network = network
        self._on_power = on_power  # told when the machine has a new pid
        self._disk = disks / name
        self._cgroup = paths.cgroups() / f"{stage}-{name}"
        self._in_stage = ["env", f"{paths.mark}={stage}", "nsenter", "--target", str(holder), "--mount", "--pid"]
        self._boot: subprocess.Popen | None = None
        self._disk.mkdir(parents=True)
        self._mount_disk("size=" + hardware.disk)

    def power_on(self) -> None:
        """Boot, without waiting until it is up."""
        console = self.logs / "console.log"
        with console.open("ab") as said:
            self._boot = subprocess.Popen([*self._in_stage, "bash", str(self.boot_script)],
                                          env=self._boot_settings(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                          stderr=said, text=True, start_new_session=True)
        told = self._boot.stdout.readline().split()
        if told[:1] != ["pid"]:
            raise RuntimeError(f"cannot boot {self.name}: {tail(console.read_text()) or 'it said nothing'}")
        self.pid = int(told[1])
        self._network.plug(self.name, self.address, self.pid)
        self._boot.stdin.write("plugged in\n")
        self._boot.stdin.close()
        self._on_power()

    def wait_until_up(self) -> None:
        def settled() -> bool:
            state = self.run(["systemctl", "is-system-running", "--wait"], check=False, timeout=boot_limit).out.strip()
            return state in ("running", "degraded")
        wait_for(settled, boot_limit, f"{self.name} to come up", otherwise=self.last_words)
        self.spawn(["journalctl", "--follow", "--lines=all", "--output=short-precise"], "journal")

    def power_off(self) -> None:
        """Pull the plug: nothing is stopped, nothing is flushed."""
        if self._boot is not None:
            self._end_processes()
            if self._boot.poll() is None:
                os.kill(self.pid, signal.SIGKILL)
            self._gone()

    def let_go(self) -> None:
        self.power_off()

    def reboot(self) -> None:
        """Shut down in order, start again, wait until it is up. What is on the disk stays."""
        self._end_processes()
        self.run(["systemctl", "poweroff", "--no-block"], check=False)
        self._gone()
        self.power_on()
        self.wait_until_up()

    def last_words(self) -> str:
        """The end of everything this machine said, for a person who wants to know what went wrong."""
        parts = []
        for log in sorted(self.logs.glob("*.log")):
            if text := log.read_text(errors="replace").strip():
                parts.append(f"--- {self.name}: the end of {log}\n{tail(text)}")
        if self.pid and not (self.logs / "journal.log").exists():
            parts.append(self.run(["journalctl", "--lines=25", "--no-pager"], check=False).out)
        return "\n".join(parts)

    def resize_disk(self, size: str) -> None:
        self._mount_disk("remount,size=" + size)

    def throw_disk_away(self) -> None:
        shell.run([*self._in_stage, "umount", str(self._disk)])
        self._disk.rmdir()
        shutil.rmtree(self.logs)

    def disk_used(self) -> int:
        """Bytes that the machine has written so far."""
        answer = shell.run([*self._in_stage, "df", "--block-size=1", "--output=used", str(self._disk)])
        return int(answer.out.split()[-1])

    def _enter(self) -> list[str]:
        if self.pid is None:
            raise RuntimeError(f"cannot reach {self.name}: it is switched off\nmachine.power_on()")
        return ["env", f"{paths.mark}={self._stage}", "nsenter", "--target", str(self.pid), "--mount", "--uts", "--ipc",
                "--net", "--pid", "--cgroup"]

    def _mount_disk(self, options: str) -> None:
        shell.run([*self._in_stage, "mount", "-t", "tmpfs", "-o", options, self._stage, str(self._disk)])

    def _gone(self) -> None:
        self._boot.wait(boot_limit)
        self._boot.stdout.close()
        self.pid = self._boot = None

    def _boot_settings(self) -> dict[str, str]:
        identity = hashlib.md5(f"{self._stage}-{self.name}".encode()).hexdigest()
        return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "NAME": self.name, "DOMAIN": domain, "MACHINE_ID": identity,
                "HOST_KEYS": str(host_keys.of(self.address)),
                "ADDRESS": self.address.v4, "DNS": Address(switch_number).v4,
                "LAYERS": ":".join(map(str, self.hardware.layers)), "DISK": str(self._disk),
                "CGROUP": str(self._cgroup), "KVM": "yes" if self.hardware.kvm else "no",
                "BINDS": "\n".join(f"{source}>{target}" for source, target in self.hardware.binds.items())}
