"""A Debian in a folder, thrown away after a test: a package's life is played in it by apt and dpkg, without a network."""

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from places import Result, here, run, work

from stage import rootfs  # noqa: E402  (tests/e2e, by places)
from stage.layers import Layer, ready  # noqa: E402

# A repository of our own or none; and packages shall bring the documentation that the stage does without.
settle = "rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/* /etc/dpkg/dpkg.cfg.d/*"

not_ours = {"/tmp", "/srv", "/run", "/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/var/lib/systemd/deb-systemd-helper-enabled",
            "/var/lib/systemd/deb-systemd-helper-masked"}


def describe(path: Path) -> str:
    seen = path.lstat()
    bytes_of = ""
    if stat.S_ISREG(seen.st_mode):
        bytes_of = hashlib.sha256(path.read_bytes()).hexdigest()
    elif stat.S_ISLNK(seen.st_mode):
        bytes_of = os.readlink(path)
    elif stat.S_ISDIR(seen.st_mode) and _hides_what_is_below(path):
        bytes_of = "made anew"
    return f"{stat.filemode(seen.st_mode)} {seen.st_uid} {seen.st_gid} {bytes_of}"  # what is gone is a device 0,0 of overlayfs


def _hides_what_is_below(folder: Path) -> bool:
    try:
        return os.getxattr(folder, "trusted.overlay.opaque") == b"y"
    except OSError:
        return False


class Root:
    """The stage's Debian 12 of mmdebstrap, which has what our packages depend on, under an overlay. Nothing of it is mounted
    between two commands: a killed test leaves a folder and no more."""

    def __init__(self, layer: Layer = rootfs.debian, *, compiler_cache: Path | None = None) -> None:
        self._layers = ":".join(map(str, ready(layer)))
        self._environment = []
        if compiler_cache:
            compiler_cache.mkdir(parents=True, exist_ok=True)
            self._environment = ["env", f"COMPILER_CACHE={compiler_cache}"]
        self.folder = Path(tempfile.mkdtemp(dir=work()))
        self.folder.chmod(0o755)
        for name in ("upper", "work", "merged"):
            (self.folder / name).mkdir()
        (self.folder / "upper").chmod(0o755)
        self.run(settle)

    def run(self, argv: list[str] | str, *, check: bool = True, timeout: float = 300, input: str | None = None) -> Result:
        """Inside, as root, with no network at all; a string is given to sh -c."""
        words = ["sh", "-c", argv] if isinstance(argv, str) else argv
        return run([*self._environment, "unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--propagation", "private", "sh",
                    str(here / "inside.sh"), self._layers, str(self.folder), *words],
                   check=check, timeout=timeout, input=input, shown=words, where=" in the root")

    def write(self, path: str, text: str) -> None:
        self.run(f'mkdir -p "$(dirname {path})" && cat >{path}', input=text)

    def put(self, file: Path, into: str) -> None:
        """A file or a folder of this computer."""
        target = self.folder / "upper" / into.lstrip("/")
        target.mkdir(parents=True, exist_ok=True)
        if file.is_dir():
            shutil.copytree(file, target / file.name, dirs_exist_ok=True)
        else:
            shutil.copy2(file, target)

    def take(self, pattern: str, into: Path) -> None:
        """What was made in it, to this computer."""
        for file in (self.folder / "upper").glob(pattern.lstrip("/")):
            shutil.copy2(file, into)

    def exists(self, path: str) -> bool:
        return self.run(f"test -e {path} || test -L {path}", check=False).ok

    def files(self) -> set[str]:
        """All that is not as in the layers below: new, changed and gone paths, with kind, mode, owner and the bytes' sum. Not:
        what apt, dpkg and systemd's helper for packages keep for themselves, and where account tools keep yesterday's files."""
        upper = self.folder / "upper"
        found = set()
        for place, folders, names in os.walk(upper):
            inside = "/" + os.path.relpath(place, upper) if place != str(upper) else ""
            folders[:] = [name for name in folders if f"{inside}/{name}" not in not_ours]
            for name in [*folders, *names]:
                path = f"{inside}/{name}"
                now = describe(upper / path[1:])
                if path not in not_ours and not path.endswith("-") and now != self._as_before(path):
                    found.add(f"{path} {now}")
        return found

    def _as_before(self, path: str) -> str:
        for layer in self._layers.split(":"):
            if os.path.lexists(layer + path):
                return describe(Path(layer + path))
        return ""

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
