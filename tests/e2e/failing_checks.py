"""What makes each check of `onenode doctor` fail on a machine of the stage: the damage, by check and by machine.

A check that stands nowhere here is either made to fail by another test on the stage (`elsewhere`), or no machine of the stage
can show it (`not_here`); tests/tools/test_checks.py holds the three to the list of all checks.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass
class Damaged:
    """One machine with much that is wrong at once; what would hide something else is on another one."""

    kind: str  # of node: --type
    scripts: dict[str, str]
    heal: str = ""  # before the machine's files can be removed


def named(name: str, *words: str, user: str = "root") -> str:
    """A process that is called so, as far as others can see."""
    python = f"import os; os.execv('/bin/sleep', {[name, '1000', *words]!r})" if not words else ""
    command = f"python3 -c \"{python}\"" if python else f"bash -c 'exec -a {name} bash -c \"sleep 1000; :\" {' '.join(words)}'"
    return f"setsid runuser -u {user} -- {command} </dev/null >/dev/null 2>&1 &"


def over(path: str, text: str) -> str:
    """What the kernel says there is something else, on this machine alone."""
    return f"f=$(mktemp) && printf '{text}' >$f && mount --bind $f {path}"


opennebula_network = "/var/tmp/one/etc/vnm/OpenNebulaNetwork.conf"

machines: dict[str, Damaged] = {
    "names": Damaged("kvm", {
        "machine-id-cloned": "printf '%032d\\n' 0 >/etc/machine-id",
        "os-unsupported": "sed -i 's/^VERSION_ID=.*/VERSION_ID=\"11\"/' /usr/lib/os-release",
        "concurrent-run": "mkdir -p /run/cloud-init; touch /run/cloud-init/enabled",
        "package-lock": "sed -i '0,/^Status: install ok installed/s//Status: install ok half-configured/' /var/lib/dpkg/status",
        "nologin-file": "echo 'until noon' >/etc/nologin",
        "sshd-config": "echo 'Nonsense yes' >/etc/ssh/sshd_config.d/breakage.conf",
        "sudo-rs": "printf '#!/bin/sh\\necho sudo-rs 0.2.8\\n' >/usr/local/sbin/sudo; chmod 755 /usr/local/sbin/sudo;"
                   " echo 'Cmnd_Alias ONE_X = /usr/bin/some*' >/etc/sudoers.d/opennebula-x; chmod 440 /etc/sudoers.d/opennebula-x",
        "sudoers-includedir": "sed -i '/includedir/d' /etc/sudoers",
        "rsync-missing": "rm /usr/bin/rsync",
        "kvm-usable": "rm -f /dev/kvm; mknod /dev/kvm c 1 3; chmod 600 /dev/kvm",
        "dev-kvm-access": "",  # the same
        "kvm-module": over("/proc/cpuinfo", "flags : fpu vmx\\n") + "; echo 'blacklist kvm_intel' >/etc/modprobe.d/no-kvm.conf",
        "libvirt-stale-socket": "python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('/run/libvirt/virtqemud-sock')\"",
        "remotes-dir-perms": "install -d -o root -m 755 /var/tmp/one_db",
        "tmp-foreign-files": "touch /tmp/onevnm-br0-lock",
        "var-tmp-cleaned": "echo 'TMPREAPER_DIRS=\"/tmp/. /var/tmp/.\"' >/etc/tmpreaper.conf",
        "two-frontends": "printf '<MONITOR_MESSAGE/>' >/var/tmp/one_db/config",
        "oneadmin-from-directory": "getent passwd oneadmin >/run/line && sed -i /^oneadmin:/d /etc/passwd &&"
                                   " awk -F: '{ print \".\" $1 \" \" $0; print \"=\" $3 \" \" $0; print \"0\" NR-1 \" \" $0 }' /run/line |"
                                   " makedb -o /var/lib/misc/passwd.db - && sed -i 's/^passwd:.*/passwd: files db/' /etc/nsswitch.conf",
        "hosts-loopback": "sed -i \"1i 127.0.1.1 template node-\" /etc/hosts",
        "hostname-mismatch": "hostname node-",
        "host-name-invalid": "",  # the same
    }),
    "account": Damaged("qemu", {
        "home-strictmodes": "chmod 777 /var/lib/one",
        "oneadmin-id-taken": "groupmod --gid 1001 oneadmin; usermod --uid 1001 --gid 1001 oneadmin; useradd --uid 9869 somebody",
        "oneadmin-uid": "",  # the same
        "oneadmin-home": "usermod --home /home/oneadmin oneadmin",
        "oneadmin-shell": "usermod --shell /usr/sbin/nologin oneadmin",
        "oneadmin-locked": "usermod --password '!' oneadmin; echo 'UsePAM no' >/etc/ssh/sshd_config.d/breakage.conf",
        "oneadmin-expired": "chage --expiredate 0 oneadmin",
        "sshd-port": "echo 'Port 2222' >>/etc/ssh/sshd_config.d/breakage.conf; systemctl restart ssh.service",
        "sshd-socket-activation": "mkdir -p /etc/systemd/system/sockets.target.wants;"
                                  " ln -s /lib/systemd/system/ssh.socket /etc/systemd/system/sockets.target.wants/ssh.socket",
        "ssh-crypto": "echo 'PubkeyAcceptedAlgorithms ssh-ed25519' >>/etc/ssh/sshd_config.d/breakage.conf",
        "sudo-path": "mv /usr/sbin/blockdev /usr/local/sbin/blockdev",
        "ruby-libs": "rm -rf /usr/lib/ruby/vendor_ruby/sqlite3.rb /usr/lib/ruby/vendor_ruby/sqlite3",
        "driver-command": "rm -f /usr/bin/qemu-img",
        "ipset-missing": "rm -f /usr/sbin/ipset",
        "iptables-backend": "rm -f /usr/sbin/iptables",
        "br-netfilter": "echo 'blacklist br_netfilter' >/etc/modprobe.d/no.conf",
        "migration-ports": "mkdir -p /etc/ufw; echo 'ENABLED=yes' >/etc/ufw/ufw.conf; echo 'DEFAULT_INPUT_POLICY=\"DROP\"' >/etc/default/ufw",
        "ovs": "printf '#!/bin/sh\\n' >/usr/bin/ovs-vsctl; chmod 755 /usr/bin/ovs-vsctl",
        "leftovers": "mkdir -p /var/tmp/one; echo 6.10.0 >/var/tmp/one/VERSION; chown -R oneadmin: /var/tmp/one",
        "remotes-version": "",  # the same
        "probe-config": "mkdir -p /var/tmp/one/etc/im/kvm-probes.d",
        "bridge-delete": "ip link add br7 type bridge; ip addr add 10.99.0.1/24 dev br7; ip link set br7 up;"
                         f" mkdir -p $(dirname {opennebula_network}); echo ':keep_empty_bridge: false' >{opennebula_network}",
        "tproxy-entries": f"printf ':tproxy:\\n- :service_port: 5030\\n  :remote_addr: nobody.invalid\\n  :remote_port: http\\n' >>{opennebula_network}",
        "tproxy-dns": "",  # the same
        "tproxy-gems": "",  # the same
        "tproxy-silent-exit": "ip netns add one_tproxy_br7",
        "tproxy-arp": "ip netns exec one_tproxy_br7 sysctl -qw net.ipv4.conf.all.arp_ignore=1",
        "shared-mount-missing": "echo 'server:/one /var/lib/one/datastores nfs defaults 0 0' >>/etc/fstab",
        "ceph-access": "mkdir -p /etc/ceph; touch /etc/ceph/ceph.conf /etc/ceph/ceph.client.libvirt.keyring",
        "disk-space": "mkdir -p /var/log; mount -t ext4 -o loop $(truncate -s 8M /var/tmp/log.img && mkfs.ext4 -q /var/tmp/log.img && echo /var/tmp/log.img) /var/log",
        "reboot-pending": "rm -f /run/systemd/container; mkdir -p /lib/modules/1.0; rm -rf /lib/modules/$(uname -r)",
        "resources-low": over("/proc/meminfo", "MemTotal: 1000000 kB\\n"),
        "host-memory-tuning": over("/proc/sys/vm/overcommit_memory", "2\\n"),
        "cgroup-layout": "mkdir -p /run/older; mount -t cgroup -o none,name=older none /run/older",
        "other-hypervisor": named("/usr/bin/kubelet"),
        "clock-unsynchronised": "",  # nobody keeps the kernel's clock in a machine of the stage
    }, heal="umount /var/log; umount /run/older; ip netns delete one_tproxy_br7"),
    "libvirt": Damaged("qemu", {
        "os-immutable": "rm -f /run/systemd/container; touch /run/ostree-booted; mv /usr/share/one /usr/share/one.gone",
        "home-on-nfs": "",
        "sudo-rules": "rm -f /etc/sudoers.d/opennebula*",
        "libvirt-idle-exit": "echo 'LIBVIRTD_ARGS=\"--listen\"' >/etc/default/libvirtd",
        "libvirt-default-net": "mkdir -p /etc/libvirt/qemu/networks; ip link add virbr0 type bridge;"
                               " printf '<network><bridge name=\"virbr0\"/><ip address=\"10.77.0.254\" netmask=\"255.255.255.0\"/></network>'"
                               " >/etc/libvirt/qemu/networks/default.xml",
        "libvirt-limits": "mkdir -p /etc/systemd/system/libvirtd.service.d;"
                          " printf '[Service]\\nLimitNOFILE=1024\\n' >/etc/systemd/system/libvirtd.service.d/few.conf; systemctl daemon-reload",
        "libvirt-host-uuid": "echo 'host_uuid = \"11111111-2222-3333-4444-555555555555\"' >>/etc/libvirt/libvirtd.conf",
        "capabilities-empty": "printf '#!/bin/sh\\nexit 1\\n' >/usr/bin/qemu-system-x86_64; rm -rf /var/cache/libvirt/qemu/capabilities",
        "libvirt-socket": "sed -i '/^auth_unix_rw\\|^unix_sock_rw_perms/d' /etc/libvirt/libvirtd.conf; gpasswd --delete oneadmin libvirt || true;"
                          " systemctl restart libvirtd.service",
        "libvirt-daemon-mode": named("/usr/sbin/virtqemud"),
        "libvirt-default-uri": named("/usr/sbin/libvirtd", user="oneadmin"),
        "libvirt-at-boot": "systemctl disable libvirtd.service libvirtd-ro.socket libvirtd-admin.socket virtlogd.socket",
        "virtlogd": "systemctl stop virtlogd.socket virtlogd.service; rm -f /run/libvirt/virtlogd-sock",
        "apparmor-libvirt": "",
        "foreign-vms": "",
    }),
    "containers": Damaged("lxc", {
        "lxc-absent": "rm -f /usr/bin/lxc-start /usr/bin/bindfs",
        "lxc-subid": "sed -i /600100001/d /etc/subuid /etc/subgid",
        "lxc-modules": "rm -f /dev/loop-control",
        "lxc-leftovers": "mkdir -p /var/lib/lxc-one/12; mount -t tmpfs none /var/lib/lxc-one; mkdir -p /var/lib/lxc-one/12; mount -t tmpfs none /var/lib/lxc-one/12",
        "lxc-kernel": "mount -o remount,noexec /var/lib/lxc-one",
        "authorized-keys-permissions": "rm -f /var/lib/one/.ssh/authorized_keys",
    }),
}
