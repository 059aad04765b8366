# shellcheck shell=sh
# Runs before an upgrade or a rollback touches a pod, with the new image: whether that can start on the database.
if [ ! -s "${ONED_CONF:-/etc/one/oned.conf}" ]; then
    echo "oned was never started here: nothing to look at."
    exit 0
fi
code=0
onefrontend bootstrap --check || code=$?
[ "$code" -gt 1 ] || exit 0 # 1 is yes, with warnings
if [ "$GUARD" = warn ]; then
    echo "upgrade.guard is warn: the upgrade goes on all the same" >&2
    exit 0
fi
echo "nothing was changed; upgrade.guard=warn goes on all the same" >&2
exit "$code"
