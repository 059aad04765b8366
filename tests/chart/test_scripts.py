"""What runs in init containers and in `helm test`, run here."""

import http.server
import json
import os
import socket
import socketserver
import ssl
import subprocess
import threading

import pytest

from rendering import CHART

PREPARE = CHART / "files" / "prepare-volumes.sh"
TAKE_KEYS = CHART.parent / "frontend" / "image" / "supervise" / "take-keys"
CHECK = CHART / "files" / "check-services.rb"


def prepare(volumes):
    return subprocess.run(["sh", "-eu", str(PREPARE)], env={**os.environ, "VOLUMES": str(volumes)},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30, check=False)


@pytest.fixture
def volumes(tmp_path):
    (tmp_path / "volumes" / "data").mkdir(parents=True)
    (tmp_path / "volumes" / "data").chmod(0o2775)  # as a volume with fsGroup
    return tmp_path / "volumes"


def mode(path) -> int:
    return path.stat().st_mode & 0o7777


def test_folders_are_closed_to_groups(volumes):
    done = prepare(volumes)
    assert done.returncode == 0, done.stdout
    assert {path.name: mode(path) for path in (volumes / "data").iterdir()} == {name: 0o750 for name in ("etc", "lib", "log")}


def test_what_is_there_stays(volumes):
    prepare(volumes)
    (volumes / "data" / "lib" / "file").write_text("mine")
    (volumes / "data" / "lib").chmod(0o700)
    assert prepare(volumes).returncode == 0
    assert (volumes / "data" / "lib" / "file").read_text() == "mine" and mode(volumes / "data" / "lib") == 0o700


def test_datastores_have_a_folder_where_they_have_a_volume(volumes, tmp_path):
    (volumes / "datastores").mkdir()
    prepare(volumes)
    assert (volumes / "datastores" / "datastores").is_dir()


@pytest.fixture
def keys(tmp_path):
    """What pods mount, and oneadmin's home."""
    given, home = tmp_path / "given", tmp_path / "home"
    (given / "ssh").mkdir(parents=True)
    home.mkdir()
    (given / "ssh" / "id_rsa").write_text("first")
    (given / "ssh" / "ssh_host_ed25519_key").write_text("host")
    (given / "fireedge-key").write_text("sessions")
    return given, home


def take_keys(role, keys):
    return subprocess.run([str(TAKE_KEYS), role, *map(str, keys)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=30, check=False)


def test_given_keys_are_taken_and_kept_from_others(keys):
    _, home = keys
    assert take_keys("oned", keys).returncode == 0
    assert (home / ".ssh" / "id_rsa").read_text() == "first" and mode(home / ".ssh" / "id_rsa") == 0o600
    assert mode(home / ".ssh") == mode(home / "ssh-host-keys") == 0o700
    assert (home / "ssh-host-keys" / "ssh_host_ed25519_key").read_text() == "host"
    assert not (home / "ssh-host-keys" / "ssh_host_rsa_key").exists() and not (home / ".one").exists()


@pytest.mark.parametrize(("role", "takes"), [("fireedge", {".one"}), ("onegate", set()), ("all", {".one", ".ssh", "ssh-host-keys"})])
def test_each_role_takes_its_own_keys(keys, role, takes):
    assert take_keys(role, keys).returncode == 0
    assert {path.name for path in keys[1].iterdir()} == takes
    assert ".one" not in takes or (keys[1] / ".one" / "fireedge_key").read_text() == "sessions"


def test_a_key_that_changed_brings_its_public_half_anew(keys):
    given, home = keys
    take_keys("oned", keys)
    public = home / ".ssh" / "id_rsa.pub"
    public.write_text("of the first")
    take_keys("oned", keys)
    assert public.exists()
    (given / "ssh" / "id_rsa").write_text("second")
    take_keys("oned", keys)
    assert not public.exists()
    assert (home / ".ssh" / "id_rsa").read_text() == "second"


def test_an_empty_key_is_refused_and_the_old_one_stays(keys):
    take_keys("oned", keys)
    (keys[0] / "ssh" / "id_rsa").write_text("")
    refused = take_keys("oned", keys)
    assert refused.returncode == 3 and "ssh/id_rsa: it is empty" in refused.stdout
    assert (keys[1] / ".ssh" / "id_rsa").read_text() == "first"


def test_without_given_keys_nothing_happens(tmp_path):
    assert take_keys("all", (tmp_path / "none", tmp_path)).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_volume_that_is_not_writable_is_told(volumes):
    (volumes / "data").rmdir()
    (volumes / "data").write_text("no folder")
    done = prepare(volumes)
    assert done.returncode == 3
    assert "is not writable" in done.stdout and "fsGroup" in done.stdout


class Page(http.server.BaseHTTPRequestHandler):
    status, body = 200, b"<methodResponse>"

    def do_GET(self):
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        pass


class Greeting(socketserver.BaseRequestHandler):
    text = b"SSH-2.0-x\r\n"

    def handle(self):
        self.request.sendall(self.text)


@pytest.fixture
def serve():
    servers = []

    def start(handler, kind=socketserver.ThreadingTCPServer):
        server = kind(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_address[1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def tls(tmp_path, serve):
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                    "-subj", "/CN=one", "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)

    def start(protocol):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.set_alpn_protocols([protocol])

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                context.wrap_socket(self.request, server_side=True)
        return serve(Handler)
    return start


def plan_of(tmp_path, *checks) -> str:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"checks": [{"what": "it", "host": "127.0.0.1", **one} for one in checks]}))
    return str(plan)


def check(tmp_path, *checks, **env):
    return subprocess.run(["ruby", str(CHECK), plan_of(tmp_path, *checks)], env={**os.environ, **env}, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60, check=False)


def closed_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


def test_all_that_answer_are_counted(tmp_path, serve, tls):
    page = serve(Page, http.server.ThreadingHTTPServer)
    done = check(tmp_path, {"how": "tcp", "port": page}, {"how": "http", "port": page, "path": "/", "status": 200},
                 {"how": "rpc", "port": page}, {"how": "ssh", "port": serve(Greeting)}, {"how": "enrollment", "port": tls("onenode/1")})
    assert done.returncode == 0, done.stdout
    assert done.stdout.rstrip().endswith("all 5 answer")


@pytest.mark.parametrize("how, words", [
    ("page", "gave HTTP status 200, not 401"), ("greeting", "not as SSH does"), ("rpc", "is not XML-RPC"),
    ("nobody", "Connection refused"), ("proxy", "something in between ends TLS"), ("plain", "cannot use it at 127.0.0.1")])
def test_one_that_does_not_is_told(tmp_path, serve, tls, how, words):
    class Hello(Greeting):
        text = b"220 mail\r\n"

    class Nothing(Page):
        body = b"<html>"
    wrong = {
        "page": lambda: {"how": "http", "port": serve(Page, http.server.ThreadingHTTPServer), "path": "/", "status": 401},
        "greeting": lambda: {"how": "ssh", "port": serve(Hello)},
        "rpc": lambda: {"how": "rpc", "port": serve(Nothing, http.server.ThreadingHTTPServer)},
        "nobody": lambda: {"how": "tcp", "port": closed_port()},
        "proxy": lambda: {"how": "enrollment", "port": tls("http/1.1")},
        "plain": lambda: {"how": "enrollment", "port": serve(Greeting)},
    }[how]()
    done = check(tmp_path, wrong)
    assert done.returncode == 1
    assert words in done.stdout, done.stdout
    assert "1 of 1 do not answer" in done.stdout


@pytest.fixture
def player(tmp_path):
    """A program in onefrontend's place, and where the script finds it and the password."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "password").write_text("s3cret\n")
    env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PASSWORD_FILE": str(tmp_path / "password"),
           "SESSION_FILE": str(tmp_path / "one_auth"), "ASKED": str(tmp_path / "asked")}

    def be(script):
        program = tmp_path / "bin" / "onefrontend"
        program.write_text(f'#!/bin/sh\necho "$@" >>"$ASKED"\n{script}\n')
        program.chmod(0o755)
        return env
    return be


def pin_of(certificate) -> str:
    public = subprocess.run(f"openssl x509 -in {certificate} -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary"
                            " | base64 | tr '+/' '-_' | tr -d '='", shell=True, check=True, capture_output=True, text=True)
    return public.stdout.strip()


def test_a_join_is_played_with_the_password_in_a_file_and_the_pin_that_is_shown(tmp_path, tls, player):
    port = tls("onenode/1")
    done = check(tmp_path, {"how": "join", "port": port}, **player('stat -c %a "$ONE_AUTH"; cat "$ONE_AUTH" >"$ASKED.session"'))
    assert done.returncode == 0 and "600\n" in done.stdout and "all 1 answer" in done.stdout, done.stdout
    at = f"127.0.0.1:{port}"
    assert (tmp_path / "asked").read_text() == f"try-join --endpoint {at} --fingerprint {pin_of(tmp_path / 'certificate')} --through {at}\n"
    assert (tmp_path / "asked.session").read_text() == "oneadmin:s3cret\n"
    assert "s3cret" not in done.stdout


def test_a_join_from_outside_asks_for_its_token_inside(tmp_path, tls, player):
    port = tls("onenode/1")
    done = check(tmp_path, {"how": "join", "host": "one.example.com", "inside": "127.0.0.1", "port": port}, **player("true"))
    assert done.returncode == 0, done.stdout
    words = (tmp_path / "asked").read_text().split()
    assert words[1:3] + words[-2:] == ["--endpoint", f"127.0.0.1:{port}", "--through", f"one.example.com:{port}"]


@pytest.mark.parametrize("ends", [2, 3, 64])
def test_a_join_that_fails_is_told_with_what_it_said(tmp_path, tls, player, ends):
    done = check(tmp_path, {"how": "join", "port": tls("onenode/1")}, **player(f"echo what is wrong >&2; exit {ends}"))
    assert done.returncode == 1
    assert "what is wrong\n" in done.stdout and f"ended with {ends}, see above" in done.stdout, done.stdout


def test_a_join_with_warnings_is_one(tmp_path, tls, player):
    assert check(tmp_path, {"how": "join", "port": tls("onenode/1")}, **player("exit 1")).returncode == 0


def test_a_join_goes_on_to_take_itself_back_where_its_pod_ends(tmp_path, tls, player):
    env = player("sleep 30 & trap 'echo takes back; kill $!; exit 2' TERM; echo plays; wait $!")
    running = subprocess.Popen(["ruby", str(CHECK), plan_of(tmp_path, {"how": "join", "port": tls("onenode/1")})],
                               env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert running.stdout.readline() == "plays\n"
    running.terminate()
    told, _ = running.communicate(timeout=40)
    assert "takes back" in told and running.returncode == 1, told


def test_the_charts_plan_asks_every_service(defaults):
    plan = json.loads(defaults.by_name()["ConfigMap/tests"]["data"]["plan.json"])
    assert [one["what"] for one in plan["checks"]] == ["oned", "monitoring", "sshd", "enrollment", "a played join", "fireedge", "oneflow", "onegate", "guacd"]
    services = {found["metadata"]["name"]: {port["port"] for port in found["spec"]["ports"]} for found in defaults.of_kind("Service")}
    for one in plan["checks"]:
        assert one["port"] in services[one["host"]], one


BACK_UP = CHART / "files" / "back-up.sh"
RESTORE = CHART / "files" / "restore.sh"
GUARD = CHART / "files" / "guard.sh"


@pytest.fixture
def place(tmp_path):
    """A volume of backups, oneadmin's home, and an onefrontend that notes what it is asked and answers as it is told."""
    for folder in ("backups", "home/onefrontend", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    program = tmp_path / "bin" / "onefrontend"
    program.write_text('#!/bin/sh\necho "$@" >>"$ASKED"\nfor last; do :; done\n'
                       '[ "$1" != backup ] || echo archive >"$last"\nexit "${ANSWER:-0}"\n')
    (tmp_path / "bin" / "prepare").write_text('#!/bin/sh\necho "prepare $*" >>"$ASKED"\n')
    for made in (tmp_path / "bin").iterdir():
        made.chmod(0o755)
    return tmp_path


def play(script, place, **env):
    env = {"PATH": f"{place / 'bin'}:{os.environ['PATH']}", "ASKED": str(place / "asked"), "BACKUPS": str(place / "backups"),
           "CERTIFICATES": str(place / "certificates"), "KEY": str(place / "key"), "HOME_OF_ONEADMIN": str(place / "home"),
           "PREPARE": str(place / "bin" / "prepare"), "NAME": "cloud", "KEEP": "2", "BACKUP": "latest", "REPLACE": "false", **env}
    return subprocess.run(["sh", "-eu", str(script)], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30, check=False)


def asked(place) -> list[str]:
    file = place / "asked"
    return file.read_text().replace(f"{place}/", "").splitlines() if file.exists() else []


def fill(place, *names):
    for name in names:
        (place / "backups" / name).write_text("old")


def names_in(place) -> set[str]:
    return {path.name for path in (place / "backups").iterdir()}


def test_a_backup_is_made_and_the_oldest_of_this_release_go(place):
    others = {"cloud-2026-01-01.tar.gz", "cloud-two-2026-01-01T000000Z.tar.gz", "mine.txt"}
    fill(place, *others, "cloud-2026-01-02T000000Z.tar.gz", "cloud-2026-01-03T000000Z.tar.gz.enc", ".cloud-2026-01-03T000001Z.tar.gz.part")
    done = play(BACK_UP, place)
    assert done.returncode == 0, done.stdout
    (new,) = names_in(place) - others - {"cloud-2026-01-03T000000Z.tar.gz.enc"}
    assert asked(place) == [f"backup backups/{new}"]
    assert new.startswith("cloud-20") and new.endswith("Z.tar.gz")
    assert "Removed cloud-2026-01-02T000000Z.tar.gz: 2 are kept." in done.stdout


def test_a_backup_with_warnings_is_one_and_a_failed_one_removes_nothing(place):
    fill(place, *(f"cloud-2026-01-0{day}T000000Z.tar.gz" for day in (1, 2, 3)))
    assert play(BACK_UP, place, ANSWER="3").returncode == 3
    assert len([name for name in names_in(place) if name.startswith("cloud-2026-01")]) == 3
    for made in names_in(place):
        if not made.startswith("cloud-2026-01"):
            (place / "backups" / made).unlink()
    assert play(BACK_UP, place, ANSWER="1").returncode == 0
    assert len(names_in(place)) == 2


def test_a_backup_is_encrypted_where_there_is_a_certificate(place):
    (place / "certificates").write_text("-----BEGIN CERTIFICATE-----")
    assert play(BACK_UP, place).returncode == 0
    (made,) = names_in(place)
    assert made.endswith(".tar.gz.enc") and asked(place) == [f"backup --encrypt-to certificates backups/{made}"]


def test_the_newest_of_this_release_is_restored_and_only_once(place):
    fill(place, "cloud-2026-01-02T000000Z.tar.gz", "cloud-2026-01-03T000000Z.tar.gz", "other-2026-02-01T000000Z.tar.gz")
    assert play(RESTORE, place).returncode == 0
    assert asked(place) == ["prepare oned", "restore backups/cloud-2026-01-03T000000Z.tar.gz"]
    fill(place, "cloud-2026-01-04T000000Z.tar.gz")
    again = play(RESTORE, place)
    assert again.returncode == 0 and "Restored before, from cloud-2026-01-03T000000Z.tar.gz" in again.stdout
    assert len(asked(place)) == 2


def test_a_restore_names_what_is_there_where_the_wanted_one_is_not(place):
    fill(place, "other-2026-02-01T000000Z.tar.gz")
    for file, what in (("latest", "a backup of cloud"), ("mine.tar.gz", "mine.tar.gz")):
        refused = play(RESTORE, place, BACKUP=file)
        assert refused.returncode == 3 and f"cannot restore: {what} is not on the volume" in refused.stdout
        assert "there: other-2026-02-01T000000Z.tar.gz" in refused.stdout
    assert asked(place) == []


def test_a_restore_takes_the_key_and_gives_up_only_what_it_was_told_to(place):
    fill(place, "mine.tar.gz.enc")
    (place / "key").write_text("key")
    assert play(RESTORE, place, BACKUP="mine.tar.gz.enc", REPLACE="true").returncode == 0
    assert asked(place)[1] == "restore --replace --key key backups/mine.tar.gz.enc"


def test_a_restore_that_was_killed_is_gone_on_with_also_where_a_mark_came_with_it(place):
    fill(place, "mine.tar.gz")
    (place / "home" / ".restored").write_text("an earlier one\n")
    (place / "home" / "onefrontend" / ".restore").mkdir()
    (place / "home" / "onefrontend" / ".restore" / "begun").write_text("{}")
    assert play(RESTORE, place, BACKUP="mine.tar.gz").returncode == 0
    assert asked(place) == ["restore --continue"]
    assert (place / "home" / ".restored").read_text() == "mine.tar.gz\n"


def test_a_restore_that_is_refused_is_no_restore(place):
    fill(place, "mine.tar.gz")
    refused = play(RESTORE, place, BACKUP="mine.tar.gz", ANSWER="2")
    assert refused.returncode == 2 and "set frontend.mode=standalone" in refused.stdout
    assert not (place / "home" / ".restored").exists()


def test_the_guard_asks_the_new_image_and_stops_an_upgrade_only_where_it_may(place):
    (place / "oned.conf").write_text("DB")
    guard = lambda answer, word: play(GUARD, place, ONED_CONF=str(place / "oned.conf"), ANSWER=answer, GUARD=word)
    assert [guard("0", "enforce").returncode, guard("1", "enforce").returncode] == [0, 0], "1 is yes, with warnings"
    stopped = guard("3", "enforce")
    assert stopped.returncode == 3 and "nothing was changed; upgrade.guard=warn goes on" in stopped.stdout
    warned = guard("3", "warn")
    assert warned.returncode == 0 and "upgrade.guard is warn" in warned.stdout
    assert set(asked(place)) == {"bootstrap --check"}


def test_the_guard_has_nothing_to_say_before_oneds_first_start(place):
    first = play(GUARD, place, ONED_CONF=str(place / "none"), GUARD="enforce", ANSWER="3")
    assert first.returncode == 0 and "never started here" in first.stdout and asked(place) == []
