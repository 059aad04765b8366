"""The stage is what it says: machines like real ones, faults that do one thing, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stage import CommandFailed, Stage, leftovers, paths, wait_for
from stage.clock import skew_clock
from stage.delay import delay
from stage.faults import cut, drop, drop_fragments, drop_larger, reject
from stage.trouble import fill_disk, kill_service, read_only

guest = """<domain type='qemu'><name>guest</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os>
<devices><emulator>/usr/bin/qemu-kvm-one</emulator></devices></domain>"""

# Talks to a port like a monitoring client does; the answer says what became of it.
send = """
import socket, sys
proto, host, port, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM)
s.settimeout(0.5)
try:
    s.connect((host, port)); s.send(b"x" * size); print("answered", len(s.recv(65535)))
except (TimeoutError, ConnectionError) as error:
    print(type(error).__name__)
"""
echo = """
import select, socket
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(("0.0.0.0", 4124))
t = socket.socket(); t.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); t.bind(("0.0.0.0", 4124)); t.listen()
print("ready", flush=True)
while True:
    for s in select.select([u, t], [], [])[0]:
        if s is u:
            data, peer = u.recvfrom(65535); u.sendto(str(len(data)).encode(), peer)
        else:
            c, _ = t.accept(); c.recv(65535); c.send(b"ok"); c.close()
"""


@pytest.fixture(scope="module")
def stage():
    with Stage() as stage:
        frontend = stage.add_frontend(wait=False)
        stage.add_node("node1", wait=False)
        stage.add_node("node2", node_package=False, wait=False)
        for machine in stage.machines.values():
            machine.wait_until_up()
        frontend.spawn(["python3", "-c", echo], "echo").wait_for_output("ready")
        yield stage


@pytest.fixture
def frontend(stage):
    return stage.machines["frontend"]


@pytest.fixture
def node(stage):
    return stage.machines["node1"]


@pytest.fixture
def bare(stage):
    return stage.machines["node2"]


def ask(machine, proto: str, size: int = 1, port: int = 4124) -> str:
    return machine.run(["python3", "-c", send, proto, "10.77.0.1", str(port), str(size)]).out.split()[0]


def reaches(machine, name: str) -> bool:
    return machine.run(["ping", "-q", "-c", "1", "-W", "1", name], check=False).ok


def test_machines_come_up_without_a_failed_unit(stage):
    for machine in stage.machines.values():
        assert machine.run(["systemctl", "--failed", "--plain", "--no-legend"]).out == ""


def test_machines_reach_each_other_by_name(frontend, node, bare):
    assert reaches(frontend, "node1")
    assert reaches(node, "node2.stage.test")
    assert reaches(bare, "frontend")


def test_an_unknown_name_is_unknown(node):
    assert not node.run(["getent", "hosts", "nobody"], check=False).ok


def test_addresses_lead_back_to_names(stage, node):
    assert node.run(["getent", "hosts", "10.77.0.1"]).out.split()[1] == "frontend.stage.test"


def test_every_machine_has_ssh_host_keys_of_its_own(frontend):
    keys = frontend.run("ssh-keyscan -t ed25519 frontend node1 node2 2>/dev/null").out.split("\n")[:-1]
    assert len({key.split()[2] for key in keys}) == 3


def test_the_front_end_logs_in_to_a_node_as_oneadmin(frontend, node):
    key = frontend.read("/var/lib/one/.ssh/id_rsa.pub")
    node.write("/var/lib/one/.ssh/authorized_keys", key, mode="600", owner="oneadmin:oneadmin")
    answer = frontend.run(["ssh", "-o", "StrictHostKeyChecking=no", "node1", "id -un; sudo -n -l"], user="oneadmin",
                          env={"SSH_AUTH_SOCK": "/run/one/ssh-agent.sock"}).out
    assert answer.startswith("oneadmin\n")
    assert "/usr/sbin/ip netns add *" in answer


def test_a_node_without_the_package_has_no_trace_of_opennebula(bare):
    assert not bare.run(["id", "oneadmin"], check=False).ok
    assert not bare.exists("/usr/share/one")
    assert not bare.run(["ruby", "-e", "require 'load_opennebula_paths'"], check=False).ok


def test_the_package_lets_rubys_drivers_find_their_gems(node):
    node.run(["ruby", "-e", "require 'load_opennebula_paths'; require 'rexml/document'; require 'sqlite3'"],
             user="oneadmin")


def test_libvirt_answers_root_and_members_of_its_group(node, bare):
    assert "<guest>" in node.run(["virsh", "-c", "qemu:///system", "capabilities"]).out
    assert "<guest>" in node.run(["virsh", "-c", "qemu:///system", "capabilities"], user="oneadmin").out
    bare.run(["useradd", "--groups", "libvirt", "member"])
    assert "<guest>" in bare.run(["virsh", "-c", "qemu:///system", "capabilities"], user="member").out
    bare.run(["useradd", "stranger"])
    assert not bare.run(["virsh", "-c", "qemu:///system", "capabilities"], user="stranger", check=False).ok


def test_a_guest_runs_on_a_node(node):
    node.write("/root/guest.xml", guest)
    node.run(["virsh", "create", "/root/guest.xml"])
    assert node.run(["virsh", "domstate", "guest"]).out.strip() == "running"
    node.run(["virsh", "destroy", "guest"])


def test_a_cut_between_two_machines_leaves_the_others_alone(stage, frontend, node, bare):
    with cut(stage, "frontend", "node1"):
        assert not reaches(node, "10.77.0.1")
        assert reaches(bare, "10.77.0.1")
        assert reaches(bare, "node1")
    assert reaches(node, "10.77.0.1")


def test_a_machine_whose_cable_is_out_sees_no_carrier(stage, node):
    with cut(stage, "node1"):
        assert "NO-CARRIER" in node.run(["ip", "link", "show", "eth0"]).out
    wait_for(lambda: reaches(node, "10.77.0.1"), 10, "node1 to reach the front-end again")


def test_udp_4124_can_vanish_while_tcp_4124_passes(stage, node):
    assert (ask(node, "udp"), ask(node, "tcp")) == ("answered", "answered")
    with drop(stage, port=4124, proto="udp", to="frontend"):
        assert (ask(node, "udp"), ask(node, "tcp")) == ("TimeoutError", "answered")
    assert ask(node, "udp") == "answered"


def test_a_port_can_refuse_at_once(stage, node):
    with reject(stage, port=4124, proto="tcp", to="frontend"):
        assert ask(node, "tcp") == "ConnectionRefusedError"
    with reject(stage, port=4124, proto="udp", to="frontend"):
        assert ask(node, "udp") == "ConnectionRefusedError"


def test_big_datagrams_vanish_where_fragments_do(stage, node):
    assert ask(node, "udp", 9000) == "answered"
    with drop_fragments(stage, to="frontend"):
        assert (ask(node, "udp", 1000), ask(node, "udp", 9000)) == ("answered", "TimeoutError")


def test_packets_above_a_size_vanish(stage, node):
    with drop_larger(stage, 1000, source="node1"):
        assert (ask(node, "udp", 500), ask(node, "udp", 1200)) == ("answered", "TimeoutError")


def test_a_slow_line_delays_both_ways(stage, node):
    with delay(stage, "node1", 100):
        times = node.run(["ping", "-q", "-c", "3", "-i", "0.2", "10.77.0.1"]).out
        assert 200 <= float(times.rsplit("= ", 1)[1].split("/")[0]) < 300
        assert len(node.run("dd if=/dev/zero bs=1k count=500 status=none").out) == 512000
    times = node.run(["ping", "-q", "-c", "1", "10.77.0.1"]).out
    assert float(times.rsplit("= ", 1)[1].split("/")[0]) < 50


def test_a_full_disk_refuses_writes_until_it_is_freed(node):
    with fill_disk(node):
        with pytest.raises(CommandFailed, match="No space left"):
            node.run("head -c 1000000 /dev/zero >/var/tmp/big")
    node.run("head -c 1000000 /dev/zero >/var/tmp/big")


def test_a_read_only_folder_refuses_root(node):
    with read_only(node, "/etc"):
        with pytest.raises(CommandFailed, match="Read-only"):
            node.write("/etc/new", "")
    node.write("/etc/new", "")


def test_a_service_can_die_at_once(node):
    server = ["systemctl", "show", "--property=MainPID", "--value", "cron.service"]
    before = node.run(server).out.strip()
    kill_service(node, "cron.service")
    wait_for(lambda: node.run(server).out.strip() not in (before, "0"), 10, "systemd to start it again")
    said = node.run(["journalctl", "--no-pager", "-u", "cron.service"]).out
    assert "code=killed, status=9/KILL" in said, said


def test_a_skewed_clock_shows_in_programs_ssh_sessions_and_scripts(frontend, bare):
    skew_clock(bare, 3600)
    true = time.time()
    for command in ("date +%s", "ruby -e 'puts Time.now.to_i'", "python3 -c 'import time; print(time.time())'"):
        assert abs(float(bare.run(command).out) - true - 3600) < 10
    bare.write("/root/.ssh/authorized_keys", frontend.read("/var/lib/one/.ssh/id_rsa.pub"), mode="600")
    bare.run(["systemctl", "restart", "ssh.service"])
    seen = frontend.run(["ssh", "-o", "StrictHostKeyChecking=no", "root@node2", "date +%s"], user="oneadmin",
                        env={"SSH_AUTH_SOCK": "/run/one/ssh-agent.sock"}).out
    assert abs(float(seen) - true - 3600) < 10


def test_running_programs_see_the_clock_jump(bare):
    skew_clock(bare, 3600)
    until_long_ago = "import time\nwhile time.time() > 1e9: time.sleep(.01)\nprint('jumped')"
    watcher = bare.spawn(["python3", "-c", until_long_ago], "watch")
    skew_clock(bare, -2_000_000_000)
    watcher.wait_for_output("jumped")
    skew_clock(bare, 0)


def test_a_reboot_keeps_the_disk_and_ends_all_programs(node):
    node.write("/etc/kept", "still here")
    program = node.spawn(["sleep", "1000"], "sleeper")
    node.reboot()
    assert program.code is not None
    assert node.read("/etc/kept") == "still here"
    assert reaches(node, "frontend")


def test_a_machine_whose_plug_was_pulled_boots_again(node):
    node.power_off()
    node.power_on()
    node.wait_until_up()
    assert reaches(node, "frontend")


def test_a_command_that_takes_too_long_fails_with_its_name(node):
    with pytest.raises(CommandFailed, match="cannot run `sleep 100` on node1: no end after 0.2 s"):
        node.run(["sleep", "100"], timeout=0.2)
    assert not node.run(["pgrep", "-f", "^sleep 100$"], check=False).ok


def test_our_programs_are_on_every_machine_and_cannot_be_changed_there(tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "hello").write_text("#!/bin/sh\necho hello from $(hostname)\n")
    (tmp_path / "hello").chmod(0o755)
    with Stage() as stage:
        stage.programs = tmp_path
        plain = stage.add_machine("m")  # a name that `ip` would take for a keyword
        assert plain.run(["/opt/onenode/bin/hello"], user="nobody").out == "hello from m\n"
        assert not plain.run(["rm", "/opt/onenode/bin/hello"], check=False).ok
        assert not plain.exists("/usr/sbin/libvirtd")


def test_leaving_a_stage_leaves_nothing():
    with Stage() as stage:
        stage.add_node("brief")
        assert stage.name in leftovers.stages()
    assert stage.name not in leftovers.stages()
    assert stage.name not in Path("/proc/mounts").read_text()


def test_a_killed_test_leaves_only_what_clean_removes():
    script = ("from stage import Stage\nstage = Stage().__enter__()\nstage.add_node('brief')\n"
              "print(stage.name, flush=True)\ninput()")
    child = subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parent, text=True,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    name = child.stdout.readline().strip()
    assert leftovers.owner(name) == child.pid
    os.kill(child.pid, signal.SIGKILL)
    child.communicate(timeout=10)
    assert leftovers.owner(name) is None
    assert name in leftovers.clean_all()
    assert name not in leftovers.stages()
    assert not (paths.running() / name).exists()
