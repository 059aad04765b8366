"""The compose file: from a folder and an image to a front-end that nodes can join, on one machine."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
import yaml

import composition
import images
from composition import Composition, able_to_compose
from containers import prefix
from places import repository, scratch, wait_for

address = "one.example.com"
reachable = {"22/tcp", "2616/tcp", "4124/tcp", "4124/udp", "4125/tcp", "5030/tcp"}
every_secret = ("oneadmin", "serveradmin", "database", "database-root")


@pytest.fixture(scope="module")
def make(image):
    made = []

    def begin(name: str) -> Composition:
        """A copy of the shipped folder, nothing filled in."""
        made.append(Composition(Path(tempfile.mkdtemp(dir=scratch())) / f"{prefix}-{name}"))
        return made[-1]

    with able_to_compose():
        yield begin
        for each in made:
            each.close()
            shutil.rmtree(each.folder.parent, ignore_errors=True)


@pytest.fixture(scope="module")
def machine(make):
    """One that runs, from the shipped folder by what docs/image.md says."""
    machine = make("one")
    machine.on_the_machine("./make-secrets")
    machine.set_address(address)
    machine.compose("up", "-d")
    machine.wait_until_healthy()
    return machine


def shipped() -> dict:
    return yaml.safe_load((composition.shipped / "compose.yaml").read_text())["services"]


def grace() -> str:
    """podman-compose 1.0.3 does not know stop_grace_period, so it is told."""
    return shipped()["frontend"]["stop_grace_period"].removesuffix("s")


def inspected(machine: Composition, service: str) -> dict:
    return json.loads(images.podman("inspect", machine.container(service).name).out)[0]


def published(machine: Composition, service: str) -> set[str]:
    """What the image exposes is listed, too, bound to nothing."""
    return {port for port, bound in inspected(machine, service)["HostConfig"]["PortBindings"].items() if bound}


def test_it_is_a_front_end_that_nodes_can_join(machine):
    frontend = machine.container("frontend")
    token = frontend.run("onefrontend", "token", "create", "--print", "json").out
    assert json.loads(token)["token"].startswith("ont1.")
    assert f"HOSTNAME = \"{address}\"" in frontend.run("cat", "/etc/one/oned.conf").out


def test_passwords_are_those_of_the_files_and_nowhere_to_be_seen(machine):
    frontend, database = machine.container("frontend"), machine.container("database")
    assert frontend.run("cat", "/var/lib/one/.one/one_auth").out == f"oneadmin:{machine.secret('oneadmin')}\n"
    assert len({machine.secret(name) for name in every_secret}) == len(every_secret)
    for container in (frontend, database):
        shown = images.podman("inspect", container.name).out + container.log() + str(container.processes())
        shown += container.run("sh", "-c", "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; true").out
        assert not [name for name in every_secret if machine.secret(name) in shown]


def test_secrets_are_for_those_who_need_them(machine):
    mounts = {service: {mount["Destination"].rsplit("/", 1)[1] for mount in inspected(machine, service)["Mounts"]
                        if "/secrets/" in mount["Destination"]} for service in ("frontend", "database")}
    assert mounts == {"frontend": {"oneadmin", "serveradmin", "database"}, "database": {"database", "database-root"}}
    assert (machine.folder / "secrets").stat().st_mode & 0o777 == 0o700


def test_only_what_must_be_reached_can_be(machine):
    assert published(machine, "frontend") == reachable
    assert published(machine, "database") == set()
    for port, opens in ((22, True), (2616, True), (4124, True), (4125, True), (5030, True), (2633, False), (3306, False)):
        tried = machine.on_the_machine("bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}", check=False)
        assert tried.ok == opens, port
    banner = machine.on_the_machine("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/22; head -c 7 <&3").out
    assert banner == "SSH-2.0"


def test_nothing_but_volumes_and_memory_can_be_written_and_nothing_is_run_with_roots_rights(machine):
    for service in ("frontend", "database"):
        container = machine.container(service)
        assert "Read-only file system" in container.run("touch", "/usr/x", check=False).err
        status = container.run("cat", "/proc/1/status").out
        for line in ("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"):
            assert line in status, service
        assert "Uid:\t0\t" not in status, service


def test_the_database_is_as_oned_wants_it(machine):
    asked = machine.container("database").run("sh", "-c", """{ echo "[client]"; sed "s/^/password=/" /run/secrets/database; } |
        mariadb --defaults-extra-file=/dev/stdin --user=oneadmin --raw -e 'SHOW GRANTS; SELECT @@global.tx_isolation'""").out
    assert "ON `opennebula`.* TO" in asked
    assert r"ON `opennebula\_trial`.* TO" in asked, "for the trial before an upgrade"
    assert "READ-COMMITTED" in asked


def test_it_ends_in_order_and_comes_up_again_as_the_same_front_end(machine):
    frontend = machine.container("frontend")
    identity = ("ca", "status", "--json"), ("token", "list", "--json")
    before = [frontend.run("onefrontend", *words).out for words in identity]
    machine.compose("stop", "-t", grace())
    assert frontend.state()["ExitCode"] == 0
    assert "is killed" not in frontend.log()
    machine.compose("down")
    assert images.podman("container", "exists", frontend.name, check=False).code == 1
    machine.compose("up", "-d")
    machine.wait_until_healthy()
    assert [frontend.run("onefrontend", *words).out for words in identity] == before
    assert "nothing changes" in frontend.log()


def test_a_password_that_is_exchanged_is_followed(machine):
    (machine.folder / "secrets" / "oneadmin").unlink()
    machine.on_the_machine("./make-secrets")
    machine.compose("down", "-t", grace())
    machine.compose("up", "-d")
    machine.wait_until_healthy()
    frontend = machine.container("frontend")
    assert frontend.run("cat", "/var/lib/one/.one/one_auth").out == f"oneadmin:{machine.secret('oneadmin')}\n"
    assert frontend.run("onefrontend", "ready", "oned").out.strip() == "oned is ready"


def test_without_an_address_it_ends_with_the_reason(make):
    machine = make("nameless")
    machine.on_the_machine("./make-secrets")
    machine.compose("up", "-d")
    wait_for(lambda: "frontend.address" in machine.container("frontend").log(), 60, "the word about the address",
             otherwise=machine.container("frontend").log)


def test_without_an_image_or_a_secret_it_says_what_is_missing(make):
    machine = make("bare")
    machine.on_the_machine("./make-secrets")
    (machine.folder / "secrets" / "serveradmin").unlink()
    assert "secrets/serveradmin: no such file" in machine.compose("up", "-d").err
    words = machine.folder / ".env"
    words.write_text("")
    shown = machine.on_the_machine("podman-compose", "up", "-d", check=False)
    assert not shown.ok and "FRONTEND_IMAGE names no image" in shown.err
    words.write_text(composition.images_in_use)


def test_every_service_of_the_image_is_asked_for_its_health():
    rows = [line.split() for line in (repository / "frontend/image/services").read_text().splitlines() if line[:1] not in ("", "#")]
    asked = {ready for _, _, kind, _, _, _, ready, *_ in rows if kind == "essential" and ready not in ("-", "ssh-agent")}
    assert set(shipped()["frontend"]["healthcheck"]["test"][3:]) == asked


def test_services_get_the_time_that_the_image_takes_for_its_end():
    drain = (repository / "frontend/image/supervise/stop").read_text()
    assert f"${{GRACE_SECONDS:-{grace()}}}" in drain


def test_what_make_secrets_made_it_leaves_alone(make):
    machine = make("secretive")
    first = machine.on_the_machine("./make-secrets").out
    made = {name: machine.secret(name) for name in every_secret}
    assert first.splitlines() == [f"made secrets/{name}" for name in every_secret]
    assert machine.on_the_machine("./make-secrets").out == ""
    assert {name: machine.secret(name) for name in every_secret} == made
