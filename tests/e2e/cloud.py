"""OpenNebula's side on the stage: oned (the simulator, or the real one that the environment names), signer and serve."""

from __future__ import annotations

import collections
import dataclasses
import json
import os
import re
import secrets
import xmlrpc.client
from pathlib import Path

import real_opennebula
from stage import Stage, host_machine, wait_for
from stage.machine import Machine
from stage.process import Process
from stage.shell import CommandFailed

repository = Path(__file__).resolve().parents[2]
states = {0: "init", 2: "on", 3: "err", 4: "dsbl", 8: "off"}
monitord_conf = """\
NETWORK = [ ADDRESS = "0.0.0.0", MONITOR_ADDRESS = "{address}", PORT = 4124, THREADS = 8, PUBKEY = "", PRIKEY = "" ]
PROBES_PERIOD = [ BEACON_HOST = 30, SYSTEM_HOST = 600, MONITOR_HOST = 120, STATE_VM = 5, EXEC_VM = 5, MONITOR_VM = 30,
    SYNC_STATE_VM = 180 ]
LOG = [ SYSTEM = "FILE", DEBUG_LEVEL = 3 ]
"""


@dataclasses.dataclass
class Host:
    id: int
    name: str
    state: str
    vms: int
    template: str


@dataclasses.dataclass
class Token:
    command: str
    secret: str


class OpenNebula:
    """What a front-end says, wherever it runs."""

    def api(self) -> tuple[Machine, str, str]:
        """A machine that reaches oned's API, its address there, and oneadmin's session."""
        raise NotImplementedError

    def onefrontend(self, *words: str):
        raise NotImplementedError

    def token(self, *words: str) -> Token:
        made = json.loads(self.onefrontend("token", "create", "--json", *words).out.splitlines()[-1])
        return Token(made["command"], made["token"])

    # What OpenNebula itself says: our own client is not its only witness.

    def ask(self, method: str, *parameters):
        machine, endpoint, auth = self.api()
        said = machine.run(["curl", "-sS", "--max-time", "20", "--data-binary", "@-", "-H", "Content-Type: text/xml", endpoint],
                           input=xmlrpc.client.dumps((auth, *parameters), method)).out
        (answer,), _ = xmlrpc.client.loads(said, use_builtin_types=True)
        if not answer[0]:
            raise RuntimeError(f"{method}: {answer[1]}")
        return answer[1]

    def hosts(self) -> dict[str, Host]:
        import xml.etree.ElementTree as tree

        pool = tree.fromstring(self.ask("one.hostpool.info"))
        found = {}
        for host in pool.findall("HOST"):
            name = host.findtext("NAME")
            found[name] = Host(int(host.findtext("ID")), name, states.get(int(host.findtext("STATE")), "?"),
                               len(host.findall("VMS/ID")), tree.tostring(host.find("TEMPLATE"), encoding="unicode"))
        return found

    def wait_for_state(self, name: str, state: str, limit: float) -> Host:
        wait_for(lambda: name in self.hosts() and self.hosts()[name].state == state, limit, f"host {name} to be {state}")
        return self.hosts()[name]


class Cloud(OpenNebula):
    """with Stage() as stage: cloud = Cloud(stage); cloud.start(); token = cloud.token()"""

    def __init__(self, stage: Stage, *, monitor_address: str = "auto", oned_options: list[str] | None = None,
                 settings: dict[str, object] | None = None):
        self.stage = stage
        self.settings = settings or {}  # of onefrontend.yaml, instead of ours
        self.real = host_machine.wanted()
        self.frontend: Machine = stage.add_frontend()
        self.bin = str(stage.programs) if self.real else "/opt/onenode/bin"
        self.place = str(real_opennebula.place_of(stage.name)) if self.real else "/var/lib/onefrontend-stage"
        self.config_file = f"{self.place}/onefrontend.yaml" if self.real else "/etc/onefrontend/onefrontend.yaml"
        self.monitor_address = monitor_address
        self.oned_options = oned_options or []
        self.starts: collections.Counter[str] = collections.Counter()
        self.oned: Process | None = None
        self.signer: Process | None = None
        self.serve: Process | None = None
        if self.real:
            self.endpoint = os.environ["ONED_ENDPOINT"]
            self.auth_file = os.environ["ONED_AUTH"]
            self.monitor_log = os.environ["ONED_MONITOR_LOG"]
        else:
            self.endpoint = "http://127.0.0.1:2633/RPC2"
            self.auth_file = "/var/lib/one/.one/one_auth"
            self.monitor_log = "/var/log/one/monitor.log"

    def start(self) -> Cloud:
        self.prepare()
        self.start_oned()
        self.init()
        self.start_signer()
        self.start_serve()
        return self

    def prepare(self) -> None:
        run = self.frontend.run
        if self.real:
            real_opennebula.note_what_is_there(Path(self.place))
        else:
            run(["install", "-d", "-m", "755", self.place])
            run(["ln", "-sf", f"{self.bin}/onefrontend", "/usr/bin/onefrontend"])
            run(["install", "-d", "-o", "oneadmin", "-g", "oneadmin", "-m", "700", "/var/lib/one/.one", "/var/lib/one/sim"])
            self.frontend.write(self.auth_file, f"oneadmin:{secrets.token_hex(8)}\n", mode="600", owner="oneadmin:oneadmin")
            self.frontend.write("/etc/one/monitord.conf", monitord_conf.format(address=self.monitor_address))
            self._copy_remotes()
        self.write_config()

    def _copy_remotes(self) -> None:
        """Our stand-in for /var/lib/one/remotes, given over as a tar archive."""
        import subprocess

        packed = subprocess.run(["tar", "-C", str(repository / "tests/oned-sim/remotes"), "-c", "."], check=True, stdout=subprocess.PIPE)
        unpack = ["tar", "-C", "/var/lib/one/remotes", "-x", "--owner=oneadmin", "--no-same-owner"]
        subprocess.run(self.frontend._inside(unpack, "oneadmin", None), input=packed.stdout, check=True)

    def write_config(self, **others: object) -> None:
        """onefrontend.yaml as it is for this cloud, but for these; what runs already keeps what it read."""
        self.frontend.write(self.config_file, self._config(others))

    def _config(self, others: dict[str, object]) -> str:
        address = self.frontend.address.v4
        settings = {
            "state_dir": f"{self.place}/state",
            "signer_socket": f"{self.place}/signer.sock",
            "server_names": [self.frontend.name, address],
            "listen_address": "0.0.0.0",
            "oned_endpoint": self.endpoint,
            "oned_auth": self.auth_file,
            "monitor_log": self.monitor_log,
            "ssh_auth_sock": "/run/one/ssh-agent.sock",
            "register_wait": "60s",
            "sweep_interval": "2s",
        }
        return json.dumps(settings | self.settings | others, indent=1) + "\n"  # JSON is YAML

    def start_oned(self) -> None:
        if self.real:
            return
        argv = [
            f"{self.bin}/oned-sim", "--listen", "0.0.0.0", "--auth", self.auth_file, "--log-dir", "/var/log/one",
            "--state", "/var/lib/one/sim", "--hostname", self.frontend.name, "--remotes", "/var/lib/one/remotes",
            "--monitor-address", self.monitor_address, "--control", "/run/one/sim.sock", *self.oned_options,
        ]
        self.oned = self._spawn(argv, "oned-sim", "oneadmin",
                                {"HOME": "/var/lib/one", "SSH_AUTH_SOCK": "/run/one/ssh-agent.sock"})
        self.oned.wait_for_output("ready", 15)

    def init(self) -> None:
        self.onefrontend("init")

    def start_signer(self) -> None:
        self.signer = self._service("signer", "root")

    def start_serve(self, env: dict[str, str] | None = None) -> None:
        self.serve = self._service("serve", "oneadmin", env)

    def restart_oned(self) -> None:
        """As after a crash: it is killed, and has what it had written down."""
        self.oned.kill()
        self.start_oned()

    def restart_serve(self, env: dict[str, str] | None = None) -> None:
        """Told to end and started again; it reads its settings anew, and no connection of before stays."""
        self.serve.stop()
        self.start_serve(env)

    def _service(self, verb: str, user: str, env: dict[str, str] | None = None) -> Process:
        home = {"HOME": "/var/lib/one" if user == "oneadmin" else "/root"}
        process = self._spawn([f"{self.bin}/onefrontend", verb, "--config", self.config_file], verb, user, home | (env or {}))
        process.wait_for_output("listening", 15)
        return process

    def _spawn(self, argv: list[str], name: str, user: str, env: dict[str, str]) -> Process:
        """Each start has a log of its own: a word of an earlier life must not be taken for one of this."""
        self.starts[name] += 1
        log = name if self.starts[name] == 1 else f"{name}-{self.starts[name]}"
        return self.frontend.spawn(argv, log, user=user, env=env)

    def api(self) -> tuple[Machine, str, str]:
        return self.frontend, self.endpoint, self.frontend.read(self.auth_file).splitlines()[0]

    def onefrontend(self, *words: str, user: str = "root", check: bool = True):
        return self.frontend.run([f"{self.bin}/onefrontend", *words, "--config", self.config_file], user=user, check=check, timeout=60)

    def control(self, **order: object) -> None:
        """Tell the simulator what shall go wrong, or which VMs it has: see tests/oned-sim/simulator.cpp."""
        script = ("import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect('/run/one/sim.sock');"
                  " s.sendall(sys.argv[1].encode() + b'\\n'); print(s.recv(4096).decode())")
        answer = self.frontend.run(["python3", "-c", script, json.dumps(order)], user="oneadmin").out
        if not json.loads(answer).get("ok"):
            raise RuntimeError(f"the simulator: {answer}")

    def close(self) -> None:
        for process in (self.serve, self.signer, self.oned):
            if process:
                process.stop()
        if self.real:
            real_opennebula.put_back(Path(self.place))


def add_node(stage: Stage, name: str, **hardware) -> Machine:
    """A bare machine on which onenode's package was installed: the programs and the unit, nothing else."""
    node = stage.add_node(name, **hardware)
    install_onenode(node)
    return node


def install_onenode(node: Machine) -> None:
    unit = (repository / "systemd/onenode.service").read_text()
    node.write("/usr/lib/systemd/system/onenode.service", unit)
    node.run("mkdir -p /usr/lib/onenode && ln -s /opt/onenode/bin/onenode /usr/bin/onenode &&"
             " ln -s /opt/onenode/bin/onenode-probe /usr/lib/onenode/onenode-probe && systemctl daemon-reload")


def files_of(node: Machine) -> set[str]:
    """Everything a join may touch: path, mode, owner, group and the sum of its bytes, a line each."""
    listing = ("find /etc /var/lib/one /var/tmp /run/onenode /var/lib/onenode -xdev \\( -type f -o -type l -o -type d \\) "
               "-printf '%p %m %u %g %l ' \\( -type f -exec sha256sum {} \\; -o -printf '\\n' \\) 2>/dev/null")
    # useradd and friends keep the file from before beside it, as /etc/passwd-.
    return {line for line in node.run(listing, check=False).out.splitlines() if not line.split()[0].endswith("-")}


def changes_of(node: Machine, before: set[str]) -> list[str]:
    """The lines of files_of that are not as they were: gone, new, or both."""
    return sorted(files_of(node) ^ before)


def join(node: Machine, token: Token, *words: str, check: bool = True, timeout: float = 120, frontend: str = "frontend",
         env: dict[str, str] | None = None):
    """`onenode join` as a person would run it, the token on standard input. The stage has no hardware virtualization."""
    argv = ["onenode", "join", frontend, "--token-file", "-", *_with_type(words)]
    result = node.run(argv, input=token.secret + "\n", check=False, timeout=timeout, env=env)
    warned = re.findall(r"\[WARNING (\S+)\]", result.out + result.err)
    if result.code == 1 and set(warned) == {"ssh-slow-login"}:  # of a busy computer, not of this machine
        result = dataclasses.replace(result, code=0)
    if check and not result.ok:
        raise CommandFailed(result, f" on {node.name}", f"exit code {result.code}")
    return result


def start_join(node: Machine, token: Token, *words: str, frontend: str = "frontend") -> Process:
    """The same in the background; what it says is in .output(), and in a file for each."""
    start_join.count += 1
    file = f"/root/token-{start_join.count}"  # two joins may read theirs at the same time
    node.write(file, token.secret + "\n", mode="600")
    return node.spawn(["onenode", "join", frontend, "--token-file", file, *_with_type(words)],
                      f"join-{start_join.count}")


start_join.count = 0


def _with_type(words: tuple[str, ...]) -> list[str]:
    return [*words] if "--type" in words else ["--type", "qemu", *words]


def onenode(node: Machine, *words: str, check: bool = True, timeout: float = 60):
    return node.run(["onenode", *words], check=check, timeout=timeout)
