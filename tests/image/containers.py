"""Containers on a network of their own, with a real MariaDB beside the front-end; all of it ends with the test."""

import itertools
import json
import os
import resource
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

import images
from places import Result, repository, run, tail, wait_for

numbers = itertools.count(1)
prefix = f"onenode-test-{os.getpid()}"


def limits() -> list[str]:
    """podman asks for more than a machine without CAP_SYS_RESOURCE may give; lowering is allowed everywhere."""
    files = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 8192)
    return ["--ulimit", f"nofile={files}:{files}", "--ulimit", "nproc=4096:4096"]


class Network:
    """A network namespace with a loopback only: the containers of one site share it, as those of a pod do."""

    def __init__(self):
        self.name = f"{prefix}-{next(numbers)}"
        run(["ip", "netns", "add", self.name])
        run(["ip", "-n", self.name, "link", "set", "lo", "up"])
        # Docker and newer containerd set this for every container: port 22 without root.
        run(["ip", "netns", "exec", self.name, "sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=0"])

    def option(self) -> list[str]:
        return ["--network", f"ns:/run/netns/{self.name}"]

    def remove(self) -> None:
        run(["ip", "netns", "delete", self.name], check=False)


@dataclass
class Container:
    name: str

    def run(self, *argv: str, check: bool = True, timeout: float = 30, user: str = "") -> Result:
        who = ["--user", user] if user else []
        return images.podman("exec", *who, self.name, *argv, check=check, timeout=timeout)

    def log(self) -> str:
        shown = images.podman("logs", self.name, check=False)
        return shown.out + shown.err

    def lines(self, service: str) -> list[str]:
        return [line.split(": ", 1)[1] for line in self.log().splitlines() if line.startswith(f"{service}: ")]

    def state(self) -> dict:
        return json.loads(images.podman("inspect", "--format", "{{json .State}}", self.name).out)

    def ended(self) -> bool:
        return self.state()["Status"] == "exited"

    def signal(self, name: str) -> None:
        images.podman("kill", "--signal", name, self.name)

    def wait_until_ended(self, seconds: float) -> int:
        wait_for(self.ended, seconds, f"the end of {self.name}", every=0.2, otherwise=lambda: tail(self.log()))
        return self.state()["ExitCode"]

    def stop(self, grace: int = 60) -> int:
        images.podman("stop", "--time", str(grace), self.name, timeout=grace + 30)
        return self.state()["ExitCode"]

    def processes(self) -> dict[int, str]:
        """Process ids as the container counts them, with their command lines."""
        shown = self.run("sh", "-c", "for p in /proc/[0-9]*; do printf '%s ' ${p#/proc/}; tr '\\0' ' ' <$p/cmdline; echo; done")
        found = {}
        for line in shown.out.splitlines():
            number, _, command = line.partition(" ")
            if number.isdigit() and command.strip():
                found[int(number)] = command.strip()
        return found

    def service_pid(self, service: str) -> int:
        return int(self.run("s6-svstat", "-o", "pid", f"/run/onefrontend/service/{service}").out)

    def is_ready(self, service: str) -> bool:
        return self.run("s6-svstat", "-o", "ready", f"/run/onefrontend/service/{service}", check=False).out.strip() == "true"

    def wait_until_ready(self, *services: str, seconds: float = 60) -> None:
        for service in services:
            wait_for(lambda: self.is_ready(service), seconds, f"{service} to be ready", every=0.1,
                     otherwise=lambda: tail(self.log(), 60))

    def remove(self) -> None:
        images.podman("rm", "--force", "--time", "0", self.name, check=False)


@dataclass
class Site:
    """One front-end: volumes that outlive its containers, a network, a database."""

    folder: Path
    network: Network = field(default_factory=Network)
    made: list[Container] = field(default_factory=list)
    database: Container | None = None
    password: str = "open-sesame"
    options: list[str] = field(default_factory=list)  # for every container: settings and secrets

    def __post_init__(self):
        for name in ("etc", "lib", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            os.chown(self.folder / name, 9869, 9869)
        self.write("lib/.one/one_auth", f"oneadmin:{self.password}\n")

    def settle(self, text: str, **secrets: str) -> None:
        """Mounts a settings file, and a file for each secret below /run/secrets, as an orchestrator does."""
        self.options = ["--volume", f"{self.write('settings.yaml', text, 0o644)}:/etc/onefrontend/settings.yaml:ro"]
        for name, secret in secrets.items():
            self.options += ["--volume", f"{self.write(f'secrets/{name}', secret)}:/etc/onefrontend/secrets/{name}:ro"]

    def sql(self, text: str) -> str:
        return images.podman("exec", "--interactive", self.database.name, "mariadb", "--batch", "--skip-column-names",
                             input=text).out

    def write(self, name: str, text: str, mode: int = 0o600) -> Path:
        """What an operator puts on the volumes."""
        file = self.folder / name
        for parent in [p for p in reversed(file.parents) if self.folder in p.parents and not p.exists()]:
            parent.mkdir(mode=0o700)
            os.chown(parent, 9869, 9869)
        file.write_text(text)
        file.chmod(mode)
        os.chown(file, 9869, 9869)
        return file

    def start_database(self, *settings: str, options: tuple[str, ...] = ()) -> None:
        if self.database is None:
            self.database = self._run("mariadb", images.mariadb, list(options), [
                "sh", "-c",
                "mkdir -p /run/mysqld && chown mysql /run/mysqld && "
                "printf \"CREATE USER IF NOT EXISTS oneadmin@'%%' IDENTIFIED BY 'oneadmin';\\n"
                "GRANT ALL ON opennebula.* TO oneadmin@'%%';\" >/run/init.sql && chmod 644 /run/init.sql && "
                "exec mariadbd --user=mysql --bind-address=0.0.0.0 --skip-name-resolve --init-file=/run/init.sql "
                "--transaction-isolation=READ-COMMITTED --innodb-flush-log-at-trx-commit=0 " + " ".join(settings)])
        else:
            images.podman("start", self.database.name)
        wait_for(lambda: self.database.run("mariadb-admin", "ping", check=False).ok, 30, "MariaDB", every=0.1,
                 otherwise=self.database.log)

    def start(self, role: str, *options: str, name: str = "") -> Container:
        """A role, or a command."""
        volumes = [part for inside, own in (("/etc/one", "etc"), ("/var/lib/one", "lib"), ("/var/log/one", "log"))
                   for part in ("--volume", f"{self.folder / own}:{inside}")]
        return self._run(name or role, images.front_end, [*volumes, *self.options, *options], role.split())

    def _run(self, name: str, image: str, options: list[str], command: list[str]) -> Container:
        container = Container(f"{prefix}-{next(numbers)}-{name}")
        images.podman("run", "--detach", "--name", container.name, "--hostname", "frontend", "--add-host", "frontend:127.0.0.1",
                      "--log-driver", "k8s-file", *limits(), *self.network.option(), *options, image, *command)
        self.made.append(container)
        return container

    def close(self) -> None:
        for container in reversed(self.made):
            container.remove()
        self.network.remove()
        shutil.rmtree(self.folder, ignore_errors=True)
