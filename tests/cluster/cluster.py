"""A Kubernetes of one node on the stage, and helm and kubectl for it."""

import base64
import json
import socket
import subprocess
import threading
from pathlib import Path

from cached import here, repository

import node
import pod_images
import programs
import tools
from policies import Enforcer
from stage import Stage, paths, wait_for
from stage.network import Address, domain, switch_number
from stage.shell import Result
from stage.waiting import tail

home = "/run/cluster"               # what the programs are told, inside the machine
machine = "cluster"                 # its name, for the stage and for Kubernetes
number = 1                          # on the stage's network: 10.77.0.1
balanced = range(2, 9)              # what a load balancer gives to Services that ask for none, one after the other
pods, services = "10.244.0.0/16", "10.96.0.0/16"
start_limit = 180                   # seconds; 20 on an idle computer
token = "admin-of-a-test"           # of an API that nobody outside of the stage reaches

containerd_toml = f"""
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pod_images.pause}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{home}/cni"
"""
cni = {"cniVersion": "0.4.0", "name": "pods", "plugins": [
    {"type": "ptp", "ipMasq": True,  # a bridge would pass packets on between pods past the machine's rules
     "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.244.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}],
              "dataDir": "/run/cni"}},
    {"type": "portmap", "capabilities": {"portMappings": True}}]}
kubelet = {
    "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", "cgroupDriver": "cgroupfs", "failSwapOn": False,
    "failCgroupV1": False, "enforceNodeAllocatable": [], "clusterDNS": [Address(switch_number).v4], "clusterDomain": "cluster.local",
    "resolvConf": f"{home}/resolv.conf", "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
    "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}}, "authorization": {"mode": "AlwaysAllow"},
    "evictionHard": {"memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
    "imageGCHighThresholdPercent": 100, "syncFrequency": "5s", "podLogsDir": "/run/pod-logs"}
kubeconfig = {
    "apiVersion": "v1", "kind": "Config", "current-context": "it", "users": [{"name": "it", "user": {"token": token}}],
    "clusters": [{"name": "it", "cluster": {"server": f"https://{Address(number).v4}:6443",
                                            "certificate-authority": f"{home}/pki/apiserver.crt"}}],
    "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}]}

# Bound by the scheduler, with the pod: a claim that is bound beside it may leave the pod pending for minutes.
storage_class = {
    "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": "kubernetes.io/no-provisioner",
    "volumeBindingMode": "WaitForFirstConsumer",
    "metadata": {"name": "local", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}}


class Cluster:
    """with Stage() as stage: cluster = Cluster(stage); cluster.start(); cluster.helm("install", …)"""

    def __init__(self, stage: Stage):
        self.stage = stage
        self.node = node.add(stage, machine, Address(number))
        self.programs = programs.folder()
        self._addresses: dict[str, str] = {}  # by Service
        self.policies = Enforcer(self._watch, lambda rules: self.node.run(["nft", "--file", "-"], input=rules))

    def start(self) -> "Cluster":
        self._write_settings()
        self._start_containerd()
        self._start_control_plane()
        self._start_node()
        self.apply(storage_class)
        threading.Thread(target=self._serve_services, daemon=True).start()
        self.policies.start()
        return self

    # For tests.

    def kubectl(self, *words: str, check: bool = True, timeout: float = 120, input: str | None = None) -> Result:
        return self.node.run([*self._kubectl(), *words], check=check, timeout=timeout, input=input)

    def get(self, *words: str) -> dict:
        return json.loads(self.kubectl("get", *words, "--output", "json").out)

    def apply(self, *objects: dict) -> None:
        self.kubectl("apply", "--filename", "-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))

    def helm(self, *words: str, check: bool = True, timeout: float = 900, input: str | None = None) -> Result:
        return self.node.run([str(tools.program("helm")), f"--kubeconfig={home}/kubeconfig", *words], check=check, timeout=timeout,
                             env={"HOME": "/run"}, input=input)

    def make_volume(self, namespace: str, claim: str, folder: str = "") -> str:
        """There is no provisioner: a folder that only this claim gets. It follows fsGroup, as a real storage class would."""
        folder = folder or f"/var/lib/volumes/{namespace}-{claim}"
        self.node.run(["mkdir", "-p", folder])
        self.apply({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": f"{namespace}-{claim}"},
                    "spec": {"capacity": {"storage": "100Gi"}, "accessModes": ["ReadWriteOnce"], "local": {"path": folder},
                             "storageClassName": "local",
                             "persistentVolumeReclaimPolicy": "Retain", "claimRef": {"namespace": namespace, "name": claim},
                             "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [
                                 {"key": "kubernetes.io/hostname", "operator": "In", "values": [machine]}]}]}}}})
        return folder

    def bring_out(self) -> Path:
        """The API at an address of this computer itself, for a person; the kubeconfig of it. Ends with the stage."""
        listening = socket.create_server(("127.0.0.1", 0))
        relay = ["env", f"{paths.mark}={self.stage.name}", *self.stage.network.enter, "setpriv", "--pdeathsig", "KILL",
                 "/usr/bin/python3", "-ISE", str(here / "relay.py"), str(listening.fileno()), Address(number).v4, "6443"]
        subprocess.Popen(relay, pass_fds=[listening.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL, start_new_session=True)
        authority = base64.b64encode(self.node.read(f"{home}/pki/apiserver.crt").encode()).decode()
        outside = json.loads(json.dumps(kubeconfig))
        outside["clusters"][0]["cluster"] = {"server": f"https://localhost:{listening.getsockname()[1]}",
                                             "certificate-authority-data": authority}
        listening.close()
        file = self.stage.folder / "kubeconfig"
        file.touch(mode=0o600)
        file.write_text(json.dumps(outside))
        return file

    # How it comes up.

    def _write_settings(self) -> None:
        write = self.node.write
        write(f"{home}/containerd.toml", containerd_toml)
        write(f"{home}/cni/pods.conflist", json.dumps(cni))
        write(f"{home}/kubelet.json", json.dumps(kubelet))
        write(f"{home}/kubeconfig", json.dumps(kubeconfig), mode="600")
        write(f"{home}/tokens.csv", f"{token},admin,admin,system:masters\n", mode="600")
        write(f"{home}/resolv.conf", f"search {domain}\nnameserver {Address(switch_number).v4}\n")
        self.node.run(["openssl", "genrsa", "-out", f"{home}/accounts.key", "2048"])
        self.node.run("sysctl -qw net.ipv4.ip_forward=1 && ip route add default via " + Address(switch_number).v4)

    def _start_containerd(self) -> None:
        self._spawn("containerd", f"--config={home}/containerd.toml")
        ctr = [f"{self.programs}/ctr", "--namespace=k8s.io"]
        self._wait(lambda: self.node.run([*ctr, "version"], check=False).ok, "containerd")
        for archive in pod_images.archives():
            self.node.run([*ctr, "images", "import", str(archive)], timeout=300)

    def _start_control_plane(self) -> None:
        address = Address(number).v4
        self._spawn("etcd", "--data-dir=/run/etcd", "--unsafe-no-fsync")
        self._spawn("kube-apiserver", "--etcd-servers=http://127.0.0.1:2379", f"--cert-dir={home}/pki", f"--advertise-address={address}",
                    f"--service-cluster-ip-range={services}", "--authorization-mode=Node,RBAC", "--allow-privileged=true",
                    f"--token-auth-file={home}/tokens.csv", "--kubelet-preferred-address-types=InternalIP",
                    "--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={home}/accounts.key",
                    f"--service-account-signing-key-file={home}/accounts.key")
        self._wait(lambda: self.kubectl("get", "--raw=/readyz", check=False).ok, "kube-apiserver")
        self._spawn("kube-controller-manager", f"--kubeconfig={home}/kubeconfig", f"--root-ca-file={home}/pki/apiserver.crt",
                    f"--service-account-private-key-file={home}/accounts.key", "--use-service-account-credentials=false",
                    "--leader-elect=false")
        self._spawn("kube-scheduler", f"--kubeconfig={home}/kubeconfig", "--leader-elect=false")

    def _start_node(self) -> None:
        self._spawn("kubelet", f"--config={home}/kubelet.json", f"--kubeconfig={home}/kubeconfig", f"--node-ip={Address(number).v4}",
                    f"--hostname-override={machine}", "--root-dir=/var/lib/kubelet", f"--cert-dir={home}/kubelet-pki")
        self._wait(lambda: "True" in self.kubectl("get", "node", machine, "--output",
                                                  'jsonpath={.status.conditions[?(@.type=="Ready")].status}', check=False).out, "kubelet")
        self._spawn("kube-proxy", f"--kubeconfig={home}/kubeconfig", "--proxy-mode=nftables", f"--hostname-override={machine}",
                    f"--cluster-cidr={pods}", "--conntrack-max-per-core=0", "--conntrack-tcp-timeout-established=0",
                    "--conntrack-tcp-timeout-close-wait=0")

    def _spawn(self, program: str, *arguments: str) -> None:
        self.node.spawn([f"{self.programs}/{program}", *arguments], program,
                        env={"PATH": f"{self.programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"})

    def _wait(self, there, program: str) -> None:
        log: Path = self.node.logs / f"{program}.log"
        wait_for(there, start_limit, f"{program} to answer", every=0.5, otherwise=lambda: tail(log.read_text(errors="replace")))

    def _kubectl(self) -> list[str]:
        return [f"{self.programs}/kubectl", f"--kubeconfig={home}/kubeconfig"]

    # What a cluster has beside Kubernetes: a name server, which is the stage's here, and a load balancer.

    def _serve_services(self) -> None:
        """Until the machine ends. A watch ends by itself now and then."""
        fields = ("{.metadata.namespace}|{.metadata.name}|{.spec.clusterIP}|{.spec.type}|{.spec.loadBalancerIP}"
                  "|{.status.loadBalancer.ingress[0].ip}{'\\n'}")
        argv = [*self._kubectl(), "get", "services", "--all-namespaces", "--watch", "--output", f"jsonpath={fields}"]
        while self.node.pid:
            with (self.node.logs / "services.log").open("ab") as log:
                watch = subprocess.Popen(self.node._inside(argv, "root", None), stdout=subprocess.PIPE, stderr=log, text=True)
            for line in watch.stdout:
                self._serve(*line.strip().split("|"))
            watch.wait()

    def _serve(self, namespace: str, name: str, address: str, kind: str, wanted: str, given: str) -> None:
        self._tell_name(f"{name}.{namespace}.svc.cluster.local", address)
        if kind != "LoadBalancer" or given:
            return
        outside = wanted or self._addresses.setdefault(f"{namespace}/{name}", Address(balanced[len(self._addresses)]).v4)
        self.node.run(["ip", "address", "replace", f"{outside}/24", "dev", "eth0"])
        status = {"status": {"loadBalancer": {"ingress": [{"ip": outside}]}}}
        self.kubectl("--namespace", namespace, "patch", "service", name, "--subresource=status", "--type=merge",
                     "--patch", json.dumps(status), check=False)  # it may be gone

    def _watch(self, kind: str):
        argv = [*self._kubectl(), "get", kind, "--all-namespaces", "--watch", "--output-watch-events", "--output=json"]
        while self.node.pid:
            with (self.node.logs / "policies.log").open("ab") as log:
                watch = subprocess.Popen(self.node._inside(argv, "root", None), stdout=subprocess.PIPE, stderr=log, text=True)
            yield None
            yield from map(json.loads, watch.stdout)  # a line each
            watch.wait()

    def _tell_name(self, name: str, address: str) -> None:
        if self.stage.names.get(name) != [address]:
            self.stage.know(name, address)


__all__ = ["Cluster", "balanced", "repository"]
