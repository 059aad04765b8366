"""One file system after the other runs full, in the middle of a join and of a leave: named by its path, and nothing is lost."""

import pytest

from cloud import join, onenode
from marks import mostly_full
from stage import snapshot

# The directory gets a small file system of its own, with all that was in it.
own_disk = """
mkdir -p "$1" /mnt/small
mount -t tmpfs -o size=12M,mode=$(stat -c %a "$1") small /mnt/small
chown --reference="$1" /mnt/small
cp -a "$1"/. /mnt/small/
mount --move /mnt/small "$1"
"""
fill = 'cat /dev/zero >"$1/filler" 2>/dev/null || true; test "$(df --output=avail "$1" | tail -1)" -eq 0'


def on(node, script: str, directory: str) -> None:
    node.run(["sh", "-ec", script, "sh", directory])


@pytest.mark.parametrize("directory", mostly_full(["/etc", "/var/lib/onenode", "/var/lib/one"], always=("/etc",)))
def test_a_full_file_system_is_named_and_both_ways_go_on_once_there_is_room(cloud, node, directory):
    if directory == "/var/lib/onenode":
        node.run(["install", "-d", "-m", "700", directory])
    on(node, own_disk, directory)
    if directory == "/etc":
        node.run("systemctl reload ssh.service")  # to it, all of its files are new
    before = snapshot.take(node)
    token = cloud.token()

    on(node, fill, directory)
    asked = (node, token, "--ignore=fs-full-or-read-only")
    full = join(*asked, check=False)
    said = full.out + full.err
    assert full.code == 2 and f" {directory}/" in full.err and "No space left" in full.err and "df -h" in full.err, said
    node.remove(f"{directory}/filler")
    join(*asked)
    assert cloud.hosts()[node.name].state == "on"

    on(node, fill, directory)
    full = onenode(node, "leave", check=False)
    if full.code != 0:  # to remove needs no room; to write down what was removed does
        assert full.code == 2 and "No space left" in full.err and "onenode leave" in full.err, full.out + full.err
    node.remove(f"{directory}/filler")
    onenode(node, "leave")
    assert node.name not in cloud.hosts()
    assert snapshot.changes(node, before) == []
