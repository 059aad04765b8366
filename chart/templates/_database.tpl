{{/* MariaDB, by the contract of its official image. */}}

{{/* A ping needs the server, not the right password: one that was changed is no reason to restart it. */}}
{{- define "opennebula.databasePing" -}}
MYSQL_PWD="$(cat "$MARIADB_PASSWORD_FILE")" exec mariadb-admin --protocol=tcp --host=127.0.0.1 --user="$MARIADB_USER" --connect-timeout=4 --silent ping
{{- end -}}

{{- define "opennebula.databaseContainer" -}}
{{- $ping := list "sh" "-c" (include "opennebula.databasePing" .) -}}
{{- $keys := .Values.database.credentials.keys -}}
{{- $env := list
  (dict "name" "MARIADB_DATABASE" "value" .Values.database.connection.name)
  (dict "name" "MARIADB_USER" "value" .Values.database.credentials.username)
  (dict "name" "MARIADB_PASSWORD_FILE" "value" (printf "/run/secrets/database/%s" $keys.password))
  (dict "name" "MARIADB_ROOT_PASSWORD_FILE" "value" (printf "/run/secrets/database/%s" $keys.rootPassword))
  (dict "name" "MARIADB_ROOT_HOST" "value" "localhost")
  (dict "name" "MARIADB_AUTO_UPGRADE" "value" "1") -}}
{{- $mounts := list
  (dict "name" "settings" "mountPath" "/etc/mysql/conf.d/opennebula.cnf" "subPath" "opennebula.cnf" "readOnly" true)
  (dict "name" "settings" "mountPath" "/docker-entrypoint-initdb.d/trial.sql" "subPath" "trial.sql" "readOnly" true)
  (dict "name" "secrets" "mountPath" "/run/secrets/database" "readOnly" true)
  (dict "name" "data" "mountPath" "/var/lib/mysql" "subPath" "mysql")
  (dict "name" "memory" "mountPath" "/run/mysqld")
  (dict "name" "scratch" "mountPath" "/tmp") -}}
- name: mariadb
  {{- include "opennebula.databaseImage" . | nindent 2 }}
  ports:
    - {name: mariadb, containerPort: 3306}
  {{- include "opennebula.probes" (dict "root" . "values" .Values.database
        "startup" $ping "readiness" $ping "liveness" $ping) | trim | nindent 2 }}
  {{- include "opennebula.containerRest" (dict "root" . "values" .Values.database "env" $env "volumeMounts" $mounts) | trim | nindent 2 }}
{{- end -}}
