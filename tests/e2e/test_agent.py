"""The agent as join leaves it: a service that follows the front-end, mends what it owns and keeps its certificate fresh."""

import json
import re
import signal
import time

import pytest

from cloud import add_node, join
from stage import wait_for
from stage.clock import skew_clock

pytestmark = pytest.mark.simulator  # it throws away the keys of the front-end's oneadmin

keys = "/var/lib/one/.ssh/authorized_keys"
certificate = "/var/lib/onenode/identity/node.crt"
at_once = 10_000  # ms: a few hundred where the machine has nothing else to do; the next round is minutes away
libvirt_units = ["libvirtd.socket", "libvirtd-ro.socket", "libvirtd-admin.socket", "libvirtd.service"]


@pytest.fixture(scope="module")
def node(stage, cloud):
    node = add_node(stage, "node1")
    join(node, cloud.token())
    return node


def says(node, words: str, limit: float = 90) -> None:
    """systemd shows what the agent does just now. A program that a busy machine held up is looked at again a minute later."""
    status = ["systemctl", "show", "--property=StatusText", "--value", "onenode"]
    wait_for(lambda: words in node.run(status).out, limit, f"the agent to say {words!r}",
             otherwise=lambda: node.run(status).out)


def new_key(cloud, name: str) -> str:
    """Another key of the front-end's oneadmin, instead of all that it had."""
    script = f"rm -f ~/.ssh/id_*; ssh-keygen -q -t ed25519 -N '' -C {name} -f ~/.ssh/id_ed25519; cat ~/.ssh/id_ed25519.pub"
    return cloud.frontend.run(script, user="oneadmin", env={"HOME": "/var/lib/one"}).out.split()[1]


def test_a_new_key_of_the_front_end_replaces_the_old_one(cloud, node):
    old = cloud.frontend.read("/var/lib/one/.ssh/id_rsa.pub").split()[1]
    node.write(keys, node.read(keys) + "ssh-ed25519 AAAA somebody-elses\n", mode="600", owner="oneadmin:oneadmin")
    assert old in node.read(keys)
    cloud.write_config(old_key_life="20s")
    cloud.serve.stop()
    cloud.start_serve()
    says(node, "joined")
    new = new_key(cloud, "second")
    wait_for(lambda: new in node.read(keys), 15, "the new key to come")
    assert old in node.read(keys)  # for a while: oned may still use it
    wait_for(lambda: old not in node.read(keys), 60, "the old key to go")
    assert "somebody-elses" in node.read(keys)  # what people added is theirs
    login = ["ssh", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i", "/var/lib/one/.ssh/id_ed25519", node.name, "id -un"]
    assert cloud.frontend.run(login, user="oneadmin", env={"HOME": "/var/lib/one"}).out == "oneadmin\n"


@pytest.mark.full  # serve looks each half minute
def test_what_a_cluster_says_otherwise_reaches_its_nodes(cloud, node):
    seen = "192.0.2.77"
    config = "/var/lib/one/.ssh/config"

    def let_the_cluster_say(addresses: str) -> None:
        cloud.ask("one.cluster.update", 0, f'ONENODE_FRONTEND_ADDRESSES = "{addresses}"', 1)

    let_the_cluster_say(f"{cloud.frontend.address.v4}, {seen}")
    wait_for(lambda: seen in node.read(config), 60, "the cluster's addresses to come")
    let_the_cluster_say("frontend")
    wait_for(lambda: seen not in node.read(config), 60, "what cannot be used to be left out")
    assert "cannot use ONENODE_FRONTEND_ADDRESSES of cluster default" in cloud.serve.output()
    let_the_cluster_say(cloud.frontend.address.v4)


def our_lines(node) -> str:
    return node.read(keys).split("# begin onenode")[1].split("# end onenode")[0]


def time_to_mend(node, edit: str) -> int:
    """Milliseconds from the end of the edit, as the machine itself sees it."""
    right = f"grep -qs end.onenode {keys} && test \"$(stat -c %a%U {keys})\" = 600oneadmin"
    return int(node.run(f"{edit}\nbegan=$(date +%s%N)\nuntil {right}; do sleep 0.02; done\n"
                        "echo $((($(date +%s%N) - began) / 1000000))").out)


def test_what_was_edited_by_hand_is_mended_at_once(cloud, node):
    says(node, "joined")
    ours = our_lines(node)
    pinned = "/var/lib/one/.ssh/known_hosts.onenode"
    wait_for(lambda: node.run(["onenode", "status"], check=False).code == 0, 20, "the node to be healthy",
             otherwise=lambda: node.run(["onenode", "status"], check=False).out)
    for edit in (f"sed -i /begin.onenode/,/end.onenode/d {keys}",  # an editor's way: another file in its place
                 f"true > {keys}", f"chmod 666 {keys}", f"rm {keys}"):
        took = time_to_mend(node, edit)
        assert took < at_once, f"{edit}: {took} ms"
    node.run(["systemctl", "restart", "onenode"])  # so many edits within a minute look like another program
    says(node, " checks pass, certificate until ")
    node.run(["mv", "/var/lib/one/.ssh", "/var/lib/one/away"])
    wait_for(lambda: node.exists(keys), 10, "the directory to be there again")
    wait_for(lambda: node.exists(pinned), 5, "the other file of the directory to be there again")
    node.run(["rm", "-rf", "/var/lib/one/away"])
    assert our_lines(node) == ours
    assert "put back what was changed on this machine" in node.run(["onenode", "history", "-n", "1"]).out


def test_what_others_add_outside_of_our_lines_stays(node):
    node.run(f"echo '# mine' >> {keys}")
    node.run("echo '192.0.2.1 somebody-elses' >> /etc/hosts")
    node.run(["systemctl", "restart", "onenode"])
    says(node, " checks pass, certificate until ")
    assert "# mine" in node.read(keys) and "somebody-elses" in node.read("/etc/hosts")


def test_who_insists_on_an_edit_is_given_way_to(node):
    says(node, "joined")
    for _ in range(8):  # each time that the agent has put it back, until it no longer does
        node.run(f"sed -i /begin.onenode/,/end.onenode/d {keys}; for i in $(seq 50); do grep -qs end.onenode {keys} && exit; sleep 0.1; done")
    says(node, f"degraded: another program changes {keys} again and again")
    node.run(f"sed -i /begin.onenode/,/end.onenode/d {keys}")  # which stays, until the next repair
    status = node.run(["onenode", "status"], check=False)
    assert status.code == 1 and "degraded" in status.out.splitlines()[0], status.out
    assert f"[WARNING drift] {keys}" in status.out and "next repair at" in status.out, status.out
    node.run(["systemctl", "restart", "onenode"])  # whoever wants it at once
    says(node, " checks pass, certificate until ")


def test_status_is_a_page_and_an_object(cloud, node):
    page = node.run(["onenode", "status"])
    assert page.out.splitlines()[0] == f"{node.name} is joined to frontend:4125, healthy", page.out
    object = json.loads(node.run(["onenode", "status", "--json"]).out)
    assert object["health"] == "healthy" and object["host"]["state"] == "on" and object["problems"] == []
    assert object["agent"]["runs"] and object["agent"]["last_contact"] and object["certificate"]["renew_at"]
    assert node.address.v4 in object["addresses"]
    assert node.run(["onenode", "status", "--exit-code"], check=False).code == 0


def test_status_tells_also_when_the_agent_is_dead_and_the_front_end_gone(cloud, node):
    node.run(["systemctl", "stop", "onenode"])
    cloud.serve.stop()
    node.run(f"sed -i /begin.onenode/,/end.onenode/d {keys}")
    status = node.run(["onenode", "status", "--exit-code"], check=False)
    assert status.code == 1, status.out
    for words in ("state unknown", "does not run", "[WARNING front-end]", "[WARNING agent]", f"[WARNING drift] {keys}"):
        assert words in status.out, status.out
    node.run(["systemctl", "start", "onenode"])  # mends without the front-end, too
    wait_for(lambda: "end onenode" in node.read(keys), 10, "the keys to be there again")
    cloud.start_serve()
    says(node, "joined")


def test_status_watches(node):
    watching = node.spawn(["onenode", "status", "--watch"], "watch")
    watching.wait_for_output("healthy", timeout=10)
    node.run(["systemctl", "stop", "onenode"])
    watching.wait_for_output("degraded; agent: the agent does not run", timeout=10)
    node.run(["systemctl", "start", "onenode"])
    says(node, "joined")
    watching.signal(signal.SIGINT)
    assert watching.wait(10) == 0 or watching.code == 1, watching.output()


def test_an_address_that_comes_is_told(node):
    node.run("ip link add other type bridge && ip link set other up && ip address add 192.0.2.77/24 dev other")
    wait_for(lambda: "192.0.2.77" in node.read("/run/onenode/agent.json"), 5, "the agent to see the address")
    assert "192.0.2.77" in node.run(["onenode", "status"]).out
    node.run(["ip", "link", "del", "other"])
    wait_for(lambda: "192.0.2.77" not in node.read("/run/onenode/agent.json"), 5, "the agent to see it go")


def test_libvirt_that_stops_is_told(node):
    node.run(["systemctl", "stop", *libvirt_units])
    says(node, "degraded: libvirt does not listen")
    node.run(["systemctl", "start", *libvirt_units])
    says(node, "joined")


def test_checks_that_fail_are_said_with_their_id_and_pass_again(node):
    metrics = "/var/lib/prometheus/node-exporter/onenode.prom"
    node.run("mkdir -p $(dirname " + metrics + ")")
    node.run("systemctl restart onenode")
    says(node, " checks pass, certificate until ")
    told = node.run(["systemctl", "show", "--property=StatusText", "--value", "onenode"]).out
    passed, looked_at = re.search(r", (\d+)/(\d+) checks pass", told).groups()
    assert int(passed) == int(looked_at) > 90, told

    node.run("chmod u-s /usr/bin/sudo")
    node.run(["systemctl", "stop", *libvirt_units])
    node.run(["systemctl", "start", *libvirt_units])
    says(node, "degraded: sudo-missing: ")  # within seconds: libvirt came anew, so everything is looked at
    page = node.run(["onenode", "status", "--exit-code"], check=False)
    assert page.code == 1 and "[ERROR sudo-missing]" in page.out and "onenode doctor --explain sudo-missing" in page.out, page.out
    assert re.search(r"checks +\d+/\d+ checks pass, [12] errors?,", page.out), page.out
    checkup = json.loads(node.run(["onenode", "status", "--json"], check=False).out)["checkup"]
    assert checkup["failed"] >= 1 and checkup["failing"][0]["id"] == "sudo-missing" and checkup["at"], checkup
    wait_for(lambda: 'onenode_check_failing{check="sudo-missing"} 1' in node.read(metrics), 10, "the metrics to say so")

    node.run("chmod u+s /usr/bin/sudo; systemctl restart onenode")
    says(node, " checks pass, certificate until ")
    wait_for(lambda: "onenode_check_failing" not in node.read(metrics), 10, "the metrics to say so")


def test_a_check_whose_program_hangs_holds_up_nothing(cloud, node):
    node.run("printf '#!/bin/sh\\nexec sleep 1234\\n' >/usr/local/sbin/visudo; chmod 755 /usr/local/sbin/visudo; systemctl restart onenode")
    wait_for(lambda: node.run("pgrep -f '[s]leep 1234'", check=False).ok, 20, "the checks to run")
    assert time_to_mend(node, f"sed -i /begin.onenode/,/end.onenode/d {keys}") < at_once, "while the check waits"
    says(node, " not checked: sudoers-broken (cannot run visudo: it did not end within ")
    page = node.run(["onenode", "status"], check=False)
    assert page.code == 1 and "[NOT-CHECKED sudoers-broken] cannot run visudo" in page.out, page.out
    unanswered = json.loads(node.run(["onenode", "status", "--json"], check=False).out)["checkup"]["unanswered"]
    assert "sudoers-broken" in [one["id"] for one in unanswered], unanswered
    assert not node.run("pgrep -f '[s]leep 1234'", check=False).ok
    node.run("rm /usr/local/sbin/visudo")
    says(node, " checks pass, certificate until ")  # by itself: it looks again within a minute


def test_what_shuts_the_front_end_out_is_noticed_within_seconds(node):
    says(node, " checks pass, certificate until ")
    node.run("chmod 777 /var/lib/one")  # sshd's StrictModes
    says(node, "degraded: authorized-keys-permissions: sshd ignores oneadmin's keys because of /var/lib/one: ")
    node.run("chmod 750 /var/lib/one")
    says(node, " checks pass, certificate until ")
    node.run("echo 'oneadmin ALL=(ALL) !ALL' >/etc/sudoers.d/zz-evil; chmod 440 /etc/sudoers.d/zz-evil")
    says(node, "degraded: sudo-rules: ")
    node.run("rm /etc/sudoers.d/zz-evil")
    says(node, " checks pass, certificate until ")


def test_a_killed_agent_says_at_once_what_it_knows(cloud, node):
    says(node, " checks pass, certificate until ")
    cloud.serve.stop()
    node.run("systemctl kill -s KILL onenode; systemctl restart onenode")
    told = node.run(["systemctl", "show", "--property=StatusText", "--value", "onenode"]).out
    assert f"as {node.name} (host " in told or told.startswith("degraded: "), told
    cloud.start_serve()
    says(node, " checks pass, certificate until ")


def doctor_finds(node, id: str) -> dict:
    """The finding of this check, as a program reads it."""
    result = node.run(["onenode", "doctor", "--json", id], check=False, timeout=60)
    events = [json.loads(line) for line in result.out.splitlines()]
    (found,) = [event for event in events if event["event"] == "finding" and event["check"] == id]
    assert result.code == 2 and found["severity"] == "error", result.out
    return found


def test_what_stands_in_the_way_of_a_repair_is_named_with_the_way_out(node):
    node.run(f"rm {keys}; mkfifo {keys}")
    says(node, f"mv {keys} /root/")
    assert f"mv {keys} /root/" in doctor_finds(node, "managed-files")["fix"]
    status = node.run(["onenode", "status"], check=False).out
    assert f"mv {keys} /root/" in status and "journalctl" not in status, status
    node.run(["mv", keys, "/root/"])
    wait_for(lambda: node.run(["grep", "-qs", "end.onenode", keys], check=False).code == 0, 20, "the agent to put it back")
    says(node, "joined")


def test_the_nodes_own_state_is_looked_at(node):
    journal, key = "/var/lib/onenode/journal", "/var/lib/onenode/identity/node.key"
    node.run(f"cp -a {journal} /root/journal; echo 'garbage {{{{' >>{journal}")
    assert "damaged" in doctor_finds(node, "own-journal")["message"]
    assert "files       unknown" in node.run(["onenode", "status"], check=False).out
    node.run(f"cp -a /root/journal {journal}; cp -a {key} /root/node.key; : >{key}")
    assert key in doctor_finds(node, "own-identity")["message"]
    node.run(f"cp -a /root/node.key {key}")


def test_a_state_that_is_lost_is_said_by_all_and_no_leave_pretends(node):
    says(node, "joined")
    node.run("cp -a /var/lib/onenode /root/state; rm -r /var/lib/onenode")
    says(node, "degraded: cannot read /var/lib/onenode: it is gone")
    status = node.run(["onenode", "status"], check=False).out
    assert keys in status and "onenode leave --offline" in status and "an agent still runs" in status, status
    left = node.run(["onenode", "leave"], check=False)
    assert left.code == 3 and keys in left.err and "onefrontend node remove" in left.err, left.err
    node.run("cp -a /root/state /var/lib/onenode")
    says(node, "joined")
    node.run(f"sed -i /begin.onenode/,/end.onenode/d {keys}")
    wait_for(lambda: node.run(["grep", "-q", "end.onenode", keys], check=False).code == 0, 20, "the agent to mend again")


def test_history_tells_the_life_of_a_node(node):
    deeds = [json.loads(line) for line in node.run(["onenode", "history", "--json"]).out.splitlines()]
    kinds = [deed["kind"] for deed in deeds]
    assert kinds[:2] == ["applied", "joined"] and "repaired" in kinds, kinds
    assert "unfinished" not in kinds
    assert all(change["why"] for deed in deeds for change in deed["changes"])
    assert deeds[0]["desired_state"] == deeds[1]["desired_state"] != ""


def test_what_was_edited_by_hand_is_mended_when_the_agent_starts(cloud, node):
    ours = our_lines(node)
    node.run(["systemctl", "stop", "onenode"])
    node.write(keys, "", mode="600", owner="oneadmin:oneadmin")
    node.run(["systemctl", "start", "onenode"])
    wait_for(lambda: ours in node.read(keys), 20, "the keys to be there again", otherwise=lambda: node.read(keys))


def test_the_agent_outlives_its_front_end(cloud, node):
    says(node, "joined")
    cloud.serve.stop()
    says(node, "degraded")
    cloud.start_serve()
    says(node, "joined")
    assert node.run(["systemctl", "show", "--property=NRestarts", "--value", "onenode"]).out.strip() == "0"


def test_the_certificate_is_renewed_before_it_ends_and_works(cloud, node):
    before = node.read(certificate)
    skew_clock(node, 6 * 24 * 3600)  # of its seven days, renewed after two thirds and up to a twentieth more
    node.run(["systemctl", "restart", "onenode"])
    wait_for(lambda: node.read(certificate) != before, 30, "the certificate to change")
    skew_clock(node, 0)
    cloud.restart_serve()  # no connection of before stays
    new = new_key(cloud, "fourth")
    wait_for(lambda: new in node.read(keys), 30, "a node with the new certificate to follow")


def test_the_agent_ends_at_once_when_it_is_told_to(node):
    says(node, "joined")
    began = time.monotonic()
    node.run(["systemctl", "stop", "onenode"])
    assert time.monotonic() - began < 5  # systemd would kill it after 90 s
    shown = node.run(["systemctl", "show", "--property=Result,ActiveState", "onenode"]).out.split()
    assert sorted(shown) == ["ActiveState=inactive", "Result=success"]
    node.run(["systemctl", "start", "onenode"])
    says(node, "joined")


def test_a_second_agent_is_refused_and_disturbs_nothing(node):
    second = node.run(["onenode", "agent"], check=False)
    assert second.code == 2 and "one runs on this machine already" in second.err, second.out + second.err
    assert "joined to frontend:4125" in node.run(["onenode", "status"]).out


@pytest.mark.full
def test_an_agent_that_ends_again_and_again_is_started_less_often(node):
    def shown(name: str) -> str:
        return node.run(["systemctl", "show", "--value", f"--property={name}", "onenode"]).out.strip()

    node.run(["systemctl", "restart", "onenode"])  # by a person: from here it is counted
    for restarts in range(3):
        assert shown("SubState") == "running"
        node.run("systemctl kill -s KILL onenode")
        wait_for(lambda count=restarts + 1: shown("NRestarts") == str(count), 30, "systemd to start it anew")
        if restarts < 2:
            wait_for(lambda: shown("SubState") == "running", 30, "it to run")
    assert shown("SubState") == "start-pre", "it waits first"
    wait_for(lambda: shown("SubState") == "running", 60, "it to run all the same")
    node.run(["systemctl", "restart", "onenode"])
    assert shown("NRestarts") == "0" and shown("SubState") == "running", "who restarts it by hand waits for nothing"


def test_a_node_that_was_off_for_longer_than_its_certificate_lived_comes_back(cloud, node):  # the last one: time stays
    node.run(["systemctl", "stop", "onenode"])
    before = node.read(certificate)
    for service in (cloud.serve, cloud.signer):
        service.stop()
    skew_clock(cloud.frontend, 8 * 24 * 3600)  # its certificate lived for seven days
    cloud.start_signer()
    cloud.start_serve()
    status = node.run(["onenode", "status"], check=False).out
    assert ", on, " in status, status  # who has an ended certificate may look
    skew_clock(node, 8 * 24 * 3600)
    node.run(["systemctl", "start", "onenode"])
    wait_for(lambda: node.read(certificate) != before, 30, "another certificate")
    says(node, "joined")
    node.run(["onenode", "leave"])
    assert cloud.hosts() == {}
