"""Admins on another machine: their own user of OpenNebula, over HTTPS, as OpenNebula allows it."""

import json

import pytest

from cloud import Cloud, Token, add_node, join
from stage import wait_for


@pytest.fixture(scope="module")
def cloud(stage):
    cloud = Cloud(stage, oned_options=["--user", "alice:s3cret:oneadmin", "--user", "bob:hunter2:users"]).start()
    yield cloud
    cloud.close()


@pytest.fixture(scope="module")
def fingerprint(cloud) -> str:
    return json.loads(cloud.onefrontend("ca", "status", "--json").out)["fingerprint"]


class Desk:
    """A machine of no interest to OpenNebula, with `onefrontend` and a person."""

    def __init__(self, machine, fingerprint: str):
        self.machine = machine
        self.fingerprint = fingerprint

    def sit_down(self, session: str) -> None:
        self.machine.run(["install", "-d", "-m", "700", "/root/.one"])
        self.machine.write("/root/.one/one_auth", session + "\n", mode="600")

    def onefrontend(self, *words: str, fingerprint: str | None = None, check: bool = True):
        env = {"HOME": "/root", "ONEFRONTEND_ENDPOINT": "frontend",
               "ONEFRONTEND_FINGERPRINT": self.fingerprint if fingerprint is None else fingerprint}
        return self.machine.run(["/opt/onenode/bin/onefrontend", *words], env=env, check=check, timeout=60)

    def objects(self, *words: str) -> list[dict]:
        return [json.loads(line) for line in self.onefrontend(*words, "--json").out.splitlines()]


@pytest.fixture(scope="module")
def desk(stage, fingerprint):
    return Desk(stage.add_node("desk"), fingerprint)


@pytest.fixture
def alice(desk):
    desk.sit_down("alice:s3cret")
    return desk


@pytest.fixture
def bob(desk):
    desk.sit_down("bob:hunter2")
    return desk


def audit(cloud) -> list[dict]:
    return [json.loads(line) for line in cloud.frontend.read(f"{cloud.place}/state/serve/audit.log").splitlines()]


def test_an_administrator_lets_a_machine_in_and_out(cloud, node, alice):
    made = alice.objects("token", "create", "--name", node.name)[0]
    join(node, Token(made["command"], made["token"]))
    listed = [entry for entry in alice.objects("node", "list") if entry["name"] == node.name]
    assert listed[0]["phase"] == "joined", listed
    assert f"name             {node.name}\n" in alice.onefrontend("node", "show", node.name).out
    assert f"Node {listed[0]['id']} ({node.name}) is removed" in alice.onefrontend("node", "remove", node.name).out
    wait_for(lambda: node.name not in cloud.hosts(), 10, "the host is gone")

    deeds = [line for line in audit(cloud) if line.get("by") == "alice"]
    assert {"token-created", "node-removed", "host-removed"} <= {line["event"] for line in deeds}, deeds
    assert all(line["from"].endswith(alice.machine.address.v4) and line["request"] for line in deeds), deeds


def test_a_page_of_text_is_the_same_here_and_there(cloud, alice):
    alice.onefrontend("token", "create", "--name", "kvm99", "--life", "2h")
    assert alice.onefrontend("token", "list").out == cloud.onefrontend("token", "list").out
    assert alice.onefrontend("ca", "status").out == cloud.onefrontend("ca", "status").out
    assert alice.onefrontend("keys", "status").out == cloud.onefrontend("keys", "status").out
    assert alice.onefrontend("token", "create", "--print", "cloud-init").out.startswith("#cloud-config\n")


def test_opennebula_says_what_a_user_may_not(cloud, bob):
    before = cloud.onefrontend("token", "list").out
    refused = bob.onefrontend("token", "create", check=False)
    assert refused.code == 3 and "have an administrator of OpenNebula do it: bob may not" in refused.err, refused
    assert cloud.onefrontend("token", "list").out == before
    assert bob.onefrontend("node", "list").out.splitlines()[1:] == []  # theirs are not shown to him


def test_wrong_words_are_told_from_one_another(desk, alice, fingerprint):
    alice.sit_down("alice:wrong")
    wrong = alice.onefrontend("node", "list", check=False)
    assert wrong.code == 3 and "OpenNebula does not know them" in wrong.err and "wrong\n" not in wrong.err, wrong

    alice.sit_down("alice:s3cret")
    asked = alice.onefrontend("node", "list", fingerprint="", check=False)
    assert asked.code != 0 and fingerprint in asked.err and "onefrontend ca status" in asked.err, asked
    other = alice.onefrontend("node", "list", fingerprint="A" * 43, check=False)
    assert other.code != 0 and "s3cret" not in other.err, other

    alice.machine.run(["rm", "/root/.one/one_auth"])
    nobody = alice.onefrontend("node", "list", check=False)
    assert nobody.code != 0 and "/root/.one/one_auth" in nobody.err and "oneuser token-create" in nobody.err, nobody

    pasted = alice.onefrontend("token", "revoke", "ont1.7.secret", check=False)
    assert pasted.code != 0 and "secret" not in pasted.err, pasted


def test_what_only_the_front_end_can_do_has_no_endpoint(alice):
    for words in (["ca", "rotate"], ["keys", "rotate"], ["backup", "/root/one.tar"]):
        refused = alice.machine.run(["/opt/onenode/bin/onefrontend", *words, "--endpoint", "frontend"], check=False)
        assert refused.code == 64 and "--endpoint" in refused.err, refused


def test_anybody_can_ask_by_http(alice):
    ask = """
import base64, json, ssl, urllib.request
request = urllib.request.Request("https://frontend:4125/v1/admin/tokens")
request.add_header("Authorization", "Basic " + base64.b64encode(b"alice:s3cret").decode())
answer = json.load(urllib.request.urlopen(request, context=ssl._create_unverified_context()))
print(answer["outcome"], {each["event"] for each in answer["objects"]})
"""
    alice.onefrontend("token", "create")
    assert alice.machine.run(["python3", "-c", ask]).out == "ok {'token'}\n"


def test_a_front_end_may_hear_no_admin_from_elsewhere(cloud, alice):
    cloud.write_config(admin_networks=["192.0.2.0/24"])
    cloud.restart_serve()
    try:
        refused = alice.onefrontend("node", "list", check=False)
        assert refused.code == 3 and "admin_networks" in refused.err, refused
    finally:
        cloud.write_config()
        cloud.restart_serve()
    assert alice.onefrontend("node", "list").code == 0
