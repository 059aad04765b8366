"""The image under test: the shipped Containerfile, with other build arguments than a user's."""

import os
from pathlib import Path

import debian
import stand_ins
from places import Result, cache, programs, repository, run

base = "localhost/onenode-test/base:latest"
mariadb = "localhost/onenode-test/mariadb:latest"
database = "localhost/onenode-test/database:latest"  # that MariaDB with the contract of the official image
front_end = "localhost/onenode-test/front-end:latest"
version = "7.4"
inside = "/opt/repository"  # where the build sees the repository of stand-ins


def storage() -> list[str]:
    """Our own storage: what the machine's other containers use stays as it is."""
    return ["--root", str(cache() / "storage"), "--runroot", "/run/onenode-image-tests", "--storage-driver", "overlay"]


def podman(*argv: str, timeout: float = 60, check: bool = True, input: str | None = None) -> Result:
    return run(["podman", *storage(), "--runtime", "runc", "--cgroup-manager", "cgroupfs", "--events-backend", "file", *argv],
               timeout=timeout, check=check, input=input, shown=["podman", *argv])


def import_tarball(tarball, name: str) -> None:
    mark = f"tarball={tarball.name}"
    known = podman("image", "inspect", "--format", "{{.Comment}}", name, check=False)
    if known.out.strip() != mark:
        podman("import", "--message", mark, str(tarball), name, timeout=300)


def build(tag: str = front_end) -> None:
    """Base, database and front-end; what did not change comes from the cache."""
    with debian.alone():
        import_tarball(debian.tarball("base"), base)
        import_tarball(debian.tarball("mariadb", ("mariadb-server",)), mariadb)
        built = build_front_end(tag=tag)
        assert built.ok, built.err[-6000:]


def package() -> None:
    """onefrontend's, below build/image: of these programs and of this commit, so not made twice where nothing else is there."""
    made = repository / "build" / "image"
    commit = run(["git", "-C", str(repository), "describe", "--always", "--dirty", "--exclude=*"], check=False).out
    told = commit + run(["sha256sum", *(str(programs() / name) for name in ("onenode", "onenode-probe", "onefrontend"))]).out
    known = made / "made-of"
    if commit and "-dirty" not in commit and known.is_file() and known.read_text() == told:
        return
    known.unlink(missing_ok=True)
    run(["env", "DEB_BUILD_OPTIONS=noautodbgsym", f"ONENODE_BUILD={programs().parent}", f"ONENODE_PACKAGES={made}",
         str(repository / "packaging/build"), "deb"], timeout=900)
    known.write_text(told)


def build_front_end(*changed: str, tag: str = front_end) -> Result:
    """`changed`: more build arguments, which win over ours."""
    package()
    packages, fingerprint = stand_ins.repository()
    arguments = [f"BASE={base}", "PROGRAMS=prebuilt", "PREBUILT=build/image/deb", f"OPENNEBULA_VERSION={version}", f"OPENNEBULA_REPOSITORY=file://{inside}",
                 f"OPENNEBULA_KEY=file://{inside}/key", f"OPENNEBULA_KEY_FINGERPRINT={fingerprint}", *changed]
    argv = ["buildah", *storage(), "bud", "--isolation", "chroot", "--layers", "--pull-never", "--format", "docker",
            "--volume", f"{packages}:{inside}:ro", "--tag", tag]
    for argument in arguments:
        argv += ["--build-arg", argument]
    return run([*argv, "--file", str(repository / "frontend/image/Containerfile"), str(repository)], timeout=600, check=False,
               shown=["buildah", "bud", *arguments])


def build_database(tag: str = database) -> None:
    with debian.alone():
        bud(tag, repository / "tests" / "cluster" / "mariadb", f"BASE={mariadb}")


def bud(tag: str, folder: Path, *arguments: str) -> None:
    argv = ["buildah", *storage(), "bud", "--isolation", "chroot", "--layers", "--pull-never", "--format", "docker",
            "--tag", tag, *(word for argument in arguments for word in ("--build-arg", argument)), str(folder)]
    run(argv, timeout=600, shown=["buildah", "bud", str(folder)])


def size(name: str) -> int:
    return int(podman("image", "inspect", "--format", "{{.Size}}", name).out)


def environment_is_odd() -> str:
    """Why containers cannot run here; empty where they can."""
    return "" if os.path.exists("/sys/fs/cgroup") else "no control groups are mounted"
