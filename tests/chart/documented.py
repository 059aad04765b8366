"""chart/values.yaml as it documents itself: what README's table and values.schema.json are made from.

`# --` before a key says what it is, `# @schema {...}` adds to its schema, `# @component` marks a key of `global` that every
component may have, too; a map with `# @schema {"component": true}` is such a component."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import yaml

SEPARATOR = "."


@dataclasses.dataclass
class Key:
    path: tuple[str, ...]
    default: object
    text: str = ""
    schema: dict = dataclasses.field(default_factory=dict)
    per_component: bool = False
    keys: list[Key] | None = None  # of a map that stands in values.yaml with keys of its own

    @property
    def name(self) -> str:
        return SEPARATOR.join(self.path)


def comments_above(lines: list[str], line: int, indent: int) -> list[str]:
    found: list[str] = []
    while line > 0 and lines[line - 1].startswith(" " * indent + "#"):
        line -= 1
        found.insert(0, lines[line].strip()[1:].strip())
    return found


def has_documented_keys(node: yaml.Node, lines: list[str]) -> bool:
    """Whether a map is more than one value: at any depth below it a key is documented."""
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        return False
    for name, value in node.value:
        above = comments_above(lines, name.start_mark.line, name.start_mark.column)
        if any(line.startswith("-- ") for line in above) or has_documented_keys(value, lines):
            return True
    return False


def read_keys(node: yaml.MappingNode, values: dict, lines: list[str], above: tuple[str, ...] = ()) -> list[Key]:
    keys = []
    for name, value in node.value:
        comments = comments_above(lines, name.start_mark.line, name.start_mark.column)
        key = Key(path=(*above, name.value), default=values[name.value])
        for line in comments:
            if line.startswith("-- "):
                key.text = line[3:]
            elif line.startswith("@schema "):
                key.schema = json.loads(line[len("@schema "):])
            elif line == "@component":
                key.per_component = True
        if has_documented_keys(value, lines):
            key.keys = read_keys(value, key.default, lines, key.path)
        keys.append(key)
    return keys


def read(file: Path) -> list[Key]:
    text = file.read_text()
    return read_keys(yaml.compose(text), yaml.safe_load(text), text.splitlines())


def leaves(keys: list[Key]) -> list[Key]:
    return [leaf for key in keys for leaf in (leaves(key.keys) if key.keys is not None else [key])]


TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


def schema_of(key: Key, shared: list[Key]) -> dict:
    if key.keys is not None:
        whole = object_of(key.keys, shared)
        if key.schema.get("component"):
            whole["properties"] |= {other.path[-1]: {"$ref": f"#/$defs/{other.path[-1]}"} for other in shared}
        return whole
    schema = {} if key.default is None else {"type": TYPES[type(key.default)]}
    if key.text:
        schema["description"] = key.text
    schema |= key.schema
    if schema.get("type") == "object":
        schema.setdefault("additionalProperties", False)
    if "enum" in schema:
        schema.pop("type", None)
    return schema


def object_of(keys: list[Key], shared: list[Key]) -> dict:
    return {"type": "object", "additionalProperties": False,
            "properties": {key.path[-1]: schema_of(key, shared) for key in keys}}


def schema(keys: list[Key]) -> str:
    everywhere = next(key for key in keys if key.path == ("global",)).keys
    shared = [key for key in everywhere if key.per_component]
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Values of the chart opennebula"}
    whole["$defs"] = {key.path[-1]: schema_of(key, shared) for key in shared}
    return json.dumps(whole | object_of(keys, shared), indent=2, ensure_ascii=False) + "\n"


def shown(value: object) -> str:
    if value is None or value in ("", [], {}):
        return "none"
    return f"`{value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}`"


def table(keys: list[Key]) -> str:
    """For README: a heading for each top-level key with keys of its own, a row for each value."""
    parts: list[str] = []
    plain = [key for key in keys if key.keys is None]
    for title, group in [("", plain), *[(key.path[0], leaves(key.keys)) for key in keys if key.keys is not None]]:
        if title:
            parts.append(f"\n### {title}\n")
        parts.append("| value | default | what it is |\n|---|---|---|")
        parts += [f"| `{leaf.name}` | {shown(leaf.default)} | {leaf.text.replace('|', chr(92) + '|')} |" for leaf in group]
    return "\n".join(parts) + "\n"
