"""A machine of the stage joins the front-end of the compose file: by published ports, past the containers' own network."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from cloud import Token, add_node, join, onenode
from composition import Composition, able_to_compose
from containers import prefix
from places import scratch
from stage import Stage
from stage.network import Address

frontends = Address(1)


@pytest.fixture
def stage(image):
    with Stage() as stage:
        stage.know("frontend", frontends.v4)
        yield stage


@contextmanager
def plugged_in(stage: Stage, machine: Composition) -> Iterator[None]:
    """The machine of the containers on the stage's network; a cable is laid to a process."""
    holder = subprocess.Popen(["nsenter", f"--net=/run/netns/{machine.network.name}", "sleep", "infinity"])
    try:
        stage.network.plug("frontend", frontends, holder.pid)
        yield
    finally:
        holder.kill()
        holder.wait()


@pytest.fixture
def machine(stage):
    with able_to_compose(), tempfile.TemporaryDirectory(dir=scratch()) as folder:
        with closing(Composition(Path(folder) / f"{prefix}-joined")) as machine, plugged_in(stage, machine):
            machine.on_the_machine("./make-secrets")
            machine.set_address("frontend")
            yield machine


def test_a_hypervisor_joins_the_front_end_in_containers_and_leaves(stage, machine):
    node = add_node(stage, "kvm1")
    # Nobody here serves the stage's names to containers: a file beside the shipped one, as a person would add it.
    (machine.folder / "compose.override.yaml").write_text(
        f'services: {{frontend: {{extra_hosts: ["{node.name}:{node.address.v4}"]}}}}\n')
    machine.compose("up", "-d")
    machine.wait_until_healthy()
    frontend = machine.container("frontend")
    made = json.loads(frontend.run("onefrontend", "token", "create", "--json").out.splitlines()[-1])

    joined = join(node, Token(made["command"], made["token"]), timeout=240)
    assert f"monitoring reaches {frontends.v4} port 4124, UDP and TCP" in joined.out
    assert onenode(node, "status").code == 0
    assert node.address.v4 in frontend.run("onefrontend", "node", "show", node.name).out, "it came by its own address"
    login = frontend.run("ssh", "-o", "BatchMode=yes", "-o", "ControlPath=none", node.name, "id", "-un")
    assert login.out == "oneadmin\n"

    onenode(node, "leave", timeout=120)
    assert node.name not in frontend.run("onefrontend", "node", "list").out
