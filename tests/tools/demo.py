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
from collections.abc import Iterator

REPO = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO / "tests" / "e2e"), str(REPO / "tests" / "cluster")]

import real_opennebula  # noqa: E402
from cloud import Cloud, OpenNebula, add_node, onenode, start_join  # noqa: E402
from stage import CommandFailed, Machine, NotInTime, Stage, host_machine, leftovers  # noqa: E402

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
    join_a_node(stage, cloud, cloud.frontend.name, f"on {cloud.frontend.name}: onefrontend token create")


def join_a_node(stage: Stage, cloud: OpenNebula, frontend: str, make_token: str) -> Machine:
    started = time.monotonic()
    node = add_node(stage, NODE)
    say("node", f"{NODE} {node.address.v4}: Debian 12 with systemd, sshd, libvirt and QEMU ({time.monotonic() - started:.1f} s)")

    token = cloud.token()
    say("token", f"{make_token}  ->  {token.command}")
    say("join", f"on {NODE}: {token.command} --type qemu")
    started = time.monotonic()
    code = show_while_it_runs(start_join(node, token, frontend=frontend))
    if code != 0:
        raise Failed(f"onenode join ended with exit code {code}")
    say("join", f"took {time.monotonic() - started:.1f} s")

    host = cloud.wait_for_state(NODE, "on", 30)
    say("opennebula", f"host {host.id} {host.name} is {host.state}")
    status = onenode(node, "status")
    show(status.out)
    return node


def show(text: str) -> None:
    print("\n".join("    " + line for line in text.splitlines()), flush=True)


def play_chart(stage: Stage, keep: bool) -> str:
    """The same with the front-end in Kubernetes. Where it is kept, the node stays; what to look at is returned."""
    import cluster  # only here: the others need none of what it needs
    import release as releases

    if lacking := cluster.programs.missing():
        raise Failed(f"Kubernetes cannot run here without {', '.join(lacking)}")
    started = time.monotonic()
    try:
        kubernetes = cluster.Cluster(stage).start()
    except cluster.tools.NotThere as reason:
        raise Failed(str(reason)) from None
    say("kubernetes", f"{cluster.programs.version} on {kubernetes.node.name} {kubernetes.node.address.v4}, compiled from its Go modules: "
                      f"API, scheduler, kubelet, containerd, kube-proxy ({time.monotonic() - started:.1f} s)")
    release = releases.Release(kubernetes)
    release.make_place()
    say("helm", f"helm install {release.name} ./chart --namespace {release.namespace} --set frontend.address={release.address},image.repository=…")
    started = time.monotonic()
    release.install()
    show(release.kubectl("get", "pods,services").out)
    say("helm", f"everything is ready, in a namespace that enforces Pod Security's profile restricted ({time.monotonic() - started:.1f} s)")

    execute = f"kubectl -n {release.namespace} exec {release.oned} -c oned --"
    node = join_a_node(stage, release, release.address, f"{execute} onefrontend token create")
    started = time.monotonic()
    release.rotate_oneadmins_key(node)
    release.wait_for_state(NODE, "on", 120)
    say("rotate", f"oneadmin has another SSH key, {NODE} let it in and forgot the old one, and is on ({time.monotonic() - started:.1f} s)")
    if not keep:
        say("leave", f"on {NODE}: onenode leave")
        show(onenode(node, "leave").out)
        say("opennebula", f"hosts: {len(release.hosts())}")
    return f"""
The stage {stage.name} keeps running, with Kubernetes and {NODE}. Look around:
    export KUBECONFIG={kubernetes.bring_out() if keep else ""}
    {kubernetes.programs}/kubectl get pods --all-namespaces
    {kubernetes.programs}/kubectl -n {release.namespace} exec {release.oned} -c oned -- onefrontend node list
    {cluster.tools.program("helm")} test {release.name} --namespace {release.namespace} --logs
    tests/e2e/stage-ctl shell {stage.name}/{NODE}
        onenode status; onenode leave
    tests/demo --clean                          # take it down
Logs of every machine and program: {stage.logs}"""


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


def look_around(stage: Stage, cloud: Cloud) -> str:
    shell = f"tests/e2e/stage-ctl shell {stage.name}/"
    onefrontend = f"{cloud.bin}/onefrontend --config {cloud.config_file}" if cloud.real else "onefrontend"
    return f"""
The stage {stage.name} keeps running. Look around:
    {shell}{NODE}
        onenode status; onenode leave; journalctl; virsh list
        onenode join frontend --type qemu       # again; the stage has no hardware virtualization
    {"# on this computer" if cloud.real else shell + "frontend"}
        {onefrontend} node list; {onefrontend} token create
    tests/demo --clean                          # take it down
Logs of every machine: {stage.logs}"""


@contextlib.contextmanager
def scene(chart: bool, kept: bool = False) -> Iterator[str]:
    """Played to its end; what a person may look at then, for as long as it stands."""
    with Stage(kept=kept) as stage:
        if chart:
            yield play_chart(stage, kept)
            return
        with contextlib.closing(Cloud(stage)) as cloud:
            play(stage, cloud)
            yield look_around(stage, cloud)


def keep(chart: bool) -> int:
    """The stage belongs to a child that goes on without a terminal; we end when it has told us how it went."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        os.setsid()
        code = 2
        try:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            with scene(chart, kept=True) as look:
                print(look, flush=True)
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
    if len(set(argv)) != len(argv) or set(argv) not in (set(), {"--keep"}, {"--clean"}, {"--chart"}, {"--chart", "--keep"}):
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
        if "--keep" in argv:
            return keep("--chart" in argv)
        with scene("--chart" in argv):
            pass
    except Exception as error:
        return tell_failure(error)
    except KeyboardInterrupt:
        print("\ndemo: interrupted; what it had started is taken down", file=sys.stderr)
        return 130
    verdict(True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
