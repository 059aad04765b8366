"""Alerts in Prometheus' own evaluation: each fires on what it is for, and none on a cloud that is well."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

import tools
import value_sets
from rendering import NAMESPACE, Rendered, render

DOCS = tools.REPOSITORY / "docs"
HOUR = 3600
oned = f'namespace="{NAMESPACE}",service="one-opennebula-oned"'
node = 'job="node",instance="kvm1:9100"'
info = f'onenode_info{{{node},frontend="one.example.com:4125"}}'
far = 10 ** 9  # seconds from the beginning of a test, which is at 0

# Series of a cloud that is well, each for all the time.
well = {
    f'kube_statefulset_status_replicas_ready{{namespace="{NAMESPACE}",statefulset="one-opennebula-oned"}}': "1",
    f'kube_statefulset_status_replicas_ready{{namespace="{NAMESPACE}",statefulset="one-opennebula-database"}}': "1",
    f'kube_deployment_status_replicas_available{{namespace="{NAMESPACE}",deployment="one-opennebula-fireedge"}}': "1",
    f'kube_deployment_spec_replicas{{namespace="{NAMESPACE}",deployment="one-opennebula-fireedge"}}': "1",
    f'kube_pod_container_status_restarts_total{{namespace="{NAMESPACE}",pod="one-opennebula-oned-0"}}': "1",
    f'kubelet_volume_stats_available_bytes{{namespace="{NAMESPACE}",persistentvolumeclaim="data-one-opennebula-oned-0"}}': "50",
    f'kubelet_volume_stats_capacity_bytes{{namespace="{NAMESPACE}",persistentvolumeclaim="data-one-opennebula-oned-0"}}': "100",
    f'kube_cronjob_created{{namespace="{NAMESPACE}",cronjob="one-opennebula-backup"}}': "0",
    f'kube_cronjob_status_last_successful_time{{namespace="{NAMESPACE}",cronjob="one-opennebula-backup"}}': str(far),
    f'onefrontend_build_info{{{oned}}}': "1",
    f'onefrontend_condition{{{oned},name="oned"}}': "1",
    f'onefrontend_certificate_expires_timestamp_seconds{{{oned}}}': str(far),
    f'onefrontend_audit_lines_total{{{oned},written="no"}}': "0",
    f'onefrontend_limited_total{{{oned},by="everybody"}}': "0",
    info: "1",
    f'onenode_host_state{{{node},state="err"}}': "0",
    f'onenode_last_contact_timestamp_seconds{{{node}}}': str(far),
    f'onenode_certificate_expires_timestamp_seconds{{{node}}}': str(far),
}


def instead(begin: str, values: str) -> dict[str, str]:
    (series,) = [name for name in well if name.startswith(begin)]
    return {**well, series: values}


def without(begin: str, cloud: dict[str, str] = well) -> dict[str, str]:
    assert any(name.startswith(begin) for name in cloud)
    return {name: values for name, values in cloud.items() if not name.startswith(begin)}


# What it fires on; minutes until then.
fires = {
    "OpenNebulaAway": (instead(f'kube_statefulset_status_replicas_ready{{namespace="{NAMESPACE}",statefulset="one-opennebula-oned"', "0"), 6),
    "OpenNebulaDatabaseAway": (instead(f'kube_statefulset_status_replicas_ready{{namespace="{NAMESPACE}",statefulset="one-opennebula-database"', "0"), 3),
    "OpenNebulaServiceAway": (instead("kube_deployment_status_replicas_available", "0"), 11),
    "OpenNebulaRestarts": (instead("kube_pod_container_status_restarts_total", "0+1x30"), 30),
    "OpenNebulaVolumeFull": (instead("kubelet_volume_stats_available_bytes", "9"), 16),
    "OpenNebulaBackupLate": (instead("kube_cronjob_status_last_successful_time", "0"), 100 * 60),
    "OpenNebulaUnwatched": (without("onefrontend_build_info"), 16),
    "OpenNebulaEnrollmentAway": (instead("onefrontend_condition", "0"), 11),
    "OpenNebulaCertificateEnds": (instead("onefrontend_certificate_expires", str(13 * 24 * HOUR)), 61),
    "OpenNebulaAuditLost": (instead("onefrontend_audit_lines_total", "0x9 1x5"), 11),
    "OpenNebulaTokensGuessed": (instead("onefrontend_limited_total", "0x9 1x5"), 11),
    "OpenNebulaHostInError": (instead("onenode_host_state", "1"), 11),
    "OpenNebulaAgentSilent": (instead("onenode_last_contact", "0"), 21),
    "OpenNebulaNodeCertificateEnds": (instead("onenode_certificate_expires", str(23 * HOUR)), 61),
}

# What looks alike and is nothing.
quiet = {
    "a service that nobody wants to run": ({**instead("kube_deployment_status_replicas_available", "0"),
                                            f'kube_deployment_spec_replicas{{namespace="{NAMESPACE}",deployment="one-opennebula-fireedge"}}': "0"}, 60),
    "another release's oned": ({**well, f'kube_statefulset_status_replicas_ready{{namespace="{NAMESPACE}",statefulset="two-opennebula-oned"}}': "0"}, 60),
    "a host in error of another front-end": ({**without("onenode_info", instead("onenode_host_state", "1")),
                                              f'onenode_info{{{node},frontend="two.example.com:4125"}}': "1"}, 60),
    "a first backup that is not due yet": (without("kube_cronjob_status_last_successful_time"), 60),
}


@pytest.fixture(scope="session")
def rules(helm, tmp_path_factory) -> Path:
    """All of them, as Prometheus reads them."""
    (alerts,) = [one for one in value_sets.ALL if one.name == "alerts"]
    rendered = Rendered(render("--values", str(alerts.file), "--set-json", "metrics.prometheusRule.excludeRules=[]"))
    file = tmp_path_factory.mktemp("alerts") / "rules.yaml"
    file.write_text(yaml.safe_dump(rendered.by_name()["PrometheusRule/alerts"]["spec"]))
    return file


def alerts_in(rules: Path) -> list[str]:
    return [rule["alert"] for rule in yaml.safe_load(rules.read_text())["groups"][0]["rules"]]


def firing(promtool: Path, rules: Path, case: tuple[dict[str, str], int]) -> set[str]:
    """The alerts that fire on these series after so many minutes."""
    series, minutes = case
    wanted = rules.parent / "test.yaml"
    wanted.write_text(yaml.safe_dump({
        "rule_files": [str(rules)],
        "evaluation_interval": "1m",
        "tests": [{
            "interval": "1m",
            "input_series": [{"series": name, "values": values if "x" in values else f"{values}x{minutes}"} for name, values in series.items()],
            "promql_expr_test": [{"expr": 'count by (alertname) (ALERTS{alertstate="firing"})', "eval_time": f"{minutes}m",
                                  "exp_samples": [{"labels": '{alertname="nothing fires"}', "value": 0}]}],
        }],
    }))
    said = subprocess.run([promtool, "test", "rules", wanted], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
                          check=False).stdout
    got = re.search(r"\bgot:(.*)", said, re.DOTALL)
    assert got, said
    return set(re.findall(r'alertname=\\?"(\w+)', got.group(1)))


def test_prometheus_takes_them(promtool, rules):
    checked = subprocess.run([promtool, "check", "rules", rules], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout


def test_each_has_a_case(rules):
    assert set(alerts_in(rules)) == set(fires)


@pytest.mark.parametrize("alert", fires)
def test_it_fires_on_what_it_is_for_and_alone(promtool, rules, alert):
    assert firing(promtool, rules, fires[alert]) == {alert}


@pytest.mark.parametrize("case", [("a cloud that is well", (well, 60)), *quiet.items()], ids=lambda case: case[0])
def test_none_fires_on(promtool, rules, case):
    assert firing(promtool, rules, case[1]) == set()


def test_what_they_ask_of_enrollment_and_agents_is_told(rules):
    """The names of other series are Kubernetes'."""
    asked = re.findall(r"\b(onefrontend|onenode)_(\w+)", rules.read_text())
    told = {"onefrontend": (DOCS / "metrics.md").read_text(), "onenode": (DOCS / "agent.md").read_text().replace("`onenode_", "`")}
    assert asked and {name for program, name in asked if f"`{name}" not in told[program]} == set()
