"""The disks that virtual machines begin with: the stage's hypervisor with a kernel, each made once and kept in the cache."""

import os
import shutil
from pathlib import Path

from . import paths, shell
from .layers import Layer, alone, key, ready as ready_layers
from .rootfs import hypervisor

# Its initial file system holds what leads to the disk and nothing else: every megabyte takes its time without KVM.
virtual = Layer("virtual", ("linux-image-amd64", "initramfs-tools", "lxc", "bindfs", "e2fsprogs", "apparmor", "kmod", "udev", "man-db"), script="""
printf 'MODULES=list\\nCOMPRESS=zstd\\n' >/etc/initramfs-tools/conf.d/stage
printf 'virtio_pci\\nvirtio_blk\\next4\\n' >>/etc/initramfs-tools/modules
update-initramfs -u
cat >/etc/systemd/system/stage-seed.service <<'unit'
[Unit]
Description=What makes this machine another one than its siblings
DefaultDependencies=no
After=local-fs.target
Before=network-pre.target systemd-networkd.service ssh.service
ConditionPathExists=!/etc/hostname
[Service]
Type=oneshot
ExecStart=/bin/tar -C / -x -f /dev/vdb
[Install]
WantedBy=sysinit.target
unit
systemctl enable --quiet stage-seed.service systemd-networkd.service
systemctl mask --quiet systemd-networkd-wait-online.service man-db.timer lxc-net.service
systemctl set-default --quiet multi-user.target
echo '/dev/vda / ext4 rw,noatime 0 1' >/etc/fstab
""", below=hypervisor)

# The same with SELinux, which only logs until a test lets it enforce, and a server of NFS. Debian's policy has the name of Red
# Hat's here. What lies in /dev, /run and /proc of this computer while the layer is made is no part of it.
with_selinux = Layer("virtual-selinux", ("selinux-policy-default", "policycoreutils", "policycoreutils-python-utils", "nfs-kernel-server",
                                         "nfs-common"), script="""
mv /etc/selinux/default /etc/selinux/targeted
mv /var/lib/selinux/default /var/lib/selinux/targeted
printf 'SELINUX=permissive\\nSELINUXTYPE=targeted\\n' >/etc/selinux/config
systemctl disable --quiet nfs-server.service rpcbind.service rpcbind.socket
mkdir /etc/systemd/system/stage-seed.service.d
printf '[Service]\\nExecStartPost=/sbin/restorecon -R /etc /root\\n' >/etc/systemd/system/stage-seed.service.d/labels.conf
setfiles -m -F -e /dev -e /proc -e /run -e /sys -e /build /etc/selinux/targeted/contexts/files/file_contexts /
""", below=virtual)

kernel_words = {virtual: "", with_selinux: " security=selinux selinux=1"}


def ready(layer: Layer = virtual) -> tuple[Path, Path, Path]:
    """The disk's image, a kernel, its initial file system."""
    folder = paths.cache() / f"virtual-disk-{key(layer)}"
    layers = ready_layers(layer)
    if not folder.is_dir():
        with alone():
            if not folder.is_dir():
                _build(folder, layers)
    return folder / "disk.raw", folder / "vmlinuz", folder / "initrd.img"


def login_key() -> Path:
    """root lets it in, on machines that nobody else reaches."""
    file = paths.cache() / "virtual-login"
    if not file.exists():
        unfinished = file.with_name(f"unfinished-login-{os.getpid()}")
        shell.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "stage", "-f", str(unfinished)])
        unfinished.with_name(unfinished.name + ".pub").replace(file.with_suffix(".pub"))
        unfinished.replace(file)
    return file


def _build(folder: Path, layers: list[Path]) -> None:
    unfinished = folder.with_name(f"unfinished-{folder.name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    (unfinished / "root").mkdir(parents=True)
    image = unfinished / "disk.raw"
    # Seen through overlayfs, mounted in a namespace that ends with the builder.
    script = ('mount -t overlay overlay -o "lowerdir=$1" "$2/root"; cp "$2"/root/boot/vmlinuz-* "$2/vmlinuz";'
              ' cp "$2"/root/boot/initrd.img-* "$2/initrd.img"; truncate -s 32G "$2/disk.raw";'
              ' mke2fs -q -t ext4 -E lazy_itable_init=1 -d "$2/root" "$2/disk.raw"')
    shell.run(["unshare", "--mount", "--propagation", "private", "bash", "-euc", script, "bash", ":".join(map(str, layers)), str(unfinished)],
              timeout=600, shown=["mke2fs", str(image)])
    (unfinished / "root").rmdir()
    unfinished.rename(folder)
