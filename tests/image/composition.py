"""The shipped compose file as a person starts it: a copy of its folder, podman-compose, nothing of ours in its command
lines. What this machine's podman needs stands in files that podman reads. Everything is in a network namespace of its own,
whose loopback is `the machine`: so ports are published without a fight for 22."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import images
from containers import Container, Network, limits
from places import Result, cache, repository, run, wait_for

shipped = repository / "frontend" / "image" / "compose"
images_in_use = f"FRONTEND_IMAGE={images.front_end}\nDATABASE_IMAGE={images.database}\n"


def names_are_served() -> bool:
    noted = Path("/run/containers/networks/aardvark-dns/aardvark.pid")
    command_line = Path(f"/proc/{noted.read_text().strip()}/cmdline") if noted.exists() else noted
    return command_line.exists() and command_line.read_bytes() != b""


@contextmanager
def able_to_compose() -> Iterator[None]:
    """One at a time: root's aardvark-dns serves the names of all networks, and lives in one network namespace."""
    lacking = [name for name in ("podman-compose", "netavark", "aardvark-dns")
               if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/lib/podman")]
    if lacking:
        pytest.skip(f"compose files cannot be tried here without {', '.join(lacking)} (packaging/build-deps)")
    with (cache() / "names.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if names_are_served():
            pytest.fail("root's podman serves names to others' containers: end those, then aardvark-dns")
        images.build_database()
        yield


def configuration(folder: Path) -> dict[str, str]:
    """podman's options of images.podman() and containers.limits(), as files."""
    ulimits = [limit for limit in limits() if limit != "--ulimit"]
    (folder / "containers.conf").write_text(
        f'[containers]\ndefault_ulimits = {json.dumps(ulimits)}\nlog_driver = "k8s-file"\n'
        '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
        f'[network]\nnetwork_backend = "netavark"\nnetwork_config_dir = "{folder}/networks"\n')
    places = dict(zip(("graphroot", "runroot", "driver"), images.storage()[1::2], strict=True))
    (folder / "storage.conf").write_text("[storage]\n" + "".join(f'{key} = "{value}"\n' for key, value in places.items()))
    found = {"CONTAINERS_CONF": str(folder / "containers.conf"), "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf")}
    if not Path("/run/systemd/system").exists():
        found["DISABLE_HC_SYSTEMD"] = "true"  # its timers run health checks; here the test does
    return found


@dataclass
class Composition:
    folder: Path  # its name is the project's
    network: Network = field(default_factory=Network)

    def __post_init__(self):
        shutil.copytree(shipped, self.folder)
        (self.folder / ".env").write_text(images_in_use)
        podmans = self.folder.parent / f"{self.folder.name}-podman"
        podmans.mkdir()
        self.environment = [f"{name}={value}" for name, value in configuration(podmans).items()]

    def on_the_machine(self, *argv: str, check: bool = True, timeout: float = 60) -> Result:
        return run(["nsenter", f"--net=/run/netns/{self.network.name}", "env", f"--chdir={self.folder}", *self.environment, *argv],
                   check=check, timeout=timeout, shown=list(argv))

    def compose(self, *argv: str) -> Result:
        """Version 1.0.3 says 0 however podman fared."""
        return self.on_the_machine("podman-compose", *argv, timeout=240)

    def set_address(self, address: str) -> None:
        settings = self.folder / "settings.yaml"
        before = settings.read_text()
        assert 'address: ""' in before
        settings.write_text(before.replace('address: ""', f"address: {address}"))

    def secret(self, name: str) -> str:
        return (self.folder / "secrets" / name).read_text().strip()

    def container(self, service: str) -> Container:
        return Container(f"{self.folder.name}_{service}_1")

    def is_healthy(self, service: str) -> bool:
        return self.on_the_machine("podman", "healthcheck", "run", self.container(service).name, check=False).ok

    def wait_until_healthy(self, seconds: float = 240) -> None:
        for service in ("database", "frontend"):
            wait_for(lambda: self.is_healthy(service), seconds, f"{service} to be healthy", every=1,
                     otherwise=self.container(service).log)

    def close(self) -> None:
        for service in ("frontend", "database"):
            argv = ["podman", "rm", "--force", "--ignore", "--time", "0", self.container(service).name]
            # One that is just being started again is refused.
            wait_for(lambda argv=argv: self.on_the_machine(*argv, check=False).ok, 60, f"the end of {service}", every=0.5)
        self.on_the_machine("podman", "volume", "prune", "--force", "--filter",
                            f"label=io.podman.compose.project={self.folder.name}", check=False)
        self.network.remove()
