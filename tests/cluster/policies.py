"""NetworkPolicies as nftables rules: nothing ready-made that enforces them runs here.

Every packet of a pod passes the machine's prerouting, because pods hang on links of their own (CNI's `ptp`), after
kube-proxy has put a pod's address in the place of a Service's. What is established goes on. What the machine itself
sends (probes, `kubectl exec`) is not looked at, as Kubernetes has it. An address of a pod that nobody knows yet is
silent: real ones start no pod before its rules are there.

What a policy may say and this does not understand (ports by name) is an error, never a guess."""

from __future__ import annotations

import threading

table = "inet policies"


def fits(selector: dict, labels: dict) -> bool:
    """Kubernetes' label selectors; an empty one fits all."""
    def holds(rule: dict) -> bool:
        key, values = rule["key"], rule.get("values", [])
        return {"In": labels.get(key) in values and key in labels, "NotIn": labels.get(key) not in values,
                "Exists": key in labels, "DoesNotExist": key not in labels}[rule["operator"]]
    return (all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
            and all(holds(rule) for rule in selector.get("matchExpressions", [])))


def labels_of(found: dict) -> dict:
    return found["metadata"].get("labels", {})


class World:
    """The pods that have an address, their namespaces, the policies."""

    def __init__(self, pods: list[dict], policies: list[dict], namespaces: list[dict]):
        self.namespaces = {found["metadata"]["name"]: labels_of(found) for found in namespaces}
        self.policies = policies
        self.pods = {pod["status"]["podIP"]: pod for pod in sorted(pods, key=lambda pod: pod["metadata"]["creationTimestamp"])
                     if pod["status"].get("podIP") and pod["status"].get("phase") in ("Pending", "Running")
                     and not pod["spec"].get("hostNetwork")}

    def chosen(self, peer: dict, namespace: str) -> list[str]:
        """The addresses of the pods that a peer means; one without a selector for namespaces means those of its own."""
        def in_place(pod: dict) -> bool:
            there = pod["metadata"]["namespace"]
            if "namespaceSelector" not in peer:
                return there == namespace
            return fits(peer["namespaceSelector"], self.namespaces.get(there, {}))
        return [address for address, pod in self.pods.items()
                if in_place(pod) and fits(peer.get("podSelector", {}), labels_of(pod))]

    def policies_of(self, pod: dict, direction: str) -> list[dict]:
        return [policy for policy in self.policies
                if policy["metadata"]["namespace"] == pod["metadata"]["namespace"] and direction in policy["spec"]["policyTypes"]
                and fits(policy["spec"]["podSelector"], labels_of(pod))]


def peer_words(world: World, peer: dict, namespace: str, end: str) -> list[str]:
    """What a packet's other end has to be; nothing where no IPv4 address can be it."""
    if "ipBlock" in peer:
        block = peer["ipBlock"]
        if ":" in block["cidr"]:
            return []
        but = [network for network in block.get("except", []) if ":" not in network]
        return [f"ip {end} {block['cidr']}" + (f" ip {end} != {{ {', '.join(but)} }}" if but else "")]
    addresses = world.chosen(peer, namespace)
    return [f"ip {end} {{ {', '.join(addresses)} }}"] if addresses else []


def port_words(port: dict) -> str:
    protocol, number = port.get("protocol", "TCP").lower(), port.get("port")
    if number is None:
        return f"meta l4proto {protocol}"
    if not isinstance(number, int):
        raise ValueError(f"a policy names the port {number!r}: only numbers are understood here")
    return f"{protocol} dport {number}" + (f"-{port['endPort']}" if "endPort" in port else "")


def passes(world: World, policy: dict, direction: str) -> list[str]:
    """What one policy lets through, a rule each."""
    side, end = ("from", "saddr") if direction == "Ingress" else ("to", "daddr")
    found = []
    for rule in policy["spec"].get(direction.lower()) or []:
        peers = [""] if not rule.get(side) else [
            words for peer in rule[side] for words in peer_words(world, peer, policy["metadata"]["namespace"], end)]
        ports = [port_words(port) for port in rule.get("ports") or []] or [""]
        found += [f"{peer} {port} return".strip() for peer in peers for port in ports]
    return found


def rules(world: World) -> str:
    """For `nft --file`: takes the place of all that was there, at once."""
    chains, jumps = [], {"Egress": [], "Ingress": []}
    for address, pod in world.pods.items():
        for direction, to in jumps.items():
            if policies := world.policies_of(pod, direction):
                chain = f"{direction.lower()}-{address}"
                allowed = [words for policy in policies for words in passes(world, policy, direction)]
                chains.append(f"chain {chain} {{\n  " + "\n  ".join([*allowed, "counter drop"]) + "\n }")
                to.append(f"{address} : jump {chain}")
    known = f"{{ {', '.join(world.pods)} }}" if world.pods else ""
    hook = ["type filter hook prerouting priority 0", "ct state established,related accept"]
    for end, network in (("saddr", "@pods"), ("daddr", "@pods")):
        hook.append(f"ip {end} {network}" + (f" ip {end} != {known}" if known else "") + " counter drop")
    for end, direction in (("saddr", "Egress"), ("daddr", "Ingress")):
        if jumps[direction]:
            hook.append(f"ip {end} vmap {{ {', '.join(jumps[direction])} }}")
    chains.append("chain prerouting {\n  " + "\n  ".join(hook) + "\n }")
    network = "set pods {\n  type ipv4_addr\n  flags interval\n  elements = { 10.244.0.2-10.244.0.254 }\n }"
    body = "\n ".join([network, *chains])
    return f"table {table}\ndelete table {table}\ntable {table} {{\n {body}\n}}\n"


class Enforcer:
    """Keeps a machine's rules those of a cluster's policies, from its start to the machine's end."""

    kinds = ("pods", "networkpolicies", "namespaces")

    def __init__(self, watch, apply):
        """`watch(kind)` gives kubectl's watch events, and None where it begins anew; `apply(rules)` brings them in force."""
        self._watch, self._apply = watch, apply
        self._objects: dict[str, dict[str, dict]] = {kind: {} for kind in self.kinds}
        self._in_force = ""
        self._lock = threading.Lock()
        self.failure: Exception | None = None

    def start(self) -> None:
        for kind in self.kinds:
            threading.Thread(target=self._follow, args=(kind,), daemon=True).start()

    def _follow(self, kind: str) -> None:
        try:
            for event in self._watch(kind):
                if event is None:
                    self._objects[kind].clear()
                else:
                    self.take(kind, event)
        except Exception as failure:  # noqa: BLE001: it belongs to the tests, which look at it
            self.failure = failure

    def take(self, kind: str, event: dict) -> None:
        found = event["object"]
        with self._lock:
            if event["type"] == "DELETED":
                self._objects[kind].pop(found["metadata"]["uid"], None)
            else:
                self._objects[kind][found["metadata"]["uid"]] = found
            wanted = rules(World(*(list(self._objects[kind].values()) for kind in self.kinds)))
            if wanted != self._in_force:
                self._apply(wanted)
                self._in_force = wanted
