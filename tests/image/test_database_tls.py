"""Why docs/decisions/0054 leaves TLS to the database out: what oned's own calls do at a real MariaDB that wants it."""

import shutil

import pytest

from places import run
from test_bootstrap import secrets, settings

# What src/sql/MySqlDB.cc of OpenNebula does for each connection: no call of mysql_options that has the library read a file.
as_oned = """
require 'fiddle'
library = Fiddle.dlopen('libmariadb.so.3')
call = ->(name, takes, gives, *given) { Fiddle::Function.new(library[name], takes, gives).call(*given) }
text = Fiddle::TYPE_VOIDP
handle = call['mysql_init', [text], text, nil]
connected = call['mysql_real_connect', [text] * 5 + [Fiddle::TYPE_INT, text, Fiddle::TYPE_LONG], text,
                 handle, ARGV[0], 'oneadmin', $stdin.gets.chomp, nil, 3306, nil, 0]
if connected.null?
    puts "refused: #{call['mysql_error', [text], text, handle]}"
else
    cipher = call['mysql_get_ssl_cipher', [text], text, handle]
    puts cipher.null? ? 'plain' : "TLS by #{cipher}"
end
"""


@pytest.fixture
def strict(site):
    """A database server that takes TLS only, and the CA of its certificate beside an option file in oneadmin's home."""
    folder = site.folder / "tls"
    folder.mkdir()

    def openssl(words: str) -> None:
        run(["openssl", *words.replace("IN:", f"{folder}/").split()])

    for name in ("ca", "another-ca"):
        openssl(f"req -x509 -newkey rsa:2048 -nodes -subj /CN={name} -days 3 -keyout IN:{name}.key -out IN:{name}.pem")
    openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout IN:server.key -out IN:server.csr")
    openssl("x509 -req -in IN:server.csr -CA IN:ca.pem -CAkey IN:ca.key -CAcreateserial -days 3 -out IN:server.pem")
    for file in folder.iterdir():
        file.chmod(0o644)
    site.start_database("--require-secure-transport=ON", "--ssl-ca=/tls/ca.pem", "--ssl-cert=/tls/server.pem",
                        "--ssl-key=/tls/server.key", options=("--volume", f"{folder}:/tls:ro"))
    site.write("lib/.my.cnf", "[client]\nssl-ca=/tls/ca.pem\nssl-verify-server-cert\n")
    site.options = ["--volume", f"{folder}:/tls:ro"]
    return site


@pytest.fixture
def container(strict):
    """Our image, with nothing but a shell in it."""
    return strict.start("sleep 600", name="shell")


def connect(container, server: str) -> str:
    return container.run("sh", "-c", "printf 'oneadmin\\n' | HOME=/var/lib/one ruby -e \"$1\" \"$2\"", "sh", as_oned, server).out


def test_programs_that_read_option_files_get_tls_by_them(strict, container):
    status = ("env", "HOME=/var/lib/one", "MYSQL_PWD=oneadmin", "mariadb", "--user=oneadmin", "--protocol=tcp", "-e", "status")
    assert "Cipher in use is TLS" in container.run(*status).out
    strict.write("lib/.my.cnf", "[client]\nssl-ca=/tls/another-ca.pem\nssl-verify-server-cert\n")
    assert "TLS/SSL error" in container.run(*status, check=False).err


def test_oned_reads_none_and_is_refused_as_if_its_password_were_wrong(strict, container):
    assert "refused: Access denied for user 'oneadmin'" in connect(container, "127.0.0.1")
    strict.sql("SET GLOBAL require_secure_transport = OFF")
    assert connect(container, "127.0.0.1") == "plain\n"


def test_bootstrap_says_why_oned_would_be_refused(strict):
    shutil.rmtree(strict.folder / "lib/.one")
    strict.settle(settings, **secrets)
    started = strict.start("oned")
    assert started.wait_until_ended(120) == 1
    assert "it wants TLS, which oned does not speak" in started.log()


def test_a_connection_string_as_server_would_bring_tls_past_oned(container):
    assert "TLS by TLS_" in connect(container, "host=localhost;protocol=1;tls-ca=/tls/ca.pem;tls-verify-peer=1")
    assert "refused: TLS/SSL error" in connect(container, "host=localhost;protocol=1;tls-ca=/tls/another-ca.pem;tls-verify-peer=1")
