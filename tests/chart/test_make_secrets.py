"""chart/files/make-secrets.rb against an API server of ours: makes what is missing, changes nothing, tells no secret."""

import base64
import http.server
import json
import os
import re
import ssl
import subprocess
import threading

import pytest

from rendering import CHART

SCRIPT = CHART / "files" / "make-secrets.rb"
PLAN = {"namespace": "cloud", "labels": {"app": "one"},
        "secrets": [{"name": "one-oneadmin", "keys": {"password": 16}},
                    {"name": "one-database", "keys": {"password": 32, "root-password": 32}}]}


class Api:
    """Secrets in a map; `failures` are statuses that the next requests get instead of an answer."""

    def __init__(self):
        self.secrets: dict[str, dict] = {}
        self.requests: list[str] = []
        self.failures: list[int] = []
        self.before_create = lambda: None
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, status: int, body: dict) -> None:
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def refused(self) -> bool:
                api.requests.append(f"{self.command} {self.path}")
                if self.headers["Authorization"] != "Bearer the-token":
                    self.answer(401, {"message": "Unauthorized"})
                elif api.failures:
                    self.answer(api.failures.pop(0), {"message": "not now"})
                else:
                    return False
                return True

            def do_GET(self):
                if not self.refused():
                    name = self.path.rsplit("/", 1)[1]
                    self.answer(200, api.secrets[name]) if name in api.secrets else self.answer(404, {"message": "not found"})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.refused():
                    return
                api.before_create()
                name = body["metadata"]["name"]
                if name in api.secrets:
                    self.answer(409, {"message": "already exists"})
                else:
                    api.secrets[name] = body
                    self.answer(201, body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def data(self, name: str) -> dict[str, str]:
        return {key: base64.b64decode(value).decode() for key, value in self.secrets[name]["data"].items()}


@pytest.fixture
def api():
    api = Api()
    yield api
    api.server.shutdown()


@pytest.fixture
def run(api, tmp_path):
    (tmp_path / "token").write_text("the-token\n")
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))

    def go(**environment):
        return subprocess.run(["ruby", str(SCRIPT), str(tmp_path / "plan.json")], text=True, timeout=60, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, "SERVICE_ACCOUNT_DIR": str(tmp_path), "PAUSE": "0.01",
                                   "KUBERNETES_API": f"http://127.0.0.1:{api.server.server_port}", **environment})
    return go


def test_makes_what_is_missing(api, run):
    done = run()
    assert done.returncode == 0, done.stderr
    assert done.stdout == "made Secret one-oneadmin\nmade Secret one-database\n"
    assert re.fullmatch("[0-9a-f]{32}", api.data("one-oneadmin")["password"])
    assert set(api.data("one-database")) == {"password", "root-password"}
    assert len(set(api.data("one-database").values())) == 2
    made = api.secrets["one-oneadmin"]
    assert made["metadata"] == {"name": "one-oneadmin", "namespace": "cloud", "labels": {"app": "one"}}
    assert made["type"] == "Opaque"


def test_changes_nothing_that_is_there(api, run):
    run()
    before = json.dumps(api.secrets)
    again = run()
    assert again.returncode == 0
    assert again.stdout == "Secret one-oneadmin is there\nSecret one-database is there\n"
    assert json.dumps(api.secrets) == before
    assert {request.split()[0] for request in api.requests[4:]} == {"GET"}


def test_tells_no_secret(api, run):
    done = run()
    values = [value for secret in api.secrets.values() for value in secret["data"].values()]
    plain = [value for name in api.secrets for value in api.data(name).values()]
    assert not any(value in done.stdout + done.stderr for value in values + plain)


def test_two_installations_get_two_passwords(api, run):
    run()
    first = api.data("one-oneadmin")
    api.secrets.clear()
    run()
    assert api.data("one-oneadmin") != first


def test_a_secret_without_its_key_is_refused(api, run):
    api.secrets["one-oneadmin"] = {"data": {"other": "eA=="}}
    done = run()
    assert done.returncode == 1
    assert done.stderr.startswith("cannot use Secret one-oneadmin: it has no password\nwhat is there is never changed")
    assert "one-database" not in api.secrets


def test_an_empty_key_counts_as_missing(api, run):
    api.secrets["one-oneadmin"] = {"data": {"password": ""}}
    assert "it has no password" in run().stderr


def test_somebody_who_was_faster_wins(api, run):
    theirs = {"data": {"password": base64.b64encode(b"theirs").decode()}}
    api.before_create = lambda: api.secrets.setdefault("one-oneadmin", theirs)
    done = run()
    assert done.returncode == 0, done.stderr
    assert api.data("one-oneadmin") == {"password": "theirs"}
    assert "Secret one-oneadmin is there" in done.stdout


def test_a_busy_server_is_asked_again(api, run):
    api.failures = [503, 429, 500]
    assert run().returncode == 0
    assert set(api.secrets) == {"one-oneadmin", "one-database"}


def test_a_server_that_stays_busy_is_told(api, run):
    api.failures = [503] * 5
    done = run()
    assert done.returncode == 1
    assert "cannot read Secret one-oneadmin: HTTP status 503: not now" in done.stderr
    assert len(api.requests) == 5


def test_no_right_to_do_it_is_told(api, run, tmp_path):
    (tmp_path / "token").write_text("another\n")
    done = run()
    assert done.returncode == 1
    assert "HTTP status 401: Unauthorized" in done.stderr and "service account" in done.stderr
    assert "another" not in done.stdout + done.stderr


def test_nobody_there_is_told(api, run):
    done = run(KUBERNETES_API="http://127.0.0.1:1")
    assert done.returncode == 1
    assert "cannot reach the Kubernetes API at http://127.0.0.1:1" in done.stderr and "networkPolicy.kubernetes" in done.stderr


def test_a_proxy_of_the_environment_is_not_asked(api, run):
    done = run(http_proxy="http://127.0.0.1:1", HTTP_PROXY="http://127.0.0.1:1")
    assert done.returncode == 0, done.stderr


def test_a_server_that_nobody_vouches_for_gets_no_token(api, run, tmp_path):
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    for name in ("ca", "server"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                        "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
                       check=True, capture_output=True)
        if name == "ca":
            certificate.rename(tmp_path / "ca.crt")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    api.server.socket = context.wrap_socket(api.server.socket, server_side=True)
    refused = run(KUBERNETES_API=f"https://127.0.0.1:{api.server.server_port}")
    assert refused.returncode == 1
    assert "cannot reach the Kubernetes API" in refused.stderr and "certificate verify failed" in refused.stderr
    assert not api.requests
    (tmp_path / "ca.crt").write_text(certificate.read_text())
    assert run(KUBERNETES_API=f"https://127.0.0.1:{api.server.server_port}").returncode == 0


def test_the_charts_plan_is_one_that_it_takes(api, run, defaults, tmp_path):
    (tmp_path / "plan.json").write_text(defaults.by_name()["ConfigMap/secrets"]["data"]["plan.json"])
    done = run()
    assert done.returncode == 0, done.stderr
    assert set(api.secrets) == {f"one-opennebula-{name}" for name in ("oneadmin", "serveradmin", "one-key", "fireedge-key", "database")}
    assert set(api.secrets) == set(defaults.by_name()["Role/secrets"]["rules"][1]["resourceNames"])
    assert defaults.by_name()["ConfigMap/secrets"]["data"]["make-secrets.rb"].rstrip() == SCRIPT.read_text().rstrip()
