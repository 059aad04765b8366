"""`onenode join` and `onenode leave` killed anywhere: run again they end as if nobody had interfered, and nothing is lost."""

import itertools
import json
import signal

import pytest

from cloud import add_node, changes_of, files_of, join, onenode, start_join
from marks import mostly_full
from stage import wait_for
from stage.killer import dies_at, killed

in_a_join = {
    "facts": "phase facts",
    "preflight": "phase preflight",
    "trust": "answered /v1/hello",
    "enroll": "answered /v1/enroll",  # the token is spent, the node has nothing to show for it
    "plan": "phase plan",
    "apply": "after 3",  # the journal knows of a change that was not made
    "prove": "answered /v1/prove/login",
    "rehearse": "answered /v1/rehearse",
    "register": "answered /v1/register",  # OpenNebula has a host, its node does not know
    "watch": "phase watch",  # both sides call it joined, nothing watches yet
}
in_a_leave = {
    "agent": "phase agent",
    "deregister": "answered /v1/leave",
    "monitoring": "phase monitoring",
    "undo": "after 3",
    "goodbye": "answered /v1/left",  # the front-end does not know this node any more
    "forget": "phase forget",
}
pairs = list(zip(in_a_join, itertools.cycle(in_a_leave)))


class Untouched:
    """One machine for all tests of this file, which have to leave it as they found it; else the next gets another."""

    def __init__(self, stage):
        self.stage = stage
        self.node = None
        self.count = 0

    def get(self):
        if self.node is None or changes_of(self.node, self.before):
            if self.node is not None:
                self.stage.remove(self.node.name)
            self.count += 1
            self.node = add_node(self.stage, f"node{self.count}")
            self.before = files_of(self.node)
        return self.node


@pytest.fixture(scope="module")
def untouched(stage):
    return Untouched(stage)


@pytest.fixture
def node(untouched):
    return untouched.get()


def killed_join(node, token, place: str) -> bool:
    """False: it ended before it came to that place."""
    result = join(node, token, "--json", check=False, env=dies_at(node, "onenode", place))
    assert result.code in (0, killed), result.out + result.err
    return result.code == killed


def killed_leave(node, place: str) -> bool:
    result = node.run(["onenode", "leave", "--json"], check=False, timeout=60, env=dies_at(node, "onenode", place))
    assert result.code in (0, killed), result.out + result.err
    return result.code == killed


def known_nodes(cloud, node) -> list[str]:
    lines = cloud.onefrontend("node", "list", "--json").out.splitlines()
    return [one["phase"] for one in map(json.loads, lines) if one.get("name") == node.name]


def is_joined_once(cloud, node) -> None:
    hosts = cloud.hosts()
    assert [host.state for name, host in hosts.items() if name == node.name] == ["on"]
    assert known_nodes(cloud, node) == ["joined"]
    clients = node.run("pgrep -fc 'monitord-client[.]rb'", check=False).out.strip()
    assert clients == "1", f"{clients} monitoring clients"
    keys = node.read("/var/lib/one/.ssh/authorized_keys")
    assert keys.count("# begin onenode") == 1
    assert node.run(["systemctl", "is-active", "onenode"], check=False).out.strip() == "active"
    assert node.run(["systemctl", "is-enabled", "onenode"], check=False).out.strip() == "enabled"


def is_gone(cloud, node, before, said: str = "") -> None:
    assert node.name not in cloud.hosts()
    assert known_nodes(cloud, node) == []
    assert changes_of(node, before) == [], said
    assert not node.run("pgrep -af monitord-client[.]rb", check=False).ok


def test_a_join_and_its_leave_killed_in_every_phase_end_as_if_nobody_had_interfered(cloud, untouched, node):
    token = cloud.token()
    for place in in_a_join.values():
        assert killed_join(node, token, place), place
    join(node, token)
    is_joined_once(cloud, node)
    for place in in_a_leave.values():
        assert killed_leave(node, place), place
    onenode(node, "leave")
    is_gone(cloud, node, untouched.before)


@pytest.mark.parametrize("phase", mostly_full(in_a_join, always=tuple(phase for phase in in_a_join if phase != "watch")))
def test_leave_undoes_a_join_that_was_killed(cloud, untouched, node, phase):
    assert killed_join(node, cloud.token(), in_a_join[phase])
    left = onenode(node, "leave", check=False)
    if phase == "enroll":  # only the lost answer said which node the front-end calls this one
        assert left.code == 1 and "onefrontend node remove" in left.out, left.out + left.err
        assert known_nodes(cloud, node) == ["enrolled"]
        cloud.onefrontend("node", "remove", node.name)
    else:
        assert left.code == 0, left.out + left.err
    is_gone(cloud, node, untouched.before, left.out)


def test_a_join_interrupted_while_its_host_comes_up_takes_it_back_and_names_both_ways(cloud, untouched, node):
    going_on = start_join(node, cloud.token())
    wait_for(lambda: node.name in cloud.hosts() or going_on.code is not None, 60, "the host to be registered",
             otherwise=going_on.output)
    going_on.signal(signal.SIGINT)
    code, said = going_on.wait(60), going_on.output()
    assert code == 2 and "No host was left in OpenNebula." in said, said
    assert "run onenode join again" in said and "onenode leave" in said, said
    assert node.name not in cloud.hosts()
    onenode(node, "leave")
    is_gone(cloud, node, untouched.before)


@pytest.mark.full  # in every run, test_front_end_dies has the sweep take one
@pytest.mark.simulator  # its front-end is started with another setting
def test_the_host_of_a_join_that_was_killed_and_never_comes_back_is_swept(cloud, untouched, node):
    cloud.write_config(register_wait="1s")
    cloud.restart_serve()
    try:
        assert killed_join(node, cloud.token(), in_a_join["register"])
        wait_for(lambda: node.name not in cloud.hosts(), 30, "the sweep to take the host", otherwise=cloud.serve.output)
        assert known_nodes(cloud, node) == ["enrolled"], "and it may go on"
    finally:
        cloud.write_config()
        cloud.restart_serve()
    onenode(node, "leave")
    is_gone(cloud, node, untouched.before)


@pytest.mark.full  # one by one, so that a fault of one phase is not mended by the next run
@pytest.mark.parametrize(("join_phase", "leave_phase"), pairs)
def test_a_join_and_its_leave_both_killed_once_end_as_if_nobody_had_interfered(cloud, untouched, node, join_phase, leave_phase):
    token = cloud.token()
    assert killed_join(node, token, in_a_join[join_phase])
    join(node, token)
    is_joined_once(cloud, node)
    assert killed_leave(node, in_a_leave[leave_phase])
    onenode(node, "leave")
    is_gone(cloud, node, untouched.before)


def boundaries():
    for number in itertools.count(1):
        yield f"before {number}"
        yield f"after {number}"


@pytest.mark.full
def test_a_join_killed_at_any_record_of_its_journal_goes_on_when_it_is_run_again(cloud, untouched, node):
    for place in boundaries():
        token = cloud.token()
        if not killed_join(node, token, place):
            break
        join(node, token)
        is_joined_once(cloud, node)
        onenode(node, "leave")
        is_gone(cloud, node, untouched.before)
    assert place not in ("before 1", "after 1")
    onenode(node, "leave")


@pytest.mark.full
def test_leave_undoes_a_join_that_was_killed_at_any_record_of_its_journal(cloud, untouched, node):
    for place in boundaries():
        if not killed_join(node, cloud.token(), place):
            break
        onenode(node, "leave")
        is_gone(cloud, node, untouched.before)
    assert place not in ("before 1", "after 1")
    onenode(node, "leave")


@pytest.mark.full
def test_a_leave_killed_at_any_record_of_its_journal_goes_on_when_it_is_run_again(cloud, untouched, node):
    for place in boundaries():
        join(node, cloud.token())
        if not killed_leave(node, place):
            break
        onenode(node, "leave")
        is_gone(cloud, node, untouched.before)
    assert place not in ("before 1", "after 1")
