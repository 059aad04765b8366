"""Completions of a program's verbs and options for bash, zsh and fish."""

from __future__ import annotations

from help_tree import Option, Verb


def every(verb: Verb) -> list[Verb]:
    return [verb, *(found for below in verb.verbs for found in every(below))]


def words_behind(verb: Verb) -> str:
    return " ".join(verb.path[1:])


def taking_values(program: Verb) -> dict[str, Option]:
    return {name: option for verb in every(program) for option in verb.options if option.value for name in option.names}


def values_of(option: Option, ids: list[str]) -> list[str]:
    return ids if option.takes_check_ids else option.choices


# bash


def bash(program: Verb, ids: list[str]) -> str:
    name = program.path[0]
    verbs = [verb for verb in every(program) if verb.path[1:]]
    cases = []
    for option_name, option in taking_values(program).items():
        if option.shown_value == "FILE":
            action = 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")'
        elif option.shown_value == "DIR":
            action = 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current")'
        elif found := values_of(option, ids):
            action = f"mapfile -t COMPREPLY < <(compgen -W '{' '.join(found)}' -- \"$current\")"
        else:
            action = ""
        cases.append(f"        {option_name}) {action + '; ' if action else ''}return ;;")
    words = []
    for verb in every(program):
        known = [below.path[-1] for below in verb.verbs]
        known += [each for option in verb.options for each in option.names]
        known += [value for option in verb.options if not option.names for value in values_of(option, ids)]
        words.append(f"        '{words_behind(verb)}') words='{' '.join(known)}' ;;")
    paths = " | ".join(f"'{words_behind(verb)}'" for verb in verbs)
    return f"""# bash completion of {name}; made by packaging/manual
_{name}() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} verb='' next words='' i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        next="${{verb:+$verb }}${{COMP_WORDS[i]}}"
        case $next in
        {paths}) verb=$next ;;
        esac
    done
    case $previous in
{chr(10).join(cases)}
    esac
    case $verb in
{chr(10).join(words)}
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -F _{name} {name}
"""


# zsh


def quoted(words: str) -> str:
    """Inside '...' of zsh, as the text in brackets of _arguments."""
    return words.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:").replace("'", "'\\''").replace("\n", " ")


def zsh_action(option: Option, ids: list[str]) -> str:
    if option.shown_value == "FILE":
        return "_files"
    if option.shown_value == "DIR":
        return "_files -/"
    found = values_of(option, ids)
    return f"({' '.join(found)})" if found else " "


def zsh_option(option: Option, ids: list[str]) -> str:
    value = f":{quoted(option.shown_value)}:{zsh_action(option, ids)}" if option.value else ""
    if len(option.names) == 1:
        return f"'{option.names[0]}[{quoted(option.summary)}]{value}'"
    return f"'({' '.join(option.names)})'{{{','.join(option.names)}}}'[{quoted(option.summary)}]{value}'"


def zsh(program: Verb, ids: list[str]) -> str:
    name = program.path[0]
    parts = [f"#compdef {name}", "# made by packaging/manual"]
    for verb in reversed(every(program)):
        parts.append(zsh_function(verb, ids))
    parts.append(f'_{name} "$@"')
    return "\n".join(parts) + "\n"


def zsh_function(verb: Verb, ids: list[str]) -> str:
    options = [zsh_option(option, ids) for option in verb.options if option.names]
    function = "_" + "_".join(verb.path).replace("-", "_")
    if not verb.verbs:
        words = [f"'*:{quoted(option.positional)}:{zsh_action(option, ids)}'" for option in verb.options if not option.names]
        return f"{function}() {{\n    _arguments -s \\\n        " + " \\\n        ".join([*options, *words]) + "\n}"
    listed = "\n".join(f"        '{below.path[-1]}:{quoted(below.about)}'" for below in verb.verbs)
    cases = "\n".join(f"        {below.path[-1]}) {function}_{below.path[-1].replace('-', '_')} ;;" for below in verb.verbs)
    arguments = " \\\n        ".join([*options, "'1: :->verb'", "'*:: :->rest'"])
    return f"""{function}() {{
    local state line
    local -a verbs
    verbs=(
{listed}
    )
    _arguments -C -s \\
        {arguments}
    case $state in
    verb) _describe -t verbs verb verbs ;;
    rest)
        case $line[1] in
{cases}
        esac
        ;;
    esac
}}"""


# fish


def for_fish(words: str) -> str:
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ") + "'"


def fish(program: Verb, ids: list[str]) -> str:
    name = program.path[0]
    paths = " ".join(for_fish(words_behind(verb)) for verb in every(program) if verb.path[1:])
    lines = [
        f"# fish completion of {name}; made by packaging/manual",
        f"function __fish_{name}_verb_is",
        "    set -l verb ''",
        "    set -l words (commandline -opc)",
        "    for word in $words[2..-1]",
        "        set -l next (string trim -- \"$verb $word\")",
        f"        contains -- $next {paths}; and set verb $next",
        "    end",
        "    test \"$verb\" = \"$argv[1]\"",
        "end",
        f"complete -c {name} -f",
    ]
    for verb in every(program):
        here = f"complete -c {name} -n {for_fish(f'__fish_{name}_verb_is ' + for_fish(words_behind(verb)))}"
        lines += [f"{here} -a {below.path[-1]} -d {for_fish(below.about)}" for below in verb.verbs]
        for option in verb.options:
            found = values_of(option, ids)
            if not option.names:
                lines += [f"{here} -a {for_fish(' '.join(found))}"] if found else []
                continue
            spelled = " ".join(f"-l {each[2:]}" if each.startswith("--") else f"-s {each[1:]}" for each in option.names)
            value = ""
            if option.value:
                value = " -r" + (" -F" if option.shown_value in ("FILE", "DIR") else "") + (f" -a {for_fish(' '.join(found))}" if found else "")
            lines.append(f"{here} {spelled}{value} -d {for_fish(option.summary)}")
    return "\n".join(lines) + "\n"
