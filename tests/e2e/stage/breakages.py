"""Ways in which a node can be unfit before anybody joins it: a table of names, each with what does the damage."""

from collections.abc import Callable

from .booted import BootedMachine
from .clock import skew_clock
from .trouble import fill_disk, no_exec, read_only

Breakage = Callable[[BootedMachine], object]


def without(*files: str) -> Breakage:
    """These programs or files are not installed."""
    return lambda node: node.run(f"rm -rf {' '.join(files)}")


def shell(script: str) -> Breakage:
    return lambda node: node.run(["sh", "-ec", script])


def with_sshd(line: str) -> Breakage:
    return shell(f"echo '{line}' >/etc/ssh/sshd_config.d/breakage.conf; systemctl restart ssh.service")


def with_firewall(rule: str) -> Breakage:
    hook = rule.split()[0]
    return lambda node: node.run(["nft", "-f", "-"], input=f"""table inet breakage {{
        chain {hook} {{
            type filter hook {hook} priority 0
            {rule.removeprefix(hook)}
        }}
    }}""")


def oneadmin_under_another_uid(node: BootedMachine) -> None:
    node.run(["sh", "-ec", """
        if id oneadmin >/dev/null 2>&1; then
            groupmod --gid 1001 oneadmin
            usermod --uid 1001 --gid 1001 oneadmin
        else
            groupadd --gid 1001 oneadmin
            useradd --uid 1001 --gid 1001 --home-dir /var/lib/one --create-home --shell /bin/bash oneadmin
        fi"""])


no_libvirt = "systemctl mask --now libvirtd.service libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket"
need_account = ("id oneadmin >/dev/null 2>&1 || "
                "useradd --system --uid 9869 --create-home --home-dir /var/lib/one oneadmin")

table: dict[str, Breakage] = {
    # what is missing
    "no-libvirtd-running": shell(no_libvirt),
    "no-virsh": without("/usr/bin/virsh"),
    "no-qemu": without("/usr/bin/qemu-system-x86_64", "/usr/bin/qemu-kvm-one"),
    "no-lspci": without("/usr/bin/lspci"),
    "no-rsync": without("/usr/bin/rsync"),
    "no-sudo": without("/usr/bin/sudo"),
    "no-ruby": without("/usr/bin/ruby", "/usr/bin/ruby3.1"),
    "no-ruby-sqlite3": without("/usr/lib/ruby/vendor_ruby/sqlite3.rb", "/usr/lib/ruby/vendor_ruby/sqlite3"),
    "no-gems-folder": without("/usr/share/one/gems"),
    "no-vmstat": without("/usr/bin/vmstat"),
    "no-xmllint": without("/usr/bin/xmllint"),
    "no-sudo-rules": without("/etc/sudoers.d/opennebula*"),
    # the account
    "oneadmin-other-uid": oneadmin_under_another_uid,
    "oneadmin-no-shell": shell(f"{need_account}; usermod --shell /usr/sbin/nologin oneadmin"),
    "oneadmin-expired": shell(f"{need_account}; chage --expiredate 0 oneadmin"),
    "home-writable-by-all": shell("mkdir -p /var/lib/one; chmod 777 /var/lib/one"),
    "authorized-keys-of-root": shell("install -D -m 600 /dev/null /var/lib/one/.ssh/authorized_keys"),
    "libvirt-refuses-oneadmin": shell("sed -i '/^auth_unix_rw\\|^unix_sock_rw_perms/d' /etc/libvirt/libvirtd.conf;"
                                      "gpasswd --delete oneadmin libvirt || true; systemctl restart libvirtd.service"),
    "shell-noise": shell("sed -i '1i echo Welcome to this machine' /etc/bash.bashrc"),
    "no-logins-now": shell("echo 'maintenance until noon' >/etc/nologin"),
    # files and disks
    "var-tmp-noexec": lambda node: no_exec(node, "/var/tmp"),
    "var-tmp-one-of-root": shell("install -d -o root -m 755 /var/tmp/one"),
    "one-db-of-root": shell("install -d -o root -m 755 /var/tmp/one_db"),
    "datastores-of-root": shell("install -d -o root -m 755 /var/lib/one/datastores"),
    "disk-full": lambda node: fill_disk(node),
    "etc-read-only": lambda node: read_only(node, "/etc"),
    "sudoers-broken": shell("echo 'oneadmin ALL=(ALL' >/etc/sudoers.d/zz-broken"),
    # sshd
    "sshd-not-running": shell("systemctl disable --now ssh.service"),
    "sshd-other-port": with_sshd("Port 2222"),
    "sshd-allows-only-root": with_sshd("AllowUsers root"),
    "sshd-without-public-keys": with_sshd("PubkeyAuthentication no"),
    "sshd-slow": with_sshd("ForceCommand sleep 120"),
    # network, names, time
    "ssh-firewalled": with_firewall("input tcp dport 22 drop"),
    "monitoring-firewalled": with_firewall("output meta l4proto { tcp, udp } th dport 4124 drop"),
    "own-name-is-loopback": shell('sed -i "s/^10[.].*/127.0.1.1 $(hostname)/" /etc/hosts'),
    "no-name-server": shell("echo 'nameserver 10.77.0.253' >/etc/resolv.conf"),
    "clock-an-hour-ahead": lambda node: skew_clock(node, 3600),
}
