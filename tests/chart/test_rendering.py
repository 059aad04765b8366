"""What comes out is the same each time, without a cluster, and fits Kubernetes' own schemas."""

import copy
import re
import shutil

import pytest
import yaml

import generated
import tools
import value_sets
from rendering import BASE, CHART, NAMESPACE, RELEASE, Rendered, helm as run_helm, render

GOLDEN = tools.REPOSITORY / "tests" / "golden" / "chart"
SHOWN = ["node-ports", "external-database", "extras"]  # as whole files; the defaults, too
CLUSTERS = ["1.27", "1.37"]  # the oldest that the chart takes, the newest whose schemas are at hand


@pytest.mark.parametrize("one", value_sets.ALL, ids=lambda one: one.name)
def test_twice_gives_the_same_bytes(one, every_set):
    assert render("--values", str(one.file)) == every_set[one.name].text


@pytest.mark.parametrize("name", ["defaults", *SHOWN])
def test_golden(name, everything):
    generated.check_file(GOLDEN / f"{name}.yaml", everything[name].text)


def test_renders_without_a_release_name(helm):
    done = run_helm("template", str(CHART), "--values", str(BASE))
    assert done.returncode == 0, done.stderr
    assert Rendered(done.stdout).fullname == "release-name-opennebula"


def test_a_release_of_the_charts_name_does_not_say_it_twice(helm):
    done = run_helm("template", "opennebula", str(CHART), "--values", str(BASE))
    assert Rendered(done.stdout).fullname == "opennebula"


def test_two_releases_in_a_namespace_share_no_object(helm, defaults):
    other = Rendered(run_helm("template", "two", str(CHART), "--values", str(BASE), "--namespace", NAMESPACE).stdout)
    ours = {(found["kind"], found["metadata"]["name"]) for found in defaults.objects}
    assert not ours & {(found["kind"], found["metadata"]["name"]) for found in other.objects}


def test_no_template_asks_the_cluster_or_chance():
    for file in (CHART / "templates").rglob("*"):
        if file.is_file():
            words = re.findall(r"\b(lookup|rand\w+|genCA|genSignedCert|genPrivateKey|genSelfSignedCert|uuidv4|now|htpasswd|bcrypt)\b",
                               " ".join(re.findall(r"{{(?!/\*|- /\*).*?}}", file.read_text(), re.DOTALL)))
            assert not words, f"{file.name}: {words}"


@pytest.mark.parametrize("cluster", CLUSTERS)
@pytest.mark.parametrize("name", ["defaults", *(one.name for one in value_sets.ALL)])
def test_every_object_fits_kubernetes(schemas, everything, name, cluster):
    known = [found for found in everything[name].objects if found["kind"] not in ("PrometheusRule", "ServiceMonitor")]
    assert not [wrong for found in known for wrong in schemas.what_is_wrong(found, cluster)]


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_the_schemas_see_what_is_wrong(schemas, defaults, cluster):
    oned = copy.deepcopy(defaults.by_name()["StatefulSet/oned"])
    oned["spec"]["template"]["spec"]["containers"][0]["prots"] = []
    oned["spec"]["replicas"] = "one"
    wrong = "".join(schemas.what_is_wrong(oned, cluster))
    assert "prots" in wrong and "'one' is not of type" in wrong


@pytest.fixture(scope="module")
def notes(helm, tmp_path_factory):
    """helm shows notes to those who have a cluster: here they are the text of an object, in a copy of the chart."""
    chart = tmp_path_factory.mktemp("notes") / "chart"
    shutil.copytree(CHART, chart)
    text = (CHART / "templates" / "NOTES.txt").read_text()
    (chart / "templates" / "shown.yaml").write_text(
        f'{{{{- define "shown" -}}}}{text}{{{{- end -}}}}\n'
        'apiVersion: v1\nkind: Shown\nmetadata: {name: notes}\ntext: {{ include "shown" . | toJson }}\n')

    def show(name: str, *more: str) -> str:
        argv = [*([] if name == "defaults" else ["--values", str(value_sets.HERE / "values" / f"{name}.yaml")]), *more]
        done = run_helm("template", RELEASE, str(chart), "--namespace", NAMESPACE, "--values", str(BASE), *argv,
                        "--show-only", "templates/shown.yaml")
        assert done.returncode == 0, done.stderr
        return yaml.safe_load(done.stdout)["text"]
    return show


@pytest.mark.parametrize("name", ["defaults", "node-ports", "inside-only", "ingress-plain", "external-database", "sqlite", "no-policies",
                                  "oned-alone", "host-network", "ingress"])
def test_notes(notes, name):
    generated.check_file(GOLDEN / f"notes-{name}.txt", notes(name))


def test_notes_end_in_the_join_command(notes):
    assert notes("defaults").rstrip().splitlines()[-1] == "  onenode join one.example.com"
    assert notes("node-ports").rstrip().splitlines()[-1] == "  onenode join 192.0.2.10:30125"
    ipv6 = notes("other-ports", "--set", "frontend.address=2001:db8::1")
    assert ipv6.rstrip().splitlines()[-1] == "  onenode join [2001:db8::1]:14125"


def test_the_chart_has_the_projects_version():
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["version"] == chart["appVersion"] == (tools.REPOSITORY / "VERSION").read_text().strip()
