"""Builds the image once, gives each file a running front-end and each test a site of its own; shows logs of failures."""

import shutil
import tempfile
from pathlib import Path

import pytest

import images
from containers import Site
from places import cache, missing_tools, run, scratch, tail


@pytest.fixture(scope="session", autouse=True)
def image():
    if lacking := missing_tools():
        pytest.skip(f"containers cannot be built or run here without {', '.join(lacking)} (packaging/build-deps)")
    images.build()


@pytest.fixture(scope="session")
def keys(image):
    """Making RSA keys is most of a first start; one test looks at it, the others get these."""
    folder = cache() / "keys"
    if not folder.exists():
        unfinished = Path(tempfile.mkdtemp(dir=cache()))
        run(["ssh-keygen", "-q", "-N", "", "-t", "rsa", "-b", "3072", "-f", str(unfinished / "rsa")], timeout=120)
        run(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", str(unfinished / "ed25519")])
        unfinished.rename(folder)
    return folder


def new_site(keys: Path | None) -> Site:
    site = Site(Path(tempfile.mkdtemp(dir=scratch())))
    site.folder.chmod(0o755)
    if keys:
        for kind, names in (("rsa", (".ssh/id_rsa", "ssh-host-keys/ssh_host_rsa_key")),
                            ("ed25519", ("ssh-host-keys/ssh_host_ed25519_key",))):
            for name in names:
                site.write(f"lib/{name}", (keys / kind).read_text())
                site.write(f"lib/{name}.pub", (keys / f"{kind}.pub").read_text())
    return site


@pytest.fixture
def site(keys):
    site = new_site(keys)
    yield site
    site.close()


@pytest.fixture(scope="module")
def shared_site(keys):
    site = new_site(keys)
    yield site
    site.close()


@pytest.fixture(scope="module")
def frontend(shared_site):
    """A front-end that runs: role oned, with its database."""
    shared_site.start_database()
    container = shared_site.start("oned")
    container.wait_until_ready("oned", "sshd", "ssh-agent", "signer", "enrollment", seconds=120)
    return container


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if not report.failed:
        return
    sites = [value for value in getattr(item, "funcargs", {}).values() if isinstance(value, Site)]
    for container in [made for site in sites for made in site.made]:
        report.sections.append((f"the end of {container.name}", tail(container.log(), 40)))


def pytest_unconfigure(config):
    for folder in scratch().parent.iterdir():  # of this run, and of those that were killed
        if folder == scratch() or not Path("/proc", folder.name).exists():
            shutil.rmtree(folder, ignore_errors=True)
