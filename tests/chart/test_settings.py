"""What the chart tells `onefrontend configure` is what that takes, for every value set."""

import json
import os
import shutil
import subprocess

import jsonschema
import pytest
import yaml

import tools
import value_sets

SCHEMA = tools.REPOSITORY / "frontend" / "configure" / "schema.json"
SHIPPED = tools.REPOSITORY / "tests" / "data" / "configure"
FILES = ["settings.yaml", "services.yaml", "guacd.yaml"]
NAMES = ["defaults", *(one.name for one in value_sets.ALL)]


def onefrontend():
    return tools.REPOSITORY / "build" / os.environ.get("ONENODE_PRESET", "dev") / "bin" / "onefrontend"


@pytest.mark.parametrize("name", NAMES)
def test_the_settings_fit_their_schema(name, everything):
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for file in FILES:
        wrong = [f"{error.json_path}: {error.message}" for error in schema.iter_errors(everything[name].settings(file))]
        assert not wrong, file


@pytest.mark.parametrize("name", NAMES)
def test_onefrontend_takes_them(name, everything, tmp_path):
    if not onefrontend().exists():
        pytest.skip(f"{onefrontend()} is not built")
    for file in FILES:
        settings = everything[name].settings(file)
        root = tmp_path / file
        shutil.copytree(SHIPPED / settings["version"], root)
        secrets = root / "etc" / "onefrontend" / "secrets"
        secrets.mkdir(parents=True)
        for secret in ("oneadmin", "serveradmin", "one-key", "database"):
            (secrets / secret).write_text("0123456789abcdef\n")
        given = tmp_path / f"given-{file}"
        given.write_text(yaml.safe_dump(settings))
        done = subprocess.run([str(onefrontend()), "configure", "--settings", str(given), "--root", str(root), "--check"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{file}: {done.stdout}"


def test_the_schema_refuses_a_key_that_is_none(defaults):
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    assert list(schema.iter_errors({**defaults.settings("settings.yaml"), "onegate": {"prot": 1}}))


def test_with_node_ports_the_services_listen_on_them(every_set):
    settings = every_set["node-ports"].settings("settings.yaml")
    assert settings["monitoring"]["port"] == 30124
    assert settings["enrollment"]["port"] == 30125
    assert settings["onegate"]["proxy"] == {"enabled": True, "address": "192.0.2.10", "port": 30530}


@pytest.mark.parametrize("name, listens, told", [("defaults", 22, 22), ("ssh-port", 22, 10022), ("node-ports", 22, 30022),
                                                 ("host-network", 2022, 2022), ("no-ssh", 22, 22)])
def test_nodes_are_told_the_port_of_ssh(name, listens, told, everything):
    """sshd keeps its own port, unless it has the machine's network."""
    sshd = everything[name].settings("settings.yaml")["sshd"]
    assert (sshd["port"], sshd["nodesPort"]) == (listens, told)


def test_metrics_are_told_to_others_only_where_that_is_asked(defaults, every_set):
    assert "config" not in defaults.settings("settings.yaml")
    assert every_set["metrics"].settings("settings.yaml")["config"]["onefrontend"] == {"metrics_address": "::", "metrics_port": 4126}
    assert every_set["alerts"].settings("settings.yaml")["config"]["onefrontend"] == {"metrics_address": "0.0.0.0", "metrics_port": 9126}


def test_only_oned_is_told_of_the_database_and_of_oneadmin(defaults):
    assert set(defaults.settings("settings.yaml")["credentials"]) == {"oneadmin", "serveradmin", "oneKey"}
    services = defaults.settings("services.yaml")
    assert "database" not in services and set(services["credentials"]) == {"serveradmin"}
    assert "credentials" not in defaults.settings("guacd.yaml")


def test_without_onegate_guests_are_told_nothing(every_set):
    assert every_set["oned-alone"].settings("settings.yaml")["onegate"] == {"endpoint": "", "proxy": {"enabled": False}}
