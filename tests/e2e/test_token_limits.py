"""What a token is made for: networks, clusters, types, names, a host that is to be replaced, a first boot."""

import json
import xml.etree.ElementTree as tree

import pytest
import yaml

from cloud import add_node, join, onenode
from stage import wait_for

pytestmark = pytest.mark.simulator  # it makes clusters, and hosts that are replaced


@pytest.fixture(scope="module")
def node(stage, cloud):
    """One that no token of the refusals lets in."""
    return add_node(stage, "node1")


def objects(cloud, *words: str) -> list[dict]:
    return [json.loads(line) for line in cloud.onefrontend(*words, "--json").out.splitlines()]


def refused(cloud, node, *limits: str, wishes: tuple[str, ...] = ()) -> str:
    """What it says; the token has its use still, and nothing came to be."""
    token = cloud.token(*limits)
    result = join(node, token, *wishes, check=False)
    assert result.code == 2, result.out + result.err
    assert node.name not in cloud.hosts() and not node.exists("/var/lib/onenode/identity/node.crt")
    listed = objects(cloud, "token", "list")
    assert [each["uses_left"] for each in listed if str(each["id"]) == token.secret.split(".")[1]] == [1], listed
    return result.err


def test_a_token_for_other_networks_names_them_and_where_the_machine_comes_from(cloud, node):
    said = refused(cloud, node, "--network", "192.0.2.0/24", "--network", "2001:db8::/32")
    assert f"it is for machines in 192.0.2.0/24, 2001:db8::/32, and this one comes from {node.address.v4}" in said, said


def test_a_token_for_another_type_names_it(cloud, node):
    said = refused(cloud, node, "--type", "lxc", wishes=("--type", "qemu"))
    assert "the token is for lxc only" in said, said


def test_a_token_for_other_names_names_their_pattern(cloud, node):
    assert "the token is for names like kvm* only" in refused(cloud, node, "--name-pattern", "kvm*")


def test_a_token_for_another_cluster_names_it(cloud, node):
    cloud.ask("one.cluster.allocate", "blue")
    said = refused(cloud, node, "--cluster", "blue", wishes=("--cluster", "default"))
    assert "the token is for blue only" in said and "leave --cluster out" in said, said


@pytest.mark.full
def test_a_token_of_a_cluster_that_went_away_says_which_there_are(cloud, node):
    gone = cloud.ask("one.cluster.allocate", "shortlived")
    token = cloud.token("--cluster", "shortlived")
    cloud.ask("one.cluster.delete", gone)
    result = join(node, token, check=False)
    assert result.code == 2 and "OpenNebula has no such cluster" in result.err and "default" in result.err, result.err


def test_a_machine_that_fits_all_limits_gets_what_they_say(cloud, stage):
    fitting = add_node(stage, "kvm-fits")
    cluster = cloud.ask("one.cluster.allocate", "green")
    token = cloud.token("--network", "10.77.0.0/24", "--cluster", "green", "--type", "qemu", "--name-pattern", "kvm-*")
    join(fitting, token)
    hosts = tree.fromstring(cloud.ask("one.hostpool.info")).findall("HOST")
    host = next(host for host in hosts if host.findtext("NAME") == "kvm-fits")
    assert (host.findtext("CLUSTER_ID"), host.findtext("CLUSTER")) == (str(cluster), "green")
    used = next(line for line in cloud.onefrontend("token", "list").out.splitlines() if "kvm-fits" in line)
    assert fitting.address.v4 in used and "0 of 1" in used, used


@pytest.mark.full
def test_a_newer_token_for_a_name_ends_the_earlier_one(cloud, stage):
    named = add_node(stage, "named")
    earlier, newer = cloud.token("--name", "named"), cloud.token("--name", "named")
    ended = join(named, earlier, check=False)
    assert ended.code == 2 and "it was revoked" in ended.err, ended.err
    join(named, newer)
    assert cloud.hosts()["named"].state == "on"


def test_a_machine_takes_the_place_of_a_dead_one_with_a_token_made_for_that(cloud, stage):
    dead = add_node(stage, "phoenix")
    join(dead, cloud.token())
    was = cloud.hosts()["phoenix"].id
    stage.remove("phoenix")

    reborn = add_node(stage, "phoenix")  # another machine-id, other keys, the same name
    plain = join(reborn, cloud.token(), check=False)
    assert plain.code == 2 and "phoenix" in plain.err, plain.err
    assert cloud.hosts()["phoenix"].id == was, "a token for anything takes no name"

    cloud.control(host=was, vms=[7])
    with_guests = join(reborn, cloud.token("--replace", "phoenix"), check=False)
    assert with_guests.code == 2 and "VM" in with_guests.err, with_guests.err
    assert cloud.hosts()["phoenix"].id == was
    cloud.control(host=was, vms=[])

    joined = join(reborn, cloud.token("--replace", "phoenix"), check=False)
    assert joined.code == 1 and "[WARNING name-replaced]" in joined.out + joined.err, joined.out + joined.err
    host = cloud.hosts()["phoenix"]
    assert host.id != was and host.state == "on"
    wait_for(lambda: "answers" in onenode(reborn, "status", check=False).out, 30, "its status to be good")
    names = [entry["name"] for entry in objects(cloud, "node", "list")]
    assert names.count("phoenix") == 1, names


@pytest.mark.full
def test_user_data_for_cloud_init_joins_a_machine_at_its_first_boot(cloud, stage):
    """Its two modules are played by what they are documented to do; tests/packaging/test_cloud_init.py has cloud-init itself."""
    first_boot = add_node(stage, "firstboot")
    printed = cloud.onefrontend("token", "create", "--type", "qemu", "--print", "cloud-init").out
    assert printed.startswith("#cloud-config\n")
    data = yaml.safe_load(printed)
    for file in data["write_files"]:
        first_boot.write(file["path"], file["content"], mode=file["permissions"])
    ran = [first_boot.run(command, timeout=120, check=False) for command in data["runcmd"]]
    assert "firstboot" in cloud.hosts(), ran[0].out + ran[0].err
    assert cloud.hosts()["firstboot"].state == "on"
    assert not first_boot.exists("/run/onenode-join-token")
