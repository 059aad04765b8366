#!/bin/bash
# The machine that the cluster runs on: this computer's own files beneath a throw-away layer, in namespaces and control
# groups of its own. By the environment: NAME DISK GROUP. Told and answered as tests/e2e/stage/boot.sh.
set -euo pipefail

if [ "${1-}" != inside ]; then
    awk '$3 == "cgroup" || $3 == "cgroup2" {print $2}' /proc/mounts | while read -r hierarchy; do
        mkdir -p "$hierarchy/$GROUP"
        if [ -e "$hierarchy/cpuset.cpus" ]; then # a new one is empty, and takes no process then
            cat "$hierarchy/cpuset.cpus" >"$hierarchy/$GROUP/cpuset.cpus"
            cat "$hierarchy/cpuset.mems" >"$hierarchy/$GROUP/cpuset.mems"
            echo 1 >"$hierarchy/$GROUP/cgroup.clone_children"
        fi
        echo $$ >"$hierarchy/$GROUP/cgroup.procs"
    done
    exec unshare --mount --uts --ipc --net --pid --cgroup --fork --kill-child --propagation private bash "$0" inside
fi

read -r pid _ </proc/self/stat # this /proc is still the outer one

root=$DISK/root
mkdir -p "$DISK/upper" "$DISK/work" "$root"
groups=$(awk '$3 == "cgroup" || $3 == "cgroup2" {print $2, $3, $4}' /proc/mounts)
mount -t overlay overlay -o "lowerdir=/,upperdir=$DISK/upper,workdir=$DISK/work" "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/sys/fs/cgroup"
while read -r where kind options; do
    mkdir -p "$root$where"
    case $kind in
        cgroup2) mount -t cgroup2 cgroup2 "$root$where" ;;
        *) mount -t cgroup -o "$(tr , '\n' <<<"$options" | grep -v -x -e rw -e relatime -e no.* | paste -sd,)" cgroup "$root$where" ;;
    esac
done <<<"$groups"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"

# The kubelet wants settings of the kernel, which is everybody's: it finds them as it wants them.
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
    kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
    file=$DISK/${setting%%=*}
    mkdir -p "${file%/*}"
    echo "${setting#*=}" >"$file"
    mount --bind "$file" "$root/proc/sys/${setting%%=*}"
done

# In memory, so that nothing of it stays; containerd's layers could not lie on an overlay anyway.
for folder in containerd kubelet volumes; do
    mkdir -p "$root/var/lib/$folder"
    mount -t tmpfs -o mode=755,size=4G tmpfs "$root/var/lib/$folder"
done

hostname "$NAME"
mkdir "$root/run/outside"
cd "$root"
pivot_root . run/outside
umount --lazy /run/outside
rmdir /run/outside
mount --make-rshared /

echo "pid $pid" # whoever enters now is here, not on this computer's own files
read -r _
exec /usr/bin/python3 -ISE -c 'import signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # containers that lost their parent are ours to collect
while True: signal.pause()'
