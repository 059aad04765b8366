"""The enrollment CA that comes as files: an intermediate of somebody's PKI, or what another front-end exported."""

import pytest

from places import run
from test_bootstrap import empty, secrets, settings  # noqa: F401 (a fixture)

extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"


@pytest.fixture(scope="module")
def intermediates(tmp_path_factory) -> list[tuple[str, str]]:
    """Two of one root: certificate and key of each."""
    folder = tmp_path_factory.mktemp("pki")
    (folder / "extensions").write_text(extensions)

    def openssl(words: str) -> None:
        run(["openssl", *words.replace("IN:", f"{folder}/").split()])

    curve = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    openssl(f"req -x509 {curve} -subj /CN=root -days 60 -keyout IN:root.key -out IN:root.pem")
    for name in ("one", "two"):
        openssl(f"req {curve} -subj /CN={name} -keyout IN:{name}.key -out IN:{name}.csr")
        openssl(f"x509 -req -in IN:{name}.csr -CA IN:root.pem -CAkey IN:root.key -CAcreateserial -days 30 "
                f"-extfile IN:extensions -out IN:{name}.pem")
    return [((folder / f"{name}.pem").read_text(), (folder / f"{name}.key").read_text()) for name in ("one", "two")]


def settle(site, **files: str) -> None:
    site.settle(settings, **secrets, **{f"ca/{name.replace('_', '.')}": text for name, text in files.items()})


def public_key(certificate: str) -> str:
    return run(["openssl", "x509", "-noout", "-pubkey"], input=certificate).out


def authority(site) -> str:
    return (site.folder / "lib/onefrontend/public/ca.pem").read_text()


def test_an_intermediate_is_the_ca_of_a_new_front_end_and_no_later_one_takes_its_place(empty, intermediates):  # noqa: F811
    (certificate, key), (another, anothers_key) = intermediates
    settle(empty, tls_crt=certificate, tls_key=key)
    first = empty.start("oned")
    first.wait_until_ready("signer", "enrollment", seconds=120)
    adopted = authority(empty)
    assert public_key(adopted) == public_key(certificate)
    assert key not in first.log()
    assert first.stop() == 0

    settle(empty, tls_crt=another, tls_key=anothers_key)
    second = empty.start("oned")
    second.wait_until_ready("signer", "enrollment", seconds=120)
    assert authority(empty) == adopted
    said = "\n".join(second.lines("signer"))
    assert "onefrontend ca rotate with the same --ca-certificate and --ca-key" in said
    assert "goes on with the CA that is in /var/lib/one/onefrontend" in said


def test_a_ca_that_cannot_be_used_ends_the_first_start_and_none_is_made_instead(empty, intermediates):  # noqa: F811
    settle(empty, tls_crt=intermediates[0][0], tls_key=intermediates[1][1])
    started = empty.start("oned")
    assert started.wait_until_ended(180) == 1
    assert "signer failed again and again" in started.log()
    assert not (empty.folder / "lib/onefrontend/public/ca.pem").exists()


def test_what_another_front_end_exported_is_taken(empty):  # noqa: F811
    first = empty.start("oned")
    first.wait_until_ready("signer", seconds=120)
    first.run("onefrontend", "ca", "export", "/var/lib/one/exported")
    exported, before = (empty.folder / "lib/exported").read_text(), authority(empty)
    assert first.stop() == 0
    (empty.folder / "lib/onefrontend").rename(empty.folder / "lost")

    settle(empty, export=exported)  # the database knows the CA still: that it is this one is what lets it in
    second = empty.start("oned")
    second.wait_until_ready("signer", "enrollment", seconds=120)
    assert authority(empty) == before
