# shellcheck shell=sh
# Runs by schedule, as oneadmin, beside oned: a backup, and then those go that are too old to be kept.
umask 077
backups=${BACKUPS:-/backups}
certificates=${CERTIFICATES:-/etc/onefrontend/chart/certificates.pem}
stamp='[0-9]\{4\}-[0-9]\{2\}-[0-9]\{2\}T[0-9]\{6\}Z'

rm -f "$backups/.$NAME-"*.part # of one that was killed: two never run at once
file=$NAME-$(date -u +%Y-%m-%dT%H%M%SZ).tar.gz
if [ -s "$certificates" ]; then
    set -- --encrypt-to "$certificates"
    file=$file.enc
else
    set --
fi
code=0
onefrontend backup "$@" "$backups/$file" || code=$?
[ "$code" -le 1 ] || exit "$code" # 1 is a backup, with warnings

# Names of one release sort by time.
find "$backups" -maxdepth 1 -type f -name "$NAME-*" -printf '%f\n' |
    grep -x "$NAME-$stamp\.tar\.gz\(\.enc\)\{0,1\}" | sort | head -n "-$KEEP" |
    while read -r old; do
        rm "$backups/$old"
        echo "Removed $old: $KEEP are kept."
    done
