"""The join token: what is wrong with one is told offline, it is never shown, and its one use has one winner."""

import pytest

from cloud import add_node, changes_of, files_of, join, start_join

ask_on_a_terminal = r"""
import os, pty, select, sys, termios, time
token, frontend = sys.stdin.readline().strip(), sys.argv[1]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("onenode", ["onenode", "join", frontend, "--type", "qemu", "--dry-run"])
said, asked = b"", False
end = time.monotonic() + 40
while time.monotonic() < end:
    if not select.select([terminal], [], [], 1)[0]:
        continue
    try:
        piece = os.read(terminal, 65536)
    except OSError:  # nobody has the other side any more
        break
    said += piece
    if not asked and b"Join token" in said and not termios.tcgetattr(terminal)[3] & termios.ECHO:
        asked = True
        os.write(terminal, b"\x03" if sys.argv[2] == "ctrl-c" else token.encode() + b"\n")
_, status = os.waitpid(pid, 0)
print("code", os.waitstatus_to_exitcode(status), "asked", asked)
print(said.decode())
"""


@pytest.fixture(scope="module")
def node(stage, cloud):
    return add_node(stage, "node1")


def answer(node, token, how: str):
    return node.run(["python3", "-c", ask_on_a_terminal, "frontend", how], input=token.secret + "\n", timeout=60).out


def test_the_prompt_does_not_show_what_is_pasted(cloud, node):
    token = cloud.token()
    said = answer(node, token, "paste")
    assert said.startswith("code 0 asked True"), said
    assert "authorized_keys" in said and token.secret not in said and token.secret[5:25] not in said, said


def test_ctrl_c_at_the_prompt_ends_it(cloud, node):
    said = answer(node, cloud.token(), "ctrl-c")
    assert "asked True" in said and not said.startswith("code 0"), said
    assert not node.exists("/var/lib/onenode")


def cut(secret: str) -> str:
    return secret[:-20]


def mistyped(secret: str) -> str:
    return secret[:40] + ("a" if secret[40] != "a" else "b") + secret[41:]


@pytest.mark.parametrize("spoil", [cut, mistyped])
def test_a_spoilt_token_is_told_offline_and_never_printed(cloud, node, spoil):
    spoilt = spoil(cloud.token().secret)
    result = node.run(["onenode", "join", "192.0.2.1", "--token-file", "-", "--type", "qemu"], input=spoilt, check=False)
    said = result.out + result.err
    assert result.code == 2 and spoil.__name__ in result.err and "fix:" in result.err, said
    assert spoilt not in said and spoilt[5:25] not in said


def test_a_token_that_cannot_be_read_is_named(node):
    before = files_of(node)
    result = node.run(["onenode", "join", "frontend", "--token-file", "/root/none", "--type", "qemu"], check=False)
    assert result.code == 2 and "/root/none" in result.err and "No such file" in result.err, result.out + result.err
    assert "fix: " in result.err and "Nothing was changed on this machine." in result.err, result.err
    assert changes_of(node, before) == []


def test_a_revoked_token_is_told(cloud, node):
    token = cloud.token()
    cloud.onefrontend("token", "revoke", token.secret.split(".")[1])
    result = join(node, token, check=False)
    assert result.code == 2 and "it was revoked" in result.err and "onefrontend token create" in result.err, result.err


def test_nobody_but_root_may_join(node):
    result = node.run(["onenode", "join", "frontend", "--token-file", "-"], user="nobody", input="", check=False)
    assert result.code == 3 and "sudo onenode join" in result.err, result.out + result.err


def test_of_two_machines_that_race_for_one_token_one_joins_and_the_other_is_told(cloud, stage, node):
    other = add_node(stage, "node2")
    token = cloud.token()
    racers = {machine.name: start_join(machine, token) for machine in (node, other)}
    codes = {name: process.wait(180) for name, process in racers.items()}
    assert sorted(codes.values()) == [0, 2], {name: process.output() for name, process in racers.items()}
    winner, loser = sorted(codes, key=codes.get)
    assert {name: host.state for name, host in cloud.hosts().items() if name in racers} == {winner: "on"}
    said = racers[loser].output()
    assert "all its uses are spent, by other machines" in said and "onefrontend token create" in said, said
