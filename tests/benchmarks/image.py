"""image.*: what the supervisor, the probes and our own files cost beside OpenNebula's part of the image."""

from __future__ import annotations

import os
import pathlib
import statistics
import sys
import time
from collections.abc import Iterator

from figure import Figure

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "image"))
rounds = 20

pss_of_s6 = ("for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline | grep -q '^s6-' && "
             "sed -n 's/^Pss: *\\([0-9]*\\).*/\\1/p' $p/smaps_rollup; done; true")
# Inside the container, because starting `podman exec` costs far more than what it starts.
probe_rounds = ("for i in $(seq {rounds}); do a=$(date +%s%N); {command} >/dev/null; b=$(date +%s%N); "
                "echo $(((b - a) / 1000)); done")


def image(programs: pathlib.Path) -> Iterator[Figure]:
    import images  # needs buildah and podman: only who asks for these figures
    from containers import Site
    from conftest import new_site
    from places import missing_tools

    if lacking := missing_tools():
        print(f"image.*: left out without {', '.join(lacking)}", file=sys.stderr)
        return
    os.environ["ONENODE_PRESET"] = programs.parent.name
    images.build()
    site: Site = new_site(None)
    try:
        site.start_database()
        first = site.start("oned")  # makes keys and the database
        first.wait_until_ready("oned", "enrollment", seconds=240)
        first.stop()
        frontend = site.start("oned")
        began = time.monotonic()
        frontend.wait_until_ready("oned", seconds=120)
        ready = time.monotonic() - began
        own = oneds_own_start(frontend)
        frontend.wait_until_ready("enrollment", seconds=120)
        yield Figure("image.start", max(ready - own, 0.0), "s", "the stand-in oned's own start", own)
        sizes = [int(size) for size in frontend.run("sh", "-c", pss_of_s6).out.split()]
        yield Figure("image.supervisor_rss", sum(sizes) / 1024, "MB", "the goal", 5.0)
        yield Figure("image.probe", milliseconds(frontend, "onefrontend ready oned"), "ms", "/bin/true",
                     milliseconds(frontend, "/bin/true"))
    finally:
        site.close()
    yield Figure("image.size_added", added() / 1e6, "MB", "the whole image", images.size(images.front_end) / 1e6)


def oneds_own_start(frontend) -> float:
    """From its process's start to its port, as its own supervisor saw it: seconds since it was started and since ready."""
    started, ready = (float(frontend.run("sh", "-c", command).out) for command in (
        "stat -c %.Y /run/onefrontend/service/oned/started", "stat -c %.Y /run/onefrontend/service/oned/not-ready"))
    return ready - started


def milliseconds(frontend, command: str) -> float:
    shown = frontend.run("bash", "-c", probe_rounds.format(rounds=rounds, command=command), timeout=120)
    return statistics.median(int(line) for line in shown.out.split()) / 1000


def added() -> int:
    """Bytes of what we put in beside OpenNebula's packages: onefrontend, its libraries, s6, sshd, the scripts."""
    import images
    script = ("du -scb /usr/bin/onefrontend /usr/lib/onefrontend /etc/onefrontend | tail -n 1 | cut -f1; "
              "dpkg-query -W -f '${Installed-Size}\\n' s6 execline libexecline2.9 libs6-2.11 libskarnet2.13 openssh-server "
              "openssh-sftp-server libfmt9 libspdlog1.10 libyaml-cpp0.7 libpugixml1v5 libssh-4 2>/dev/null")
    from containers import limits
    shown = images.podman("run", "--rm", "--network", "none", *limits(), images.front_end, "sh", "-c", script)
    own, *packages = (int(line) for line in shown.out.split())
    return own + 1024 * sum(packages)
