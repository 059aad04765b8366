"""What a shell offers behind `onenode` and `onefrontend`: asked of the shells themselves."""

import json
import re
import shlex

import pytest

from inspect_packages import unpack
from places import deb, run, work

names = ["onenode", "onefrontend"]


@pytest.fixture(scope="module")
def tree():
    return {name: unpack(deb(name), work() / "completions" / name) for name in names}


def told_by_bash(tree, line: str) -> set[str]:
    words = [word for spaced in line.split(" ") for word in re.split("(=)", spaced) if word or not spaced]  # as bash has it
    file = tree[words[0]] / f"usr/share/bash-completion/completions/{words[0]}"
    script = (f"compopt() {{ :; }}; source {shlex.quote(str(file))}; COMP_WORDS=({' '.join(map(shlex.quote, words))}); "
              f"COMP_CWORD={len(words) - 1}; _{words[0]}; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    return set(run(["bash", "--norc", "-euo", "pipefail", "-c", script]).out.split())


def told_by_fish(tree, line: str) -> set[str]:
    program = line.split(" ")[0]
    file = tree[program] / f"usr/share/fish/vendor_completions.d/{program}.fish"
    said = run(["fish", "--no-config", "-c", f"source {shlex.quote(str(file))}; complete -C {shlex.quote(line)}"], timeout=60).out
    return {entry.split("\t")[0] for entry in said.splitlines()}


def told_by_zsh(tree, line: str) -> set[str]:
    """A zsh on a terminal of its own: Tab shows the list, as a person would see it."""
    program = line.split(" ")[0]
    folder = tree[program] / "usr/share/zsh/vendor-completions"
    script = f"""
        zmodload zsh/zpty
        zpty shell 'zsh -f -i'
        zpty -w shell 'PS1=; fpath=({folder} $fpath); autoload -U compinit; compinit -u -D; {program}() :; LISTMAX=1000'
        zpty -w shell 'show() {{ zle list-choices; zle -R; zle -I; echo th""e-end }}; zle -N show; bindkey "^I" show; stty -echo columns 200'
        zpty -w shell 'zstyle ":completion:*" list-separator "#"; echo set-u""p'
        zpty -r -m shell all '*set-up*'
        zpty -n -w shell $'{line}\\t'
        zpty -r -m shell all '*the-end*'
        print -r -- "$all"
    """
    said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "\n", run(["zsh", "-f", "-c", script], timeout=60).out)
    return set(re.findall(r"(?<![\w-])(--?[\w-]+|[a-z][\w-]*)(?=\s)", said))


shells = {"bash": told_by_bash, "fish": told_by_fish, "zsh": told_by_zsh}


def tree_of(tree, name: str) -> dict:
    return json.loads(run([str(tree[name] / "usr/bin" / name), "help-tree"]).out)


@pytest.mark.parametrize("shell", shells)
@pytest.mark.parametrize("name", names)
def test_offers_every_verb(tree, shell, name):
    wanted = {verb["name"] for verb in tree_of(tree, name)["verbs"]}
    assert len(wanted) >= 7
    assert wanted <= shells[shell](tree, f"{name} ")


@pytest.mark.parametrize("shell", shells)
def test_offers_the_verbs_below_a_verb(tree, shell):
    assert {"create", "list", "revoke"} <= shells[shell](tree, "onefrontend token ")


@pytest.mark.parametrize("shell", shells)
def test_offers_the_options_of_the_verb_and_not_of_others(tree, shell):
    offered = shells[shell](tree, "onenode join --")
    (join,) = [verb for verb in tree_of(tree, "onenode")["verbs"] if verb["name"] == "join"]
    for option in join["options"]:
        assert not option["names"] or option["names"][-1] in offered, option
    assert "--offline" not in offered
    assert "--offline" in shells[shell](tree, "onenode leave --")


@pytest.mark.parametrize("shell", shells)
def test_offers_the_ids_of_checks(tree, shell):
    listed = run([str(tree["onenode"] / "usr/bin/onenode"), "doctor", "--list", "--json"], check=False).out
    ids = {json.loads(line)["id"] for line in listed.splitlines() if json.loads(line).get("event") == "check"}
    assert len(ids) > 50
    begun = {each for each in ids if each.startswith("libvirt")}
    assert begun and begun <= shells[shell](tree, "onenode doctor libvirt")
    assert begun <= shells[shell](tree, "onenode join --ignore libvirt")


def without_what_is_typed(offered: set[str]) -> set[str]:
    """Some shells offer what is behind the comma or =, some the whole word."""
    return {re.sub(r".*[,=]", "", each) for each in offered}


@pytest.mark.parametrize("shell", shells)
@pytest.mark.parametrize("typed", ["--ignore=libvirt-d", "--ignore limits,libvirt-d", "--ignore=limits,libvirt-d"])
def test_offers_ids_behind_an_equals_sign_and_behind_a_comma(tree, shell, typed):
    offered = without_what_is_typed(shells[shell](tree, f"onenode join {typed}"))
    assert {"libvirt-down", "libvirt-daemon-mode"} <= offered and "libvirt-socket" not in offered


@pytest.mark.parametrize("shell", shells)
def test_offers_what_a_value_may_be(tree, shell):
    assert {"firewall", "reload-sshd", "restart-libvirt"} <= shells[shell](tree, "onenode join --accept-risk ")
    for typed in ("--type ", "--type="):
        offered = without_what_is_typed(shells[shell](tree, f"onefrontend token create {typed}"))
        assert {"kvm", "qemu", "lxc"} <= offered and "VERSION" not in offered, "no files beside them"


@pytest.mark.parametrize("shell", shells)
@pytest.mark.parametrize("typed", ["onefrontend restore ", "onefrontend ca import ", "onenode join --token-file ", "onenode join --token-file="])
def test_offers_files(tree, shell, typed, tmp_path):
    (tmp_path / "here-is").touch()
    (tmp_path / "here-too").touch()
    offered = {each.split("/")[-1] for each in shells[shell](tree, f"{typed}{tmp_path}/he")}
    assert {"here-is", "here-too"} <= offered


@pytest.mark.parametrize("shell", shells)
def test_knows_of_each_verb_what_takes_a_value(tree, shell):
    assert "--continue" in shells[shell](tree, "onefrontend restore --replace --")
    assert "--continue" not in shells[shell](tree, "onefrontend token create --replace --")


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_takes_no_value_for_a_verb(tree, shell):
    assert "status" in shells[shell](tree, "onenode --root join st")


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_does_not_offer_what_is_hidden(tree, shell):
    assert not {"help-tree"} & shells[shell](tree, "onenode ")
