"""The chart's NetworkPolicies in force: who reaches whom, seen from inside the pods; and what enforces them, by itself.
They are in force in all of these tests: a hypervisor joins and leaves, pods die, releases come and go under them."""

import pytest

from policies import World, fits, rules
from stage import wait_for

# What enforces them.


def pod(name: str, address: str, namespace: str = "cloud", phase: str = "Running", **labels: str) -> dict:
    return {"metadata": {"name": name, "namespace": namespace, "labels": labels, "creationTimestamp": name},
            "spec": {}, "status": {"podIP": address, "phase": phase}}


def policy(selector: dict, **spec) -> dict:
    return {"metadata": {"name": "it", "namespace": "cloud"}, "spec": {"podSelector": selector, **spec}}


namespaces = [{"metadata": {"name": "cloud", "labels": {"team": "a"}}}, {"metadata": {"name": "other", "labels": {"team": "b"}}}]
pods = [pod("a", "10.244.0.5", app="a"), pod("b", "10.244.0.6", app="b"), pod("c", "10.244.0.7", "other", app="b")]


def lines(*policies: dict, there: list[dict] | None = None) -> list[str]:
    return [line.strip() for line in rules(World(there or pods, list(policies), namespaces)).splitlines()]


@pytest.mark.parametrize(("rule", "fitting"), [
    ({"key": "app", "operator": "In", "values": ["a", "b"]}, True), ({"key": "app", "operator": "In", "values": ["b"]}, False),
    ({"key": "app", "operator": "NotIn", "values": ["b"]}, True), ({"key": "app", "operator": "NotIn", "values": ["a"]}, False),
    ({"key": "none", "operator": "NotIn", "values": ["a"]}, True), ({"key": "app", "operator": "Exists"}, True),
    ({"key": "none", "operator": "Exists"}, False), ({"key": "none", "operator": "DoesNotExist"}, True)])
def test_expressions_of_selectors(rule, fitting):
    assert fits({"matchExpressions": [rule]}, {"app": "a"}) == fitting
    assert fits({}, {}) and not fits({"matchLabels": {"app": "b"}}, {"app": "a"})


def test_a_pod_without_a_policy_is_open_and_one_with_an_empty_list_is_closed():
    assert not [line for line in lines() if "jump" in line]
    shut = lines(policy({"matchLabels": {"app": "a"}}, policyTypes=["Ingress"], ingress=[]))
    assert "ip daddr vmap { 10.244.0.5 : jump ingress-10.244.0.5 }" in shut and "counter drop" in shut
    assert not any("egress" in line for line in shut)


def test_an_empty_rule_lets_everybody_in():
    assert "return" in lines(policy({}, policyTypes=["Ingress"], ingress=[{}]))


def test_peers_are_pods_of_the_own_namespace_unless_one_is_selected():
    def from_whom(peer: dict) -> list[str]:
        found = lines(policy({"matchLabels": {"app": "a"}}, policyTypes=["Ingress"], ingress=[{"from": [peer], "ports": [{"port": 80}]}]))
        return [line for line in found if line.endswith("return")]
    b = {"matchLabels": {"app": "b"}}
    assert from_whom({"podSelector": b}) == ["ip saddr { 10.244.0.6 } tcp dport 80 return"]
    assert from_whom({"podSelector": b, "namespaceSelector": {}}) == ["ip saddr { 10.244.0.6, 10.244.0.7 } tcp dport 80 return"]
    assert from_whom({"namespaceSelector": {"matchLabels": {"team": "b"}}}) == ["ip saddr { 10.244.0.7 } tcp dport 80 return"]
    assert from_whom({"podSelector": {"matchLabels": {"app": "none"}}}) == [], "nobody is it"


def test_networks_ports_and_protocols():
    found = lines(policy({"matchLabels": {"app": "a"}}, policyTypes=["Egress"], egress=[{
        "to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}, {"ipBlock": {"cidr": "fd00::/8"}}],
        "ports": [{"port": 53, "protocol": "UDP"}, {"port": 5900, "endPort": 6000}, {"protocol": "TCP"}]}]))
    peer = "ip daddr 10.0.0.0/8 ip daddr != { 10.1.0.0/16 }"
    assert [line for line in found if line.endswith("return")] == [
        f"{peer} udp dport 53 return", f"{peer} tcp dport 5900-6000 return", f"{peer} meta l4proto tcp return"]


def test_a_port_by_name_is_an_error_and_no_guess():
    with pytest.raises(ValueError, match="names the port 'web'"):
        lines(policy({}, policyTypes=["Ingress"], ingress=[{"ports": [{"port": "web"}]}]))


def test_an_address_that_nobody_has_is_silent_and_one_that_was_left_belongs_to_the_next():
    gone, new = pod("1", "10.244.0.5", phase="Succeeded", app="old"), pod("2", "10.244.0.5", app="new")
    found = lines(policy({"matchLabels": {"app": "old"}}, policyTypes=["Ingress"], ingress=[]), there=[gone, new])
    assert "ip daddr @pods ip daddr != { 10.244.0.5 } counter drop" in found
    assert not any("jump" in line for line in found)


# The chart's, in force.

# What plays oned here has no events at 2101: that the policies allow them is held in tests/chart.
listening = {"oned": [2633, 22, 4124, 4125], "fireedge": [2616], "oneflow": [2474], "onegate": [5030], "guacd": [4822], "database": [3306]}
probe = "for to in {targets}; do timeout 1 bash -c \"exec 3<>/dev/tcp/${{to%:*}}/${{to#*:}}\" 2>/dev/null && echo $to; done; true"


def by_component(release) -> dict[str, dict]:
    return {found["metadata"]["labels"]["app.kubernetes.io/component"]: found for found in release.pods().values()
            if found["metadata"]["labels"]["app.kubernetes.io/component"] in listening}


def run(release, pod: dict, script: str) -> str:
    where = pod["metadata"]
    return release.cluster.kubectl("--namespace", where["namespace"], "exec", where["name"], "--container",
                                   pod["spec"]["containers"][0]["name"], "--", "bash", "-c", script).out


def reached_from(release, pod: dict) -> set[str]:
    """Components and ports of other pods that a pod opens a connection to, each at the pods' own addresses."""
    there = {f"{found['status']['podIP']}:{port}": f"{component} {port}" for component, found in by_component(release).items()
             if found["metadata"]["uid"] != pod["metadata"]["uid"] for port in listening[component]}
    return {there[line] for line in run(release, pod, probe.format(targets=" ".join(there))).split()}


ways = {
    "oned": {"database 3306"},
    "fireedge": {"oned 2633", "oneflow 2474", "guacd 4822"},
    "oneflow": {"oned 2633"},
    "onegate": {"oned 2633", "oneflow 2474"},
    "guacd": set(),
    "database": set(),
}


@pytest.fixture(scope="module")
def stranger(release):
    """A pod of somebody else's, in a namespace of its own."""
    image = by_component(release)["oned"]["spec"]["containers"][0]["image"]
    release.cluster.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "strangers"}},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "stranger", "namespace": "strangers"},
         "spec": {"terminationGracePeriodSeconds": 0, "containers": [
             {"name": "it", "image": image, "imagePullPolicy": "IfNotPresent",
              "command": ["ruby", "-rsocket", "-e", "TCPServer.new('0.0.0.0', 8080).then { |at| loop { at.accept.close } }"]}]}})
    release.cluster.kubectl("--namespace", "strangers", "wait", "--for=condition=ready", "pod/stranger", "--timeout=60s")
    return release.cluster.get("pod", "stranger", "--namespace", "strangers")


def test_a_stranger_reaches_what_is_for_everybody_and_nothing_else(release, stranger):
    assert reached_from(release, stranger) == {"fireedge 2616"}


def test_without_its_policy_a_pod_is_open_to_the_stranger(release, stranger):
    """So it is the policies that keep strangers out, and what enforces them follows."""
    name = f"{release.full_name}-guacd"
    kept = release.cluster.get("networkpolicy", name, "--namespace", release.namespace)
    release.kubectl("delete", "networkpolicy", name)
    try:
        wait_for(lambda: "guacd 4822" in reached_from(release, stranger), 30, "guacd to be open", every=1)
    finally:
        release.cluster.apply({key: kept[key] for key in ("apiVersion", "kind", "spec")} | {
            "metadata": {key: kept["metadata"][key] for key in ("name", "namespace", "labels", "annotations")}})
    wait_for(lambda: "guacd 4822" not in reached_from(release, stranger), 30, "guacd to be closed", every=1)


@pytest.mark.parametrize("source", ways)
def test_each_pod_reaches_whom_it_needs_and_nobody_else(release, stranger, source):
    here = by_component(release)[source]
    assert reached_from(release, here) == ways[source]
    outside = f"timeout 1 bash -c 'exec 3<>/dev/tcp/{stranger['status']['podIP']}/8080' && echo reached; true"
    assert "reached" not in run(release, here, outside)


def test_whatever_the_policies_said_was_understood(release):
    assert release.cluster.policies.failure is None
