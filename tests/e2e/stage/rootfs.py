"""What is on the machines' disks: Debian, a hypervisor, OpenNebula's node package, a front-end."""

from .layers import Layer

# What any server has.
server = ("systemd-sysv", "dbus", "openssh-server", "openssh-client", "sudo", "rsync", "iproute2", "iputils-ping", "nftables",
          "iptables", "procps", "util-linux", "ca-certificates", "curl", "cron", "python3-minimal", "uuid-runtime")

# Debian 12, and the libraries that our programs link.
debian = Layer("debian", (
    *server, "libvirt0", "libssh-4", "libspdlog1.10", "libfmt9", "libssl3", "libpugixml1v5", "libyaml-cpp0.7", "libaugeas0",
    "augeas-lenses", "libsystemd0", "zlib1g", "libstdc++6", "libboost-system1.81.0", "libboost-program-options1.81.0",
    "libboost-context1.81.0",
), script="""
rm -f /etc/ssh/ssh_host_* /etc/resolv.conf /etc/hostname
: >/etc/machine-id
# These reach past the machine into the kernel that all machines share, or out to the world.
systemctl mask --quiet sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
""")

# A bare machine on which an operator installed the hypervisor and what OpenNebula's documentation asks for.
hypervisor = Layer("hypervisor", (
    "ruby", "ruby-sqlite3", "ruby-rexml", "libvirt-daemon-system", "libvirt-clients", "qemu-system-x86", "qemu-utils",
    "pciutils", "ipset", "jq", "libxml2-utils", "augeas-tools",
    "python3",  # the whole library: OpenNebula's forecast probe imports xml, and a failing probe is a host in ERROR
), below=debian)

# The stand-in for OpenNebula's own packages; see ../node_package/README.
node_package = Layer("node-package", script="""
chmod 440 /build/node_package/*/etc/sudoers.d/*  # git keeps no such mode
for package in /build/node_package/*/DEBIAN; do
    dpkg-deb --root-owner-group --build "${package%/DEBIAN}" /run >/dev/null
done
dpkg --install /run/*.deb
""", copy=("tests/e2e/node_package",), below=hypervisor)

# Debian's firewalls, none of them at work: a test starts the one that it wants.
firewalls = Layer("firewalls", ("firewalld", "ufw"), script="""
systemctl disable --quiet firewalld.service ufw.service
""", below=node_package)

# A load balancer, not yet configured.
balancer = Layer("balancer", ("haproxy",), script="systemctl disable --quiet haproxy.service\n", below=debian)

# A machine whose packages are rpm's and dnf's business. What Debian's own brought is there, but for what knows of it.
with_dnf = Layer("dnf", ("dnf", "rpm"), script="""
mkdir -p /etc/yum.repos.d /etc/pki/rpm-gpg
rm -rf /var/lib/dpkg /var/lib/apt /usr/bin/apt* /usr/bin/dpkg*
""", below=hypervisor)

# A front-end's machine: the account, its key, its ssh-agent. OpenNebula itself is oned-sim, or a real one elsewhere.
frontend = Layer("frontend", ("ruby", "jq"), script="""
groupadd --system --gid 9869 oneadmin
useradd --system --uid 9869 --gid oneadmin --home-dir /var/lib/one --create-home --shell /bin/bash oneadmin
chmod 750 /var/lib/one
install -d -o oneadmin -g oneadmin -m 700 /var/lib/one/.ssh
install -d -o oneadmin -g oneadmin -m 750 /var/log/one /var/lib/one/remotes
ssh-keygen -q -t rsa -b 3072 -N '' -C oneadmin@frontend -f /var/lib/one/.ssh/id_rsa
cp /var/lib/one/.ssh/id_rsa.pub /var/lib/one/.ssh/authorized_keys
chmod 600 /var/lib/one/.ssh/authorized_keys
chown oneadmin:oneadmin /var/lib/one/.ssh/*
cp -r /build/frontend_machine/. /
systemctl enable --quiet opennebula-ssh-agent.service
""", copy=("tests/e2e/frontend_machine",), below=debian)
