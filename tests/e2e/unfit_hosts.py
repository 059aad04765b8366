"""What OpenNebula makes of nodes that are unfit in every way the stage knows: state and reason, a node each."""

import concurrent.futures
import os
import re
import threading
import time
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

from stage import Stage, host_machine
from stage.breakages import table

remotes = Path(__file__).resolve().parents[1] / "oned-sim/remotes"

states = {"0": "init", "2": "on", "3": "err", "4": "dsbl", "8": "off"}
patience = 480  # seconds: four tries of ninety, and what is between them
together = 3    # nodes at a time
stage_lock = threading.Lock()
ssh_config = """Host *
  StrictHostKeyChecking accept-new
  ControlMaster no
  ControlPersist 70s
  ControlPath /run/one/ssh-socks/ctl-M-%C.sock
"""


class FrontEnd:
    """OpenNebula's API and its monitor.log, simulated on the stage or real on this computer."""

    def __init__(self, machine):
        self.machine = machine
        self.real = host_machine.wanted()
        if self.real:
            self.endpoint = os.environ["ONED_ENDPOINT"]
            self.session = Path(os.environ["ONED_AUTH"]).read_text().strip()
            self.log = os.environ["ONED_MONITOR_LOG"]
        else:
            self._start()

    def _start(self) -> None:
        self.session, self.log = "oneadmin:opennebula", "/var/log/one/monitor.log"
        self.machine.write("/var/lib/one/.one/one_auth", self.session + "\n", mode="600", owner="oneadmin:oneadmin")
        self.machine.write("/var/lib/one/.ssh/config", ssh_config, mode="600", owner="oneadmin:oneadmin")
        self.machine.run("install -d -o oneadmin -m 750 /var/log/one; install -d -o oneadmin -m 700 /run/one/ssh-socks")
        simulator = self.machine.spawn(
            ["/opt/onenode/bin/oned-sim", "--auth", "/var/lib/one/.one/one_auth", "--log-dir", "/var/log/one"],
            "oned-sim", user="oneadmin", env={"SSH_AUTH_SOCK": "/run/one/ssh-agent.sock", "HOME": "/var/lib/one"})
        simulator.wait_for_output("ready", timeout=10)

    def call(self, method: str, *parameters: str | int) -> str:
        values = "".join(f"<param><value><{kind}>{escape(str(value))}</{kind}></value></param>"
                         for value in (self.session, *parameters)
                         for kind in ["int" if isinstance(value, int) else "string"])
        body = f"<methodCall><methodName>{method}</methodName><params>{values}</params></methodCall>"
        if self.real:
            request = urllib.request.Request(self.endpoint, body.encode(), {"Content-Type": "text/xml"})
            answer = urllib.request.urlopen(request, timeout=20).read().decode()
        else:
            answer = self.machine.run(["curl", "-s", "-H", "Content-Type: text/xml", "--data-binary", "@-",
                                       "http://127.0.0.1:2633/RPC2"], input=body).out
        good, value = ET.fromstring(answer).findall(".//data/value")[:2]
        if good.findtext("boolean") != "1":
            raise RuntimeError(value.findtext("string"))
        return next(iter(value)).text

    def lines_about(self, host: int, name: str) -> str:
        about = re.compile(rf"host(?: id)?:? {host}\b|\bfor host {host}\b|{re.escape(name)}")
        text = Path(self.log).read_text(errors="replace") if self.real else self.machine.read(self.log)
        return "\n".join(line for line in text.splitlines() if about.search(line))


def reason(lines: str) -> str:
    """The cause as monitor.log tells it, without what differs from run to run."""
    if failed := re.search(r"Error parsing start message for host \d+: (.*)", lines):
        probe = re.search(r"Error executing ([^:]+): ?([^<]{0,60})", failed[1])
        return f"probe {probe[1]}" if probe else "start message is no XML"
    if failed := re.search(r"Start monitor failed for host \d+: (.*)", lines):
        return re.sub(r"Timeout executing .*", "Timeout executing run_monitord_client", failed[1])[:70].strip()
    return "" if "Start monitor success" in lines else "no answer"


def try_node(stage: Stage, front: FrontEnd, number: int, breakage: str) -> dict:
    name = f"unfit{number}"  # a name of its own, so that no known_hosts line or open login of another node is met
    with stage_lock:
        node = stage.add_node(name)
    front.machine.run(["ssh-keygen", "-R", name], user="oneadmin", check=False)  # of an earlier survey
    key = front.machine.read("/var/lib/one/.ssh/id_rsa.pub")
    node.write("/var/lib/one/.ssh/authorized_keys", key, mode="600", owner="oneadmin:oneadmin")
    if breakage != "fit":
        table[breakage](node)
    # OpenNebula looks after one second whether its client lives: on a busy computer a dying one still does by then, and
    # the host stays in `init`, try after try. So a login's programs go before all others, as if they were alone.
    node.run("chrt --rr --pid 1 $(pgrep -o -x sshd)", check=False)
    started = time.monotonic()
    host = int(front.call("one.host.allocate", name, "kvm", "kvm", -1))
    ended = re.compile(rf"Start monitor success, host: {host}\b|Unable to monitor host id: {host}\b")
    while time.monotonic() - started < patience:
        xml = ET.fromstring(front.call("one.host.info", host))
        if states.get(xml.findtext("STATE")) != "init" and ended.search(front.lines_about(host, name)):
            break
        time.sleep(0.5)
    took = time.monotonic() - started
    lines = front.lines_about(host, name)
    said = xml.findtext("TEMPLATE/ERROR", "").partition(" : ")[2].replace(f"({host})", "(N)")
    said = said.replace(name, "NODE")
    outcome = {"node": breakage, "state": states.get(xml.findtext("STATE"), "?"), "reason": reason(lines),
               "error": said, "seconds": round(took, 1)}
    if keep := os.environ.get("KEEP_XML"):  # for a person who compares more than states
        Path(keep).mkdir(exist_ok=True)
        Path(keep, f"{breakage}.xml").write_text(ET.tostring(xml, encoding="unicode"))
    front.call("one.host.delete", host)
    time.sleep(7 if outcome["state"] == "on" else 1)  # the driver stops the client while the node still answers
    with stage_lock:
        stage.remove(name)
    return outcome


def tried(stage: Stage, front: FrontEnd, number: int, breakage: str) -> dict:
    """One node that cannot be tried is one row that differs, not the end of the others."""
    try:
        return try_node(stage, front, number, breakage)
    except Exception as error:
        return {"node": breakage, "state": "?", "reason": f"not tried: {error}", "error": "", "seconds": 0.0}


def survey(names: list[str], tell: Callable[[dict], None]) -> dict[str, dict]:
    """The outcomes by the name of the damage, or `fit`; on the simulator, or on the real OpenNebula of this computer."""
    with Stage() as stage:
        binds = {} if host_machine.wanted() else {"binds": {str(remotes): "/var/lib/one/remotes"}}
        front = FrontEnd(stage.add_frontend(**binds))
        outcomes = {}
        with concurrent.futures.ThreadPoolExecutor(together) as pool:
            for outcome in pool.map(lambda numbered: tried(stage, front, *numbered), enumerate(names)):
                tell(outcome)
                outcomes[outcome["node"]] = outcome
        return outcomes
