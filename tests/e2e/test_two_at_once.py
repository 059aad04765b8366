"""Two `onenode` on one machine at the same time: one works, the other waits or is told who does. Another tool edits the same
files meanwhile: no line of its is lost."""

import signal

import pytest

from cloud import changes_of, files_of, join, onenode, start_join
from marks import mostly_full
from stage import wait_for
from test_kill import is_joined_once


def held(result) -> bool:
    return result.code in (2, 3) and "holds it" in result.err and "ps -fp" in result.err


@pytest.mark.parametrize("phase", mostly_full(["preflight", "enroll", "apply", "rehearse"], always=("apply",)))
def test_whoever_comes_while_a_join_works_is_told_its_process(cloud, node, phase):
    token = cloud.token()
    first = start_join(node, token)
    first.wait_for_output(f"\n{phase}" if phase != "preflight" else phase)
    first.signal(signal.SIGSTOP)
    try:
        assert held(join(node, token, check=False)), "join"
        assert held(onenode(node, "leave", check=False)), "leave"
        assert held(onenode(node, "doctor", "--fix", "--yes", check=False)), "doctor --fix"
        assert onenode(node, "status", check=False).code in (0, 1), "who only looks needs no lock"
    finally:
        first.signal(signal.SIGCONT)
    assert first.wait(timeout=120) == 0, first.output()
    is_joined_once(cloud, node)
    onenode(node, "leave")


@pytest.mark.full
def test_two_joins_at_once_make_one_host(cloud, node):
    token = cloud.token()
    joins = [start_join(node, token), start_join(node, token)]
    codes = sorted(one.wait(timeout=90) for one in joins)
    said = "\n".join(one.output() for one in joins)
    assert codes[0] == 0, said
    assert codes[1] == 0 and "joined already" in said or codes[1] in (2, 3) and "holds it" in said, said
    is_joined_once(cloud, node)
    onenode(node, "leave")


@pytest.mark.full  # that a leave is refused then is in the first of these tests
def test_a_leave_while_a_join_works_leaves_all_or_nothing(cloud, node):
    before = files_of(node)
    first = start_join(node, cloud.token())
    first.wait_for_output("\napply")
    left = onenode(node, "leave", check=False)
    assert first.wait(timeout=120) == 0, first.output()
    if held(left):
        is_joined_once(cloud, node)
        onenode(node, "leave")
    assert changes_of(node, before) == [] and node.name not in cloud.hosts()


@pytest.mark.full
def test_doctor_and_the_agent_mend_side_by_side(cloud, node):
    before = files_of(node)
    join(node, cloud.token())
    for _ in range(5):
        node.run("rm -f /var/lib/one/.ssh/known_hosts.onenode /etc/tmpfiles.d/onenode.conf")
        mended = onenode(node, "doctor", "--fix", "--yes", check=False)
        assert mended.code in (0, 1, 2) and "holds it" not in mended.err, mended.out + mended.err
    wait_for(lambda: node.exists("/etc/tmpfiles.d/onenode.conf") and
             node.exists("/var/lib/one/.ssh/known_hosts.onenode"), 90, "the agent to have mended all")
    is_joined_once(cloud, node)
    onenode(node, "leave")
    assert changes_of(node, before) == []


# As Ansible, cloud-init and their like do it: a copy, a line more, renamed over the old one.
other_tool = """\
while [ -e /root/tool-works ]; do
    n=$((n + 1))
    echo "$n" >/root/tool-count
    for file in /etc/hosts /var/lib/one/.ssh/authorized_keys; do
        cp -p "$file" "$file.tool" && echo "# line $n" >>"$file.tool" && mv "$file.tool" "$file"
    done
    sleep 0.1
done
"""


def test_another_tool_that_edits_the_same_files_loses_nothing(cloud, node):
    files = ["/etc/hosts", "/var/lib/one/.ssh/authorized_keys"]
    node.run("touch /root/tool-works; install -d -m 700 -o oneadmin -g oneadmin /var/lib/one/.ssh; "
             "install -m 600 -o oneadmin -g oneadmin /dev/null /var/lib/one/.ssh/authorized_keys")
    before = {file: node.read(file) for file in files}
    tool = node.spawn(["sh", "-c", other_tool], "other-tool")
    token = cloud.token()
    for _ in range(10):
        joined = join(node, token, check=False)
        if joined.code in (0, 1):
            break
        assert "run the same command again" in joined.err, joined.out + joined.err
    assert joined.code in (0, 1), joined.out + joined.err
    node.run("rm /root/tool-works")
    assert tool.wait(timeout=30) == 0
    count = int(node.read("/root/tool-count"))
    wait_for(lambda: "# begin onenode" in node.read(files[1]), 60, "the agent to put back what the tool lost of ours")
    is_joined_once(cloud, node)
    onenode(node, "leave")
    theirs = [f"# line {number + 1}" for number in range(count)]
    for file in files:
        assert node.read(file) == before[file] + "\n".join(theirs) + "\n"
