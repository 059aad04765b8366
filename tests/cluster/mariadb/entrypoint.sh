#!/bin/sh
# On an empty volume: the database, its user, root's password, then what stands in /docker-entrypoint-initdb.d.
set -eu
data=/var/lib/mysql

escaped() { sed "s/[\\\\']/\\\\&/g" "$1"; }

first_words() {
    pattern=$(echo "$MARIADB_DATABASE" | sed 's/_/\\_/g')
    password=$(escaped "$MARIADB_PASSWORD_FILE")
    echo "FLUSH PRIVILEGES;" # without it --bootstrap knows no accounts
    echo "CREATE DATABASE \`$MARIADB_DATABASE\`;"
    echo "CREATE USER '$MARIADB_USER'@'%' IDENTIFIED BY '$password';"
    echo "GRANT ALL PRIVILEGES ON \`$pattern\`.* TO '$MARIADB_USER'@'%';"
    echo "ALTER USER root@localhost IDENTIFIED BY '$(escaped "$MARIADB_ROOT_PASSWORD_FILE")';"
    cat /docker-entrypoint-initdb.d/*.sql
}

if [ ! -e "$data/.whole" ]; then
    find "$data" -mindepth 1 -delete # one that was killed in the middle begins anew
    mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db >/dev/null
    first_words | mariadbd --bootstrap --datadir="$data"
    touch "$data/.whole"
fi
exec mariadbd --datadir="$data" --skip-name-resolve "$@"
