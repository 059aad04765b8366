"""The labels of tests/all: a name, a sentence, a function. A new label is one more row in ALL."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import subprocess
from collections.abc import Callable

from lint import Lint
from outcome import Outcome, of_gtest, of_pytest
from simulator import real_frontend, simulator


@dataclasses.dataclass
class Context:
    repo: pathlib.Path
    log: pathlib.Path
    preset: str
    full: bool
    filter: str

    @property
    def build_dir(self) -> pathlib.Path:
        return self.repo / "build" / self.preset

    def sh(self, argv: list[str], limit: int, env: dict[str, str] | None = None) -> int:
        """Runs with its output in the label's log; a run over its limit is exit code 124."""
        with self.log.open("ab") as log:
            log.write(("$ " + " ".join(argv) + "\n").encode())
            log.flush()
            try:
                return subprocess.run(
                    argv, cwd=self.repo, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                    timeout=limit, env={**os.environ, **(env or {})}, check=False,
                ).returncode
            except subprocess.TimeoutExpired:
                log.write(f"over the limit of {limit} s\n".encode())
                return 124


@dataclasses.dataclass
class Label:
    name: str
    title: str
    run: Callable[[Context], Outcome]
    only_full: bool = False
    needs_build: bool = True


def fresh(context: Context) -> None:
    context.log.unlink(missing_ok=True)


def build_preset(context: Context, preset: str, targets: list[str] | None = None) -> Outcome:
    steps = [["cmake", "--preset", preset], ["cmake", "--build", "--preset", preset]]
    if targets:
        steps[1] += ["--target", *targets]
    for argv in steps:
        if context.sh(argv, limit=3000):
            return Outcome.failure(f"{' '.join(argv)} (see {context.log})", stop=True)
    return Outcome.success()


def build(context: Context) -> Outcome:
    fresh(context)
    return build_preset(context, context.preset)


def programs(build_dir: pathlib.Path, label: str) -> list[tuple[str, list[str], dict[str, str]]]:
    """The gtest programs that CMake registered under a label; without their commands where they are not built yet."""
    listing = subprocess.run(
        ["ctest", "--show-only=json-v1"], cwd=build_dir, stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    found = []
    for test in json.loads(listing)["tests"]:
        properties = {entry["name"]: entry["value"] for entry in test.get("properties", [])}
        if label in properties.get("LABELS", []):
            environment = dict(pair.split("=", 1) for pair in properties.get("ENVIRONMENT", []))
            found.append((test["name"], test.get("command", []), environment))
    return found


def run_program(context: Context, build_dir: pathlib.Path, program: tuple[str, list[str], dict[str, str]], limit: int) -> Outcome:
    name, command, environment = program
    report = build_dir / "reports" / f"{name}.xml"
    report.parent.mkdir(exist_ok=True)
    report.unlink(missing_ok=True)
    argv = [*command]
    if context.filter:
        argv.append(f"--gtest_filter=*{context.filter}*")
    own = dataclasses.replace(context, log=report.with_suffix(".log"))  # several run side by side
    own.log.unlink(missing_ok=True)
    code = own.sh(argv, limit, {**environment, "GTEST_OUTPUT": f"xml:{report}"})
    said = own.log.read_text(errors="replace")
    with context.log.open("a") as log:
        log.write(said)
    outcome = of_gtest(name, report, code, said)
    if context.filter and not (outcome.passed or outcome.skipped) and outcome.failures and "ran no case" in outcome.failures[0]:
        return Outcome()
    return outcome


def run_programs(context: Context, build_dir: pathlib.Path, label: str, limit: int, parallel: int) -> Outcome:
    found = programs(build_dir, label)
    if not found:
        return Outcome.failure(f"no program is registered under the label {label}")
    with concurrent.futures.ThreadPoolExecutor(parallel) as pool:
        outcomes = pool.map(lambda program: run_program(context, build_dir, program, limit), found)
    return sum(outcomes, Outcome())


def unit(context: Context) -> Outcome:
    fresh(context)
    return run_programs(context, context.build_dir, "unit", limit=120, parallel=4)  # some of them mostly wait


def integration(context: Context) -> Outcome:
    fresh(context)
    return run_programs(context, context.build_dir, "integration", limit=300, parallel=1)


def laws(context: Context) -> Outcome:
    fresh(context)
    return run_programs(context, context.build_dir, "laws", limit=600, parallel=2)


def run_both(context: Context, build_dir: pathlib.Path) -> Outcome:
    return run_programs(context, build_dir, "unit", 600, 2) + run_programs(context, build_dir, "integration", 1500, 1)


def pytest(context: Context, folder: str, limit: int) -> Outcome:
    report = context.repo / "build" / "logs" / f"{context.log.stem}.xml"
    report.unlink(missing_ok=True)
    argv = ["/usr/bin/python3", "-m", "pytest", "-v", "--tb=short", "-p", "no:cacheprovider", f"--junitxml={report}", folder]
    if folder == "tests/e2e":
        argv += ["--ignore=tests/e2e/machine", "-n", "1" if real_frontend() else "3", "--dist", "loadfile"]  # a stage each, which mostly waits; a real front-end is one
    if context.full and folder in ("tests/e2e", "tests/e2e/machine", "tests/packaging", "tests/cluster"):
        argv.append("--full")
    if context.filter:
        argv += ["-k", context.filter]
    environment = {
        "ONENODE_PRESET": context.preset,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return of_pytest(report, context.sh(argv, limit, environment))


def tools(context: Context) -> Outcome:
    fresh(context)
    return pytest(context, "tests/tools", limit=120)


def oned(context: Context) -> Outcome:
    fresh(context)
    if given := real_frontend():
        os.environ.update(given)
        return run_programs(context, context.build_dir, "oned", limit=300, parallel=1)
    with simulator(context.build_dir / "bin" / "oned-sim", context.log) as variables:
        os.environ.update(variables)
        try:
            return run_programs(context, context.build_dir, "oned", limit=300, parallel=1)
        finally:
            for name in variables:
                del os.environ[name]


def end_to_end(context: Context) -> Outcome:
    fresh(context)
    return pytest(context, "tests/e2e", limit=7200 if context.full else 1800)


def machine(context: Context) -> Outcome:
    fresh(context)
    return pytest(context, "tests/e2e/machine", limit=6000 if context.full else 2400)  # the first time it makes disks with a kernel


def image(context: Context) -> Outcome:
    fresh(context)
    return pytest(context, "tests/image", limit=1200)


def packages(context: Context) -> Outcome:
    """Of the release tree, whatever the rest is built with: that is what users get."""
    fresh(context)
    built = build_preset(context, "release", ["programs"])
    if built.failed:
        return dataclasses.replace(built, stop=False)
    return pytest(dataclasses.replace(context, preset="release"), "tests/packaging", limit=5400)  # compiles once more


def chart(context: Context) -> Outcome:
    fresh(context)
    return pytest(context, "tests/chart", limit=3600)  # the first time it builds helm


def cluster(context: Context) -> Outcome:
    fresh(context)
    return pytest(context, "tests/cluster", limit=7200)  # the first time it builds Kubernetes


def asan(context: Context) -> Outcome:
    fresh(context)
    built = build_preset(context, "asan")
    if built.failed:
        return dataclasses.replace(built, stop=False)
    build_dir = context.repo / "build" / "asan"
    return run_both(context, build_dir) + run_programs(context, build_dir, "laws", limit=3000, parallel=2)


def tsan(context: Context) -> Outcome:
    """Only what starts threads; nothing else can race."""
    fresh(context)
    if context.sh(["cmake", "--preset", "tsan"], limit=300):
        return Outcome.failure(f"cmake --preset tsan (see {context.log})")
    build_dir = context.repo / "build" / "tsan"
    built = build_preset(context, "tsan", [name for name, _, _ in programs(build_dir, "threads")])
    if built.failed:
        return dataclasses.replace(built, stop=False)
    return run_programs(context, build_dir, "threads", limit=1500, parallel=1)


def coverage(context: Context) -> Outcome:
    fresh(context)
    built = build_preset(context, "coverage")
    if built.failed:
        return dataclasses.replace(built, stop=False)
    build_dir = context.repo / "build" / "coverage"
    for counts in build_dir.rglob("*.gcda"):
        counts.unlink()
    ran = run_both(context, build_dir)
    summary = build_dir / "coverage.json"
    code = context.sh(
        ["gcovr", "--gcov-executable", "llvm-cov-14 gcov", "-r", ".", "--object-directory", str(build_dir), "-j", "2", "--filter", "common/", "--filter", "nodeagent/",
         "--filter", "frontend/", "--exclude-throw-branches", "--gcov-ignore-parse-errors", "--json-summary", str(summary),
         "--txt", str(build_dir / "coverage.txt"), str(build_dir)],
        limit=900,
    )
    if code:
        return ran + Outcome.failure(f"gcovr ended with exit code {code}")
    percent = json.loads(summary.read_text())["line_percent"]
    print(f"[coverage] {percent:.1f} % of the lines of common, nodeagent and frontend (goal: 85; {build_dir}/coverage.txt)")
    return ran + (Outcome.success() if percent >= 85 else Outcome.failure(f"{percent:.1f} % of lines is under 85"))


def sources(context: Context) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "*.cpp", "*.hpp"], cwd=context.repo, stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    return listed.split()


def form(context: Context) -> Outcome:
    fresh(context)
    code = context.sh(["clang-format-14", "--dry-run", "-Werror", *sources(context)], limit=300)
    if code:
        return Outcome.failure(f"clang-format-14 would change files (see {context.log}; clang-format-14 -i FILE)")
    folder = context.repo / "frontend" / "image"
    scripts = sorted(str(file) for file in [*(folder / "supervise").iterdir(), folder / "install",
                                            folder / "compose" / "make-secrets",
                                            *(context.repo / "chart" / "files").glob("*.sh")])
    code = context.sh(["shellcheck", "--external-sources", *scripts], limit=60)
    return Outcome.failure(f"shellcheck has something to say (see {context.log})") if code else Outcome.success()


def lint(context: Context) -> Outcome:
    fresh(context)
    built = build_preset(context, "dev", ["precompiled_headers"])
    if built.failed:
        return dataclasses.replace(built, stop=False)
    files = [name for name in sources(context) if name.endswith(".cpp") and not name.startswith(("tests/fuzz/", "cmake/"))]
    cache = pathlib.Path(os.environ["ONENODE_CACHE"]) / "lint"
    with context.log.open("a", buffering=1) as log:
        return Lint(context.repo, context.repo / "build" / "dev", cache).run(files, log.write)


def fuzz(context: Context) -> Outcome:
    """Each fuzzer for a short while, from its corpus; a crash leaves its input under build/."""
    fresh(context)
    seconds = 60 if context.full else 20
    built = build_preset(context, "fuzz", ["fuzzers"])
    if built.failed:
        return dataclasses.replace(built, stop=False)

    def run(program: pathlib.Path) -> Outcome:
        seeds = [str(folder) for folder in [context.repo / "tests" / "fuzz" / "corpus" / program.name] if folder.is_dir()]
        found = context.repo / "build" / "fuzz" / "corpus" / program.name  # first, so that what is new goes there
        found.mkdir(parents=True, exist_ok=True)
        limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-artifact_prefix=build/fuzz/"]
        code = context.sh([str(program), *limits, str(found), *seeds], limit=2 * seconds + 60)
        return Outcome.failure(f"{program.name} (see {context.log})") if code else Outcome.success()

    with concurrent.futures.ThreadPoolExecutor(2 if context.full else 4) as pool:
        return sum(pool.map(run, sorted((context.repo / "build" / "fuzz" / "bin").glob("fuzz_*"))), Outcome())


ALL = [
    Label("tools", "the runner itself counts right", tools, needs_build=False),
    Label("form", "clang-format and shellcheck have nothing to say", form, needs_build=False),
    Label("build", "every program and test, warnings are errors", build, needs_build=False),
    Label("unit", "one room at a time, in memory", unit),
    Label("laws", "changes, steps, join, leave and claims, killed and refused at every write, in memory", laws),
    Label("integration", "against the real kernel, sshd, sudo, TLS peers", integration),
    Label("fuzz", "every reader of foreign bytes is fed for a while what nobody meant (20 s; --full: a minute)", fuzz,
          needs_build=False),
    Label("oned", "the OpenNebula client against the simulator, or the front-end that ONED_ENDPOINT names", oned),
    Label("e2e", "whole machines in namespaces: join, break, leave", end_to_end),
    Label("machine", "hypervisors with a kernel of their own: installed, joined, rebooted, upgraded, left, purged", machine),
    Label("image", "the front-end's image, built and run in containers with a real MariaDB", image),
    Label("packages", "deb, rpm and their repository: what is in them, their life, their units at work", packages, only_full=True, needs_build=False),
    Label("chart", "the Helm chart rendered in many forms, its rules, its scripts; helm is built once", chart),
    Label("cluster", "the chart in a Kubernetes of one node: a machine outside joins, pods die, upgrade, reinstall", cluster),
    Label("asan", "unit and integration tests and the laws under AddressSanitizer and UBSan", asan, only_full=True, needs_build=False),
    Label("tsan", "unit and integration tests that start threads, under ThreadSanitizer", tsan, only_full=True, needs_build=False),
    Label("lint", "clang-tidy is clean", lint, only_full=True, needs_build=False),
    Label("coverage", "unit and integration tests reach 85 % of the lines", coverage, only_full=True, needs_build=False),
]
