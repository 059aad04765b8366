#!/bin/sh
# inside.sh LAYERS FOLDER COMMAND...: in a mount namespace of its own; FOLDER/upper keeps what is written. With COMPILER_CACHE,
# a folder of this computer, what CMake compiles inside goes through ccache.
set -eu
layers=$1 folder=$2
shift 2
mount -t overlay overlay -o "lowerdir=$layers,upperdir=$folder/upper,workdir=$folder/work" "$folder/merged"
mount -t proc proc "$folder/merged/proc"
mount --rbind /dev "$folder/merged/dev"
launcher=
if [ -n "${COMPILER_CACHE:-}" ]; then
    mkdir -p "$folder/merged/ccache"
    mount --bind "$COMPILER_CACHE" "$folder/merged/ccache"
    launcher=CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
exec env --ignore-environment $launcher CCACHE_DIR=/ccache DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/root \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin chroot "$folder/merged" "$@"
