"""Runs the labels of tests/all, one after the other, counts every case and prints one true line at the end."""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
import time

import labels
from outcome import Outcome

REPO = pathlib.Path(__file__).resolve().parents[2]


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/all", description="Builds and runs every test.")
    parser.add_argument("--list", action="store_true", help="show what runs where, run nothing")
    parser.add_argument("--only", action="append", default=[], metavar="LABEL", help="only this label (may be repeated)")
    parser.add_argument("--unit", action="store_true", help="the inner loop: build and unit tests, nothing else")
    parser.add_argument("--full", action="store_true", help="also what takes long: sanitizers, every kill point; all of it by g++, as it ships")
    parser.add_argument("--preset", help="CMake preset the tests are built with (default: dev, by clang; with --full release, by g++)")
    parser.add_argument("--filter", default="", metavar="TEXT", help="only cases whose name holds TEXT (gtest, pytest)")
    options = parser.parse_args(argv)
    options.preset = options.preset or ("release" if options.full else "dev")
    return options


def chosen(options: argparse.Namespace) -> list[labels.Label]:
    names = {label.name for label in labels.ALL}
    wanted = ["unit"] if options.unit else options.only
    for name in wanted:
        if name not in names:
            print(f"tests/all: unknown label {name!r}; there are: {' '.join(sorted(names))}", file=sys.stderr)
            sys.exit(64)
    if wanted:
        needed = {"build"} if any(label.needs_build for label in labels.ALL if label.name in wanted) else set()
        return [label for label in labels.ALL if label.name in needed.union(wanted)]
    return [label for label in labels.ALL if options.full or not label.only_full]


def main(argv: list[str]) -> int:
    options = parse(argv)
    if options.list:
        for label in labels.ALL:
            where = "--full" if label.only_full else "always"
            print(f"{label.name:12} {where:8} {label.title}")
        return 0

    logs = REPO / "build" / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    print(f"[start] cache {os.environ.get('ONENODE_CACHE', '-')}, logs {logs}", flush=True)
    total = Outcome()
    failures: list[str] = []
    for label in chosen(options):
        log = logs / f"{label.name}.log"
        print(f"[{label.name}] {label.title} (log: {log.relative_to(REPO)})", flush=True)
        started = time.monotonic()
        outcome = label.run(labels.Context(REPO, log, options.preset, options.full, options.filter))
        took = time.monotonic() - started
        print(f"[{label.name}] {outcome.line()} in {took:.1f} s", flush=True)
        for failure in outcome.failures:
            print(f"[{label.name}]   failed: {failure}", flush=True)
        for skip in outcome.skips:
            print(f"[{label.name}]   skipped: {skip}", flush=True)
        total = total + outcome
        failures += [f"[{label.name}] {failure}" for failure in outcome.failures]
        if outcome.stop:
            print(f"[{label.name}] the rest cannot run; last lines of {log}:", flush=True)
            print("\n".join(log.read_text(errors="replace").splitlines()[-40:]), flush=True)
            break
    for failure in failures:  # again, where whoever looks at the end of a long run sees them
        print(f"failed: {failure}", flush=True)
    print(total.line(), flush=True)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
