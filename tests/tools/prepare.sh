# Sourced by the commands in tests/: installs what packaging/build-deps names and is not there yet, and says where caches lie.
: "${ONENODE_CACHE:=/var/cache/onenode}"
export ONENODE_CACHE
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_DIR="${CCACHE_DIR:-$ONENODE_CACHE/ccache}" CCACHE_MAXSIZE=10G
# A login's stray settings must not change what a test sees.
export LC_ALL=C.UTF-8

missing_packages() {
    local name
    sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' packaging/build-deps | while read -r name; do
        [ "$(dpkg-query -W -f='${Status}' "$name" 2>/dev/null)" = "install ok installed" ] || echo "$name"
    done
}

install_packages() {
    local missing log=build/logs/packages.log
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        echo "cannot install build dependencies: not root; as root: apt-get install" $missing >&2
        exit 3
    fi
    echo "[packages] installing $(echo "$missing" | wc -w) packages of packaging/build-deps (log: $log)"
    mkdir -p build/logs
    {
        apt-get update -o DPkg::Lock::Timeout=300
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 $missing
    } >"$log" 2>&1 </dev/null || { tail -20 "$log"; echo "cannot install build dependencies: see $log" >&2; exit 3; }
}

mkdir -p "$ONENODE_CACHE" build/logs
install_packages
