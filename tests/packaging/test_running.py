"""The packages on the stage's machines, where systemd runs: the front-end's units, a join, an upgrade while joined, a leave,
a purge."""

import json
import os

import pytest

from places import deb, missing_tools, programs, work
from variants import another_version

from cloud import Cloud, changes_of, files_of, join  # noqa: E402  (tests/e2e, by places)
from stage import Stage, wait_for  # noqa: E402

place = {"state_dir": "/var/lib/onefrontend", "signer_socket": "/run/onefrontend/signer.sock", "signer_user": "onefrontend"}


def install(machine, file) -> None:
    target = f"/root/{file.name}"
    machine.run(f"base64 -d >{target}", input=_as_text(file), timeout=60)
    machine.run(["env", "DEBIAN_FRONTEND=noninteractive", "dpkg", "--install", target], timeout=120)
    machine.run(["rm", target])


def _as_text(file) -> str:
    import base64

    return base64.b64encode(file.read_bytes()).decode()


def main_pid(machine, unit: str) -> str:
    return machine.run(["systemctl", "show", "--property=MainPID", "--value", unit]).out.strip()


def is_ready(frontend) -> bool:
    return frontend.run(["onefrontend", "ready", "enrollment"], check=False).ok


@pytest.fixture(scope="module")
def stage(packages):
    if os.geteuid() != 0 or missing_tools("unshare", "nsenter") or not (programs() / "oned-sim").exists():
        pytest.skip("the stage needs root, namespaces and oned-sim in the tree that ONENODE_PRESET names")
    work()
    with Stage() as stage:
        yield stage


@pytest.fixture(scope="module")
def cloud(stage):
    """OpenNebula by the simulator, its enrollment service by our package and its units."""
    cloud = Cloud(stage, settings=place)
    cloud.prepare()
    cloud.start_oned()
    frontend = cloud.frontend
    frontend.run(["rm", "/usr/bin/onefrontend"])  # the stage's own
    install(frontend, deb("onefrontend"))
    cloud.bin = "/usr/bin"
    cloud.onefrontend("init")
    frontend.run(["systemctl", "enable", "--now", "onefrontend.service"])
    wait_for(lambda: is_ready(frontend), 60, "the enrollment service to be ready", otherwise=frontend.last_words)
    yield cloud
    cloud.close()


@pytest.mark.parametrize(("unit", "account"), [("onefrontend.service", "oneadmin"), ("onefrontend-signer.service", "onefrontend")])
def test_each_unit_of_the_front_end_runs_as_its_account(cloud, unit, account):
    pid = main_pid(cloud.frontend, unit)
    assert cloud.frontend.run(["stat", "-c", "%U", f"/proc/{pid}"]).out.strip() == account
    status = cloud.frontend.read(f"/proc/{pid}/status")
    assert "CapEff:\t0000000000000000" in status and "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status


def test_the_authoritys_key_is_the_signers_alone(cloud):
    listed = cloud.frontend.run("find /var/lib/onefrontend/signer -type f -printf '%m %u\\n'").out.split("\n")
    assert {"600 onefrontend"} == {line for line in listed if line}


def who_it_is(node) -> dict[str, str]:
    """What no upgrade touches. The desired state stands in the same file, and the agent follows the front-end meanwhile."""
    state = json.loads(node.read("/var/lib/onenode/state.json"))
    key = node.run(["sha256sum", "/var/lib/onenode/identity/node.key"]).out
    return {"key": key} | {name: state[name] for name in ("frontend", "node_id", "host_id", "joined_at", "fingerprint")}


def test_a_machine_joins_is_upgraded_loses_the_package_leaves_and_is_purged_without_a_trace(cloud, stage):
    node = stage.add_node("kvm1")
    before = files_of(node)
    install(node, deb("onenode"))
    join(node, cloud.token())
    cloud.wait_for_state("kvm1", "on", 60)
    node.spawn(["sleep", "600"], "guest")

    others = ("ssh.service", "libvirtd.service", "virtlogd.service", "systemd-journald.service")
    kept = {unit: main_pid(node, unit) for unit in others}
    agent = main_pid(node, "onenode.service")
    known = who_it_is(node)
    guest = node.run("pgrep -x sleep").out
    install(node, another_version(deb("onenode"), "99.1"))
    wait_for(lambda: main_pid(node, "onenode.service") not in ("0", agent), 30, "the agent to be started anew")
    wait_for(lambda: "healthy" in node.run(["onenode", "status"], check=False).out, 30, "the agent to be healthy again")
    assert {unit: main_pid(node, unit) for unit in others} == kept
    assert who_it_is(node) == known
    assert node.run("pgrep -x sleep").out == guest
    assert cloud.hosts()["kvm1"].state == "on"

    # without the package it stays a host, and nothing but the agent ends; a bare join starts that again
    removed = node.run(["dpkg", "--remove", "onenode"], timeout=60)
    assert "still joined" in removed.out + removed.err
    assert main_pid(node, "onenode.service") == "0"
    install(node, deb("onenode"))
    assert main_pid(node, "onenode.service") == "0", "nothing starts by being installed"
    assert "was started" in node.run(["onenode", "join"], check=False, timeout=120).out
    wait_for(lambda: "healthy" in node.run(["onenode", "status"], check=False).out, 30, "the agent to be healthy once more")
    assert {unit: main_pid(node, unit) for unit in others} == kept
    assert who_it_is(node) == known
    assert node.run("pgrep -x sleep").out == guest
    assert cloud.hosts()["kvm1"].state == "on"

    node.run(["onenode", "leave"], timeout=120)
    node.run(["dpkg", "--purge", "onenode"], timeout=60)
    assert changes_of(node, before) == []
    assert not node.exists("/run/onenode") and not node.exists("/run/onenode.lock")


def test_an_upgrade_of_the_front_ends_package_starts_its_units_anew(cloud):
    frontend = cloud.frontend
    before = {unit: main_pid(frontend, unit) for unit in ("onefrontend.service", "onefrontend-signer.service", "ssh.service")}
    install(frontend, another_version(deb("onefrontend"), "99.1"))
    wait_for(lambda: is_ready(frontend), 60, "the enrollment service to be ready again", otherwise=frontend.last_words)
    after = {unit: main_pid(frontend, unit) for unit in before}
    changed = {unit for unit in before if before[unit] != after[unit]}
    assert changed == {"onefrontend.service", "onefrontend-signer.service"}
