"""What a program prints for `help-tree`, as values."""

from __future__ import annotations

import dataclasses
import re


@dataclasses.dataclass(frozen=True)
class Option:
    names: tuple[str, ...]  # -q, --quiet; empty for a word without one
    positional: str
    value: str              # FILE, ID,...; empty for a flag
    help: str
    group: str
    required: bool
    several: bool           # words without a name, as many as one likes

    @property
    def choices(self) -> list[str]:
        """Of a help that begins with `one of: a, b, c` or has a line `a: meaning` for each, and of CLI11's own {a,b,c}."""
        if self.help.startswith("one of: "):
            return self.help.removeprefix("one of: ").split(", ")
        first, *meanings = self.help.splitlines() or [""]
        if first.endswith(":"):
            return [line.split(":")[0] for line in meanings]
        listed = re.search(r"\{([\w,-]+)\}", self.value)
        return listed.group(1).split(",") if listed else []

    @property
    def summary(self) -> str:
        """What fits on one line: the first, where a list of meanings follows."""
        return self.help.splitlines()[0].rstrip(":") if self.help else ""

    @property
    def shown_value(self) -> str:
        return "" if not self.value else re.sub(r":.*|\s.*", "", self.value)

    @property
    def explained(self) -> str:
        """With what it may be, where the help does not say so itself."""
        told = not self.choices or self.choices[0] in self.help
        return self.help if told else f"{self.help}\none of: {', '.join(self.choices)}"

    @property
    def is_list(self) -> bool:
        """Values with commas between them, in one word."""
        return self.value.endswith(",...")

    @property
    def takes_check_ids(self) -> bool:
        return self.value.startswith("ID") and self.positional in ("", "id") and "token" not in self.help


@dataclasses.dataclass(frozen=True)
class Verb:
    path: tuple[str, ...]  # onefrontend, token, create
    about: str
    footer: str
    options: tuple[Option, ...]
    verbs: tuple["Verb", ...]


def read_tree(told: dict, above: tuple[str, ...] = ()) -> Verb:
    path = (*above, told["name"])
    options = tuple(Option(tuple(each["names"]), each.get("positional", ""), each.get("value", ""), each["help"],
                           each["group"], each["required"], each.get("several", False)) for each in told["options"])
    return Verb(path, told["about"], told["footer"].strip(), options, tuple(read_tree(each, path) for each in told["verbs"]))
