"""Runs in a machine: prints all that a machine is, as one JSON object of thing -> how it is. See snapshot.py."""

import hashlib
import json
import os
import re
import stat
import subprocess
import sys

# The kernel's (it numbers what stands in /dev/input as it meets it in a boot), and our programs (read-only, from outside).
not_walked = {"/proc", "/sys", "/dev/pts", "/dev/input", "/opt/onenode/bin"}
kinds = {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "link", stat.S_IFIFO: "pipe",
         stat.S_IFSOCK: "socket", stat.S_IFCHR: "device", stat.S_IFBLK: "device"}
# The kernel counts here; nobody sets it.
counters = re.compile(r"fs\.(dentry-state|inode-|file-nr|quota\.|aio-nr)|kernel\.(random|ns_last_pid|pty\.nr|sched_domain)"
                      r"|net\.netfilter\.nf_conntrack_count|net\.ipv4\.(tcp_mem|udp_mem)|vm\.(user|admin)_reserve_kbytes")
# of a mount: its group, and what the kernel made of the memory it found at this boot, which is a page more or less
numbers_of_a_boot = re.compile(r"(?<=shared|master):\d+|(?<=size=)\d+k(?=,nr_inodes=)|(?<=nr_inodes=)\d+")


def attributes(path: str) -> str:
    marks = []
    for name in sorted(os.listxattr(path, follow_symlinks=False)):
        marks.append(f"{name}={os.getxattr(path, name, follow_symlinks=False).hex()}")
    return " ".join(marks)


def text_sum(path: str) -> str:
    with open(path, "rb") as file:
        digest = hashlib.sha256()
        while part := file.read(1 << 20):
            digest.update(part)
        return digest.hexdigest()


def describe(path: str) -> str:
    info = os.lstat(path)
    kind = kinds[stat.S_IFMT(info.st_mode)]
    words = [kind, f"{stat.S_IMODE(info.st_mode):04o}", f"{info.st_uid}:{info.st_gid}"]
    if kind == "file":
        words += [str(info.st_size), text_sum(path)]
    if kind == "link":
        words.append(os.readlink(path))
    if kind == "device":
        words.append(f"{os.major(info.st_rdev)}:{os.minor(info.st_rdev)}")
    return " ".join([*words, attributes(path)]).strip()


def files(top: str, found: dict[str, str]) -> None:
    try:
        found[f"path {top}"] = describe(top)
        names = sorted(os.listdir(top)) if top not in not_walked and os.path.isdir(top) and not os.path.islink(top) else []
    except FileNotFoundError:  # a program's own, gone meanwhile
        return
    for name in names:
        files(os.path.join(top, name), found)


def lines(*argv: str) -> list[str]:
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.splitlines()


def accounts(found: dict[str, str]) -> None:
    for kind in ("passwd", "group"):
        for line in lines("getent", kind):
            name, _, rest = line.partition(":")
            found[f"{kind} {name}"] = rest


def units(found: dict[str, str]) -> None:
    for line in lines("systemctl", "list-unit-files", "--no-legend", "--plain", "--no-pager"):
        name, *state = line.split()
        found[f"unit-file {name}"] = state[0]
    for line in lines("systemctl", "list-units", "--all", "--no-legend", "--plain", "--no-pager"):
        name, load, active, *_ = line.split()
        if load != "not-found":  # only a name in another unit's file
            found[f"unit {name}"] = f"{load} {active}"  # running or listening is the same service, waiting


def kernel(found: dict[str, str]) -> None:
    found["nftables"] = "\n".join(lines("nft", "--stateless", "list", "ruleset"))
    found["iptables"] = "\n".join(line for line in lines("iptables-save") if not line.startswith("#"))
    for line in lines("sysctl", "--all"):
        name, _, value = line.partition(" = ")
        if not counters.match(name):
            found[f"sysctl {name}"] = value
    for line in lines("ip", "-oneline", "address"):
        found["address " + " ".join(line.split()[1:4])] = "there"
    for line in open("/proc/self/mountinfo", encoding="utf-8"):
        found[f"mount {line.split()[4]}"] = numbers_of_a_boot.sub("", " ".join(line.split()[5:]))


def listening(found: dict[str, str]) -> None:
    for line in lines("ss", "--no-header", "--listening", "--numeric", "--tcp", "--udp"):
        kind, _, _, _, where, *_ = line.split()
        found[f"listens {kind} {where}"] = "there"
    for line in lines("ss", "--no-header", "--listening", "--unix"):
        where = line.split()[4]
        if where.startswith("/"):
            found[f"listens unix {where}"] = "there"


def processes(found: dict[str, str]) -> None:
    mine = os.getpid()
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{name}/cmdline", encoding="utf-8", errors="replace").read().split("\0")
            owner = os.stat(f"/proc/{name}").st_uid
        except (FileNotFoundError, ProcessLookupError):
            continue
        command = " ".join(words).strip()
        if command and int(name) != mine:
            key = f"process {owner} {command}"
            found[key] = str(int(found.get(key, "0")) + 1)


everything: dict[str, str] = {}
if sys.argv[1:] != ["quick"]:
    files("/", everything)
for part in (accounts, units, kernel, listening, processes):
    part(everything)
json.dump(everything, sys.stdout)
