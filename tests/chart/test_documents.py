"""Documents and chart say the same."""

import functools
import re

import yaml

import tools
from rendering import CHART

DOCS = tools.REPOSITORY / "docs"


@functools.cache
def every_value() -> set[str]:
    found = set()

    def look(node, path):
        for name, below in node.items():
            found.add(f"{path}{name}")
            if isinstance(below, dict):
                look(below, f"{path}{name}.")

    look(yaml.safe_load((CHART / "values.yaml").read_text()), "")
    return found


def named_values(text: str) -> set[str]:
    """Words in backticks that look like values of ours: a key of values.yaml, then dots."""
    tops = {value for value in every_value() if "." not in value}
    words = re.findall(r"`([a-zA-Z]+(?:\.[a-zA-Z-]+)+)(?:=[^`]*)?`", text)
    return {word for word in words if word.split(".")[0] in tops}


def test_values_that_documents_name_are_there():
    shared = set(yaml.safe_load((CHART / "values.yaml").read_text())["global"])
    for file in (DOCS / "chart.md", CHART / "templates" / "NOTES.txt"):
        missing = {word for word in named_values(file.read_text())
                   if word not in every_value() and word.split(".")[1] not in shared}
        assert not missing, file


def test_values_that_migrate_names_are_there():
    """Only in its last columns: the first ones are others' values."""
    for line in (DOCS / "migrate.md").read_text().splitlines():
        if line.startswith("| `"):
            missing = {word for word in named_values("|".join(line.split("|")[2:])) if word not in every_value()}
            assert not missing, line


def test_every_alert_has_its_runbook(every_set):
    rules = every_set["alerts"].by_name()["PrometheusRule/alerts"]["spec"]["groups"][0]["rules"]
    text = (DOCS / "chart.md").read_text()
    schema = yaml.safe_load((CHART / "values.schema.json").read_text())
    names = schema["properties"]["metrics"]["properties"]["prometheusRule"]["properties"]["excludeRules"]["items"]["enum"]
    assert {rule["alert"] for rule in rules} == set(names) - {"OpenNebulaRestarts"}
    for name in names:
        assert f"\n### {name}\n" in text
    for rule in rules:
        assert rule["annotations"]["runbook_url"] == f"https://docs.example.com/chart#{rule['alert'].lower()}"


def test_every_secret_has_its_rotation(every_set):
    text = (DOCS / "chart.md").read_text()
    for value in ("credentials.oneadmin", "credentials.serveradmin", "credentials.oneKey", "credentials.fireedgeKey", "database.credentials",
                  "credentials.sshUser", "credentials.sshHost"):
        assert re.search(rf"^\| `{value}` \|", text, re.MULTILINE), value
