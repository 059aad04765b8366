"""Figures of a join on the stage: what we add to OpenNebula's own work, how soon a cause is named, what the agent costs."""

from __future__ import annotations

import json
import pathlib
import sys
import time
from collections.abc import Iterator

REPO = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "tests" / "e2e"))

from cloud import Cloud, Token, add_node, join, onenode  # noqa: E402
from figure import Figure  # noqa: E402
from stage import Stage, wait_for  # noqa: E402
from stage.breakages import table  # noqa: E402
from stage.faults import drop  # noqa: E402

idle_seconds = 60
rounds = 9
opennebulas_own = ("rehearse", "register")  # its probes and rsync, and its state change, with our few requests around them


def own_time_and_idle_agent(programs: pathlib.Path) -> Iterator[Figure]:
    with Stage() as stage:
        cloud = Cloud(stage).start()
        node = add_used_node(stage, "kvm1")
        phases = timed_join(node, cloud.token())
        theirs = sum(phases.get(name, 0) for name in opennebulas_own)
        yield Figure("join.own_time", sum(phases.values()) - theirs, "s", "OpenNebula's own probes, rsync and state change", theirs)

        agent = int(node.run(["systemctl", "show", "--value", "--property=MainPID", "onenode.service"]).out)
        sshd = int(node.run(["systemctl", "show", "--value", "--property=MainPID", "ssh.service"]).out)
        client = int(node.run("pgrep -of monitord-client[.]rb").out)
        wait_until_idle(node, agent)
        before, of_client, began = cpu_seconds(node, agent), cpu_seconds(node, client), time.monotonic()
        woke, client_woke = wake_ups(node, agent), wake_ups(node, client)
        wait_for(lambda: time.monotonic() - began >= idle_seconds, idle_seconds + 5, "the idle minute to pass")
        used, of_client = cpu_seconds(node, agent) - before, cpu_seconds(node, client) - of_client
        woke, client_woke = wake_ups(node, agent) - woke, wake_ups(node, client) - client_woke
        yield Figure("agent.idle_rss", resident(node, agent), "MB", "sshd's listener on the same machine", resident(node, sshd))
        yield Figure("agent.idle_cpu", 100 * used / idle_seconds, "%", "OpenNebula's monitoring client and its probes in the same minute",
                     100 * of_client / idle_seconds)
        yield Figure("agent.idle_wakeups", woke, "/min", "OpenNebula's monitoring client in the same minute", client_woke)
        repairs = sorted(seconds_to_repair(node) for _ in range(rounds))
        yield Figure("agent.repair", repairs[rounds // 2], "s", "the goal", 1)
        news = sorted(seconds_to_follow(cloud, node, number) for number in range(rounds))
        yield Figure("agent.follow", news[rounds // 2], "s", "the goal", 5)
        onenode(node, "leave")


def seconds_to_repair(node) -> float:
    """From the moment in which somebody cuts our lines out of oneadmin's SSH configuration until they are there again."""
    time.sleep(2)  # one repair after the other at once is slowed down
    said = node.run("cd ~oneadmin/.ssh; sed -i '/onenode/d' config; began=$(date +%s%N); "
                    "until grep -q onenode config; do sleep 0.01; done; echo $(($(date +%s%N) - began))", timeout=60).out
    return int(said) / 1e9


def seconds_to_follow(cloud: Cloud, node, number: int) -> float:
    """From another key beside oneadmin's on the front-end until the node lets it in."""
    make = f"ssh-keygen -q -t ed25519 -N '' -C another -f ~/.ssh/id_{number}; cat ~/.ssh/id_{number}.pub"
    key = cloud.frontend.run(make, user="oneadmin", env={"HOME": "/var/lib/one"}).out.split()[1]
    began = time.monotonic()
    node.run(f"until grep -qF {key} ~oneadmin/.ssh/authorized_keys; do sleep 0.01; done", timeout=60)
    return time.monotonic() - began


def wait_until_idle(node, agent: int) -> None:
    """After a join the front-end still has news for the agent: host keys, a host certificate."""
    seen = [(time.monotonic(), cpu_seconds(node, agent))]

    def is_idle() -> bool:
        now, used = time.monotonic(), cpu_seconds(node, agent)
        if used - seen[-1][1] > 0.02:  # an answer without news costs less
            seen.append((now, used))
        return now - seen[-1][0] > 35  # longer than a question waits for its answer

    wait_for(is_idle, 180, "the agent to be idle")


def diagnosis(programs: pathlib.Path) -> Iterator[Figure]:
    with Stage() as stage:
        cloud = Cloud(stage).start()
        phases = timed_join(add_used_node(stage, "fit"), cloud.token())
        whole = sum(phases.values())
        cases = {
            "libvirt-down": ("libvirt", lambda node: table["no-libvirtd-running"](node)),
            "lspci-missing": ("lspci", lambda node: table["no-lspci"](node)),
            "port-4124-blocked": ("4124", lambda node: drop(stage, port=4124, proto="udp", to="frontend", source=node.name)),
        }
        for number, (name, (cause, damage)) in enumerate(cases.items(), start=1):
            node = add_used_node(stage, f"kvm{number}")
            fault = damage(node)
            began = time.monotonic()
            result = join(node, cloud.token(), check=False)
            took = time.monotonic() - began
            if cause not in result.out + result.err:
                raise RuntimeError(f"join.diagnosis.{name}: {cause!r} was not named:\n{result.out}{result.err}")
            if hasattr(fault, "heal"):
                fault.heal()
            yield Figure(f"join.diagnosis.{name}", took, "s", "the whole join of a fit machine", whole)
            stage.remove(node.name)


def add_used_node(stage: Stage, name: str):
    """One that is up for a while: libvirt has looked at its emulators, which takes it a second after a boot."""
    node = add_node(stage, name)
    node.run("virsh -c qemu:///system capabilities >/dev/null")
    return node


def timed_join(node, token: Token) -> dict[str, float]:
    """Seconds in each phase, by when `onenode join --json` said that the next one began."""
    node.write("/run/token", token.secret + "\n", mode="600")
    process = node.spawn(["sh", "-c", "onenode join frontend --token-file /run/token --type qemu --json; echo \"exit $?\""], "join")
    phases: dict[str, float] = {}
    current, began, seen = "facts", time.monotonic(), 0

    def advance() -> bool:
        nonlocal current, began, seen
        lines = process.output().splitlines()
        for line in lines[seen:]:
            if line.startswith("exit "):
                phases[current] = phases.get(current, 0) + time.monotonic() - began
                if line not in ("exit 0", "exit 1"):
                    raise RuntimeError("the join failed:\n" + "\n".join(lines))
                return True
            if line.startswith("{") and (event := json.loads(line)).get("event") == "phase":
                phases[current] = phases.get(current, 0) + time.monotonic() - began
                current, began = event["phase"], time.monotonic()
        seen = len(lines)
        return False

    wait_for(advance, 180, "the join to end")
    return phases


def cpu_seconds(node, pid: int) -> float:
    """With what its children took that ended."""
    fields = node.read(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / 100


def wake_ups(node, pid: int) -> int:
    """How often a thread of it went to sleep of its own will: it woke as often."""
    lines = node.run(f"cat /proc/{pid}/task/*/status").out.splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches:"))


def resident(node, pid: int) -> float:
    for line in node.read(f"/proc/{pid}/status").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} has no VmRSS")
