"""A front-end is lost and restored from its backup: nodes go on as if nothing had been."""

import re
import subprocess

import pytest

from cloud import join, onenode
from stage import wait_for
from stage.clock import skew_clock

pytestmark = pytest.mark.simulator

archive = "/root/backup.tar.gz"
keys = "/var/lib/one/.ssh/authorized_keys"
identity = "/var/lib/onenode/identity/node.crt"
drop = "".join(f"DROP TABLE IF EXISTS {name};" for name in ("user_pool", "db_versioning", "local_db_versioning"))
database = """
CREATE TABLE user_pool (oid INTEGER PRIMARY KEY, name TEXT, body TEXT); INSERT INTO user_pool VALUES (0, 'oneadmin', '<USER/>');
CREATE TABLE db_versioning (oid INTEGER PRIMARY KEY, version TEXT); INSERT INTO db_versioning VALUES (0, '7.4.0');
CREATE TABLE local_db_versioning (oid INTEGER PRIMARY KEY, version TEXT); INSERT INTO local_db_versioning VALUES (0, '7.4.0');
"""


def install_sqlite(frontend) -> None:
    """OpenNebula's packages bring it; the stage's machines are without."""
    libraries = re.findall(r"=> /(\S+)", subprocess.run(["ldd", "/usr/bin/sqlite3"], check=True, capture_output=True, text=True).stdout)
    packed = subprocess.run(["tar", "-C", "/", "-ch", "usr/bin/sqlite3", *libraries], check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(frontend._inside(["tar", "-C", "/", "-x", "--skip-old-files"], "root", None), input=packed, check=True)


@pytest.fixture
def with_database(cloud):
    """What the simulator lacks of a real one: a database, and a word about its version."""
    frontend = cloud.frontend
    install_sqlite(frontend)
    frontend.write("/usr/bin/oned", "#!/bin/sh\necho 'OpenNebula 7.4.0 ()'\n", mode="755")
    frontend.write("/etc/one/oned.conf", 'DB = [ BACKEND = "sqlite" ]\n')
    frontend.run(["sqlite3", "/var/lib/one/one.db"], user="oneadmin", input=drop + database)
    return cloud


def stop_services(cloud) -> None:
    for process in (cloud.serve, cloud.signer, cloud.oned):
        process.stop()


def start_services(cloud) -> None:
    cloud.start_oned()
    cloud.start_signer()
    cloud.start_serve()


def lose_everything(cloud) -> None:
    stop_services(cloud)
    cloud.frontend.run(f"find /var/lib/one -mindepth 1 -delete; rm -rf {cloud.place}/state")


def test_a_node_goes_on_after_its_front_end_was_lost_and_restored(with_database, node):
    cloud, frontend = with_database, with_database.frontend
    join(node, cloud.token())
    certificate = node.read(identity)
    said = cloud.onefrontend("backup", archive)
    assert "It is not encrypted" in said.out
    assert frontend.run(["stat", "-c", "%a", archive]).out == "600\n"
    told = [line for line in frontend.read(f"{cloud.place}/state/serve/audit.log").splitlines() if '"event":"backed-up"' in line]
    assert len(told) == 1 and archive in told[0] and '"encrypted":"no"' in told[0], told

    frontend.write("/root/sleeper", "exec sleep 1000 </var/lib/one/one.db\n")
    holding = frontend.spawn(["sh", "/root/sleeper"], "holding")
    wait_for(lambda: frontend.run("pgrep -x sleep", check=False).ok, 10, "somebody to have the database open")
    refused = cloud.onefrontend("restore", archive, "--replace", check=False)
    assert refused.code == 2 and "has it open" in refused.err
    holding.stop()

    lose_everything(cloud)
    damaged = frontend.run(f"head -c 3000 {archive} >/root/half.tar.gz; {cloud.bin}/onefrontend restore /root/half.tar.gz --config {cloud.config_file}",
                           check=False)
    assert damaged.code == 2 and "nothing was restored" in damaged.err
    assert not frontend.exists("/var/lib/one/.one")

    restored = frontend.run(f"cat {archive} | {cloud.bin}/onefrontend restore - --config {cloud.config_file}")
    assert "This is the front-end that was backed up" in restored.out
    assert '"event":"restored","by":"uid 0","file":"-"' in frontend.read(f"{cloud.place}/state/serve/audit.log")
    again = cloud.onefrontend("restore", archive, check=False)
    assert again.code == 2 and "--replace" in again.err

    start_services(cloud)
    assert cloud.hosts()[node.name].state == "on"
    frontend.run("ssh-keygen -q -t ed25519 -N '' -C later -f /var/lib/one/.ssh/id_ed25519", user="oneadmin")
    later = frontend.read("/var/lib/one/.ssh/id_ed25519.pub").split()[1]
    wait_for(lambda: later in node.read(keys), 90, "the node to follow the restored front-end",
             otherwise=lambda: onenode(node, "status", check=False).out)
    assert node.read(identity) == certificate
    onenode(node, "leave")
    assert node.name not in cloud.hosts()


def test_a_node_that_renewed_after_the_backup_is_known_again(with_database, node):
    cloud = with_database
    join(node, cloud.token())
    before = node.read(identity)
    cloud.onefrontend("backup", "/root/early.tar.gz")
    skew_clock(node, 6 * 24 * 3600)  # of seven days
    node.run(["systemctl", "restart", "onenode"])
    wait_for(lambda: node.read(identity) != before, 30, "the certificate to change")
    skew_clock(node, 0)
    renewed = node.read(identity)
    lose_everything(cloud)
    cloud.onefrontend("restore", "/root/early.tar.gz")
    start_services(cloud)
    audit = f"{cloud.place}/state/serve/audit.log"
    wait_for(lambda: '"renewed-before-restore"' in cloud.frontend.read(audit), 60, "the node to be known again",
             otherwise=lambda: cloud.frontend.read(audit)[-3000:])
    assert "node-frozen" not in cloud.frontend.read(audit)
    assert node.read(identity) == renewed
    onenode(node, "leave")
    assert node.name not in cloud.hosts()
