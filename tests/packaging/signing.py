"""A key for one test, in a home of gpg's own that goes with it."""

import re
import shutil
import tempfile
from contextlib import contextmanager
from collections.abc import Iterator
from pathlib import Path

from places import repository, run


@contextmanager
def key(name: str, until: str = "never", *options: str) -> Iterator[tuple[dict[str, str], str]]:
    """What the environment must have, and the key's fingerprint."""
    home = Path(tempfile.mkdtemp(prefix="onenode-gpg-"))  # short: gpg-agent's socket lies there
    environment = {"GNUPGHOME": str(home)}
    gpg = ["env", f"GNUPGHOME={home}", "gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
    try:
        run([*gpg, *options, "--quick-generate-key", name, "rsa3072", "sign", until], timeout=120)
        shown = run([*gpg, "--with-colons", "--list-keys"]).out
        yield environment, re.search(r"^fpr:+(\w+):", shown, re.MULTILINE).group(1)
    finally:
        run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)
        shutil.rmtree(home, ignore_errors=True)


def build_repository(folder: Path, key_home: dict[str, str], fingerprint: str, **more: str) -> Path:
    variables = [f"{name}={value}" for name, value in {**key_home, "ONENODE_SIGNING_KEY": fingerprint, **more}.items()]
    run(["env", *variables, str(repository / "packaging/repo"), str(folder)], timeout=180)
    return folder


