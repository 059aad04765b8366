"""What can go wrong on the network. Each fault is one nftables table on the bridge, so that healing is deleting it.

    with cut(stage, "node1"): ...                      # no cable
    fault = drop(stage, port=4124, proto="udp", to="frontend"); ...; fault.heal()
"""

import itertools
from collections.abc import Callable

from .stage import Stage

_numbers = itertools.count(1)


class Fault:
    """In force from its making until heal() or the end of its `with` block."""

    def __init__(self, undo: Callable[[], object]):
        self._undo = undo
        self.healed = False

    def heal(self) -> None:
        if not self.healed:
            self.healed = True
            self._undo()

    def __enter__(self) -> "Fault":
        return self

    def __exit__(self, *_) -> None:
        self.heal()


def cut(stage: Stage, machine: str, other: str | None = None) -> Fault:
    """Nothing passes between two machines, silently; with one name: that machine's cable is out, it sees no carrier."""
    if other is None:
        stage.network.inside(["ip", "link", "set", "dev", machine, "down"])
        return Fault(lambda: stage.network.inside(["ip", "link", "set", "dev", machine, "up"], check=False))
    return _rules(stage, f'iifname "{machine}" oifname "{other}" drop', f'iifname "{other}" oifname "{machine}" drop')


def drop(stage: Stage, *, port: int, proto: str = "tcp", to: str | None = None, source: str | None = None) -> Fault:
    """Packets to this port vanish: the sender waits. proto: tcp or udp."""
    return _rules(stage, f"{_where(source, to)} {proto} dport {port} drop")


def reject(stage: Stage, *, port: int, proto: str = "tcp", to: str, source: str | None = None) -> Fault:
    """Packets to this port are refused: the sender is told at once."""
    how = "reject with tcp reset" if proto == "tcp" else "reject"
    rule = f"ip daddr {stage.machines[to].address.v4} {proto} dport {port} {how}"
    # The bridge's own rules may only drop in this kernel; where a packet enters a port it may be answered.
    ports = [source] if source else [name for name in stage.machines if name != to]
    table = f"fault{next(_numbers)}"
    chains = "".join(f"""
    chain from_{number} {{
        type filter hook ingress device "{port_name}" priority 0
        {rule}
    }}""" for number, port_name in enumerate(ports))
    return _loaded(stage, "netdev", table, chains)


def drop_larger(stage: Stage, size: int, *, to: str | None = None, source: str | None = None) -> Fault:
    """IP packets above `size` bytes vanish without a word, as on a tunnel whose MTU nobody knows."""
    return _rules(stage, f"{_where(source, to)} ip length > {size} drop",
                  f"{_where(source, to)} ip6 length > {size - 40} drop")


def drop_fragments(stage: Stage, *, to: str | None = None, source: str | None = None) -> Fault:
    """Fragments of IP packets vanish, as with a careless firewall: big datagrams never arrive."""
    return _rules(stage, f"{_where(source, to)} ip frag-off & 0x3fff != 0 drop",
                  f"{_where(source, to)} ip6 nexthdr 44 drop")


def _where(source: str | None, to: str | None) -> str:
    return " ".join([f'iifname "{source}"' if source else "", f'oifname "{to}"' if to else ""])


def _rules(stage: Stage, *rules: str) -> Fault:
    lines = "\n        ".join(rules)
    return _loaded(stage, "bridge", f"fault{next(_numbers)}", f"""
    chain faults {{
        type filter hook forward priority 0
        {lines}
    }}""")


def _loaded(stage: Stage, family: str, table: str, chains: str) -> Fault:
    stage.network.inside(["nft", "-f", "-"], input=f"table {family} {table} {{{chains}\n}}\n")
    return Fault(lambda: stage.network.inside(["nft", "delete", "table", family, table], check=False))
