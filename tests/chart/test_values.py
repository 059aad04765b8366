"""values.yaml documents itself: the schema and README's table are made from it; each value set shows a branch of its own."""

import json

import jsonschema
import pytest
import yaml

import documented
import generated
import value_sets
from rendering import BASE, CHART, helm as run_helm

KEYS = documented.read(CHART / "values.yaml")
SCHEMA = CHART / "values.schema.json"


@pytest.mark.parametrize("leaf", documented.leaves(KEYS), ids=lambda leaf: leaf.name)
def test_every_value_says_what_it_is(leaf):
    assert leaf.text


def test_the_committed_schema_is_made_from_the_values():
    generated.check_file(SCHEMA, documented.schema(KEYS))


def test_the_schema_is_one_and_closed():
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    open_maps = []

    def look(node, path):
        if node.get("type") == "object" and "additionalProperties" not in node:
            open_maps.append(path)
        for name, below in node.get("properties", {}).items():
            look(below, f"{path}.{name}")

    look(schema, "")
    assert not open_maps


def test_the_readme_has_every_value():
    generated.check_part(CHART / "README.md", documented.table(KEYS))


def test_the_table_of_value_sets_is_current():
    generated.check_part(value_sets.TABLE, value_sets.table())


def test_there_are_enough_value_sets():
    assert len(value_sets.ALL) >= 25
    assert all(one.claims for one in value_sets.ALL)


@pytest.mark.parametrize("one", value_sets.ALL, ids=lambda one: one.name)
def test_a_set_covers_what_no_other_does(one, everything):
    with_all_claims = [name for name, rendered in everything.items()
                       if all(value_sets.holds(claim, rendered) for claim in one.claims)]
    assert with_all_claims == [one.name]


def test_a_claim_that_is_not_so_is_seen(defaults):
    assert not value_sets.holds(value_sets.read_claim("[Service/hypervisors, spec, type, NodePort]"), defaults)
    assert not value_sets.holds(value_sets.read_claim("not [Job/secrets]"), defaults)
    assert not value_sets.holds(value_sets.read_claim("[ConfigMap/oned, data, settings.yaml, '~backend: sqlite']"), defaults)


def test_helm_lint_has_nothing_to_say(helm):
    linted = run_helm("lint", "--strict", str(CHART), "--values", str(BASE))
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "[WARNING]" not in linted.stdout


WRONG = {
    "an unknown key": ("fireedge: {replica: 2}", "at '/fireedge': additional properties 'replica' not allowed"),
    "an unknown component": ("sunstone: {}", "additional properties 'sunstone' not allowed"),
    "a text for a number": ("oned: {replicas: two}", "at '/oned/replicas': got string, want integer"),
    "a type that is none": ("service: {hypervisors: {type: External}}",
                            "at '/service/hypervisors/type': value must be one of 'LoadBalancer', 'NodePort'"),
    "a port that is none": ("service: {monitoring: {port: 70000}}", "at '/service/monitoring/port': maximum: got 70,000, want 65,535"),
    "a network that is none": ("networkPolicy: {hypervisors: [everywhere]}", "at '/networkPolicy/hypervisors/0': 'everywhere' does not match pattern"),
    "a digest that is none": ("image: {digest: abc}", "at '/image/digest': 'abc' does not match pattern"),
    "a size without unit": ("persistence: {data: {size: '50'}}", "at '/persistence/data/size': '50' does not match pattern"),
    "a risk that is none": ("frontend: {acceptRisks: [everything]}", "at '/frontend/acceptRisks/0': value must be one of 'rpc-without-tls', 'ui-without-tls', 'host-network'"),
    "an older OpenNebula": ("frontend: {version: '6.10'}", "at '/frontend/version': value must be one of '7.0', '7.2', '7.4'"),
    "a map for a list": ("oned: {extraEnv: {TZ: UTC}}", "at '/oned/extraEnv': got object, want array"),
    "a list for a map": ("global: {commonLabels: [a]}", "at '/global/commonLabels': got array, want object"),
    "a label that is no text": ("global: {commonLabels: {a: 1}}", "at '/global/commonLabels/a': got number, want string"),
    "a name for SQL with a quote": ("database: {connection: {name: \"a`b\"}}", "at '/database/connection/name': 'a`b' does not match pattern"),
    "a pool of nothing": ("database: {pool: 0}", "at '/database/pool': minimum: got 0, want 1"),
}


@pytest.mark.parametrize("values, message", WRONG.values(), ids=WRONG.keys())
def test_the_schema_says_what_is_wrong(helm, tmp_path, values, message):
    from rendering import template
    file = tmp_path / "values.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(values)))
    refused = template("--values", str(file))
    assert refused.returncode != 0
    assert message in refused.stderr
