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
    joined: bool = False


def named(name: str, *words: str, user: str = "root") -> str:
    """A process that is called so, as far as others can see."""
    argv = [name, *(words or ["waits"])]
    sleeper = "import time; time.sleep(3600)"
    program = f"import os; os.execv('/usr/bin/python3', [{name!r}, '-c', {sleeper!r}, *{argv[1:]!r}])"
    return f'setsid runuser -u {user} -- python3 -c "{program}" </dev/null >/dev/null 2>&1 &'


def over(path: str, text: str) -> str:
    """What the kernel says there is something else, on this machine alone."""
    return f"f=$(mktemp) && printf '{text}' >$f && chmod 644 $f && mount --bind $f {path}"


opennebula_network = "/var/tmp/one/etc/vnm/OpenNebulaNetwork.conf"

service = ":tproxy:\\n- :service_port: 5030\\n  :remote_addr: 127.0.0.1\\n  :remote_port: 1\\n"
on_open_vswitch = ("<VM><TEMPLATE><NIC><NIC_ID>0</NIC_ID><NETWORK>front</NETWORK><VN_MAD>ovswitch</VN_MAD></NIC></TEMPLATE></VM>")
guest = ("<domain type=\"qemu\"><name>one-7</name><memory unit=\"MiB\">64</memory><vcpu>1</vcpu><os><type>hvm</type></os>"
         "<devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices></domain>")

machines: dict[str, Damaged] = {
    "names": Damaged("kvm", {
        "host-name-invalid": "python3 -c \"import socket; socket.sethostname('node-')\"",
        "hostname-mismatch": "",  # the same
        "hosts-loopback": "sed -i '1i 127.0.1.1 template node-' /etc/hosts",
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
        "kvm-module": over("/proc/cpuinfo", "flags : fpu vmx\\n") +
                      "; mkdir -p /etc/modprobe.d; echo 'blacklist kvm_intel' >/etc/modprobe.d/no-kvm.conf",
        "libvirt-stale-socket": "python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('/run/libvirt/virtqemud-sock')\"",
        "libvirt-idle-exit": "echo 'LIBVIRTD_ARGS=\"--listen\"' >/etc/default/libvirtd",
        "remotes-dir-perms": "install -d -o root -m 755 /var/tmp/one_db",
        "two-frontends": "printf '<MONITOR_MESSAGE/>' >/var/tmp/one_db/config",
        "tmp-foreign-files": "touch /tmp/onevnm-br0-lock",
        "var-tmp-cleaned": "echo 'TMPREAPER_DIRS=\"/tmp/. /var/tmp/.\"' >/etc/tmpreaper.conf",
        # a stand-in for getent, which asks the directory
        "oneadmin-from-directory": "getent passwd oneadmin >/run/line; sed -i /^oneadmin:/d /etc/passwd;"
                                   " sed -i 's/^passwd:.*/passwd: files sss/' /etc/nsswitch.conf;"
                                   " printf '#!/bin/sh\\ncase $2 in oneadmin|9869) cat /run/line;; *) exec /usr/bin/getent \"$@\";; esac\\n'"
                                   " >/usr/local/sbin/getent; chmod 755 /usr/local/sbin/getent",
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
        "sudo-rules": "rm -f /etc/sudoers.d/opennebula*",
        "ruby-libs": "rm -rf /usr/lib/ruby/vendor_ruby/sqlite3.rb /usr/lib/ruby/vendor_ruby/sqlite3",
        "driver-command": "rm -f /usr/bin/qemu-img",
        "ipset-missing": "rm -f /usr/sbin/ipset",
        "iptables-backend": "rm -f /usr/sbin/iptables",
        "br-netfilter": "mkdir -p /etc/modprobe.d; echo 'blacklist br_netfilter' >/etc/modprobe.d/no.conf",
        "migration-ports": "mkdir -p /etc/ufw; echo 'ENABLED=yes' >/etc/ufw/ufw.conf;"
                           " echo 'DEFAULT_INPUT_POLICY=\"DROP\"' >/etc/default/ufw",
        "ovs": "printf '#!/bin/sh\\n' >/usr/bin/ovs-vsctl; chmod 755 /usr/bin/ovs-vsctl",
        "leftovers": "mkdir -p /var/tmp/one; echo 6.10.0 >/var/tmp/one/VERSION; chown -R oneadmin: /var/tmp/one",
        "remotes-version": "",  # the same
        "probe-config": "mkdir -p /var/tmp/one/etc/im/kvm-probes.d",
        "bridge-delete": "ip link add br7 type bridge; ip addr add 10.99.0.1/24 dev br7; ip link set br7 up;"
                         f" mkdir -p $(dirname {opennebula_network}); echo ':keep_empty_bridge: false' >{opennebula_network}",
        "tproxy-entries": f"printf ':tproxy:\\n- :service_port: 5030\\n  :remote_addr: nobody.invalid\\n  :remote_port: http\\n'"
                          f" >>{opennebula_network}",
        "tproxy-dns": "",  # the same
        "tproxy-gems": "",  # the same
        "tproxy-sudo": "mkdir -p /var/tmp/one/vnm; touch /var/tmp/one/vnm/tproxy /var/tmp/one/vnm/ip_netns_exec;"
                       " echo 'oneadmin ALL=(ALL) NOPASSWD:NOSETENV: /usr/sbin/ip netns pids *' >/etc/sudoers.d/zz-netns;"
                       " chmod 440 /etc/sudoers.d/zz-netns; chmod 755 /var/tmp/one/vnm/*",
        "tproxy-silent-exit": "ip netns add one_tproxy_br7",
        "tproxy-arp": "ip netns exec one_tproxy_br7 sysctl -qw net.ipv4.conf.all.arp_ignore=1",
        "shared-mount-missing": "echo 'server:/one /var/lib/one/shared nfs defaults 0 0' >>/etc/fstab",
        "ceph-access": "mkdir -p /etc/ceph; touch /etc/ceph/ceph.conf /etc/ceph/ceph.client.libvirt.keyring",
        "disk-space": "mkdir -p /var/lib/one/datastores; mount -t ramfs none /var/lib/one/datastores",
        "lvm-visibility": "mkdir -p /var/lib/one/datastores/120; echo fs_lvm >/var/lib/one/datastores/120/.monitor",
        "iscsi-multipath": "mkdir -p /etc/iscsi; echo 'InitiatorName=iqn.1993-08.org.debian:01:image' >/etc/iscsi/initiatorname.iscsi;"
                           " touch -d 2020-01-01 /etc/iscsi/initiatorname.iscsi; touch /etc/machine-id",
        "oneadmin-umask": "echo 'session optional pam_umask.so umask=077' >>/etc/pam.d/sshd",
        "reboot-pending": "rm -f /run/systemd/container; mkdir -p /lib/modules/1.0",
        "resources-low": over("/proc/meminfo", "MemTotal: 1000000 kB\\n"),
        "host-memory-tuning": over("/proc/sys/vm/overcommit_memory", "2\\n"),
        "host-sysctls": over("/proc/sys/net/netfilter/nf_conntrack_count", "1000000000\\n"),
        "cgroup-layout": over("/sys/fs/cgroup/cgroup.controllers", "io\\n") + "; " + over("/proc/cgroups", "cpu 0 1 0\\n"),
        "other-hypervisor": named("/usr/bin/kubelet"),
        "foreign-vms": f"printf '{guest}' >/run/guest.xml; virsh -c qemu:///system create /run/guest.xml",
        # a stand-in for lsattr, which the stage's machines lack
        "immutable-files": "printf '#!/bin/sh\\necho ----i---------e------- /etc/hosts\\n' >/usr/local/sbin/lsattr; chmod 755 /usr/local/sbin/lsattr",
    }),
    "libvirt": Damaged("qemu", {
        "os-immutable": "rm -f /run/systemd/container; touch /run/ostree-booted; mv /usr/share/one /usr/share/one.gone",
        "libvirt-host-uuid": "sed -i '/^host_uuid/d' /etc/libvirt/libvirtd.conf;"
                             " echo 'host_uuid = \"12345678-1234-5678-90ab-cddeefaabbcc\"' >>/etc/libvirt/libvirtd.conf",
        "libvirt-limits": "mkdir -p /etc/systemd/system/libvirtd.service.d;"
                          " printf '[Service]\\nLimitNOFILE=1024\\n' >/etc/systemd/system/libvirtd.service.d/few.conf; systemctl daemon-reload",
        "capabilities-empty": "cp /usr/bin/qemu-system-x86_64 /usr/bin/qemu-system-i386;"
                              " printf '#!/bin/sh\\nexit 1\\n' >/usr/bin/qemu-system-x86_64; rm -rf /var/cache/libvirt/qemu/capabilities",
        "libvirt-socket": "sed -i '/^auth_unix_rw\\|^unix_sock_rw_perms/d' /etc/libvirt/libvirtd.conf; gpasswd --delete oneadmin libvirt || true;"
                          " systemctl restart libvirtd.service",
        "libvirt-default-net": "mkdir -p /etc/libvirt/qemu/networks; ip link add virbr0 type bridge;"
                               " printf '<network><bridge name=\"virbr0\"/><ip address=\"10.77.0.254\" netmask=\"255.255.255.0\"/></network>'"
                               " >/etc/libvirt/qemu/networks/default.xml",
        "libvirt-daemon-mode": named("/usr/sbin/virtqemud"),
        "libvirt-default-uri": named("/usr/sbin/libvirtd", user="oneadmin"),
        "libvirt-at-boot": "systemctl disable libvirtd.service libvirtd-ro.socket libvirtd-admin.socket virtlogd.socket",
        "virtlogd": "rm -f /run/libvirt/virtlogd-sock",
        "tproxy-remote": f"mkdir -p $(dirname {opennebula_network}); printf '{service}' >{opennebula_network}",
        "tproxy-bridge": f"ip link add one-7-0 type bridge; mkdir -p /var/lib/one/datastores/0/7; echo '{on_open_vswitch}' >/var/lib/one/datastores/0/7/vm.xml",
        "apparmor-libvirt": "mkdir -p /etc/apparmor.d/abstractions; echo '# nothing' >/etc/apparmor.d/abstractions/libvirt-qemu;"
                            " mount -t tmpfs none /sys/module; mkdir -p /sys/module/apparmor/parameters; echo Y >/sys/module/apparmor/parameters/enabled",
    }),
    "containers": Damaged("lxc", {
        "lxc-absent": "rm -f /usr/bin/lxc-start /usr/bin/bindfs",
        "lxc-subid": "sed -i /600100001/d /etc/subuid /etc/subgid",
        "lxc-modules": "rm -f /dev/loop-control",
        "lxc-leftovers": "mkdir -p /var/lib/lxc-one; mount -t tmpfs none /var/lib/lxc-one; mkdir /var/lib/lxc-one/12;"
                         " mount -t tmpfs none /var/lib/lxc-one/12",
        "lxc-kernel": "mount -o remount,noexec /var/lib/lxc-one",
        # a server that is dead before it said a word; the mount lives as long as who holds its descriptor
        "nfs-stale": "test -e /dev/fuse || mknod /dev/fuse c 10 229; mkdir -p /var/lib/one/shared; setsid python3 -c \"import ctypes, os, time;"
                     " fd = os.open('/dev/fuse', os.O_RDWR); ctypes.CDLL(None).mount(b'server:/one', b'/var/lib/one/shared', b'fuse.sshfs', 0,"
                     " b'fd=%d,rootmode=40000,user_id=0,group_id=0' % fd); time.sleep(3600)\" </dev/null >/dev/null 2>&1 &"
                     " for i in 1 2 3 4 5 6 7 8 9 10; do grep -q fuse.sshfs /proc/mounts && break; sleep 0.2; done; grep -q fuse.sshfs /proc/mounts",
        "authorized-keys-permissions": "rm -f /var/lib/one/.ssh/authorized_keys",
        "forward-drop": "mkdir -p /lib/modules/$(uname -r); echo kernel/net/netfilter/nf_tables.ko >/lib/modules/$(uname -r)/modules.builtin; " +
                        over("/proc/sys/net/bridge/bridge-nf-call-iptables", "1\\n") +
                        "; nft add table ip late; nft add chain ip late forward '{ type filter hook forward priority 10; policy drop; }'",
    }),
    "readers": Damaged("kvm", {
        "dev-kvm-access": "rm -f /dev/kvm; mknod /dev/kvm c 1 3; chmod 600 /dev/kvm",
        "libvirt-readonly-socket": "systemctl mask --now libvirtd-ro.socket; rm -f /run/libvirt/libvirt-sock-ro",
    }),
    "joined": Damaged("qemu", {
        # a stand-in for fail2ban
        "ssh-ban": "printf '#!/bin/sh\\necho \"[{\\047sshd\\047: [\\04710.77.0.1\\047]}]\"\\n' >/usr/local/sbin/fail2ban-client;"
                   " chmod 755 /usr/local/sbin/fail2ban-client; " + named("python3", "/usr/bin/fail2ban-server"),
        # a script that only waits; whoever runs it has the drivers' account, without the groups that came later
        "stale-client": "install -d /run/other; echo sleep >/run/other/monitord-client.rb;"
                        " for host in 7 8; do setsid setpriv --reuid oneadmin --regid oneadmin --clear-groups"
                        " ruby /run/other/monitord-client.rb kvm $host other </dev/null >/dev/null 2>&1 & done; sleep 1",
        "oneadmin-groups": "",  # the same
    }, joined=True),
}

elsewhere = {  # the test in which a check fails, or what several of them call
    "sshd-unread": "test_sshd.py",
    "fs-full-or-read-only": "test_full_disks.py",
    "var-tmp-noexec": "test_join.py",
    "sshd-down": "test_join.py",
    "sshd-allow-lists": "test_doctor.py",
    "sshd-pubkey-off": "test_doctor.py",
    "sshd-authorized-keys-file": "test_doctor.py",
    "sshd-force-command": "test_doctor.py",
    "sshd-agent-forwarding": "test_doctor.py",
    "sshd-max-startups": "test_doctor.py",
    "host-key-type": "test_doctor.py",
    "sudo-missing": "test_doctor.py",
    "sudoers-broken": "test_doctor.py",
    "sudo-requiretty": "test_doctor.py",
    "ruby-missing": "test_join.py",
    "opennebula-package": "test_join.py",
    "probe-command": "test_doctor.py",
    "firewall-closed": "test_firewall.py",
    "tproxy-endpoints": "test_tproxy.py",
    "libvirt-absent": "test_join.py",
    "libvirt-down": "test_doctor.py",
    "qemu-user": "test_guests.py",
    "qemu-emulator-link": "test_doctor.py",
    "datastore-dir": "test_doctor.py",
    "limits": "test_doctor.py",
    "client-dead": "test_doctor.py",
    "shell-noise": "test_join.py",
    "opennebula-probes": "test_doctor.py",
    "own-journal": "test_agent.py",
    "own-identity": "test_agent.py",
    "managed-files": "test_agent.py",
    "clock-unsynchronised": "machine/joining.py",
    "home-on-nfs": "machine/test_selinux.py",
    "selinux-libvirt": "machine/test_selinux.py",
}

not_here = {  # and why
    "root": "every verb that runs checks refuses whoever is not root before it does",
}
