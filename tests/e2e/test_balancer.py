"""A front-end behind a load balancer (HAProxy) that tells by the PROXY protocol where a connection comes from."""

import json

import pytest

from cloud import Cloud, join, onenode
from stage import rootfs, wait_for

haproxy_conf = """\
defaults
    mode tcp
    timeout connect 5s
    timeout client 10m
    timeout server 10m
frontend enrollment
    bind *:4125
    default_backend serve
backend serve
    server one {frontend}:4125 send-proxy-v2 check check-send-proxy inter 500ms
"""


@pytest.fixture(scope="module")
def balancer(stage):
    return stage.add_node("balancer", on=rootfs.balancer)


@pytest.fixture(scope="module")
def cloud(stage, balancer):
    cloud = Cloud(stage)
    cloud.settings = {"server_names": ["balancer", "frontend"], "proxy_peers": [balancer.address.v4]}
    cloud.start()
    balancer.write("/etc/haproxy/haproxy.cfg", haproxy_conf.format(frontend=cloud.frontend.address.v4))
    balancer.run(["systemctl", "start", "haproxy"])
    yield cloud
    cloud.close()


def audit(cloud) -> list[dict]:
    return [json.loads(line) for line in cloud.frontend.read(f"{cloud.place}/state/serve/audit.log").splitlines()]


def test_a_node_joins_through_it_and_is_known_by_its_own_address(cloud, node, balancer):
    token = cloud.token("--network", node.address.v4)  # which the balancer's address is not in
    assert token.command == "onenode join balancer"
    join(node, token, frontend="balancer")
    assert cloud.hosts()[node.name].state == "on"
    enrolled = [line for line in audit(cloud) if line["event"] == "enrolled"][-1]
    assert enrolled["from"].endswith(node.address.v4), enrolled

    balancer.run(["systemctl", "restart", "haproxy"])  # the agent's long poll is cut, and comes back by the same way
    cloud.frontend.run("ssh-keygen -q -t ed25519 -N '' -C later -f /var/lib/one/.ssh/id_ed25519", user="oneadmin")
    later = cloud.frontend.read("/var/lib/one/.ssh/id_ed25519.pub").split()[1]
    wait_for(lambda: later in node.read("/var/lib/one/.ssh/authorized_keys"), 60, "the node to follow through it",
             otherwise=lambda: onenode(node, "status", check=False).out)
    onenode(node, "leave")
    assert node.name not in cloud.hosts()


def test_who_guesses_behind_it_locks_out_nobody_else(cloud, stage, node):
    guess = """
import base64, ssl, urllib.error, urllib.request
for number in range(40):  # passwords of admins, which are counted as tokens are
    request = urllib.request.Request("https://balancer:4125/v1/admin/nodes")
    request.add_header("Authorization", "Basic " + base64.b64encode(b"oneadmin:%d" % number).decode())
    try:
        urllib.request.urlopen(request, context=ssl._create_unverified_context())
    except urllib.error.HTTPError as refused:
        last = refused.code
print(last)
"""
    guesser = stage.add_node("guesser", node_package=False)
    try:
        assert guesser.run(["python3", "-c", guess], timeout=60).out == "429\n"
        join(node, cloud.token(), frontend="balancer")
        onenode(node, "leave")
    finally:
        stage.remove("guesser")


def test_a_connection_of_the_balancers_that_does_not_say_whose_it_is_is_closed(cloud, balancer):
    ask = "curl -sk --max-time 10 https://frontend:4125/v1/hello"
    assert not balancer.run(ask, check=False).ok
    assert balancer.run(ask + " --haproxy-protocol").ok
