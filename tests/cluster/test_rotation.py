"""Every secret gets another value while a hypervisor is joined, as docs/chart.md tells; the hypervisor stays `on`, and follows
where it has to."""

import base64
import hashlib
import json
import secrets

import pytest

from cloud import onenode
from stage import wait_for

pytestmark = pytest.mark.full

services = ("fireedge", "oneflow", "onegate")
host_keys = "/var/lib/one/ssh-host-keys"


def new_value() -> str:
    return secrets.token_hex(16)


def in_pod(release, component: str, file: str) -> str:
    return release.kubectl("exec", f"deployment/{release.full_name}-{component}", "--", "cat", file).out.strip()


def known_here(node) -> str:
    return node.read("/var/lib/one/.ssh/known_hosts.onenode")


def public_half(release, private: str) -> str:
    return release.run(f"ssh-keygen -y -f {private}").out.split()[1]


def fetch_works(release, node) -> bool:
    """As drivers do: from the hypervisor back to the front-end, by oneadmin's agent."""
    hop = "ssh -o BatchMode=yes -o ControlPath=none"
    said = release.run(f"{hop} -A {node.name} {hop} {release.address} hostname", check=False)
    return said.ok and said.out == release.run("hostname").out


def make_key(release, kind: str) -> str:
    """A private key, made beside the cluster."""
    file = f"/run/key-{new_value()}"
    release.cluster.node.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", file])
    return release.cluster.node.read(file)


@pytest.fixture
def given(release):
    """`given(value, name)` makes the release take a Secret of ours; at the end it takes its own again."""
    def take(value: str, name: str) -> None:
        release.values["credentials"] = {value: {"existingSecret": name}}
        release.upgrade()
    yield take
    release.values.pop("credentials")
    release.upgrade()


def test_oneadmins_password(release, hypervisor):
    old, new, names = release._password, new_value(), set(release.secrets())
    release.write_secret(f"{release.full_name}-oneadmin", password=new)
    release.restart("statefulset/oned")
    assert release.run("cat ~/.one/one_auth").out.strip() == f"oneadmin:{new}"
    accounts = release.sql("SELECT body FROM user_pool")
    digest = lambda password: hashlib.sha256(password.encode()).hexdigest()
    assert digest(new) in accounts and digest(old) not in accounts
    assert set(release.secrets()) == names, "it has its labels still"
    release.upgrade()
    assert release._password == new, "what makes Secrets leaves it"
    release.wait_until_well(hypervisor)


def test_serveradmins_password(release, hypervisor):
    new = new_value()
    release.write_secret(f"{release.full_name}-serveradmin", password=new)
    release.restart("statefulset/oned", *(f"deployment/{name}" for name in services))
    assert hashlib.sha256(new.encode()).hexdigest() in release.sql("SELECT body FROM user_pool")
    for service, file in zip(services, ("sunstone", "oneflow", "onegate"), strict=True):
        assert in_pod(release, service, f"/var/lib/one/.one/{file}_auth") == f"serveradmin:{new}"
    release.wait_until_well(hypervisor)


def test_one_key_is_kept_whatever_the_secret_says(release, hypervisor):
    name = f"{release.full_name}-one-key"
    old, keys = release.run("cat ~/.one/one_key").out.strip(), release.keys()
    release.write_secret(name, key=new_value())
    try:
        release.restart("statefulset/oned")
        assert "one_key is kept" in release.kubectl("logs", release.oned, "--container", "oned").out
        assert release.keys() == keys
        release.wait_until_well(hypervisor)
    finally:
        release.write_secret(name, key=old)


def test_the_key_of_sunstones_sessions(release):
    new, file = new_value(), "/var/lib/one/.one/fireedge_key"
    before = in_pod(release, "fireedge", file)
    release.write_secret(f"{release.full_name}-fireedge-key", key=new)
    release.restart("deployment/fireedge")
    assert before != new == in_pod(release, "fireedge", file)


def test_the_databases_password(release, hypervisor):
    """In the server first; oned goes on by its open connections until it is restarted."""
    name, new = f"{release.full_name}-database", new_value()
    kept = release.kubectl("exec", release.database, "--", "sh", "-c", 'cat "$MARIADB_ROOT_PASSWORD_FILE"').out.strip()
    release.kubectl("exec", "--stdin", release.database, "--", "sh", "-c", 'MYSQL_PWD=$(cat "$MARIADB_ROOT_PASSWORD_FILE") mariadb -u root',
                    input=f"ALTER USER 'oneadmin'@'%' IDENTIFIED BY '{new}';")
    release.wait_for_state(hypervisor.name, "on", 30)
    release.write_secret(name, **{"password": new, "root-password": kept})
    release.restart("statefulset/oned")
    assert release.run("onefrontend ready database", check=False).ok
    assert new in release.run("cat /etc/onefrontend/secrets/database").out
    release.wait_until_well(hypervisor)


people = "sunstone.example.com"
controller = """
import http.client, socketserver, ssl, sys
backend, certificate, key = sys.argv[1:]
class Answer(socketserver.StreamRequestHandler):
    def handle(self):
        path = self.rfile.readline().split()[1].decode()
        behind = http.client.HTTPConnection(backend, 2616, timeout=10)
        behind.request("GET", path)
        self.wfile.write(b"HTTP/1.0 %d it\\r\\n\\r\\n" % behind.getresponse().status)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server = socketserver.TCPServer(("127.0.0.1", 8443), Answer, bind_and_activate=False)
server.allow_reuse_address = True
server.server_bind(); server.server_activate()
server.socket = context.wrap_socket(server.socket, server_side=True)
server.handle_request()
"""


def seen_by_people(release) -> str:
    """What somebody gets who trusts the newest certificate alone. In the place of a controller a program does what the
    Ingress says, with the Secret as it is now."""
    node = release.cluster.node
    ingress = release.cluster.get("ingress", f"{release.full_name}-ui", "--namespace", release.namespace)["spec"]
    (tls,), (rule,) = ingress["tls"], ingress["rules"]
    assert tls["hosts"] == [rule["host"]] == [people]
    (way,) = rule["http"]["paths"]
    secret = release.cluster.get("secret", tls["secretName"], "--namespace", release.namespace)["data"]
    for file in ("tls.crt", "tls.key"):
        node.write(f"/run/shown-{file}", base64.b64decode(secret[file]).decode(), mode="600")
    (backend,) = release.stage.names[f"{way['backend']['service']['name']}.{release.namespace}.svc.cluster.local"]
    node.write("/run/controller.py", controller)
    served = node.spawn(["/usr/bin/python3", "/run/controller.py", backend, "/run/shown-tls.crt", "/run/shown-tls.key"], "controller")
    try:
        wait_for(lambda: ":8443" in node.run(["ss", "-ltn"]).out, 20, "the controller to listen", every=0.2)
        return node.run(["curl", "-sS", "--max-time", "15", "--http1.0", "--cacert", "/run/people/tls.crt", "--resolve", f"{people}:8443:127.0.0.1",
                         "-o", "/dev/null", "-w", "%{http_code}", f"https://{people}:8443/fireedge/sunstone"], check=False).out
    finally:
        served.kill()


def make_certificate_for_people(release) -> None:
    release.cluster.node.run(["sh", "-ec", "mkdir -p /run/people && openssl req -x509 -newkey rsa:2048 -nodes -days 2 "
                              f"-subj /CN={people} -addext subjectAltName=DNS:{people} -keyout /run/people/tls.key -out /run/people/tls.crt"])


def test_the_certificate_of_the_ingress(release):
    """Its Secret gets another one: nothing restarts, and an upgrade leaves it."""
    write = lambda: release.kubectl("apply", "--filename", "-", input=release.kubectl(
        "create", "secret", "tls", "people", "--cert=/run/people/tls.crt", "--key=/run/people/tls.key", "--dry-run=client", "--output", "yaml").out)
    make_certificate_for_people(release)
    write()
    release.values["ingress"] = {"enabled": True, "hosts": [people], "tls": {"secretName": "people"}}
    try:
        release.upgrade()
        assert seen_by_people(release) == "200"
        pods = release.identities()
        make_certificate_for_people(release)
        assert seen_by_people(release) == "000", "it is another one, which the Secret does not have yet"
        write()
        release.upgrade()
        assert seen_by_people(release) == "200"
        assert release.identities() == pods
    finally:
        release.values.pop("ingress")
        release.upgrade()


def test_an_ssh_key_of_oneadmins_that_is_given(release, hypervisor, given):
    authorized = lambda: hypervisor.read("/var/lib/one/.ssh/authorized_keys")
    for turn in ("first", "second"):
        before = public_half(release, "~/.ssh/id_rsa")
        release.write_secret("ssh-user", **{"ssh-privatekey": make_key(release, "rsa")})
        given("sshUser", "ssh-user") if turn == "first" else release.restart("statefulset/oned")
        now = public_half(release, "~/.ssh/id_rsa")
        assert now != before
        wait_for(lambda: now in authorized() and before not in authorized(), 120, f"the {turn} one to be the only one there", every=0.5)
        release.wait_until_well(hypervisor)
        assert fetch_works(release, hypervisor)


def test_host_keys_of_the_front_end_that_are_given(release, hypervisor, given):
    kinds = ("ed25519", "ecdsa", "rsa")
    for turn in ("first", "second"):
        before = public_half(release, f"{host_keys}/ssh_host_ed25519_key")
        release.write_secret("ssh-host", **{f"ssh_host_{kind}_key": make_key(release, kind) for kind in kinds})
        given("sshHost", "ssh-host") if turn == "first" else release.restart("statefulset/oned")
        now = public_half(release, f"{host_keys}/ssh_host_ed25519_key")
        assert now != before
        wait_for(lambda: now in known_here(hypervisor) and before not in known_here(hypervisor), 120, f"the {turn} ones to be known", every=0.5)
        assert fetch_works(release, hypervisor)
        release.wait_until_well(hypervisor)


def test_host_keys_on_the_volume(release, hypervisor):
    before = public_half(release, f"{host_keys}/ssh_host_ed25519_key")
    release.run(f"rm -r {host_keys}")
    release.restart("statefulset/oned")
    now = public_half(release, f"{host_keys}/ssh_host_ed25519_key")
    assert now != before
    wait_for(lambda: now in known_here(hypervisor) and before not in known_here(hypervisor), 120, "the new ones to be known", every=0.5)
    assert fetch_works(release, hypervisor)
    release.wait_until_well(hypervisor)


def test_the_authority_of_enrollment(release, hypervisor):
    """Its pod may end meanwhile: both authorities are on the volume."""
    status = lambda: json.loads(release.onefrontend("ca", "status", "--json").out)
    before = status()["fingerprint"]
    release.onefrontend("ca", "rotate")
    assert status()["fingerprint"] != before
    release.replace(release.oned)
    wait_for(lambda: status()["rotation"]["left"] == [], 180, "the hypervisor to turn", every=1,
             otherwise=lambda: release.onefrontend("ca", "status").out)
    assert status()["rotation"]["turned"] == [hypervisor.name]
    release.onefrontend("ca", "rotate", "--finish")
    release.wait_until_well(hypervisor)
    onenode(hypervisor, "leave")
    assert hypervisor.name not in release.hosts()
