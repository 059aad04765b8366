"""`onenode doctor` on whole machines: a fit one is without errors, unfit ones are named, and some of it is mended."""

import json

import pytest

from cloud import changes_of, files_of, join, onenode
from stage import wait_for
from stage.breakages import table


def events_of(result) -> list[dict]:
    return [json.loads(line) for line in result.out.splitlines()]


def findings_of(result, *severities: str) -> dict[str, dict]:
    return {event["id"]: event for event in events_of(result)
            if event["event"] == "finding" and event["severity"] in severities}


def doctor(node, *words: str, check: bool = True):
    return onenode(node, "doctor", "--type", "qemu", *words, check=check)


def test_a_fit_node_is_without_errors_before_and_after_its_join(cloud, node):
    before = files_of(node)
    result = doctor(node, "--json", check=False)
    assert result.code == 0 and not findings_of(result, "error", "warning"), result.out + result.err
    assert changes_of(node, before) == [], "a look changes nothing"

    join(node, cloud.token())
    joined = onenode(node, "doctor", "--json", check=False)
    assert joined.code == 0 and not findings_of(joined, "error", "warning"), joined.out + joined.err
    last = events_of(joined)[-1]
    assert last["ok"] > 90 and last["errors"] == last["warnings"] == 0
    ran = {event["id"] for event in events_of(joined) if event["event"] == "finding"}
    assert {"sudo-rules", "libvirt-socket", "shell-noise"} <= ran, "what can only be right after a join"
    onenode(node, "leave")


def test_all_checks_take_less_than_two_seconds(node):
    doctor(node, check=False)  # after a boot, the first question keeps libvirt busy
    took = [events_of(doctor(node, "--json", check=False))[1]["milliseconds"] for _ in range(3)]
    assert min(took) < 2000, took


def test_what_doctor_lacks_itself_is_no_error_of_the_machine(node):
    for limit in ("-n 12", "-n 16", "-n 20", "-n 30", "-v 70000"):
        result = node.run(f"ulimit {limit}; exec onenode doctor --type qemu --json", check=False)
        assert not findings_of(result, "error"), (limit, result.out + result.err)
        last = events_of(result)[-1]
        assert last["event"] == "result" and "mistake of ours" not in last["message"], (limit, last)


def test_what_a_verb_tells_is_not_lost_in_silence(node):
    for words in ("--version", "--help", "version", "history", "doctor --list", "doctor --list --json", "doctor --type qemu", "status",
                  "status --json", "prepare --dry-run", "join one --print-config --unattended"):
        for where in (">/dev/full", ">&-"):
            result = node.run(f"onenode {words} {where}", check=False)
            assert result.code == 2 and "cannot write to standard output" in result.err, (words, where, result.code, result.err)
        paged = node.run(f"bash -c 'onenode {words} | true; exit ${{PIPESTATUS[0]}}'", check=False)
        assert paged.code in (0, 1) and paged.err == "", (words, paged)


def test_a_fifo_in_place_of_a_file_is_named_and_waited_for_by_nobody(node):
    node.run("mv /etc/hosts /root/hosts; mkfifo /etc/hosts /etc/ssh/sshd_config.d/zz.conf")
    result = doctor(node, "--json", check=False)
    assert "regular file" in findings_of(result, "warning")["hosts-loopback"]["message"], result.out
    assert "/etc/ssh/sshd_config.d/zz.conf" in findings_of(result, "error")["sshd-config"]["message"], result.out
    node.run("rm /etc/hosts /etc/ssh/sshd_config.d/zz.conf; mv /root/hosts /etc/hosts")


def test_an_image_that_was_not_booted_is_called_one_and_no_firewall_is_blamed(node):
    assert onenode(node, "prepare", "--yes", check=False).code in (0, 1)
    again = onenode(node, "prepare", check=False)
    assert again.code in (0, 1) and "was prepared before" in again.out and "empty /etc/machine-id" not in again.out, again.out + again.err
    found = findings_of(doctor(node, "--json", check=False), "error", "warning")
    said = found["sshd-config"]
    assert "this machine is an image" in said["message"] and said["fix"] == "systemctl reboot", said
    assert found["machine-id-cloned"]["fix"] == "systemctl reboot"
    assert not [fix for fix in (each["fix"] for each in found.values()) if "firewall" in fix or "nft" in fix], found


def refused_logins(node) -> int:
    """Whether sshd itself, not its files, turns oneadmin away: by its own log after one more attempt."""
    node.run("ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null oneadmin@localhost true", check=False)
    node.run("journalctl --sync")
    said = node.run("journalctl -u ssh.service --no-pager", check=False).out
    return said.count("User oneadmin from")


def test_every_breakage_is_named_at_once_with_its_fix(node):
    for name in ("sshd-allows-only-root", "no-lspci", "datastores-of-root"):
        table[name](node)
    result = doctor(node, "--json", check=False)
    assert result.code == 2
    found = findings_of(result, "error", "warning")
    assert {"sshd-allow-lists", "probe-command-lspci", "datastore-dir"} <= set(found), result.out
    assert all(event["fix"] for event in found.values())
    assert found["sshd-allow-lists"]["without_it"] == "`Permission denied (publickey)`."
    text = doctor(node, check=False).out
    assert "left alone: `Permission denied (publickey)`." in text and "2 errors" in text, text
    assert "onenode doctor --fix mends sshd-allow-lists, datastore-dir" in text, text


def test_fix_mends_what_it_can_and_leave_takes_it_back(cloud, node):
    for name in ("sshd-allows-only-root", "no-lspci", "datastores-of-root"):
        table[name](node)
    before = files_of(node)
    asked = doctor(node, "--fix", check=False)
    assert asked.code == 3 and "onenode doctor --fix --yes" in asked.err, "nobody is there to be asked"
    assert changes_of(node, before) == []
    refused_before = wait_for(lambda: refused_logins(node), 20, "sshd to turn oneadmin away")  # it was just reloaded

    result = doctor(node, "--fix", "--yes", check=False)
    assert result.code == 2, result.out
    assert "sshd-allow-lists is mended" in result.out and "datastore-dir is mended" in result.out, result.out
    assert "+Match User oneadmin" in result.out, "a diff before it is done"
    assert set(findings_of(doctor(node, "--json", check=False), "error")) == {"probe-command-lspci"}

    assert refused_logins(node) == refused_before, "sshd has read it, too"

    onenode(node, "leave")
    assert changes_of(node, before) == []
    assert set(findings_of(doctor(node, "--json", check=False), "error")) >= {"sshd-allow-lists", "probe-command-lspci"}
    wait_for(lambda: refused_logins(node) > refused_before, 20, "sshd to have forgotten it")


mendable = {  # what does the damage; the check that finds it
    "sudo-requiretty": "echo 'Defaults requiretty' >/etc/sudoers.d/zz-tty; chmod 440 /etc/sudoers.d/zz-tty",
    "sudoers-broken": "chmod 644 /etc/sudoers.d/opennebula",
    "sudo-missing": "chmod u-s /usr/bin/sudo",
    "limits": "echo '* hard nofile 512' >>/etc/security/limits.conf",
    "client-dead": "mkdir -p /etc/systemd/logind.conf.d;"
                   " printf '[Login]\\nKillUserProcesses=yes\\n' >/etc/systemd/logind.conf.d/kill.conf",
    "sshd-max-startups": "echo 'MaxSessions 2' >>/etc/ssh/sshd_config.d/breakage.conf",
    "sshd-agent-forwarding": "echo 'AllowAgentForwarding no' >>/etc/ssh/sshd_config.d/breakage.conf",
    "sshd-pubkey-off": "echo 'PubkeyAuthentication no' >>/etc/ssh/sshd_config.d/breakage.conf",
    "sshd-authorized-keys-file": "echo 'AuthorizedKeysFile /etc/keys/%u' >>/etc/ssh/sshd_config.d/breakage.conf",
    "sshd-force-command": "echo 'ForceCommand /bin/menu' >>/etc/ssh/sshd_config.d/breakage.conf",
    "host-key-type": "chmod 644 /etc/ssh/ssh_host_ed25519_key",
    "libvirt-down": "systemctl disable --now libvirtd.service libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket",
    "qemu-emulator-link": "ln -sfn /usr/bin/qemu-that-is-gone /usr/bin/qemu-kvm-one",
}


def test_fixes_have_their_effect_on_real_programs(node):
    for script in mendable.values():
        node.run(["sh", "-ec", script])
    node.run("systemctl restart ssh.service")
    before = files_of(node)
    found = {event["check"] for event in findings_of(doctor(node, "--json", check=False), "error", "warning").values()}
    assert set(mendable) <= found, sorted(set(mendable) - found)

    result = doctor(node, "--fix", "--yes", check=False)
    assert result.code == 0, result.out + result.err
    assert all(f"{check} is mended" in result.out for check in mendable), result.out
    assert node.run("sudo -n true", user="oneadmin", check=False).code in (0, 1)  # it is set-uid again, whatever it says
    assert node.run("loginctl show-user oneadmin -p Linger --value").out.strip() == "yes"

    onenode(node, "leave")
    assert changes_of(node, before) == []


def at_a_terminal(node, answer: str):
    return node.run(["script", "-qec", "onenode doctor --type qemu --fix", "/dev/null"], input=f"{answer}\n", check=False)


def test_a_person_is_asked_before_anything_is_changed(node):
    table["datastores-of-root"](node)
    before = files_of(node)
    refused = at_a_terminal(node, "no")
    assert "Make this change?" in refused.out and "nothing was changed" in refused.out, refused.out
    assert changes_of(node, before) == []
    assert "datastore-dir is mended" in at_a_terminal(node, "yes").out
    assert node.run("stat -c %U /var/lib/one/datastores").out.strip() == "oneadmin"


def test_probes_are_played_one_by_one_and_leave_no_trace(cloud, node):
    join(node, cloud.token())
    wait_for(lambda: node.run("test -s /var/tmp/one_db/config", check=False).ok, 10, "OpenNebula to have started its client")
    table["no-lspci"](node)
    node.run("systemctl stop onenode.service; pkill -STOP -f '[m]onitord-client.rb'")  # who else writes there
    wait_for(lambda: not node.run("pgrep -f '[p]robes.d/'", check=False).ok, 20, "the client's probes to have ended")
    before = files_of(node)
    result = doctor(node, "opennebula-probes", "--json", check=False)
    assert result.code == 2, result.out + result.err
    found = findings_of(result, "error", "warning", "not-checked")
    assert list(found) == ["opennebula-probes-pci.rb"], result.out
    host = cloud.hosts()[node.name].id
    assert f'OpenNebula goes no further and shows "Error monitoring Host {node.name} ({host}): "' in found["opennebula-probes-pci.rb"]["message"]
    assert "apt install pciutils" in found["opennebula-probes-pci.rb"]["fix"]
    assert changes_of(node, before) == []
    node.run("pkill -CONT -f '[m]onitord-client.rb'; systemctl start onenode.service")
    onenode(node, "leave")


@pytest.mark.full  # test_sshd joins a node with the same damage
def test_a_join_after_a_fix_and_its_leave_give_everything_back(cloud, node):
    table["sshd-allows-only-root"](node)
    before = files_of(node)
    doctor(node, "--fix", "--yes")
    join(node, cloud.token())
    assert cloud.hosts()[node.name].state == "on"
    onenode(node, "leave")
    assert changes_of(node, before) == []


def test_it_is_for_root_but_explains_itself_to_anybody(node):
    refused = node.run(["onenode", "doctor"], user="nobody", check=False)
    assert refused.code == 3 and "sudo onenode doctor" in refused.err, refused.out + refused.err
    listed = events_of(node.run(["onenode", "doctor", "--list", "--json"], user="nobody"))
    assert len(listed) > 100 and all(check["explain"] and check["covers"] for check in listed)
    assert sum(check["fixable"] for check in listed) >= 25
    explained = node.run(["onenode", "doctor", "--explain", "probe-command-lspci"], user="nobody").out
    assert explained.startswith("probe-command-<command>: ") and "Fix: " in explained
    mistyped = node.run(["onenode", "doctor", "--explain", "sshd-dwn"], user="nobody", check=False)
    assert mistyped.code == 3 and "sshd-down" in mistyped.err
