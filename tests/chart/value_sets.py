"""The value sets of values/: a sentence, and claims about what is rendered with this set and with no other.

    # only here: [Service/hypervisors, spec, type, NodePort]        a path into an object, its last step a value
    # only here: not [Job/secrets]                                  not there

'*' is any element of a list; '~text' a text that holds it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import yaml

from rendering import HERE, Rendered

TABLE = HERE / "README.md"


@dataclasses.dataclass
class Claim:
    path: list
    there: bool

    def __str__(self) -> str:
        path = " → ".join("any" if step == "*" else str(step).removeprefix("~") or "(empty)" for step in self.path)
        return path if self.there else f"no {path}"


@dataclasses.dataclass
class ValueSet:
    file: Path
    sentence: str
    claims: list[Claim]

    @property
    def name(self) -> str:
        return self.file.stem


def read_claim(text: str) -> Claim:
    return Claim(yaml.safe_load(text.removeprefix("not ")), not text.startswith("not "))


def read(file: Path) -> ValueSet:
    lines = file.read_text().splitlines()
    marker = "# only here: "
    return ValueSet(file, lines[0].removeprefix("# "), [read_claim(line.removeprefix(marker)) for line in lines if line.startswith(marker)])


ALL = [read(file) for file in sorted((HERE / "values").glob("*.yaml")) if file.stem != "base"]


def leads_on(node: object, path: list) -> bool:
    if not path:
        return True
    step, rest = path[0], path[1:]
    if isinstance(node, dict):
        return step in node and leads_on(node[step], rest)
    if isinstance(node, list):
        if step == "*":
            return any(leads_on(element, rest) for element in node)
        return isinstance(step, int) and step < len(node) and leads_on(node[step], rest)
    if isinstance(step, str) and step.startswith("~"):
        return isinstance(node, str) and step[1:] in node
    return node == step and not rest


def holds(claim: Claim, rendered: Rendered) -> bool:
    return leads_on(rendered.by_name(), claim.path) == claim.there


def table() -> str:
    rows = [f"| `{one.name}` | {one.sentence} | {', '.join(map(str, one.claims))} |" for one in ALL]
    return "\n".join(["| value set | what it is | rendered with it alone |", "|---|---|---|", *rows]) + "\n"
