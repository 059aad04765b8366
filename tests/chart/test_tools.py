"""What cannot be had is said; with CI=true it is a failure."""

import pytest

import conftest
import kubernetes_schemas
import tools


def test_without_go_helm_cannot_be_built(monkeypatch, tmp_path):
    monkeypatch.setattr(tools, "BUILT", tmp_path)
    monkeypatch.setattr(tools.shutil, "which", lambda _: None)
    with pytest.raises(tools.NotThere, match="helm cannot be built: Go is not installed"):
        tools.program("helm")


def test_without_debians_archive_promtool_is_not_to_be_had(monkeypatch, tmp_path):
    monkeypatch.setattr(tools, "BUILT", tmp_path / "tools")
    for name, script in {"apt-get": "echo 'E: Unable to locate package prometheus'; exit 100", "dpkg-deb": "exit 2"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(tools.NotThere, match="Unable to locate package prometheus"):
        tools.promtool()
    assert list((tmp_path / "tools").iterdir()) == []


def put_go_in_place(monkeypatch, folder, script):
    go = folder / "go"
    go.write_text("#!/bin/sh\n" + script)
    go.chmod(0o755)
    monkeypatch.setattr(tools, "BUILT", folder)
    monkeypatch.setattr(tools.shutil, "which", lambda _: str(go))


def test_without_modules_it_is_said_why(monkeypatch, tmp_path):
    put_go_in_place(monkeypatch, tmp_path, "echo 'dial tcp: no route to host'\nexit 1\n")
    with pytest.raises(tools.NotThere, match="no route to host"):
        tools.program("helm")


def test_it_is_built_again_when_the_pins_change(monkeypatch, tmp_path):
    put_go_in_place(monkeypatch, tmp_path,
                    'echo built >>"$(dirname "$0")/log"\nfor word; do [ "$last" != -o ] || touch "$word"; last=$word; done\n')
    tools.program("helm")
    tools.program("helm")
    assert (tmp_path / "log").read_text() == "built\n"
    (tmp_path / "helm.pins").write_text("others")
    tools.program("helm")
    assert (tmp_path / "log").read_text() == "built\nbuilt\n"


def test_schemas_that_cannot_be_fetched_are_told(monkeypatch, tmp_path):
    monkeypatch.setattr(kubernetes_schemas, "BUILT", tmp_path)
    monkeypatch.setattr(kubernetes_schemas.sys, "executable", "/bin/false")
    kubernetes_schemas.package.cache_clear()
    with pytest.raises(tools.NotThere, match="schemas cannot be fetched"):
        kubernetes_schemas.package()
    kubernetes_schemas.package.cache_clear()


@pytest.mark.parametrize("ci, outcome", [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_skip_is_a_failure_with_ci(monkeypatch, ci, outcome):
    def get():
        raise tools.NotThere("no helm")
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="no helm"):
        conftest.or_skip(get)
