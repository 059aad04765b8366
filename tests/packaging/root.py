"""A Debian in a folder, thrown away after a test: a package's life is played in it by apt and dpkg, without a network."""

import hashlib
import shutil
import tempfile
from pathlib import Path

from places import Result, cache, deb, depends, here, run, work

build_limit = 1500  # seconds; a slow mirror and a busy computer fit in


def base() -> Path:
    """Debian 12, minimal, with what our packages depend on; in the cache under the hash of its recipe."""
    wanted = sorted({*depends(deb("onenode")), *depends(deb("onefrontend")), "systemd", "dbus", "passwd"})
    recipe = (here / "base.sh").read_text()
    folder = cache() / f"root-{hashlib.sha256((recipe + ','.join(wanted)).encode()).hexdigest()[:12]}"
    if not folder.is_dir():
        print(f"packaging: building a root file system (once, then cached in {folder})", flush=True)
        unfinished = folder.with_name(f"unfinished-{folder.name}")
        run(["sh", str(here / "base.sh"), str(unfinished), ",".join(wanted)], timeout=build_limit)
        unfinished.rename(folder)
    return folder


class Root:
    """Nothing of it is mounted between two commands: a killed test leaves a folder and no more."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=work()))
        self.folder.chmod(0o755)
        for name in ("upper", "work", "merged"):
            (self.folder / name).mkdir()
        self._lower = base()

    def run(self, argv: list[str] | str, *, check: bool = True, timeout: float = 300, input: str | None = None) -> Result:
        """Inside, as root, with no network at all; a string is given to sh -c."""
        words = ["sh", "-c", argv] if isinstance(argv, str) else argv
        return run(["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--propagation", "private", "sh",
                    str(here / "inside.sh"), str(self._lower), str(self.folder), *words],
                   check=check, timeout=timeout, input=input, shown=words, where=" in the root")

    def write(self, path: str, text: str) -> None:
        self.run(f'mkdir -p "$(dirname {path})" && cat >{path}', input=text)

    def put(self, file: Path, into: str) -> None:
        """A file or a folder of this computer."""
        target = self.folder / "upper" / into.lstrip("/")
        target.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if file.is_dir() else shutil.copy2)(file, target / file.name)

    def exists(self, path: str) -> bool:
        return self.run(f"test -e {path} || test -L {path}", check=False).ok

    def files(self) -> set[str]:
        """Everything that is there: path, kind, mode, owner, where a link leads, the bytes' sum. Not: what apt, dpkg, systemd's
        helper for packages and man keep for themselves, and where two accounts' tools keep yesterday's files."""
        listing = (
            r"find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /srv "
            r"-o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache -o -path /var/log "
            r"-o -path /var/lib/systemd/deb-systemd-helper-enabled -o -path /var/lib/systemd/deb-systemd-helper-masked \) -prune "
            r"-o \( -type f -o -type l -o -type d \) -printf '%p %y %m %U %G %l ' \( -type f -exec sha256sum {} \; -o -printf '\n' \)"
        )
        return {line for line in self.run(listing).out.splitlines() if not line.split()[0].endswith("-")}

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
