"""A machine that was off for longer than its certificate lived comes back by itself, and so that somebody can see it."""

import json
import time

import pytest

from cloud import Cloud, add_node, join, onenode
from stage import Stage, wait_for

pytestmark = [pytest.mark.simulator, pytest.mark.full]  # it takes a certificate's life

life = 60  # seconds


@pytest.fixture(scope="module")
def cloud():
    with Stage() as stage:
        cloud = Cloud(stage, settings={"node_certificate_life": f"{life}s"}).start()
        yield cloud
        cloud.close()


def events(cloud, name: str) -> list[dict]:
    lines = cloud.frontend.read(f"{cloud.place}/state/serve/audit.log").splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == name]


def test_a_node_that_was_off_for_long_comes_back_and_is_counted(cloud):
    node = add_node(cloud.stage, "sleeper")
    join(node, cloud.token())
    node.run("systemctl stop onenode.service")
    stopped = time.monotonic()
    wait_for(lambda: time.monotonic() - stopped > life + 5, life + 20, "its certificate to end")
    assert "has expired" in onenode(node, "status", check=False).out
    node.run("systemctl start onenode.service")
    wait_for(lambda: events(cloud, "recovered"), 60, "the node to come back", otherwise=lambda: cloud.serve.output()[-2000:])
    assert events(cloud, "recovered")[0]["name"] == "sleeper"
    wait_for(lambda: "answers" in onenode(node, "status", check=False).out, 30, "its status to be good")


def test_a_node_that_was_removed_meanwhile_stays_away(cloud):
    node = add_node(cloud.stage, "removed")
    join(node, cloud.token())
    before = len(events(cloud, "recovered"))
    node.run("systemctl stop onenode.service")
    stopped = time.monotonic()
    wait_for(lambda: time.monotonic() - stopped > life + 5, life + 20, "its certificate to end")
    cloud.onefrontend("node", "remove", "removed")
    node.run("systemctl start onenode.service")
    wait_for(lambda: "removed" in node.run("systemctl status onenode", check=False).out, 60, "its agent to be told")
    assert len(events(cloud, "recovered")) == before
