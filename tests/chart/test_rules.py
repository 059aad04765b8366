"""Rules that hold for every object of every value set: a new template is born with them."""

import json
import re

import pytest
import yaml

import value_sets
from rendering import component, containers

NAMES = ["defaults", *(one.name for one in value_sets.ALL)]


@pytest.fixture(params=NAMES)
def rendered(request, everything):
    return everything[request.param]


def selects(selector: dict, labels: dict) -> bool:
    return all(labels.get(key) == value for key, value in selector.items())


def policies_of(rendered, pod: dict) -> list[dict]:
    return [policy for policy in rendered.of_kind("NetworkPolicy")
            if selects(policy["spec"]["podSelector"]["matchLabels"], pod["metadata"]["labels"])]


def own(rendered, pod: dict) -> list[dict]:
    """The containers that are the chart's, not somebody's extra ones."""
    return [one for one in containers(pod) if one["name"] not in ("beside", "before")]


def on_machine(rendered) -> set[str]:
    """Components whose pods have their machine's network."""
    return {component(pod) for _, pod in rendered.pods() if pod["spec"].get("hostNetwork")}


def test_every_pod_has_one_policy_for_both_directions(rendered):
    if not rendered.of_kind("NetworkPolicy"):
        return
    for name, pod in rendered.pods():
        found = policies_of(rendered, pod)
        if component(pod) in on_machine(rendered):
            assert not found, f"{name}: it would hold for the whole machine, or not at all"
            continue
        assert len(found) == 1, name
        assert found[0]["spec"]["policyTypes"] == ["Ingress", "Egress"]
        assert {"ingress", "egress"} <= set(found[0]["spec"]), name


def test_no_policy_lets_everybody_everywhere(rendered):
    for policy in rendered.of_kind("NetworkPolicy"):
        for rule in policy["spec"]["ingress"] + policy["spec"]["egress"]:
            assert rule.get("ports"), policy["metadata"]["name"]


def test_only_the_front_end_reaches_what_asks_for_no_password(rendered):
    machines = [{"ipBlock": {"cidr": cidr}} for cidr in MACHINES] if on_machine(rendered) else []
    closed = {"oned": {2101, 2102}, "guacd": {4822}, "database": {3306}, "oneform": {13013}, "oneks": {10780}}
    for policy in rendered.of_kind("NetworkPolicy"):
        ports = closed.get(policy["metadata"]["labels"]["app.kubernetes.io/component"], set())
        for rule in policy["spec"]["ingress"]:
            if ports & {port["port"] for port in rule["ports"]}:
                assert all(peer in machines or ("podSelector" in peer and "namespaceSelector" not in peer) for peer in rule["from"])


MACHINES = ["192.0.2.0/24", "2001:db8:7::/64"]  # of values/host-network.yaml


def networks_in(rules: list[dict], side: str, port: int) -> list[str]:
    return [peer["ipBlock"]["cidr"] for rule in rules if port in [have["port"] for have in rule["ports"]]
            for peer in rule.get(side, []) if "ipBlock" in peer]


def test_who_talks_to_oned_in_a_machines_network_names_the_machines(defaults, every_set):
    policies = {one["metadata"]["labels"]["app.kubernetes.io/component"]: one["spec"] for one in every_set["host-network"].of_kind("NetworkPolicy")}
    assert networks_in(policies["database"]["ingress"], "from", 3306) == MACHINES
    assert networks_in(policies["oneflow"]["ingress"], "from", 2474) == MACHINES, "OneGate is there, too"
    for name in ("fireedge", "oneflow"):
        assert networks_in(policies[name]["egress"], "to", 2633) == networks_in(policies[name]["egress"], "to", 2101) == MACHINES
    for port in (2633, 2022, 4124, 4125, 5030):
        assert networks_in(policies["tests"]["egress"], "to", port) == MACHINES
    assert not networks_in(policies["guacd"]["ingress"], "from", 4822), "only where it is needed"
    for policy in defaults.of_kind("NetworkPolicy"):
        assert not {"192.0.2.0/24"} & set(networks_in(policy["spec"]["ingress"], "from", 3306))


def test_only_oned_and_onegate_have_a_machines_network(everything):
    for name, rendered in everything.items():
        assert on_machine(rendered) == ({"oned", "onegate"} if name == "host-network" else set()), name


def test_pods_of_a_machines_network_find_the_clusters_names_and_replace_each_other(every_set):
    rendered = every_set["host-network"]
    for _, pod in rendered.pods():
        if component(pod) in ("oned", "onegate"):
            assert pod["spec"]["dnsPolicy"] == "ClusterFirstWithHostNet"
    assert rendered.by_name()["Deployment/onegate"]["spec"]["strategy"] == {"type": "Recreate"}, "two cannot have one port"


def test_a_test_from_outside_may_go_there(defaults, every_set):
    def anywhere(rendered):
        rules = rendered.by_name()["NetworkPolicy/tests"]["spec"]["egress"]
        return [port["port"] for rule in rules if "to" not in rule for port in rule["ports"]]
    assert anywhere(every_set["outside-test"]) == [53, 53, 4125]
    assert anywhere(defaults) == [53, 53]


def test_metrics_are_for_whom_the_policy_names(defaults, every_set):
    def let_in(rendered, port):
        rules = rendered.by_name()["NetworkPolicy/oned"]["spec"]["ingress"]
        return [rule["from"] for rule in rules if port in [have["port"] for have in rule["ports"]]]
    prometheus = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    assert let_in(every_set["metrics"], 4126) == [prometheus]
    assert not let_in(defaults, 4126)


def test_the_service_monitor_finds_one_port_of_one_service(every_set):
    for name in ("metrics", "alerts"):
        rendered = every_set[name]
        monitor = rendered.by_name()["ServiceMonitor/oned"]["spec"]
        (endpoint,) = monitor["endpoints"]
        found = [one["metadata"]["name"] for one in rendered.of_kind("Service")
                 if selects(monitor["selector"]["matchLabels"], one["metadata"]["labels"])
                 and endpoint["port"] in [port["name"] for port in one["spec"]["ports"]]]
        assert found == ["one-opennebula-oned"]
        assert monitor["namespaceSelector"] == {"matchNames": ["cloud"]}


SAFE_SYSCTLS = {"net.ipv4.ip_unprivileged_port_start"}


def in_release(peer: dict, labels: dict) -> bool:
    """Whether a peer of a policy means a pod with these labels; networks mean what is outside."""
    selector = peer.get("podSelector")
    if selector is None or "namespaceSelector" in peer:
        return False
    return selects(selector.get("matchLabels", {}), labels) and all(
        rule["operator"] == "In" and labels.get(rule["key"]) in rule["values"] for rule in selector.get("matchExpressions", []))


def let_through(rules: list[dict], side: str, labels: dict) -> set[int]:
    return {port["port"] for rule in rules for port in rule["ports"]
            if any(in_release(peer, labels) for peer in rule.get(side, [])) or (side == "from" and side not in rule)}


def ways(rendered) -> set[str]:
    """Who reaches whom at which port: what the policies of both ends let through."""
    pods = {component(pod): pod for _, pod in rendered.pods()}
    found = set()
    for source, here in pods.items():
        for target, there in pods.items():
            out = let_through(policies_of(rendered, here)[0]["spec"]["egress"], "to", there["metadata"]["labels"])
            into = let_through(policies_of(rendered, there)[0]["spec"]["ingress"], "from", here["metadata"]["labels"])
            found |= {f"{source} to {target} {port}" for port in out & into}
    return found


def test_who_reaches_whom(defaults):
    assert ways(defaults) == {
        "fireedge to oned 2633", "fireedge to oned 2101", "fireedge to oneflow 2474", "fireedge to guacd 4822",
        "oneflow to oned 2633", "oneflow to oned 2101", "onegate to oned 2633", "onegate to oneflow 2474",
        "oned to database 3306", "guard to database 3306", "oned to oned 22", "oned to oned 4124", "oned to oned 4125",
        "tests to oned 2633", "tests to oned 22", "tests to oned 4124", "tests to oned 4125",
        "tests to fireedge 2616", "tests to oneflow 2474", "tests to onegate 5030", "tests to guacd 4822"}


def test_who_reaches_whom_besides_with_forms_and_clusters(defaults, every_set):
    assert ways(every_set["forms-and-clusters"]) - ways(defaults) == {
        "fireedge to oneform 13013", "fireedge to oneks 10780", "oneform to oned 2633", "oneks to oned 2633", "oneks to oned 2101",
        "tests to oneform 13013", "tests to oneks 10780"}


def test_a_backup_reaches_the_database_alone(every_set):
    found = ways(every_set["backup"])
    assert {way for way in found if "backup" in way} == {"backup to database 3306"}


def test_a_backup_runs_where_oneds_volume_is(every_set):
    pod = every_set["backup"].by_name()["CronJob/backup"]["spec"]["jobTemplate"]["spec"]["template"]
    (beside,) = pod["spec"]["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert beside["labelSelector"]["matchLabels"]["app.kubernetes.io/component"] == "oned"
    claims = {volume["name"]: volume["persistentVolumeClaim"]["claimName"] for volume in pod["spec"]["volumes"] if "persistentVolumeClaim" in volume}
    assert claims == {"data": "data-one-opennebula-oned-0", "datastores": "datastores-one-opennebula-oned-0", "backups": "one-opennebula-backup"}


def test_the_guard_looks_before_an_upgrade_and_a_rollback_touch_a_pod(defaults, every_set):
    guard = [found for found in defaults.objects if found["metadata"]["labels"]["app.kubernetes.io/component"] == "guard"]
    assert {found["kind"] for found in guard} == {"ConfigMap", "NetworkPolicy", "Job"}
    for found in guard:
        notes = found["metadata"]["annotations"]
        assert notes["helm.sh/hook"] == "pre-upgrade,pre-rollback"
        assert notes["argocd.argoproj.io/hook"] == "Skip", "it has no first install, so it would wait for a volume"
    affinity = defaults.by_name()["Job/guard"]["spec"]["template"]["spec"]["affinity"]["podAffinity"]
    assert set(affinity) == {"preferredDuringSchedulingIgnoredDuringExecution"}, "where oned cannot run, an upgrade may be the cure"
    assert "Job/guard" not in every_set["one-pod-volume"].by_name()


def test_the_volume_of_backups_stays_after_an_uninstall(every_set):
    claim = every_set["backup"].by_name()["PersistentVolumeClaim/backup"]
    assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep", "example.com/offsite": "yes"}


def test_narrow_policies_still_let_the_tests_in(defaults, every_set):
    assert ways(every_set["narrow-policies"]) == ways(defaults)


def test_every_pod_is_restricted(rendered):
    """Pod Security's profile `restricted`, rule by rule."""
    for name, pod in rendered.pods():
        spec = pod["spec"]
        security = spec["securityContext"]
        assert not spec.get("hostPID") and not spec.get("hostIPC"), name  # hostNetwork: a test of its own
        assert security["runAsNonRoot"] is True and security["runAsUser"] > 0, name
        assert security["seccompProfile"]["type"] in ("RuntimeDefault", "Localhost"), name
        assert {one["name"] for one in security.get("sysctls", [])} <= SAFE_SYSCTLS, name
        for container in own(rendered, pod):
            rules = container["securityContext"]
            assert rules["allowPrivilegeEscalation"] is False, name
            assert rules["capabilities"] == {"drop": ["ALL"]}, name
            assert not rules.get("privileged"), name
            assert not any("hostPort" in port for port in container.get("ports", [])), name
        assert not any("hostPath" in volume for volume in spec["volumes"]), name


def test_only_oneds_pod_asks_for_a_sysctl(rendered):
    """Kubernetes refuses one where the network is the machine's."""
    asking = [component(pod) for _, pod in rendered.pods() if "sysctls" in pod["spec"]["securityContext"]]
    assert asking == ([] if on_machine(rendered) else ["oned"])


def test_roots_are_read_only_unless_somebody_says_otherwise(everything):
    for name, rendered in everything.items():
        writable = {component(pod) for _, pod in rendered.pods() for one in own(rendered, pod)
                    if not one["securityContext"]["readOnlyRootFilesystem"]}
        assert writable == ({"fireedge"} if name == "looser-security" else set()), name


def test_every_container_has_resources(rendered):
    for name, pod in rendered.pods():
        for container in own(rendered, pod):
            assert container["resources"]["requests"] and container["resources"]["limits"]["memory"], name


def test_every_service_is_asked_whether_it_works(rendered):
    for name, pod in rendered.pods():
        if name.startswith(("Job/", "CronJob/", "Pod/")):
            continue
        main = pod["spec"]["containers"][0]
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert main[probe]["exec"]["command"], f"{name} {probe}"
            assert main[probe]["timeoutSeconds"] > 4, "onefrontend itself takes up to four seconds"


def test_no_image_is_latest(rendered):
    for name, pod in rendered.pods():
        for container in containers(pod):
            image = container["image"].rsplit("/", 1)[-1]
            assert re.search(r"(@sha256:[0-9a-f]{64}|:[^:]+)$", image) and not image.endswith(":latest"), f"{name}: {image}"


def test_tokens_only_where_the_api_is_called(rendered):
    with_token = [component(pod) for _, pod in rendered.pods() if pod["spec"]["automountServiceAccountToken"]]
    assert with_token == (["secrets"] if "Job/secrets" in rendered.by_name() else [])
    assert not any(pod["spec"]["enableServiceLinks"] for _, pod in rendered.pods())


def test_the_role_names_its_secrets_and_can_change_none(rendered):
    for role in rendered.of_kind("Role"):
        for rule in role["rules"]:
            assert rule["apiGroups"] == [""] and rule["resources"] == ["secrets"]
            assert rule["verbs"] == ["create"] or (rule["verbs"] == ["get"] and rule["resourceNames"])
    assert not rendered.of_kind("ClusterRole")


def test_every_mount_has_its_volume_and_every_volume_is_mounted(rendered):
    claims = {rendered.name(found): {claim["metadata"]["name"] for claim in found["spec"].get("volumeClaimTemplates", [])}
              for found in rendered.of_kind("StatefulSet")}
    for name, pod in rendered.pods():
        there = {volume["name"] for volume in pod["spec"]["volumes"]} | claims.get(name, set())
        mounted = {mount["name"] for container in containers(pod) for mount in container.get("volumeMounts", [])}
        assert mounted == there, name


def test_every_configmap_that_is_mounted_has_its_keys(rendered):
    data = {found["metadata"]["name"]: found.get("data", {}) for found in rendered.of_kind("ConfigMap")}
    for name, pod in rendered.pods():
        maps = {volume["name"]: volume["configMap"]["name"] for volume in pod["spec"]["volumes"] if "configMap" in volume}
        for container in own(rendered, pod):
            for mount in container["volumeMounts"]:
                if mount["name"] in maps and "subPath" in mount:
                    assert mount["subPath"] in data[maps[mount["name"]]], f"{name}: {mount}"


def test_guacd_holds_no_secret_and_services_hold_one(rendered):
    for name, pod in rendered.pods():
        secrets = [volume for volume in pod["spec"]["volumes"] if "secret" in volume or "projected" in volume]
        if component(pod) in ("guacd", "secrets", "backup", "guard"):
            assert not secrets, name
        elif component(pod) == "tests":
            plays = [check for check in json.loads(rendered.by_name()["ConfigMap/tests"]["data"]["plan.json"])["checks"] if check["how"] == "join"]
            assert [volume["name"] for volume in secrets] == (["oneadmin"] if plays else []), name
        elif component(pod) != "oned":
            assert len(secrets) == 1, name


def test_no_secret_is_rendered(rendered):
    assert not rendered.of_kind("Secret")
    for found in rendered.of_kind("ConfigMap"):
        for text in found.get("data", {}).values():
            assert not re.search(r"(?im)^\s*(passwd|password|secret)\s*[:=]", text), found["metadata"]["name"]
            assert "PRIVATE KEY" not in text


def test_environment_variables_hold_no_secret(rendered):
    for name, pod in rendered.pods():
        for container in own(rendered, pod):
            for variable in container.get("env", []):
                secret = re.search("PASSWORD|SECRET|TOKEN", variable["name"])
                assert not secret or variable["name"].endswith("_FILE"), f"{name}: {variable['name']}"


def test_every_object_says_whose_it_is(rendered):
    for found in rendered.objects:
        if found["metadata"]["name"].endswith(("from-a-map", "from-a-text")):
            continue
        labels = found["metadata"]["labels"]
        assert {"app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component",
                "app.kubernetes.io/managed-by", "helm.sh/chart"} <= set(labels), found["metadata"]["name"]
        assert found["metadata"]["namespace"] == "cloud"
        assert len(found["metadata"]["name"]) <= 63


def test_common_labels_are_everywhere(every_set):
    rendered = every_set["labels"]
    for found in rendered.objects:
        assert found["metadata"]["labels"]["example.com/cost-centre"] == "4711"
        assert found["metadata"]["annotations"]["example.com/owner"] == "cloud"
    for _, pod in rendered.pods():
        assert pod["metadata"]["labels"]["example.com/cost-centre"] == "4711"


def test_selectors_find_their_own_pods_only(rendered):
    for found in rendered.objects:
        if found["kind"] not in ("Deployment", "StatefulSet"):
            continue
        selector = found["spec"]["selector"]["matchLabels"]
        assert set(selector) == {"app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component"}
        matching = [name for name, pod in rendered.pods() if selects(selector, pod["metadata"]["labels"])]
        assert matching == [rendered.name(found)]


def test_claims_have_labels_that_never_change(rendered):
    for found in rendered.of_kind("StatefulSet"):
        for claim in found["spec"].get("volumeClaimTemplates", []):
            assert set(claim["metadata"]["labels"]) == set(found["spec"]["selector"]["matchLabels"])
        assert found["spec"]["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}


def test_a_pod_that_cannot_get_ready_is_replaced_by_the_next_upgrade(rendered):
    assert {found["spec"]["podManagementPolicy"] for found in rendered.of_kind("StatefulSet")} == {"Parallel"}


def test_every_service_reaches_a_port_that_a_pod_has(rendered):
    for found in rendered.of_kind("Service"):
        behind = [pod for _, pod in rendered.pods() if selects(found["spec"]["selector"], pod["metadata"]["labels"])]
        assert behind, found["metadata"]["name"]
        for port in found["spec"]["ports"]:
            matching = [have for pod in behind for have in pod["spec"]["containers"][0]["ports"]
                        if have["name"] == port["targetPort"] and have.get("protocol", "TCP") == port.get("protocol", "TCP")]
            assert len(matching) == 1, f"{found['metadata']['name']} {port['name']}"


def test_every_policy_lets_in_what_its_services_bring(rendered):
    if not rendered.of_kind("NetworkPolicy"):
        return
    for found in rendered.of_kind("Service"):
        for _, pod in rendered.pods():
            if not selects(found["spec"]["selector"], pod["metadata"]["labels"]) or not policies_of(rendered, pod):
                continue
            let_in = {(port.get("protocol", "TCP"), port["port"]) for policy in policies_of(rendered, pod)
                      for rule in policy["spec"]["ingress"] for port in rule["ports"]}
            for have in pod["spec"]["containers"][0]["ports"]:
                wanted = [port for port in found["spec"]["ports"] if port["targetPort"] == have["name"] and have["name"] != "grpc"]
                if wanted:
                    assert (have.get("protocol", "TCP"), have["containerPort"]) in let_in, f"{found['metadata']['name']} {have['name']}"


def test_hypervisors_find_the_port_that_is_listened_on(rendered):
    """Its clients know monitord.conf's port alone: outside, at the Service and in the pod it is one number."""
    oned = rendered.by_name()["StatefulSet/oned"]["spec"]["template"]["spec"]["containers"][0]
    inside = {port["name"]: port["containerPort"] for port in oned["ports"]}
    for found in rendered.of_kind("Service"):
        if found["metadata"]["labels"]["app.kubernetes.io/component"] != "hypervisors":
            continue
        for port in found["spec"]["ports"]:
            outside = port["nodePort"] if found["spec"]["type"] == "NodePort" else port["port"]
            if port["name"] in ("monitoring-tcp", "monitoring-udp", "enrollment"):
                assert outside == inside[port["name"]]
            if port["name"] == "ssh":
                sshd = rendered.settings("settings.yaml")["sshd"]
                assert outside == sshd["nodesPort"] and inside["ssh"] == sshd["port"]


def test_udp_and_tcp_come_to_one_address(rendered):
    found = [one for one in rendered.of_kind("Service") if one["metadata"]["labels"]["app.kubernetes.io/component"] == "hypervisors"]
    ports = [(port["protocol"], port["port"]) for one in found for port in one["spec"]["ports"] if port["name"].startswith("monitoring")]
    assert sorted(protocol for protocol, _ in ports) == ["TCP", "UDP"]
    assert len({port for _, port in ports}) == 1


def test_a_change_of_the_settings_starts_the_pods_again(defaults, every_set):
    def checksum(rendered, name):
        return rendered.by_name()[name]["spec"]["template"]["metadata"]["annotations"]["checksum/settings"]
    keys = every_set["opennebulas-own-keys"]
    for name in ("StatefulSet/oned", "Deployment/fireedge"):
        assert checksum(defaults, name) != checksum(keys, name)
    assert checksum(defaults, "StatefulSet/database") == checksum(keys, "StatefulSet/database")


def test_another_version_of_the_chart_alone_starts_nothing_again(defaults):
    for name, pod in defaults.pods():
        if name == "Pod/tests":  # it only runs when it is asked to
            continue
        assert "helm.sh/chart" not in pod["metadata"]["labels"], name
        assert "app.kubernetes.io/version" not in pod["metadata"]["labels"], name


def test_the_supervisors_grace_is_the_pods(rendered):
    for name, pod in rendered.pods():
        grace = [one["value"] for one in pod["spec"]["containers"][0].get("env", []) if one["name"] == "GRACE_SECONDS"]
        if component(pod) in ("secrets", "tests", "database", "backup", "guard"):
            assert not grace
        else:
            assert grace == [str(pod["spec"]["terminationGracePeriodSeconds"])], name


def test_each_secret_that_is_made_is_used(rendered):
    used = yaml.safe_dump([pod["spec"]["volumes"] for _, pod in rendered.pods()])
    for role in rendered.of_kind("Role"):
        for name in role["rules"][1]["resourceNames"]:
            assert re.search(rf"(name|secretName): {name}\b", used), name


def test_onegate_is_where_its_packets_arrive(everything):
    """With externalTrafficPolicy Local a load balancer only brings packets to machines that have a pod of the Service."""
    for name, rendered in everything.items():
        gate = rendered.by_name().get("Deployment/onegate")
        services = [one for one in rendered.of_kind("Service") if one["metadata"]["labels"]["app.kubernetes.io/component"] == "hypervisors"]
        local = bool(on_machine(rendered)) or any(one["spec"].get("externalTrafficPolicy") == "Local" for one in services)
        if not gate:
            continue
        beside = gate["spec"]["template"]["spec"].get("affinity", {}).get("podAffinity")
        assert bool(beside) == local, name
    assert "nodeAffinity" in every_affinity(everything["affinity"]), "somebody's own counts besides"


def every_affinity(rendered) -> dict:
    return rendered.by_name()["Deployment/onegate"]["spec"]["template"]["spec"]["affinity"]


def test_lists_are_joined_and_a_components_word_counts(every_set):
    guacd = every_set["global-extras"].by_name()["Deployment/guacd"]["spec"]["template"]
    assert [one["key"] for one in guacd["spec"]["tolerations"]] == ["dedicated", "consoles"]
    assert [one["name"] for one in guacd["spec"]["containers"][0]["env"]] == ["GRACE_SECONDS", "TZ", "EXTRA"]
    assert guacd["spec"]["priorityClassName"] == "less-important"
    assert guacd["metadata"]["labels"]["example.com/team"] == "cloud"
    assert guacd["metadata"]["labels"]["example.com/kind"] == "consoles"


def test_extra_keys_work_below_every_component(helm, tmp_path):
    """The same keys everywhere, and none is forgotten in a template."""
    from rendering import Rendered, render
    extra = {"podLabels": {"mark": "there"}, "podAnnotations": {"mark": "there"}, "priorityClassName": "there",
             "nodeSelector": {"mark": "there"}, "tolerations": [{"key": "there"}], "hostAliases": [{"ip": "192.0.2.1", "hostnames": ["there"]}],
             "dnsConfig": {"searches": ["there"]}, "affinity": {"nodeAffinity": {}}, "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "there", "whenUnsatisfiable": "DoNotSchedule"}],
             "extraEnv": [{"name": "THERE", "value": "x"}], "extraEnvFrom": [{"secretRef": {"name": "there"}}],
             "extraVolumes": [{"name": "there", "emptyDir": {}}], "extraVolumeMounts": [{"name": "there", "mountPath": "/there"}],
             "extraContainers": [{"name": "beside", "image": "i:1"}], "extraInitContainers": [{"name": "before", "image": "i:1"}],
             "podSecurityContext": {"supplementalGroups": [7]}, "containerSecurityContext": {"procMount": "Default"}}
    components = ["oned", "fireedge", "oneflow", "onegate", "guacd", "oneform", "oneks", "database", "secretsJob", "tests", "backup", "upgrade"]
    values = {name: dict(extra) for name in components}
    values["oneform"]["enabled"] = values["oneks"]["enabled"] = values["backup"]["enabled"] = True
    file = tmp_path / "values.yaml"
    file.write_text(yaml.safe_dump(values))
    pods = Rendered(render("--values", str(file))).pods()
    assert len(pods) == len(components)
    for name, pod in pods:
        spec, main = pod["spec"], pod["spec"]["containers"][0]
        assert pod["metadata"]["labels"]["mark"] == pod["metadata"]["annotations"]["mark"] == "there", name
        assert spec["priorityClassName"] == spec["nodeSelector"]["mark"] == "there", name
        assert spec["tolerations"] == extra["tolerations"] and spec["hostAliases"] == extra["hostAliases"], name
        assert spec["dnsConfig"] == extra["dnsConfig"] and spec["affinity"]["nodeAffinity"] == {}, name
        assert spec["topologySpreadConstraints"][-1]["topologyKey"] == "there", name
        assert extra["extraEnv"][0] in main["env"] and main["envFrom"] == extra["extraEnvFrom"], name
        assert extra["extraVolumes"][0] in spec["volumes"] and extra["extraVolumeMounts"][0] in main["volumeMounts"], name
        assert spec["containers"][-1]["name"] == "beside" and spec["initContainers"][-1]["name"] == "before", name
        assert spec["securityContext"]["supplementalGroups"] == [7] and main["securityContext"]["procMount"] == "Default", name


def test_hooks_come_before_and_go_after(defaults):
    made_first = [found for found in defaults.objects if found["metadata"]["labels"]["app.kubernetes.io/component"] == "secrets"]
    assert {found["kind"] for found in made_first} == {"ServiceAccount", "Role", "RoleBinding", "ConfigMap", "NetworkPolicy", "Job"}
    for found in made_first:
        notes = found["metadata"]["annotations"]
        assert notes["helm.sh/hook"] == "pre-install,pre-upgrade"
        assert notes["helm.sh/hook-delete-policy"] == "before-hook-creation,hook-succeeded"
    weights = {found["kind"]: int(found["metadata"]["annotations"]["helm.sh/hook-weight"]) for found in made_first}
    assert weights.pop("Job") > max(weights.values())


