"""What systemd says of the units: how far they are shut in, and why the agent is not."""

import json
import re

import pytest

from places import repository, run

units = repository / "systemd"
# systemd's name of a setting where it is not the directive's own.
directives = {
    "UserOrDynamicUser": "User", "RootDirectoryOrRootImage": "RootDirectory", "RestrictSUIDSGID": "RestrictSUIDSGID",
}


def analysis(unit: str) -> tuple[float, list[str]]:
    """The exposure, and the directives that are not (fully) used."""
    argv = ["systemd-analyze", "security", "--offline=yes", "--no-pager"]
    overall = run([*argv, str(units / unit)], check=False).out
    rows = json.loads(run([*argv, "--json=short", str(units / unit)], check=False).out)
    open_ones = {re.sub(r"_.*", "", row["json_field"]) for row in rows if float(row.get("exposure") or 0) > 0}
    score = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", overall).group(1))
    return score, sorted({directives.get(each, each) for each in open_ones})


@pytest.mark.parametrize("unit", ["onefrontend.service", "onefrontend-signer.service"])
def test_the_front_ends_units_are_shut_in(unit):
    score, _ = analysis(unit)
    assert score <= 2.0


def test_every_hardening_that_the_agent_does_without_has_its_reason_beside_it():
    _, missing = analysis("onenode.service")
    assert len(missing) > 10
    comments = "\n".join(line for line in (units / "onenode.service").read_text().splitlines() if line.startswith("#"))
    unnamed = [each for each in missing if not re.search(rf"\b{each}\b", comments)]
    assert not unnamed, "the unit says nothing of them"


@pytest.mark.parametrize("unit", ["onenode.service", "onefrontend.service", "onefrontend-signer.service"])
def test_systemd_understands_every_line(unit):
    said = run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(units / unit)], check=False)
    wrong = [line for line in (said.out + said.err).splitlines()
             if "is not executable" not in line and "Failed to prepare filename" not in line]
    assert not wrong


def test_nothing_of_ours_pulls_guests_libvirt_or_sshd_along():
    for file in units.glob("*.service"):
        for line in file.read_text().splitlines():
            if re.match(r"(Requires|BindsTo|PartOf|Requisite|Conflicts|PropagatesReloadTo|PropagatesStopTo|Upholds)=", line):
                assert not re.search(r"libvirt|virtqemud|ssh\.|sshd|machine|lxc", line), f"{file.name}: {line}"
            assert not line.startswith("KillMode=none"), file.name
