#!/bin/bash
# Boots one machine: namespaces, its root file system over the cached layers, then systemd as its process 1.
# machine.py gives all of it by the environment: NAME DOMAIN ADDRESS DNS HOST_KEYS MACHINE_ID LAYERS DISK CGROUP CONSOLE
# BINDS KVM. It is told our process id, plugs the network in and answers with a line; then systemd starts.
set -euo pipefail

if [ "${1-}" != inside ]; then
    mkdir -p "$CGROUP"
    echo $$ >"$CGROUP/cgroup.procs"
    exec unshare --mount --uts --ipc --net --pid --cgroup --fork --kill-child --propagation private bash "$0" inside
fi

read -r pid _ </proc/self/stat  # this /proc is still the outer one: the number that others see
echo "pid $pid"

root=$DISK/root
mkdir -p "$DISK/upper" "$DISK/work" "$root"
mount -t overlay "overlay" -o "lowerdir=$LAYERS,upperdir=$DISK/upper,workdir=$DISK/work" "$root"

# Devices: only those that cannot reach another machine's things.
mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
    IFS=: read -r name major minor <<<"$device"
    mknod -m 666 "$root/dev/$name" c "$major" "$minor"
done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/net"
mknod -m 666 "$root/dev/net/tun" c 10 200
if [ "$KVM" = yes ]; then mknod -m 660 "$root/dev/kvm" c 10 232; chroot "$root" chgrp kvm /dev/kvm; fi
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for number in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${number%:*}" "$root/dev/${number#*:}"; done

mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
# The kernel is everybody's: of its settings a machine may only change those of its own network.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
mount -o remount,bind,ro "$root/proc/sys"

while IFS='>' read -r from to; do
    [ -n "$from" ] || continue
    if [ -d "$from" ]; then mkdir -p "$root$to"; else mkdir -p "$(dirname "$root$to")"; touch "$root$to"; fi
    mount --bind "$from" "$root$to"
    mount -o remount,bind,ro "$root$to"
done <<<"$BINDS"

hostname "$NAME"
if [ ! -s "$root/etc/machine-id" ]; then  # the first time this disk is booted
    echo "$MACHINE_ID" >"$root/etc/machine-id"
    echo "$NAME" >"$root/etc/hostname"
    printf '127.0.0.1 localhost\n%s %s.%s %s\n::1 localhost ip6-localhost ip6-loopback\n' \
        "$ADDRESS" "$NAME" "$DOMAIN" "$NAME" >"$root/etc/hosts"
    printf 'search %s\nnameserver %s\noptions timeout:1 attempts:2\n' "$DOMAIN" "$DNS" >"$root/etc/resolv.conf"
    cp "$HOST_KEYS"/ssh_host_* "$root/etc/ssh/"
fi

mkdir "$root/run/outside"
cd "$root"
pivot_root . run/outside
umount --lazy /run/outside
rmdir /run/outside

read -r plugged_in
exec env --ignore-environment container=stage PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin \
    /lib/systemd/systemd >>/dev/null 2>&1 </dev/null
