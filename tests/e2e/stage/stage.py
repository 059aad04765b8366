"""A running stage: the bridge, the name server and the machines, all gone when it is left."""

import itertools
import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from . import host_machine, paths, rootfs, shell
from .booted import BootedMachine, Hardware
from .host_machine import HostMachine
from .layers import Layer, ready
from .machine import Machine
from .network import Address, Network, domain
from .process import Process
from .virtual import VirtualMachine

frontend_number, first_node_number = 1, 11


def allow_many_watchers() -> None:
    """The kernel counts a user's inotify instances (128), and root of all machines is one user: a dozen use them up."""
    limit = Path("/proc/sys/fs/inotify/max_user_instances")
    enough = 4096
    if int(limit.read_text()) < enough:
        limit.write_text(str(enough))


class Stage:
    """with Stage() as stage: frontend = stage.add_frontend(); node = stage.add_node("node1")"""

    def __init__(self, preset: str | None = None, kept: bool = False):
        self.kept = kept  # by a person who will end it with stage-ctl
        self.name = paths.prefix + secrets.token_hex(3)
        self.folder = paths.running() / self.name
        self.logs = self.folder / "logs"
        self.keep_logs = False  # set where something failed; `stage-ctl clean` removes them
        self.machines: dict[str, Machine] = {}
        self.names: dict[str, list[str]] = {}
        self._node_numbers = itertools.count(first_node_number)
        self.programs = paths.repository / "build" / (preset or os.environ.get("ONENODE_PRESET", "release")) / "bin"

    def __enter__(self) -> "Stage":
        self.logs.mkdir(parents=True)
        allow_many_watchers()
        try:
            self.note()
            self._holder = self._start_holder()
            self.network = Network(self.holder)
            self._start_name_server()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind, error, trace) -> None:
        if isinstance(error, Exception):
            print(self.last_words(), file=sys.stderr)
            self.keep_logs = True
        self.close()

    def add_frontend(self, name: str = "frontend", *, wait: bool = True, **hardware) -> Machine:
        """Where OpenNebula's side runs; this computer itself when the environment names a real OpenNebula here."""
        address = Address(frontend_number)
        if host_machine.wanted():
            return self._added(HostMachine(name, address, self.logs / name, self.name, self.network), wait)
        return self._boot(name, address, ready(rootfs.frontend), wait, hardware)

    def add_node(self, name: str, *, node_package: bool = True, on: Layer | None = None, wait: bool = True,
                 **hardware) -> BootedMachine:
        """A bare hypervisor, or one with what else is in a layer of rootfs. `hardware` may give disk="500M", kvm=True,
        binds={...}: see booted.Hardware."""
        layer = on or (rootfs.node_package if node_package else rootfs.hypervisor)
        return self._boot(name, Address(next(self._node_numbers)), ready(layer), wait, hardware)

    def add_machine(self, name: str, *, wait: bool = True, **hardware) -> BootedMachine:
        """Debian and nothing else: no hypervisor, no Ruby, nobody's account."""
        return self._boot(name, Address(next(self._node_numbers)), ready(rootfs.debian), wait, hardware)

    def add_virtual(self, name: str, *, wait: bool = True, **hardware) -> VirtualMachine:
        """The same as a bare hypervisor with a kernel of its own; slow. Neither onenode nor OpenNebula's package is on it."""
        machine = VirtualMachine(name, Address(next(self._node_numbers)), self.logs / name, self.name, self.holder, self.network,
                                 self.folder / "disks", **hardware)
        machine.power_on()
        return self._added(machine, wait)

    def remove(self, name: str) -> None:
        """Throw a machine away, with its disk and its name."""
        machine = self.machines.pop(name)
        machine.let_go()
        if isinstance(machine, BootedMachine | VirtualMachine):
            machine.throw_disk_away()
        self.know(name)
        self.note()

    def know(self, name: str, *addresses: str) -> None:
        """Let the name server answer these addresses; without any, the name does not exist."""
        self.names.pop(name, None)
        if addresses:
            self.names[name] = list(addresses)
        self._write("names.json", self.names)
        for machine in self.machines.values():
            if isinstance(machine, HostMachine):
                machine.know_names(self.names)

    def note(self) -> None:
        """Write down who runs this stage and how to get into its machines, for stage-ctl."""
        pids = {machine.name: getattr(machine, "pid", None) for machine in self.machines.values()}
        self._write("stage.json", {"owner": os.getpid(), "kept": self.kept, "machines": pids})

    def last_words(self) -> str:
        return "\n".join(machine.last_words() for machine in self.machines.values())

    def close(self) -> None:
        for machine in self.machines.values():
            machine.let_go()
        holder, name_server = getattr(self, "_holder", None), getattr(self, "name_server", None)
        if name_server:
            name_server.kill()
        if holder:
            holder.stdin.close()
            holder.wait(20)
            holder.stdout.close()
        for cgroup in paths.cgroups_named(f"{self.name}-*"):
            remove_cgroup(cgroup)
        shutil.rmtree(self.folder / "disks", ignore_errors=True)
        if self.keep_logs:
            print(f"stage: the logs are in {self.logs}", file=sys.stderr)
        else:
            shutil.rmtree(self.folder)

    def _boot(self, name: str, address: Address, layers: list[Path], wait: bool, hardware: dict) -> BootedMachine:
        binds = hardware.pop("binds", {})
        if self.programs.is_dir():
            binds = {str(self.programs): "/opt/onenode/bin"} | binds
        machine = BootedMachine(name, address, self.logs / name, Hardware(layers, binds=binds, **hardware), self.name,
                                self.holder, self.network, self.folder / "disks", self.note)
        machine.power_on()
        return self._added(machine, wait)

    def _added(self, machine, wait: bool):
        self.machines[machine.name] = machine
        self.know(machine.name, machine.address.v4)  # a test that is about IPv6 adds address.v6
        self.note()
        if wait:
            machine.wait_until_up()
        return machine

    def _start_holder(self) -> subprocess.Popen:
        log = self.logs / "holder.log"  # it lives as long as the stage and must keep no terminal or pipe open
        with log.open("wb") as errors:
            holder = subprocess.Popen(["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--propagation",
                                       "private", "/usr/bin/python3", "-ISE", str(paths.here / "holder.py"), self.name],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
                                      start_new_session=True, env=os.environ | {paths.mark: self.name})
        if holder.stdout.readline() != "ready\n":
            raise RuntimeError(f"cannot start a stage: no new namespaces can be had\n{log.read_text().strip()}\n"
                               "run it as root on a machine of your own")
        self.holder = shell.children(holder.pid)[0]
        return holder

    def _start_name_server(self) -> None:
        self._write("names.json", self.names)
        argv = ["env", f"{paths.mark}={self.name}", *self.network.enter, "--pid", "/usr/bin/python3", "-ISE",
                str(paths.here / "names.py"), str(self.folder / "names.json"), domain]
        self.name_server = Process("the name server", argv, self.logs / "names.log")
        self.name_server.wait_for_output("ready")

    def _write(self, file: str, content: object) -> None:
        new = self.folder / f"{file}.new"
        new.write_text(json.dumps(content))
        new.rename(self.folder / file)


def remove_cgroup(top: Path) -> None:
    for folder, _, _ in os.walk(top, topdown=False):
        os.rmdir(folder)
