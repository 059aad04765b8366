"""tests/demo: one progress line a phase, everything else in a log, a clear verdict."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import time
import traceback

REPO = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "tests" / "e2e"))

import real_opennebula  # noqa: E402
from cloud import Cloud, add_node, onenode, start_join  # noqa: E402
from stage import CommandFailed, NotInTime, Stage, host_machine, leftovers  # noqa: E402

LOG = REPO / "build" / "logs" / "demo.log"
NODE = "kvm1"
PRESET = os.environ.setdefault("ONENODE_PRESET", "dev")


class Failed(Exception):
    """What a person reads instead of a trace."""


def say(phase: str, text: str) -> None:
    print(f"[{phase}] {text}", flush=True)


def build() -> None:
    started = time.monotonic()
    with LOG.open("ab") as log:
        for argv in (["cmake", "--preset", PRESET], ["cmake", "--build", "--preset", PRESET, "--target", "programs"]):
            if subprocess.run(argv, cwd=REPO, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, check=False).returncode:
                raise Failed(f"the build failed, see {LOG}")
    say("build", f"the programs are in build/{PRESET}/bin ({time.monotonic() - started:.0f} s)")


def tell_failure(error: Exception) -> int:
    """The reason and the verdict for the person; where it came from, whatever it was, for the log."""
    with contextlib.suppress(OSError), LOG.open("a", encoding="utf-8") as log:
        traceback.print_exception(error, file=log)
    expected = isinstance(error, (CommandFailed, NotInTime, RuntimeError, Failed))
    say("failed", str(error) if expected else f"{type(error).__name__}: {error}")
    verdict(False)
    return 2


def play(stage: Stage, cloud: Cloud) -> None:
    started = time.monotonic()
    cloud.start()
    what = "a real OpenNebula on this computer" if cloud.real else "oned-sim, a stand-in for OpenNebula"
    say("front-end", f"{cloud.frontend.name} {cloud.frontend.address.v4}: {what}, with onefrontend signer and serve "
                     f"({time.monotonic() - started:.1f} s)")
    started = time.monotonic()
    node = add_node(stage, NODE)
    say("node", f"{NODE} {node.address.v4}: Debian 12 with systemd, sshd, libvirt and QEMU ({time.monotonic() - started:.1f} s)")

    token = cloud.token()
    say("token", f"on {cloud.frontend.name}: onefrontend token create  ->  {token.command}")
    say("join", f"on {NODE}: {token.command} --type qemu")
    started = time.monotonic()
    code = show_while_it_runs(start_join(node, token))
    if code != 0:
        raise Failed(f"onenode join ended with exit code {code}")
    say("join", f"took {time.monotonic() - started:.1f} s")

    host = cloud.wait_for_state(NODE, "on", 30)
    say("opennebula", f"host {host.id} {host.name} is {host.state}")
    status = onenode(node, "status")
    print("\n".join("    " + line for line in status.out.splitlines()), flush=True)


def show_while_it_runs(process) -> int:
    """What a program says, as it says it; its exit code at the end."""
    shown = 0
    while True:
        code = process.code
        lines = process.output().splitlines(keepends=True)
        done = lines if code is not None else [line for line in lines if line.endswith("\n")]
        for line in done[shown:]:
            print("    " + line.rstrip("\n"), flush=True)
        shown = len(done)
        if code is not None:
            return code
        time.sleep(0.1)


def look_around(stage: Stage, cloud: Cloud) -> None:
    shell = f"tests/e2e/stage-ctl shell {stage.name}/"
    onefrontend = f"{cloud.bin}/onefrontend --config {cloud.config_file}" if cloud.real else "onefrontend"
    print(f"""
The stage {stage.name} keeps running. Look around:
    {shell}{NODE}
        onenode status; onenode leave; journalctl; virsh list
        onenode join frontend --type qemu       # again; the stage has no hardware virtualization
    {"# on this computer" if cloud.real else shell + "frontend"}
        {onefrontend} node list; {onefrontend} token create
    tests/demo --clean                          # take it down
Logs of every machine: {stage.logs}""", flush=True)


def keep() -> int:
    """The stage belongs to a child that goes on without a terminal; we end when it has told us how it went."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        os.setsid()
        code = 2
        try:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            with Stage(kept=True) as stage, contextlib.closing(Cloud(stage)) as cloud:
                play(stage, cloud)
                look_around(stage, cloud)
                verdict(True)
                os.write(tell, b"0")
                os.close(tell)
                silence = os.open("/dev/null", os.O_RDWR)
                for stream in (0, 1, 2):
                    os.dup2(silence, stream)
                while True:
                    signal.pause()
        except Exception as error:
            tell_failure(error)
        os._exit(code)
    os.close(tell)
    try:
        with os.fdopen(told) as said:
            return 0 if said.read() == "0" else 2
    except KeyboardInterrupt:  # the child has no terminal that would tell it
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
        raise


def verdict(good: bool) -> None:
    print(f"\ndemo: {'passed: the node joined and OpenNebula shows it on' if good else 'FAILED'} (log: {LOG})", flush=True)


def clean() -> int:
    removed = leftovers.end_kept() + leftovers.clean_all()
    if host_machine.wanted():
        removed += real_opennebula.put_back_what_others_left()
    print("removed:", ", ".join(removed) or "nothing was there")
    return 0


def main(argv: list[str]) -> int:
    if argv not in ([], ["--keep"], ["--clean"]):
        print(f"tests/demo: unknown argument {' '.join(argv)}; see tests/demo --help", file=sys.stderr)
        return 64
    if os.geteuid() != 0:
        print("tests/demo: cannot make network namespaces: not root\nrun it as root", file=sys.stderr)
        return 3
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        if argv == ["--clean"]:
            return clean()
        LOG.write_text("")
        say("start", f"cache {os.environ.get('ONENODE_CACHE', '-')}, log {LOG}")
        build()
        if argv:
            return keep()
        with Stage() as stage, contextlib.closing(Cloud(stage)) as cloud:
            play(stage, cloud)
    except Exception as error:
        return tell_failure(error)
    except KeyboardInterrupt:
        print("\ndemo: interrupted; what it had started is taken down", file=sys.stderr)
        return 130
    verdict(True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
