"""The chart rendered by helm, and ways to look at what came out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import yaml

import tools

HERE = Path(__file__).resolve().parent
CHART = tools.REPOSITORY / "chart"
BASE = HERE / "values" / "base.yaml"
RELEASE = "one"
NAMESPACE = "cloud"


def helm(*argv: str) -> subprocess.CompletedProcess:
    return subprocess.run([str(tools.program("helm")), *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=600, check=False)


def template(*argv: str, base: bool = True) -> subprocess.CompletedProcess:
    files = ["--values", str(BASE)] if base else []
    return helm("template", RELEASE, str(CHART), "--namespace", NAMESPACE, *files, *argv)


def render(*argv: str) -> str:
    done = template(*argv)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Rendered:
    """The objects of one rendering; each is called KIND/what stands behind the full name."""

    def __init__(self, text: str):
        self.text = text
        self.objects = [found for found in yaml.safe_load_all(text) if found]
        oned = next(found["metadata"]["name"] for found in self.objects
                    if found["kind"] == "StatefulSet" and found["metadata"]["name"].endswith("-oned"))
        self.fullname = oned.removesuffix("-oned")

    def name(self, found: dict) -> str:
        return f"{found['kind']}/{found['metadata']['name'].removeprefix(self.fullname).removeprefix('-')}"

    def by_name(self) -> dict[str, dict]:
        return {self.name(found): found for found in self.objects}

    def of_kind(self, kind: str) -> list[dict]:
        return [found for found in self.objects if found["kind"] == kind]

    def pods(self) -> list[tuple[str, dict]]:
        """Every pod, with the name of what makes it: {metadata, spec}."""
        return [(self.name(found), pod_of(found)) for found in self.objects
                if found["kind"] in ("Pod", "Deployment", "StatefulSet", "Job", "CronJob")]

    def settings(self, name: str) -> dict:
        return yaml.safe_load(self.by_name()[f"ConfigMap/{'oned' if name == 'settings.yaml' else 'services'}"]["data"][name])


def pod_of(found: dict) -> dict:
    if found["kind"] == "Pod":
        return found
    return (found["spec"]["jobTemplate"] if found["kind"] == "CronJob" else found)["spec"]["template"]


def component(pod: dict) -> str:
    return pod["metadata"]["labels"]["app.kubernetes.io/component"]


def containers(pod: dict) -> list[dict]:
    return pod["spec"]["containers"] + pod["spec"].get("initContainers", [])
