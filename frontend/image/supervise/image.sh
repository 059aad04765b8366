# shellcheck shell=sh
# What the scripts beside this file share: places, the environment of every service, and how a row of `services` is read.

library=/usr/lib/onefrontend
state=/run/onefrontend        # gone with the container
# shellcheck disable=SC2034
scan=$state/service           # s6-svscan's: a folder for each service
# shellcheck disable=SC2034
roles="oned fireedge oneflow onegate oneform oneks guacd"

# shellcheck disable=SC2034
skeleton=/usr/share/onefrontend/skeleton         # files as OpenNebula's packages brought them
# shellcheck disable=SC2034
settings=/etc/onefrontend/settings.yaml           # for `onefrontend configure`, mounted by whoever starts the image

export library
export HOME=/var/lib/one
export PATH=/usr/lib/one/sh/override:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SSH_AUTH_SOCK=/run/one/ssh-agent.sock

# The rows of a role, in the order of the table.
rows_of() {
    while read -r name in_roles kind grace after needs ready command; do
        case $name in '' | '#'*) continue ;; esac
        case $1/$in_roles in
            all/* | */every | "$in_roles/$1") echo "$name $in_roles $kind $grace $after $needs $ready $command" ;;
        esac
    done <"$library/services"
}

# Sets in_roles kind grace after needs ready command.
# shellcheck disable=SC2034
read_row() {
    while read -r name in_roles kind grace after needs ready command; do
        [ "$name" = "$1" ] && return
    done <"$library/services"
    echo "no such service: $1"
    return 1
}
