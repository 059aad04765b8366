"""Completions of a program's verbs and options for bash, zsh and fish."""

from __future__ import annotations

from help_tree import Option, Verb


def every(verb: Verb) -> list[Verb]:
    return [verb, *(found for below in verb.verbs for found in every(below))]


def words_behind(verb: Verb) -> str:
    return " ".join(verb.path[1:])


def values_of(option: Option, ids: list[str]) -> list[str]:
    return ids if option.takes_check_ids else option.choices


def has_value(option: Option) -> bool:
    return bool(option.value and option.names)


# bash


def bash(program: Verb, ids: list[str]) -> str:
    """What follows an option depends on the verb, too: --replace is a flag of one and takes a NAME in another."""
    name = program.path[0]
    verbs = [verb for verb in every(program) if verb.path[1:]]
    patterns: dict[str, list[str]] = {}
    for verb in every(program):
        for option in filter(has_value, verb.options):
            patterns.setdefault(bash_value(option, ids), []).extend(f"'{words_behind(verb)} {each}'" for each in option.names)
    cases = [f"    {' | '.join(spelled)}) {action} ;;" for action, spelled in patterns.items()]
    words = []
    for verb in every(program):
        known = [below.path[-1] for below in verb.verbs]
        known += [each for option in verb.options for each in option.names]
        known += [value for option in verb.options if not option.names for value in values_of(option, ids)]
        files = "; kind='file'" if any(not option.names and option.shown_value == "FILE" for option in verb.options) else ""
        words.append(f"        '{words_behind(verb)}') words='{' '.join(known)}'{files} ;;")
    paths = " | ".join(f"'{words_behind(verb)}'" for verb in verbs)
    return f"""# bash completion of {name}; made by packaging/manual
# VERB OPTION: sets what follows that option; fails where nothing does
__{name}_value() {{
    case "$1 $2" in
{chr(10).join(cases)}
    *) return 1 ;;
    esac
}}
_{name}() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} verb='' next='' words='' kind='' given='' i
    COMPREPLY=()
    # bash takes --option=value for three words
    if [[ $before == = ]]; then
        before=${{COMP_WORDS[COMP_CWORD - 2]}}
    elif [[ $current == = ]]; then
        current=''
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        if __{name}_value "$verb" "${{COMP_WORDS[i]}}"; then
            if [[ ${{COMP_WORDS[i + 1]}} == = ]]; then ((i += 2)); else ((i += 1)); fi
            continue
        fi
        next="${{verb:+$verb }}${{COMP_WORDS[i]}}"
        case $next in
        {paths}) verb=$next ;;
        esac
    done
    words='' kind=''
    if ! __{name}_value "$verb" "$before"; then
        case $verb in
{chr(10).join(words)}
        esac
    elif [[ $kind == list && $current == *,* ]]; then
        given=${{current%,*}},
    fi
    mapfile -t COMPREPLY < <(compgen -P "$given" -W "$words" -- "${{current#"$given"}}")
    case $kind in
    file) compopt -o filenames; mapfile -t -O ${{#COMPREPLY[@]}} COMPREPLY < <(compgen -f -- "$current") ;;
    dir) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    esac
}}
complete -F _{name} {name}
"""


def bash_value(option: Option, ids: list[str]) -> str:
    kind = {"FILE": "file", "DIR": "dir"}.get(option.shown_value, "list" if option.is_list else "word")
    return f"kind='{kind}' words='{' '.join(values_of(option, ids))}'"


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
    if found and option.is_list:
        return f"_sequence compadd - {' '.join(found)}"
    return f"({' '.join(found)})" if found else " "


def zsh_option(option: Option, ids: list[str]) -> str:
    value = f":{quoted(option.shown_value)}:{zsh_action(option, ids)}" if option.value else ""
    spelled = [f"{each}=" if option.value and each.startswith("--") else each for each in option.names]  # also --name=value
    if len(spelled) == 1:
        return f"'{spelled[0]}[{quoted(option.summary)}]{value}'"
    return f"'({' '.join(option.names)})'{{{','.join(spelled)}}}'[{quoted(option.summary)}]{value}'"


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
        f"function __fish_{name}_list",  # each word behind those that are given, and their comma
        "    set -l given (commandline -ct | string replace -r -- '^--[^=]*=' '' | string match -r -- '.*,')",
        "    printf '%s\\n' \"$given\"$argv",
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
                lines += [f"{here} -F"] if option.shown_value == "FILE" else []
                continue
            spelled = " ".join(f"-l {each[2:]}" if each.startswith("--") else f"-s {each[1:]}" for each in option.names)
            value = " " + fish_value(name, option, found) if option.value else ""
            lines.append(f"{here} {spelled}{value} -d {for_fish(option.summary)}")
    return "\n".join(lines) + "\n"


def fish_value(program: str, option: Option, found: list[str]) -> str:
    if option.shown_value == "FILE":
        return "-r -F"
    if option.shown_value == "DIR":
        return "-x -a '(__fish_complete_directories)'"
    if not found:
        return "-x"
    words = " ".join(found)
    return f"-x -a {for_fish(f'(__fish_{program}_list {words})' if option.is_list else words)}"
