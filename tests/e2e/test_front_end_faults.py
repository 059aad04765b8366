"""A front-end that is none, or not the one that the token pins: named with its address, offline as far as it can be."""

import subprocess
import sys
from pathlib import Path

import pytest

from cloud import add_node, changes_of, files_of, join
from stage.faults import drop
from stage.process import Process

# Which port of impostor.py, and what the joiner has to read.
impostors = {
    "speaks plain HTTP": (4201, "plain HTTP"),
    "has another key than the pin": (4202, "pin"),
    "answers what is no HTTP": (4203, "not HTTP"),
    "answers what is no JSON": (4204, "/v1/hello"),
    "answers without end": (4205, "larger than"),
    "answers with a header without end": (4206, "header"),
    "stops in the middle": (4207, "before the answer was complete"),
    "takes the connection and says nothing": (4208, "no TLS answer"),
}


@pytest.fixture(scope="module")
def node(stage):
    return add_node(stage, "node1")


@pytest.fixture(scope="module")
def impostor(stage, cloud, tmp_path_factory):
    """A program of this computer's in the front-end's network; its keys are a copy, the pinned one among them."""
    keys = tmp_path_factory.mktemp("keys")
    public = f"{cloud.place}/state/public"
    (keys / "chain").write_text(cloud.frontend.read(f"{public}/server.pem") + cloud.frontend.read(f"{public}/ca.pem"))
    (keys / "key").write_text(cloud.frontend.read(f"{cloud.place}/state/server.key"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "2", "-subj", "/CN=frontend", "-keyout", keys / "other.key", "-out", keys / "other"],
                   check=True, capture_output=True)
    pid = getattr(cloud.frontend, "pid", None)
    enter = ["nsenter", "--target", str(pid), "--net"] if pid else []
    argv = [*enter, "setpriv", "--pdeathsig", "KILL", sys.executable, str(Path(__file__).with_name("impostor.py")),
            cloud.frontend.address.v4, *(str(keys / name) for name in ("chain", "key", "other", "other.key"))]
    process = Process("the impostor", argv, stage.logs / "impostor.log")
    process.wait_for_output("ready")
    yield process
    process.kill()


def refused(cloud, node, frontend: str, named: str) -> str:
    """Tries to join; nothing is changed anywhere, and what is said has a thing, a reason and a next action."""
    before, token = files_of(node), cloud.token()
    result = join(node, token, check=False, frontend=frontend)
    said = result.out + result.err
    assert result.code == 2, said
    assert named in result.err and frontend.split(":")[0] in result.err and "fix:" in result.err, said
    assert token.secret not in said
    assert "Nothing was changed on this machine." in result.err
    assert changes_of(node, before) == [] and node.name not in cloud.hosts()
    return said


@pytest.mark.parametrize("fault", impostors)
def test_a_front_end_is_refused_that(cloud, node, impostor, fault):
    port, named = impostors[fault]
    refused(cloud, node, f"frontend:{port}", named)


@pytest.mark.full  # the limit of an answer is a quarter of a minute
def test_a_front_end_is_refused_that_never_answers(cloud, node, impostor):
    refused(cloud, node, "frontend:4209", "did not answer")


def test_a_front_end_is_named_whose_name_does_not_resolve(cloud, node):
    refused(cloud, node, "no-such-front-end", "resolve")


def test_a_front_end_is_named_where_nothing_listens(cloud, node):
    refused(cloud, node, "frontend:4299", "refused")


def test_a_front_end_is_named_that_a_firewall_hides(cloud, node, stage):
    with drop(stage, port=4125, to="frontend", source=node.name):
        refused(cloud, node, "frontend", "nobody answered")
