# What every shell script of the drivers starts from.
export LANG=C
export PATH=/bin:/sbin:/usr/bin:$PATH
SUDO=${SUDO:-sudo -n}

# The front-end's driver reads what went wrong from standard error.
error_message() {
    echo "$1" >&2
}
