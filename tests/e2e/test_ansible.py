"""The role for Ansible: joins, changes nothing when it is played again, and fails with what the join said."""

import json
import re
import shlex

import pytest

from cloud import add_node, repository
from stage import shell

settings_of_the_stage = {"onenode_install": False, "onenode_frontend": "frontend", "onenode_options": ["--type", "qemu"]}


class Role:
    """Played from this computer; its ssh enters the machine as the stage does."""

    def __init__(self, node, folder):
        self._folder = folder
        ssh = folder / "ssh"
        ssh.write_text(f'#!/bin/sh\nfor last; do :; done\nexec {shlex.join(node.way_in())} sh -c "$last"\n')
        ssh.chmod(0o755)
        (folder / "hosts").write_text(f"{node.name} ansible_ssh_executable={ssh} ansible_python_interpreter=/usr/bin/python3\n")
        (folder / "play.yml").write_text("- hosts: all\n  gather_facts: false\n  roles: [onenode]\n")

    def play(self, **settings) -> tuple[dict[str, int], str]:
        """Ansible's own counts, and all that it said when asked for everything."""
        file = self._folder / "settings.json"
        file.write_text(json.dumps(settings_of_the_stage | settings))
        said = shell.run(["env", f"ANSIBLE_ROLES_PATH={repository}/packaging/ansible", "ANSIBLE_PIPELINING=1",
                          "ANSIBLE_NOCOLOR=1", f"ANSIBLE_HOME={self._folder}/home", "ansible-playbook", "-vvv", "-i",
                          str(self._folder / "hosts"), "-e", f"@{file}", str(self._folder / "play.yml")],
                         timeout=180, check=False).out
        return {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", said.strip().splitlines()[-1])}, said


@pytest.fixture(scope="module")
def node(stage, cloud):
    return add_node(stage, "node1")


@pytest.fixture
def role(node, tmp_path):
    return Role(node, tmp_path)


def test_a_machine_without_a_token_fails_with_what_the_join_said(role):
    counts, said = role.play()
    assert counts["failed"] == 1, said
    assert "the join token" in said and "onefrontend token create" in said, said


def test_a_play_joins_and_the_next_one_changes_nothing(cloud, node, role):
    token = cloud.token()
    counts, said = role.play(onenode_token=token.secret)
    assert counts["failed"] == 0 and counts["changed"] == 1, said
    assert token.secret not in said
    assert cloud.hosts()[node.name].state == "on"
    counts, said = role.play()  # without a token, as a machine that is joined needs none
    assert counts["failed"] == 0 and counts["changed"] == 0 and "Nothing was changed." in said, said


def test_a_wrong_setting_is_named_before_anything_is_run(role):
    counts, said = role.play(onenode_options={"cluster": "prod"})
    assert counts["failed"] == 1 and "onenode_options" in said and "onenode, join" not in said, said
