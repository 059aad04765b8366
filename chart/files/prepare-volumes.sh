# shellcheck shell=sh
# Runs before the front-end, as oneadmin: the volumes' folders, owned by oneadmin and closed to groups, because sshd
# accepts no key below a home that others can write.
umask 027
volumes=${VOLUMES:-/volumes}

make_folder() {
    [ -d "$1" ] && return
    mkdir "$1" || {
        echo "cannot create $1 as $(id -u):$(id -g): the volume is not writable" >&2
        echo "its storage class does not follow fsGroup: make the volume writable for group $(id -g)" >&2
        exit 3
    }
    chmod u=rwx,g=rx,o=,g-s "$1"
}

for folder in etc lib log; do
    make_folder "$volumes/data/$folder"
done
[ ! -d "$volumes/datastores" ] || make_folder "$volumes/datastores/datastores"
