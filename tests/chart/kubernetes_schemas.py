"""Kubernetes' own schemas, of several versions: from a pinned package of PyPI, read where it lies, nothing is installed."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys
import zipfile

import jsonschema

from tools import BUILT, NotThere

PACKAGE = "kubernetes-validate==1.37.0"
DIGEST = "85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9"
DEFINITIONS = "_definitions.json"
HOME = "https://kubernetes.io/api/"  # what the schemas call the place of their definitions; nothing is fetched from there


@functools.cache
def package() -> zipfile.ZipFile:
    found = list(BUILT.glob("kubernetes_validate-1.37.0-*.whl"))
    if not found:
        BUILT.mkdir(parents=True, exist_ok=True)
        wanted = BUILT / "schemas.txt"
        wanted.write_text(f"{PACKAGE} --hash=sha256:{DIGEST}\n")
        got = subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes",
                              "--dest", str(BUILT), "--requirement", str(wanted)],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
        found = list(BUILT.glob("kubernetes_validate-1.37.0-*.whl"))
        if got.returncode or not found:
            raise NotThere(f"Kubernetes' schemas cannot be fetched: {got.stdout.strip().splitlines()[-1:]}")
    return zipfile.ZipFile(found[0])


def read(cluster: str, name: str) -> dict:
    return json.loads(package().read(f"kubernetes_validate/kubernetes-json-schema/v{cluster}.0-local-strict/{name}"))


@functools.cache
def validator(cluster: str, api_version: str, kind: str) -> jsonschema.Draft7Validator:
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)  # rbac.authorization.k8s.io/v1 is rbac-v1
    schema = read(cluster, f"{kind.lower()}-{group}.json")
    return jsonschema.Draft7Validator(schema, resolver=resolver(cluster))


@functools.cache
def resolver(cluster: str) -> jsonschema.RefResolver:
    definitions = read(cluster, DEFINITIONS)
    return jsonschema.RefResolver("", {}, store={DEFINITIONS: definitions, HOME + DEFINITIONS: definitions, "": {}})


def what_is_wrong(found: dict, cluster: str) -> list[str]:
    errors = validator(cluster, found["apiVersion"], found["kind"]).iter_errors(found)
    return [f"{found['kind']} {found['metadata']['name']}: {error.json_path}: {error.message}" for error in errors]
