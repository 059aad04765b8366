"""SSH host keys, one set for each place on the network: made once, because an RSA key takes longer than a boot."""

import os
import shutil
from pathlib import Path

from . import paths, shell
from .network import Address


def of(address: Address) -> Path:
    """A folder with ssh_host_* for the machine at this address."""
    folder = paths.cache() / "host-keys" / str(address.number)
    if not folder.is_dir():
        unfinished = folder.with_name(f"unfinished-{address.number}-{os.getpid()}")
        (unfinished / "etc" / "ssh").mkdir(parents=True)
        shell.run(["ssh-keygen", "-q", "-A", "-f", str(unfinished)])
        try:
            (unfinished / "etc" / "ssh").rename(folder)
        except OSError:  # another test was quicker, its keys are as good
            pass
        shutil.rmtree(unfinished)
    return folder
