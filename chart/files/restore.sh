# shellcheck shell=sh
# Runs before the front-end, as oneadmin, where frontend.mode is restore: brings a backup back, once.
umask 077
backups=${BACKUPS:-/backups}
home=${HOME_OF_ONEADMIN:-/var/lib/one}
key=${KEY:-/etc/onefrontend/restore/key}
prepare=${PREPARE:-/usr/lib/onefrontend/prepare}
mark=$home/.restored
begun=$home/onefrontend/.restore/begun
wanted=$BACKUP # by the environment, as NAME and REPLACE
stamp='[0-9]\{4\}-[0-9]\{2\}-[0-9]\{2\}T[0-9]\{6\}Z'

if [ -s "$mark" ] && [ ! -e "$begun" ]; then
    echo "Restored before, from $(cat "$mark"): it is left as it is."
    exit 0
fi

names() {
    find "$backups" -maxdepth 1 -type f -name '*.tar.gz*' -printf '%f\n' | grep -v '^\.' | sort
}
file=$wanted
if [ "$wanted" = latest ]; then
    file=$(names | grep -x "$NAME-$stamp\.tar\.gz\(\.enc\)\{0,1\}" | tail -n 1)
    wanted="a backup of $NAME"
fi
if [ -z "$file" ] || [ ! -f "$backups/$file" ]; then
    echo "cannot restore: $wanted is not on the volume of backups" >&2
    echo "there: $(names | tail -n 20 | tr '\n' ' ')" >&2
    echo "set restore.file to one of them, and persistence.backup.existingClaim to the claim that has it" >&2
    exit 3
fi

if [ -e "$begun" ]; then
    onefrontend restore --continue # it was killed in the middle
else
    "$prepare" oned # says in oned.conf where the database is
    set -- "$backups/$file"
    [ ! -s "$key" ] || set -- --key "$key" "$@"
    [ "$REPLACE" != true ] || set -- --replace "$@"
    onefrontend restore "$@" || {
        code=$?
        echo "if this front-end was restored before: set frontend.mode=standalone" >&2
        exit "$code"
    }
fi
echo "$file" >"$mark.new"
mv "$mark.new" "$mark"
