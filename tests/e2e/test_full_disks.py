"""One file system after the other runs full, in the middle of a join and of a leave: named by its path, and nothing is lost."""

import subprocess

import pytest

from cloud import join, onenode
from marks import mostly_full
from stage import snapshot

# The directory gets a small file system of its own, with all that was in it.
own_disk = """
mkdir -p "$1" /mnt/small
if [ -n "${2:-}" ]; then
    mount -t ext4 "$2" /mnt/small
    rmdir /mnt/small/lost+found
    chmod --reference="$1" /mnt/small
else
    mount -t tmpfs -o size=12M,mode=$(stat -c %a "$1") small /mnt/small
fi
chown --reference="$1" /mnt/small
cp -a "$1"/. /mnt/small/
mount --move /mnt/small "$1"
"""
fill = 'cat /dev/zero >"$1/filler" 2>/dev/null || true; test "$(df --output=avail "$1" | tail -1)" -eq 0'
# A file system on a disk still has a block here and there when it first says that it has none.
fill_to_the_last_block = """
mkdir "$1/filler"
cat /dev/zero >"$1/filler/0" 2>/dev/null || true
last=0
while dd if=/dev/zero of="$1/filler/$((last += 1))" bs=1k count=1 conv=fsync status=none 2>/dev/null; do :; done
"""


def on(node, script: str, *words: str) -> None:
    node.run(["sh", "-ec", script, "sh", *words])


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


@pytest.fixture
def disks(node, tmp_path):
    """Gives directories of the machine a small ext4 each, on loop devices of this computer."""
    made = {}

    def give(directory: str) -> None:
        image = tmp_path / f"disk{len(made)}"
        subprocess.run(["truncate", "--size=24M", image], check=True)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-b", "1024", "-m", "0", image], check=True)
        attached = subprocess.run(["losetup", "--find", "--show", image], stdout=subprocess.PIPE, text=True)
        if attached.returncode != 0:
            pytest.skip("this computer gives no loop device")
        device = made[directory] = attached.stdout.strip()
        node.run(["mknod", device, "b", "7", device.removeprefix("/dev/loop")])
        on(node, own_disk, directory, device)

    yield give
    for directory, device in reversed(made.items()):
        node.run(["umount", "--lazy", directory], check=False)
        subprocess.run(["losetup", "--detach", device])


@pytest.mark.full
def test_two_full_disks_at_once_hold_up_a_join_and_no_more(cloud, node, disks):
    both = ("/etc", "/var/lib/onenode")
    node.run(["install", "-d", "-m", "700", both[1]])
    for directory in both:
        disks(directory)
    node.run("systemctl reload ssh.service")
    before = snapshot.take(node)
    asked = (node, cloud.token(), "--ignore=fs-full-or-read-only")

    for directory in both:
        on(node, fill_to_the_last_block, directory)
    for _ in range(2):
        full = join(*asked, check=False)
        assert full.code == 2 and "No space left" in full.err and "df -h" in full.err, full.out + full.err
    node.remove("/var/lib/onenode/filler")
    full = join(*asked, check=False)  # the one has room again, the other has not
    assert full.code == 2 and " /etc/" in full.err and "No space left" in full.err, full.out + full.err
    node.remove("/etc/filler")
    join(*asked)
    assert cloud.hosts()[node.name].state == "on"
    onenode(node, "leave")
    assert snapshot.changes(node, before) == []
