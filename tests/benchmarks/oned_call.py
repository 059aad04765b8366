"""xmlrpc.call_overhead: what oned::Client costs above the bare sockets that carry the same bytes."""

from __future__ import annotations

import pathlib
import subprocess
from collections.abc import Iterator

from figure import Figure


def call_overhead(programs: pathlib.Path) -> Iterator[Figure]:
    said = subprocess.run([str(programs / "bench_xmlrpc")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          check=True, timeout=120).stdout
    call, bare = (float(word) for word in said.split())
    yield Figure("xmlrpc.call_overhead", call - bare, "us", "the same bytes over a bare loopback connection", bare)
