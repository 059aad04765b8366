"""The sshd on 22: oneadmin, by key, for what OpenNebula's drivers do."""

import pytest

known = ("-o", "UserKnownHostsFile=/var/lib/one/.ssh/known_hosts", "-o", "ControlMaster=no", "-o", "ControlPath=none")


def ssh(frontend, *options: str, command: str = "true"):
    return frontend.run("/usr/bin/ssh", *known, *options, "localhost", command, check=False, timeout=60)


def test_oneadmin_logs_in_by_key_without_a_word(frontend):
    shown = ssh(frontend, command="id -un")
    assert (shown.code, shown.out, shown.err) == (0, "oneadmin\n", "")


def test_files_can_be_copied_here_as_the_drivers_do(frontend):
    frontend.run("sh", "-c", "echo text >/tmp/sent")
    shown = frontend.run("scp", *known, "/tmp/sent", "localhost:/tmp/received", check=False, timeout=60)
    assert shown.ok, shown.err
    assert frontend.run("cat", "/tmp/received").out == "text\n"


def test_without_the_key_nobody_gets_in(frontend):
    shown = ssh(frontend, "-o", "IdentityAgent=none", "-o", "IdentityFile=/dev/null", "-o", "BatchMode=yes")
    assert "Permission denied (publickey)" in shown.err


def test_there_is_no_other_account(frontend):
    assert "Permission denied (publickey)" in ssh(frontend, "-l", "root").err


@pytest.mark.parametrize("asked", [("-L", "9999:127.0.0.1:2633"), ("-R", "9999:127.0.0.1:2633"), ("-D", "9999")])
def test_ports_are_not_forwarded(frontend, asked):
    shown = ssh(frontend, "-o", "ExitOnForwardFailure=yes", *asked,
                command="exec 3<>/dev/tcp/127.0.0.1/9999 && echo open || echo closed")
    # -L and -D listen at the client; what matters is that sshd opens nothing for them.
    if asked[0] == "-R":
        assert "remote port forwarding failed" in shown.err
    else:
        settings = frontend.run("/usr/sbin/sshd", "-T", "-f", "/etc/onefrontend/sshd_config").out
        assert "allowtcpforwarding no" in settings


def test_the_agent_goes_on_because_drivers_need_it(frontend):
    assert ssh(frontend, "-A", command="ssh-add -l").ok


def test_a_host_that_is_not_known_is_refused(frontend):
    shown = frontend.run("/usr/bin/ssh", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-o", "ControlPath=none",
                         "localhost", "true", check=False, timeout=60)
    assert "Host key verification failed" in shown.err
