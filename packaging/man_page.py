"""A man page of one verb, in roff's man macros."""

from __future__ import annotations

from help_tree import Option, Verb

places = {
    "onenode": (
        ("/var/lib/onenode", "identity, journal and history of a machine that joined; readable for root only"),
        ("/etc/onenode", "what the join keeps for the firewall, where it opened it"),
        ("/run/onenode", "what the running agent tells of itself"),
    ),
    "onefrontend": (
        ("/etc/onefrontend/onefrontend.yaml", "the configuration of the enrollment service"),
        ("/etc/onefrontend/settings.yaml", "the settings of `onefrontend configure`"),
        ("/var/lib/onefrontend", "certificates, the authority's key, the audit log"),
        ("/run/onefrontend", "the signer's socket"),
    ),
}


def text(words: str) -> str:
    escaped = words.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("~", "\\(ti")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in escaped.splitlines())


def as_lines(words: str) -> str:
    return "\n.br\n".join(text(line) for line in words.splitlines())


def called(option: Option) -> str:
    value = f" \\fI{text(option.shown_value)}\\fR" if option.value else ""
    if not option.names:
        word = option.positional.upper() if option.value == "TEXT" else option.value
        return f"\\fI{text(word)}\\fR{' ...' if option.several else ''}"
    return ", ".join(f"\\fB{text(name)}\\fR" for name in option.names) + value


def page(verb: Verb, program: Verb, version: str, day: str) -> str:
    name = "-".join(verb.path)
    lines = [f'.TH {text(name.upper())} 8 {day} "{verb.path[0]} {version}" "System Administration"',
             ".SH NAME", f"{text(name)} \\- {text(verb.about.rstrip('.').replace(chr(10), ' '))}",
             ".SH SYNOPSIS", *synopsis(verb)]
    if verb.verbs:
        lines.append(".SH VERBS")
        for below in verb.verbs:
            lines += [".TP", f"\\fB{text(below.path[-1])}\\fR", text(below.about)]
    words = [option for option in verb.options if not option.names]
    if words:
        lines.append(".SH ARGUMENTS")
        for option in words:
            lines += [".TP", called(option), as_lines(option.explained)]
    for group, options in by_group(verb).items():
        lines.append(f'.SH "{group.upper()}"' if group == "Options" else f'.SH "{group.upper()} OPTIONS"')
        for option in options:
            lines += [".TP", called(option), as_lines(option.explained)]
    # What follows the examples in a verb's footer is in the program's, too.
    if examples := [line for line in verb.footer.splitlines() if line.startswith("  ")]:
        lines.append(".SH EXAMPLES")
        for line in examples:
            lines += [".PP", ".nf", text(line.strip()), ".fi"]
    if program.footer:
        lines.append(".SH NOTES")
        for line in program.footer.splitlines():
            lines += [".PP", text(line)]
    lines.append(".SH FILES")
    for path, meaning in places[verb.path[0]]:
        lines += [".TP", f"\\fI{text(path)}\\fR", text(meaning)]
    lines += [".SH SEE ALSO", ", ".join(f"\\fB{text('-'.join(path))}\\fR(8)" for path in related(verb, program))]
    return "\n".join(lines) + "\n"


def synopsis(verb: Verb) -> list[str]:
    words = [f"\\fB{text(' '.join(verb.path))}\\fR"]
    if any(option.names for option in verb.options):
        words.append("[\\fIOPTIONS\\fR]")
    if verb.verbs:
        words.append("\\fIVERB\\fR ...")
    for option in verb.options:
        if not option.names:
            words.append(called(option) if option.required else f"[{called(option)}]")
    return [" ".join(words)]


def by_group(verb: Verb) -> dict[str, list[Option]]:
    groups: dict[str, list[Option]] = {}
    for option in verb.options:
        if option.names:
            groups.setdefault(option.group, []).append(option)
    return groups


def related(verb: Verb, program: Verb) -> list[tuple[str, ...]]:
    """The program, the verbs below, and those beside."""
    beside = [each for each in every(program) if each.path[:-1] == verb.path[:-1]] if len(verb.path) > 1 else []
    paths = [program.path, *(each.path for each in verb.verbs), *(each.path for each in beside)]
    return [path for path in dict.fromkeys(paths) if path != verb.path] or [("systemctl",)]


def every(verb: Verb) -> list[Verb]:
    return [verb, *(found for below in verb.verbs for found in every(below))]
