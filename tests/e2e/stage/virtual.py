"""A machine with a kernel of its own: QEMU without KVM, a real disk, real modules, AppArmor; about thirty seconds to boot.

It is reached by ssh over the stage's network, so it may be broken in every way but that."""

import shlex
import shutil
import subprocess
import time
from pathlib import Path

from . import host_keys, paths, shell, virtual_disk
from .layers import Layer
from .machine import Machine
from .network import Address, Network, domain, switch_number
from .process import Process
from .waiting import tail, wait_for

boot_limit = 900  # seconds, beside other work


class VirtualMachine(Machine):
    def __init__(self, name: str, address: Address, logs: Path, stage: str, holder: int, network: Network, disks: Path,
                 memory: str = "4G", on: Layer = virtual_disk.virtual):
        super().__init__(name, address, logs)
        self._stage = stage
        self._network = network
        self._memory = memory
        self._layer = on
        self._disks = disks / name
        self._in_stage = ["env", f"{paths.mark}={stage}", "nsenter", "--target", str(holder), "--mount", "--pid", "--net"]
        self._known_hosts = self._disks / "known_hosts"
        self._qemu: subprocess.Popen | None = None
        self._connection: subprocess.Popen | None = None  # one for all commands: to make one takes a second here
        self._disks.mkdir(parents=True)
        self._seed()

    def power_on(self) -> None:
        """Boot, without waiting until it is up."""
        self._network.inside(["ip", "tuntap", "add", "dev", self.name, "mode", "tap"])
        self._network.inside(["ip", "link", "set", "dev", self.name, "master", "lan", "up"])
        with (self.logs / "qemu.log").open("ab") as said:
            self._qemu = subprocess.Popen([*self._in_stage, "setpriv", "--pdeathsig", "KILL", *self._qemu_words()],
                                          stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True)

    def wait_until_up(self) -> None:
        def settled() -> bool:
            if self._qemu.poll() is not None:
                raise RuntimeError(f"{self.name} is gone\n{self.last_words()}")
            if not self._connect():
                return False
            state = self.run(["systemctl", "is-system-running", "--wait"], check=False, timeout=boot_limit).out.strip()
            return state in ("running", "degraded")
        wait_for(settled, boot_limit, f"{self.name} to come up", every=0.5, otherwise=self.last_words)

    def power_off(self) -> None:
        """Pull the plug: nothing is stopped, nothing is flushed."""
        self._disconnect()
        if self._qemu is not None:
            shell.kill(self._qemu)
            self._qemu = None
            self._network.inside(["ip", "link", "delete", "dev", self.name], check=False)

    def shut_down(self) -> None:
        """In order, as a person would before taking an image of it."""
        self._end_processes()
        self.run(["systemctl", "poweroff", "--no-block"], check=False)
        self._disconnect()
        wait_for(lambda: self._qemu.poll() is not None, boot_limit, f"{self.name} to be off", every=0.5, otherwise=self.last_words)
        self.power_off()

    def let_go(self) -> None:
        self._end_processes()
        self.power_off()

    def reboot(self) -> None:
        """Shut down in order and start again. What is on the disk stays."""
        boot_id = ["cat", "/proc/sys/kernel/random/boot_id"]
        before = self.run(boot_id).out
        self._end_processes()
        self.run(["systemctl", "reboot", "--no-block"], check=False)
        self._disconnect()

        def is_another() -> bool:
            if not self._connect():
                return False
            now = self.run(boot_id, check=False)  # it may go down under the question
            return now.ok and now.out != before
        wait_for(is_another, boot_limit, f"{self.name} to boot again", every=1, otherwise=self.last_words)
        self.wait_until_up()

    def throw_disk_away(self) -> None:
        shutil.rmtree(self._disks)
        shutil.rmtree(self.logs)

    def last_words(self) -> str:
        parts = [f"--- {self.name}: the end of {log}\n{tail(log.read_text(errors='replace').strip())}"
                 for log in sorted(self.logs.glob("*.log"))]
        if self._connection is not None:
            parts.append(self.run(["journalctl", "--lines=40", "--no-pager"], check=False).out)
        return "\n".join(parts)

    @property
    def host_key(self) -> str:
        """The one key by which it is known to be this machine: "ssh-ed25519 AAAA..."."""
        return self._known_hosts.read_text().split(" ", 1)[1].strip()

    @host_key.setter
    def host_key(self, key: str) -> None:
        self._known_hosts.write_text(f"{self.address.v4} {key}\n")

    def offered_host_key(self) -> str:
        """What whoever answers there shows; empty where nobody does."""
        shown = shell.run([*self._network.enter, "ssh-keyscan", "-T", "5", "-t", "ed25519", self.address.v4], check=False).out
        return " ".join(shown.split()[1:3])

    def send(self, folder: Path, place: str) -> None:
        """Copy a folder of this computer into the machine."""
        packed = subprocess.run(["tar", "-C", str(folder), "-c", "."], check=True, stdout=subprocess.PIPE).stdout
        unpack = self._inside(["sh", "-ec", 'mkdir -p "$1"; tar -C "$1" -x --no-same-owner', "sh", place], "root", None)
        subprocess.run(unpack, input=packed, check=True, timeout=120)

    def _enter(self) -> list[str]:
        return [*self._network.enter, "ssh", *self._ssh_options(), f"root@{self.address.v4}"]

    def _inside(self, argv: list[str], user: str, env: dict[str, str] | None) -> list[str]:
        with (self.logs / "commands.log").open("a") as log:  # where the time goes, on a machine as slow as this
            log.write(f"{time.strftime('%H:%M:%S')} {shlex.join(argv)[:200]}\n")
        extra = ["env", *(f"{key}={value}" for key, value in env.items())] if env else []
        become = ["--reuid", user, "--regid", user, "--init-groups"] if user != "root" else []
        return [*self._enter(), shlex.join(["setpriv", "--reset-env", *become, *extra, *argv])]

    def _ssh_options(self) -> list[str]:
        return ["-F", "none", "-i", str(virtual_disk.login_key()), "-o", f"ControlPath={self._disks}/ssh", "-o", "BatchMode=yes",
                "-o", f"UserKnownHostsFile={self._known_hosts}", "-o", "ConnectTimeout=10", "-o", "LogLevel=ERROR",
                "-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=12"]

    def _connect(self) -> bool:
        if self._connection is not None and self._connection.poll() is None:
            return True
        with (self.logs / "ssh.log").open("ab") as said:
            self._connection = subprocess.Popen([*self._enter(), "-M", "-N"], stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                                                start_new_session=True)
        socket = self._disks / "ssh"
        try:
            wait_for(lambda: socket.exists() or self._connection.poll() is not None, 30, "a login", every=0.1)
        except Exception:  # it hangs where the machine does not answer yet
            pass
        if socket.exists():
            return True
        self._disconnect()
        return False

    def _disconnect(self) -> None:
        if self._connection is not None:
            shell.kill(self._connection)
            self._connection = None
        (self._disks / "ssh").unlink(missing_ok=True)

    def _seed(self) -> None:
        """What makes this machine another one than its siblings, as an archive on a second disk: see virtual_disk."""
        tree = self._disks / "seed"
        for folder in ("etc/ssh", "etc/systemd/network", "root/.ssh"):
            (tree / folder).mkdir(parents=True)
        (tree / "root/.ssh").chmod(0o700)
        shutil.copy(virtual_disk.login_key().with_suffix(".pub"), tree / "root/.ssh/authorized_keys")
        for key in host_keys.of(self.address).glob("ssh_host_*"):
            shutil.copy(key, tree / "etc/ssh")
        public = (tree / "etc/ssh/ssh_host_ed25519_key.pub").read_text()
        self.host_key = " ".join(public.split()[:2])
        server = Address(switch_number).v4
        (tree / "etc/hostname").write_text(self.name + "\n")
        (tree / "etc/hosts").write_text(f"127.0.0.1 localhost\n{self.address.v4} {self.name}.{domain} {self.name}\n"
                                        "::1 localhost ip6-localhost ip6-loopback\n")
        (tree / "etc/resolv.conf").write_text(f"search {domain}\nnameserver {server}\noptions timeout:2 attempts:2\n")
        (tree / "etc/systemd/network/lan.network").write_text(
            f"[Match]\nName=eth0\n[Network]\nAddress={self.address.v4}/24\nGateway={server}\nLinkLocalAddressing=no\n")
        shell.run(["tar", "-C", str(tree), "--owner=root", "--group=root", "-c", "-f", str(self._disks / "seed.tar"), "."])

    def _qemu_words(self) -> list[str]:
        image, kernel, initrd = virtual_disk.ready(self._layer)
        disk = self._disks / "disk.qcow2"
        if not disk.exists():
            shell.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(image), str(disk)])
        return ["qemu-system-x86_64", "-name", self.name, "-machine", "q35,accel=tcg", "-cpu", "Nehalem", "-smp", "2", "-m", self._memory,
                "-nodefaults", "-no-user-config", "-display", "none", "-serial", f"file:{self.logs}/console.log",
                "-kernel", str(kernel), "-initrd", str(initrd),
                "-append", f"root=/dev/vda rw console=ttyS0 net.ifnames=0 mitigations=off systemd.hostname={self.name}"
                f"{virtual_disk.kernel_words[self._layer]}",
                "-drive", f"file={disk},if=virtio,format=qcow2,cache=unsafe",
                "-drive", f"file={self._disks}/seed.tar,if=virtio,format=raw,readonly=on",
                "-netdev", f"tap,id=lan,ifname={self.name},script=no,downscript=no",
                "-device", f"virtio-net-pci,netdev=lan,mac={self.address.mac}",
                "-object", "rng-random,id=rng,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng"]
