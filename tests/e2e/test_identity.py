"""What a person sees of identities: a ban, a rotation of the CA, another key of oneadmin."""

import json
import time

import pytest

from cloud import add_node, join, onenode
from stage import wait_for

pytestmark = pytest.mark.simulator  # it removes nodes and rotates the CA


@pytest.fixture(scope="module")
def pair(stage, cloud):
    first, second = add_node(stage, "node1"), add_node(stage, "node2")
    for node in (first, second):
        join(node, cloud.token())
    return first, second


def status_of(cloud, *words: str) -> list[dict]:
    return [json.loads(line) for line in cloud.onefrontend(*words, "--json").out.splitlines()]


def test_another_key_of_oneadmin_is_on_every_node_within_seconds(cloud, pair):
    path = "/var/lib/one/.ssh/next.pub"
    cloud.frontend.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/var/lib/one/.ssh/next"], user="oneadmin")
    key = cloud.frontend.read(path).split()[1]
    for node in pair:
        wait_for(lambda: key in node.read("/var/lib/one/.ssh/authorized_keys"), 5, f"{node.name} to let the new key in")
    everywhere = lambda: all(not each["nodes_without"] for each in status_of(cloud, "keys", "status"))
    wait_for(everywhere, 20, "both nodes to say so", otherwise=lambda: cloud.onefrontend("keys", "status").out)
    cloud.frontend.remove(path)
    wait_for(lambda: "goes 20" in cloud.onefrontend("keys", "status").out, 5, "its time to run")


def test_a_rotated_key_pair_is_in_use_at_once_and_the_former_one_for_a_while(cloud, pair):
    frontend = cloud.frontend
    former = frontend.read("/var/lib/one/.ssh/id_rsa.pub").split()[1]
    cloud.serve.stop()
    unheard = cloud.onefrontend("keys", "rotate", "--wait", "1s", check=False)
    assert unheard.code == 2 and "`onefrontend serve` did not notice" in unheard.err, unheard.out + unheard.err
    assert frontend.read("/var/lib/one/.ssh/id_rsa.pub").split()[1] == former, "nothing is cut off"
    away = pair[1]
    away.run(["systemctl", "stop", "onenode"])  # now: the key of the rotation that nobody heard of is given out by the next service
    cloud.start_serve()

    rotated = cloud.onefrontend("keys", "rotate", "--wait", "10s", check=False)
    assert rotated.code == 1 and away.name in rotated.err and "1 of 2 nodes" in rotated.out, rotated.out + rotated.err
    key = frontend.read("/var/lib/one/.ssh/id_rsa.pub").split()[1]
    assert key != former and not frontend.exists("/var/lib/one/.ssh/id_rsa.next.pub")
    own = frontend.read("/var/lib/one/.ssh/authorized_keys")
    assert key in own and former not in own, "the drivers log in here, too"
    assert frontend.run(["stat", "-c", "%U %a", "/var/lib/one/.ssh/id_rsa"]).out == "oneadmin 600\n"
    agent = {"HOME": "/var/lib/one", "SSH_AUTH_SOCK": "/run/one/ssh-agent.sock"}
    keys = frontend.run(["ssh-add", "-L"], user="oneadmin", env=agent).out
    assert key in keys and former in keys, keys

    def log_in(node, *options):
        return frontend.run(["ssh", "-o", "BatchMode=yes", "-o", "ControlPath=none", *options, node.name, "id -un"], user="oneadmin",
                            check=False, env=agent)

    alone = ("-o", "IdentityAgent=none", "-o", "IdentitiesOnly=yes", "-i", "/var/lib/one/.ssh/id_rsa")
    assert log_in(pair[0], *alone).out == "oneadmin\n", "by the new key alone"
    assert "denied" in log_in(away, *alone).err, "it has not heard of it"
    assert log_in(away).out == "oneadmin\n", "by the former one, which the agent keeps for a while"
    away.run(["systemctl", "start", "onenode"])
    wait_for(lambda: key in away.read("/var/lib/one/.ssh/authorized_keys"), 30, "it to follow once its agent is there")
    assert "goes 20" in cloud.onefrontend("keys", "status").out
    said = [line for line in frontend.read(f"{cloud.place}/state/serve/audit.log").splitlines() if "oneadmin-key-rotated" in line]
    assert len(said) == 1 and away.name in said[0] and "PRIVATE" not in said[0], said


def test_both_authorities_count_until_every_node_has_turned(cloud, pair, stage):
    printed = cloud.token()
    cloud.onefrontend("ca", "rotate")
    late = add_node(stage, "node3")
    join(late, printed)  # its pin is the former one's
    turned = lambda: status_of(cloud, "ca", "status")[0]["rotation"]["left"] == []
    wait_for(turned, 150, "all nodes to turn", otherwise=lambda: cloud.onefrontend("ca", "status").out)
    newest = add_node(stage, "node4")
    join(newest, cloud.token())
    ended = cloud.onefrontend("ca", "rotate", "--finish", check=False)
    assert ended.code == 0, ended.out + ended.err
    for node in (*pair, late, newest):
        assert "answers" in onenode(node, "status", check=False).out


def test_a_front_end_that_lost_its_authority_goes_on_with_the_exported_one(cloud, pair):
    frontend = cloud.frontend
    cloud.onefrontend("ca", "export", "/root/ca")
    assert frontend.run(["stat", "-c", "%U %a", "/root/ca"]).out == "root 600\n"
    cloud.serve.stop()
    cloud.signer.stop()
    frontend.run(["rm", "-rf", f"{cloud.place}/state"])
    alone = cloud.onefrontend("init", check=False)
    assert alone.code == 2 and "ca import" in alone.err, "not a second CA beside the nodes': " + alone.err
    cloud.onefrontend("ca", "import", "/root/ca")
    cloud.init()
    cloud.start_signer()
    cloud.start_serve()
    for node in pair:
        wait_for(lambda: "answers" in onenode(node, "status", check=False).out, 60, f"{node.name} to go on",
                 otherwise=lambda: onenode(node, "status", check=False).out)


@pytest.mark.full
def test_a_clone_freezes_both_until_an_admin_says_who_goes_on(cloud, stage):
    original, clone = add_node(stage, "original"), add_node(stage, "clone")
    join(original, cloud.token())
    copied = original.run("tar -C / -c var/lib/onenode | base64 -w0").out
    certificate = original.read("/var/lib/onenode/identity/node.crt")
    cloud.onefrontend("ca", "rotate")  # the way to a renewal today
    wait_for(lambda: original.read("/var/lib/onenode/identity/node.crt") != certificate, 150, "it to renew")
    used = time.monotonic()
    wait_for(lambda: time.monotonic() - used > 150, 200, "requests of before the renewal to be over")
    clone.write("/root/copied", copied)
    clone.run("base64 -d /root/copied | tar -C / -x && systemctl start onenode")
    frozen = lambda: any(node["name"] == "original" and "frozen" in node["phase"] for node in status_of(cloud, "node", "list"))
    wait_for(frozen, 60, "the node to be frozen", otherwise=lambda: cloud.onefrontend("node", "list").out)
    assert "frozen" in onenode(original, "status", check=False).out
    clone.power_off()
    cloud.onefrontend("node", "approve", "original")
    original.run(["systemctl", "restart", "onenode"])
    wait_for(lambda: "answers" in onenode(original, "status", check=False).out, 60, "the right one to go on")
    cloud.onefrontend("ca", "rotate", "--finish", check=False)


def test_a_banned_machine_may_not_join_again_until_it_is_removed(cloud, pair):
    _, node = pair
    said = cloud.onefrontend("node", "ban", node.name).out
    assert "may not join again" in said
    wait_for(lambda: "removed or banned" in node.run(["systemctl", "status", "onenode"], check=False).out
             or "removed on the front-end" in node.run(["systemctl", "status", "onenode"], check=False).out,
             5, "its agent to be told")
    onenode(node, "leave", "--offline", check=False)
    refused = join(node, cloud.token(), check=False)
    assert refused.code != 0 and "it was banned on the front-end" in refused.out + refused.err, refused.out + refused.err
    fingerprint = status_of(cloud, "ca", "status")[0]["fingerprint"]
    asked = node.run(["onenode", "join", "frontend", "--type", "qemu", "--unattended", "--fingerprint", fingerprint], check=False, timeout=60)
    assert asked.code == 2 and "it was banned on the front-end" in asked.out + asked.err, "it gets no code: " + asked.out + asked.err
    cloud.onefrontend("node", "remove", node.name)
    join(node, cloud.token())
