"""A release of the chart in the cluster: its life, its pods, and what OpenNebula in it says."""

from __future__ import annotations

import base64
import functools
import json

import cached  # noqa: F401
import cluster as places
import pod_images
from cloud import OpenNebula, files_of, onenode
from stage import CommandFailed, Machine, Result, wait_for
from stage.network import Address, domain

chart = str(places.repository / "chart")
install_limit = "8m"  # 40 seconds on an idle computer


not_ours = ("/run/onenode", "/var/lib/onenode", "/var/tmp")  # when the agent heard the front-end last; what probes measured


def state_of(node) -> set[str]:
    """What a front-end may have changed on a machine: files, and the agent's own history of changes."""
    return {*(line for line in files_of(node) if not line.startswith(not_ours)), *onenode(node, "history").out.splitlines()}


def image(name: str) -> dict:
    repository, tag = name.split(":")
    return {"registry": "", "repository": repository, "tag": tag}


class Release(OpenNebula):
    """release = Release(cluster); release.make_place(); release.install(); release.token()"""

    def __init__(self, cluster: places.Cluster, name: str = "one", namespace: str = "cloud", address: str = "", **values):
        self.cluster = cluster
        self.stage = cluster.stage
        self.name = name
        self.namespace = namespace
        self.full_name = f"{name}-opennebula"
        self._mine = ("--selector", f"app.kubernetes.io/instance={name}")
        self.oned = f"{self.full_name}-oned-0"
        self.database = f"{self.full_name}-database-0"
        self.claims = (f"data-{self.oned}", f"data-{self.database}")
        self.address = address or f"{name}.{domain}"
        self.values = {"frontend": {"address": self.address, "insideNetworks": [places.pods, places.services]},
                       "image": image(pod_images.front_end), "database": {"image": image(pod_images.mariadb)},
                       "networkPolicy": {"hypervisors": [f"{Address(0).v4}/24"]},
                       "config": {"onefrontend": {"old_key_life": "20s"}}, **values}  # an hour, else

    # Its life.

    def make_place(self, profile: str = "restricted") -> None:
        """What others have ready: a namespace that enforces Pod Security, volumes, a name that leads to the load balancer."""
        labels = {"pod-security.kubernetes.io/enforce": profile}
        self.cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace, "labels": labels}})
        for claim in self.claims:
            self.cluster.make_volume(self.namespace, claim)
        self.stage.know(self.name, Address(places.balanced[0]).v4)

    def install(self) -> None:
        self._bring("install")

    def upgrade(self, *words: str) -> None:
        self._bring("upgrade", *words)

    def _bring(self, verb: str, *words: str) -> None:
        self.helm(verb, self.name, chart, "--values", "-", "--wait", "--timeout", install_limit, *words, input=json.dumps(self.values))

    def helm(self, *words: str, check: bool = True, input: str | None = None) -> Result:
        return self.cluster.helm(*words, "--namespace", self.namespace, check=check, input=input)

    # What Kubernetes says.

    def kubectl(self, *words: str, check: bool = True, input: str | None = None) -> Result:
        return self.cluster.kubectl("--namespace", self.namespace, *words, check=check, input=input)

    def pods(self) -> dict[str, dict]:
        """Of this release, by name; those of hooks, schedules and tests are not among them."""
        found = self.cluster.get("pods", "--namespace", self.namespace, *self._mine)
        owners = lambda pod: {owner["kind"] for owner in pod["metadata"].get("ownerReferences", [])}
        return {pod["metadata"]["name"]: pod for pod in found["items"] if pod["status"]["phase"] != "Succeeded" and "Job" not in owners(pod)}

    def identities(self) -> dict[str, str]:
        """Pod by pod: another one of the same name is another."""
        return {name: pod["metadata"]["uid"] for name, pod in self.pods().items()}

    def is_ready(self, name: str) -> bool:
        conditions = self.pods().get(name, {}).get("status", {}).get("conditions", [])
        return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)

    def replace(self, pod: str, *words: str) -> None:
        """Delete it and wait until another one is ready."""
        before = self.identities()[pod]
        self.kubectl("delete", "pod", pod, *words)
        wait_for(lambda: self.identities().get(pod) not in (None, before) and self.is_ready(pod), 300, f"another {pod}", every=1)

    def secrets(self) -> dict[str, dict]:
        found = self.cluster.get("secrets", "--namespace", self.namespace, *self._mine)["items"]
        return {one["metadata"]["name"]: one["data"] for one in found}

    def write_secret(self, name: str, **keys: str) -> None:
        """As docs/chart.md tells: from files, so that no value is in a command line."""
        folder = f"/run/secrets-of-a-test/{name}"
        for key, value in keys.items():
            self.cluster.node.write(f"{folder}/{key}", value, mode="600")
        made = self.kubectl("create", "secret", "generic", name, *(f"--from-file={key}={folder}/{key}" for key in keys),
                            "--dry-run=client", "--output", "yaml").out
        self.kubectl("apply", "--filename", "-", input=made)
        self.__dict__.pop("_password", None)

    def restart(self, *workloads: str) -> None:
        """Such as statefulset/oned. Another pod has to be ready, and the old one gone."""
        for workload in workloads:
            kind, component = workload.split("/")
            self.kubectl("rollout", "restart", f"{kind}/{self.full_name}-{component}")
        for workload in workloads:
            kind, component = workload.split("/")
            self.cluster.kubectl("--namespace", self.namespace, "rollout", "status", f"{kind}/{self.full_name}-{component}",
                                 "--timeout=300s", timeout=320)

    def kept_claims(self) -> set[str]:
        found = self.cluster.get("persistentvolumeclaims", "--namespace", self.namespace, *self._mine)["items"]
        return {claim["metadata"]["name"] for claim in found}

    # What the front-end says.

    def run(self, script: str, check: bool = True) -> Result:
        """In oned's container, as oneadmin."""
        return self.kubectl("exec", self.oned, "--container", "oned", "--", "sh", "-ec", script, check=check)

    def sql(self, words: str) -> str:
        """As root of the database, where it is the bundled one."""
        script = f'MYSQL_PWD="$(cat $MARIADB_ROOT_PASSWORD_FILE)" mariadb -u root -N opennebula -e "{words}"'
        return self.kubectl("exec", self.database, "--", "sh", "-c", script).out

    def keys(self) -> str:
        """Sums of every key that a node or a database knows."""
        files = "/var/lib/one/.ssh/id_rsa /var/lib/one/ssh-host-keys/* /var/lib/one/.one/one_key /var/lib/one/onefrontend/public/*"
        return self.run(f"sha256sum {files} | grep -v /restored.json").out  # when a backup came back is no key

    def onefrontend(self, *words: str) -> Result:
        return self.kubectl("exec", self.oned, "--container", "oned", "--", "onefrontend", *words)

    def audit(self) -> list[dict]:
        """What enrollment wrote down, without what it does by itself."""
        lines = self.run("cat /var/lib/one/onefrontend/serve/audit.log").out.splitlines()
        return [line for line in map(json.loads, lines) if line["event"] not in ("host-certificates-signed", "renewed")]

    def rotate_oneadmins_key(self, node: Machine) -> None:
        """As docs/chart.md tells. Nothing restarts, and nobody is locked out meanwhile."""
        keys = lambda: node.read("/var/lib/one/.ssh/authorized_keys")
        old = self.run("cat ~/.ssh/id_rsa.pub").out.split()[1]
        self.onefrontend("keys", "rotate")
        new = self.run("cat ~/.ssh/id_rsa.pub").out.split()[1]
        assert new != old and new in keys()
        wait_for(lambda: old not in keys(), 120, f"the old key to go from {node.name}", every=0.5)

    def api(self):
        """From the cluster's machine, which reaches the Services' addresses."""
        (address,) = self.stage.names[f"{self.full_name}-oned.{self.namespace}.svc.cluster.local"]
        return self.cluster.node, f"http://{address}:2633/RPC2", f"oneadmin:{self._password}"

    @functools.cached_property
    def _password(self) -> str:
        return base64.b64decode(self.secrets()[f"{self.full_name}-oneadmin"]["password"]).decode()

    def wait_for_state(self, name: str, state: str, limit: float):
        """oned may be away meanwhile."""
        def there() -> bool:
            try:
                return self.hosts()[name].state == state
            except (CommandFailed, KeyError):
                return False
        wait_for(there, limit, f"host {name} to be {state}", every=0.5)
        return self.hosts()[name]

    def wait_until_well(self, node: Machine, limit: float = 60) -> None:
        """OpenNebula has the host on, and its agent has nothing to complain about. Who could not reach the front-end for long
        asks again after minutes."""
        self.wait_for_state(node.name, "on", 120)
        status = ["onenode", "status"]
        wait_for(lambda: node.run(status, check=False).ok, limit, "the agent to be content", every=0.5,
                 otherwise=lambda: node.run(status, check=False).out)
