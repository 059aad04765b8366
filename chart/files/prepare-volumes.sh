# shellcheck shell=sh
# Runs before the front-end, as oneadmin: the volumes' folders, owned by oneadmin and closed to groups, because sshd
# accepts no key below a home that others can write; and the SSH keys that were given.
umask 027
volumes=${VOLUMES:-/volumes}
given=${GIVEN:-/etc/onefrontend/secrets/ssh}

make_folder() {
    [ -d "$1" ] && return
    mkdir "$1" || {
        echo "cannot create $1 as $(id -u):$(id -g): the volume is not writable" >&2
        echo "its storage class does not follow fsGroup: make the volume writable for group $(id -g)" >&2
        exit 3
    }
    chmod u=rwx,g=rx,o=,g-s "$1"
}

# The public half is made anew by the image where it is missing.
take_key() {
    [ -e "$1" ] || return 0
    cmp -s "$1" "$2" && return
    (umask 077 && cp "$1" "$2.new")
    rm -f "$2.pub"
    mv "$2.new" "$2"
}

for folder in etc lib log; do
    make_folder "$volumes/data/$folder"
done
[ ! -d "$volumes/datastores" ] || make_folder "$volumes/datastores/datastores"

[ -d "$given" ] || exit 0
home=$volumes/data/lib
mkdir -p "$home/.ssh" "$home/ssh-host-keys"
chmod u=rwx,g=,o=,g-s "$home/.ssh" "$home/ssh-host-keys"
take_key "$given/id_rsa" "$home/.ssh/id_rsa"
for kind in ed25519 ecdsa rsa; do
    take_key "$given/ssh_host_${kind}_key" "$home/ssh-host-keys/ssh_host_${kind}_key"
done
