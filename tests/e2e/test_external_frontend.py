"""With a real OpenNebula on this computer, the computer itself is the stage's front-end, and is left as it was."""

from pathlib import Path

import pytest

from stage import Stage, host_machine
from stage.host_machine import HostMachine


@pytest.fixture
def hosts_before(monkeypatch):
    if Path("/sys/class/net", host_machine.interface).exists():
        pytest.skip("another stage has this computer as its front-end")
    for name in host_machine.variables:
        monkeypatch.setenv(name, "/dev/null")
    return host_machine.hosts_file.read_text()


def test_this_computer_and_a_node_reach_each_other_by_name(hosts_before):
    with Stage() as stage:
        frontend = stage.add_frontend()
        node = stage.add_node("stage-node1")
        assert isinstance(frontend, HostMachine)
        assert frontend.run(["getent", "hosts", "stage-node1"]).out.startswith(node.address.v4)
        assert "ssh-ed25519" in frontend.run("ssh-keyscan -t ed25519 stage-node1 2>/dev/null").out
        listener = frontend.spawn(["python3", "-c", "import socket\ns = socket.create_server(('10.77.0.1', 4199))\n"
                                   "print('ready', flush=True)\nprint(s.accept()[1][0], flush=True)"], "listener")
        listener.wait_for_output("ready")
        node.run(["bash", "-c", "exec 3<>/dev/tcp/frontend/4199"])
        listener.wait_for_output(node.address.v4)
    assert host_machine.hosts_file.read_text() == hosts_before
    assert not Path("/sys/class/net", host_machine.interface).exists()
