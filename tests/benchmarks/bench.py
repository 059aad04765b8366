"""Runs the benchmarks whose names were asked for and prints their figures, one a line."""

from __future__ import annotations

import argparse
import functools
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable, Iterable

import command_line
import image
import join
import oned_call
import service
from figure import Figure

REPO = pathlib.Path(__file__).resolve().parents[2]

Benchmark = tuple[tuple[str, ...], Callable[[pathlib.Path], Iterable[Figure]]]


def spread_of(name: str) -> tuple[str, ...]:
    return tuple(f"{name}.{word}" for word in ("p50", "p99", "p99.9"))


def of_poll(name: str) -> tuple[str, ...]:
    return (f"poll.rss_{name}", f"poll.rss_per_node_{name}", *spread_of(f"poll.first_state_{name}"), f"poll.fanout_{name}",
            *spread_of(f"poll.fanout_{name}"), f"poll.rss_after_fanout_{name}")


def benchmarks(hours: float) -> list[Benchmark]:
    """Names are stable. A benchmark may give several figures; it runs when one of them is asked for."""
    return [
        (("cli.start",), command_line.start),
        (("xmlrpc.call_overhead",), oned_call.call_overhead),
        (("join.own_time", "agent.idle_rss", "agent.idle_cpu", "agent.idle_wakeups", "agent.repair", "agent.follow"), join.own_time_and_idle_agent),
        (("join.diagnosis.libvirt-down", "join.diagnosis.lspci-missing", "join.diagnosis.port-4124-blocked"), join.diagnosis),
        (("serve.start", *spread_of("serve.start")), service.start),
        (("serve.memory",), functools.partial(service.memory, hours=hours)),
        (("enroll.rate", "enroll.rate_vs_limit", *spread_of("enroll.latency")), service.enroll),
        (of_poll("100"), functools.partial(service.poll, name="100", nodes=100)),
        (of_poll("10k"), functools.partial(service.poll, name="10k", nodes=10000)),
        (("image.start", "image.supervisor_rss", "image.probe", "image.size_added"), image.image),
    ]


def main(argv: list[str]) -> int:
    known = [name for names, _ in benchmarks(0) for name in names]
    parser = argparse.ArgumentParser(prog="tests/bench", description="Prints figures beside what they are compared with.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {' '.join(known)}, or a part before a dot")
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument("--hours", type=float, default=0.2, help="of a cloud's life that serve.memory plays (default 0.2)")
    parser.add_argument("--list", action="store_true", help="only the names")
    options = parser.parse_args(argv)
    if options.list:
        print("\n".join(known))
        return 0
    for name in options.names:
        if not any(matches(one, name) for one in known):
            parser.error(f"unknown name {name!r}; there are: {' '.join(known)}")

    build(options.json)
    programs = REPO / "build" / "release" / "bin"
    for names, run in benchmarks(options.hours):
        if options.names and not any(matches(one, name) for one in names for name in options.names):
            continue
        for figure in run(programs):
            if not options.names or any(matches(figure.name, name) for name in options.names):
                print(figure.json() if options.json else figure.line(), flush=True)
    return 0


def matches(name: str, asked: str) -> bool:
    return name == asked or name.startswith(asked + ".")


def build(quiet: bool) -> None:
    if not quiet:
        print("[build] release", file=sys.stderr, flush=True)
    for argv in (["cmake", "--preset", "release"], ["cmake", "--build", "--preset", "release", "--target", "programs", "bench_xmlrpc", "bench_load"]):
        done = subprocess.run(argv, cwd=REPO, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, env=os.environ, check=False)
        if done.returncode:
            sys.exit(f"{done.stdout[-4000:]}\ntests/bench: {' '.join(argv)} failed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
