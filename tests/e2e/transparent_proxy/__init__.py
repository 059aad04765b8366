"""The transparent proxy on a node of the stage: OpenNebula's own scripts where ONE_SOURCE names a checkout, else ours."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from stage.machine import Machine

here = Path(__file__).resolve().parent
source = os.environ.get("ONE_SOURCE")
network_file = "etc/vnm/OpenNebulaNetwork.conf"
gems = ["ruby-async-io", "ruby-async", "ruby-console", "ruby-ffi", "ruby-fiber-local", "ruby-timers", "ruby-nio4r",
        "ruby-hitimes"]

guest = """
ip netns add guest-{number}
ip link add one-{number}-0 type veth peer name eth0 netns guest-{number}
ip link set one-{number}-0 master {bridge} up
ip -n guest-{number} address add 192.0.2.{number}/24 dev eth0
ip -n guest-{number} link set eth0 up
ip -n guest-{number} route add 169.254.16.9/32 dev eth0
"""
description = ("<VM><ID>{number}</ID><TEMPLATE><NIC><NIC_ID>0</NIC_ID><BRIDGE>{bridge}</BRIDGE><NETWORK>{network}</NETWORK>"
               "<NETWORK_ID>3</NETWORK_ID><VN_MAD>{driver}</VN_MAD></NIC></TEMPLATE></VM>\n")


def bring(node: Machine, path: str, text: str, mode: str = "644") -> None:
    """As a host sync does: oneadmin's own, another file in the place of the old one."""
    place = f"/var/tmp/one/{path}"
    node.run(["sh", "-ec", 'mkdir -p "$(dirname "$1")"; cat >"$1.new"; chown oneadmin:oneadmin "$1.new"; chmod "$2" "$1.new"; '
                           'mv "$1.new" "$1"', "sh", place, mode], input=text)


def configure(node: Machine, *services: tuple[int, str, int], networks: str = "") -> None:
    lines = [":keep_empty_bridge: true", ":tproxy:" if services else ":tproxy: []"]
    for port, address, remote_port in services:
        lines += [f"- :service_port: {port}", f"  :remote_addr: {address}", f"  :remote_port: {remote_port}"]
        lines += [f"  :networks: [{networks}]"] if networks else []
    bring(node, network_file, "\n".join(lines) + "\n")


def install(node: Machine) -> None:
    if not source:
        return bring(node, "vnm/tproxy", (here / "tproxy").read_text(), "755")
    for folder, place in (("src/vnm_mad/remotes/lib", "vnm/"), ("src/mad/ruby", "")):
        for script in (Path(source) / folder).iterdir():
            if script.is_file():
                bring(node, place + script.name, script.read_text(), "755")
    _install_gems(node)
    _do_without_what_this_kernel_lacks(node)


def _install_gems(node: Machine) -> None:
    """OpenNebula's package has them of its own; Debian's are near enough."""
    folder = here.parents[2] / "build" / "gems"
    folder.mkdir(parents=True, exist_ok=True)
    if len(list(folder.glob("*.deb"))) < len(gems):
        subprocess.run(["apt-get", "-q", "download", *gems], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    for package in sorted(folder.glob("*.deb")):
        unpacked = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, stdout=subprocess.PIPE).stdout
        subprocess.run(node._inside(["tar", "-C", "/", "--keep-directory-symlink", "-x"], "root", None), input=unpacked, check=True)
    node.write("/usr/lib/ruby/vendor_ruby/load_opennebula_paths.rb", "# Ruby finds Debian's gems by itself.\n")


def _do_without_what_this_kernel_lacks(node: Machine) -> None:
    """Without CONFIG_NFT_BRIDGE_META no kernel takes `meta ibrname`: the rule is narrower than the reach of a test."""
    rule = "add table bridge t; add chain bridge t c { type filter hook forward priority 0; }; add rule bridge t c meta ibrname x drop"
    known = node.run(["nft", "--check", rule], check=False).ok
    if not known:
        node.run("mv /usr/sbin/nft /usr/sbin/nft.real")
        node.write("/usr/sbin/nft", '#!/bin/sh\ncase "$*" in -f-) exec /usr/sbin/nft.real -f - <<E\n'
                   "$(sed 's/meta ibrname \"[^\"]*\"//')\nE\n;; *) exec /usr/sbin/nft.real \"$@\" ;; esac\n", mode="755")


def start_guest(node: Machine, number: int = 7, bridge: str = "br0", network: str = "front", driver: str = "bridge") -> None:
    """A guest of OpenNebula as far as a network can tell, and what its driver does before."""
    node.run(f"ip link show {bridge} >/dev/null 2>&1 || {{ ip link add {bridge} type bridge; ip link set {bridge} up; }}")
    place = f"/var/lib/one/datastores/0/{number}"
    node.run(["install", "-d", "-o", "oneadmin", "-g", "oneadmin", "/var/lib/one/datastores/0", place])
    node.write(f"{place}/vm.xml", description.format(number=number, bridge=bridge, network=network, driver=driver))
    if source and driver == "bridge":
        activate(node, bridge, network)
    node.run(["sh", "-ec", guest.format(number=number, bridge=bridge)])


def activate(node: Machine, bridge: str, network: str) -> None:
    """The driver's own way to set the proxy up."""
    script = ("$LOAD_PATH.unshift '/var/tmp/one/vnm', '/var/tmp/one'; require 'vnmmad'; "
              "VNMMAD::TProxy.setup_tproxy({ bridge: ARGV[0], network: ARGV[1], network_id: '3' }, :up)")
    node.run(["ruby", "-e", script, bridge, network], user="oneadmin", env={"HOME": "/var/lib/one", "PATH": "/usr/sbin:/usr/bin:/bin"})


def ask(node: Machine, number: int = 7, port: int = 5030) -> str:
    """What the guest gets from the proxy; empty where nobody answers."""
    return node.run(["ip", "netns", "exec", f"guest-{number}", "curl", "-s", "--max-time", "3", f"http://169.254.16.9:{port}/"],
                    check=False).out.strip()
