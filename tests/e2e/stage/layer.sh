#!/bin/bash
# Builds one layer of a root file system: layer.sh FOLDER PACKAGES BENEATH SUITE ARCHIVE COMPONENTS KEYRING leaves it in
# FOLDER/root; all but SUITE and COMPONENTS may be empty.
# FOLDER/script runs inside with FOLDER/build at /build. Runs in mount and process namespaces of its own.
set -euo pipefail
folder=$1 packages=$2 beneath=$3 suite=$4 archive=$5 components=$6 keyring=$7
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

if [ -z "$beneath" ]; then
    mmdebstrap --mode=root --variant=apt --format=directory --include="$packages" --components="$components" \
        --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Retries "3"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' ${keyring:+--keyring="$keyring"} "$suite" "$folder/root" ${archive:+"$archive"}
    root=$folder/root
    mount --bind "$root" "$root"
else
    mkdir "$folder/root" "$folder/work" "$folder/mounted"
    root=$folder/mounted
    mount -t overlay overlay -o "lowerdir=$beneath,upperdir=$folder/root,workdir=$folder/work" "$root"
fi

mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mkdir "$root/build"
mount --bind "$folder/build" "$root/build"
for device in null zero full random urandom; do
    [ -e "$root/dev/$device" ] || touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done

if [ -n "$beneath" ] && [ -n "$packages" ]; then
    cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"  # packages must not start services here
    chmod 755 "$root/usr/sbin/policy-rc.d"
    chroot "$root" apt-get -q update
    chroot "$root" apt-get -q install --yes --no-install-recommends ${packages//,/ }
    chroot "$root" apt-get clean
    rm -rf "$root/usr/sbin/policy-rc.d" "$root"/var/lib/apt/lists/* "$root/etc/resolv.conf"
fi
chroot "$root" bash -euo pipefail <"$folder/script"
umount "$root/build"
rmdir "$root/build"
rm -rf "$root"/var/cache/apt/*.bin "$root"/var/log/apt "$root"/var/log/dpkg.log
