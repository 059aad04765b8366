"""What each machine with a kernel of its own goes through: OpenNebula's packages, a join beside other work, health."""

import re

from cloud import join, onenode
from stage import wait_for

patience = 600  # seconds: without KVM everything takes ten times as long
too_slow = ("it did not end within", "did not get through")  # what a join says beside other work


def wait_until_healthy(machine) -> None:
    """Asked seldom: a question is a login, and that costs such a machine seconds."""
    wait_for(lambda: onenode(machine, "status", "--exit-code", "--quiet", check=False, timeout=patience).ok, patience,
             f"{machine.name} to be healthy", every=10, otherwise=lambda: onenode(machine, "status", check=False).out)


def join_with_a_free_clock(machine, token, *words: str) -> None:
    """Nothing is wrong with the machine but that nobody sets its clock: the stage has no time server. Beside other work a probe
    or a login may not end in its time; the join says so, and that it shall be run again."""
    for _ in range(3):
        told = join(machine, token, *words, check=False, timeout=patience)
        said = told.out + told.err
        if told.code != 2 or not any(reason in said for reason in too_slow):
            break
    found = set(re.findall(r"\[(?:WARNING|ERROR) (\S+)\]", said)) - {"ssh-slow-login"}  # of a busy computer
    assert told.code == 1 and found == {"clock-unsynchronised"}, said


def install_opennebula(machine, published, *names: str) -> None:
    """Its packages are there before ours: what joining does on top of them is what has to go again."""
    machine.send(published / "opennebula", "/root/opennebula")
    machine.run(["sh", "-ec", "cd /root/opennebula; for name; do dpkg --install opennebula-$name*.deb; done; rm -r /root/opennebula",
                 "sh", *names], timeout=patience)
