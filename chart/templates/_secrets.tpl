{{/* The Secrets: which there are, how they are called, and which of them are made in the cluster. */}}

{{/* Each with its values, its name where it is made, and the length in bytes of what is made for each key. */}}
{{- define "opennebula.secrets" -}}
{{- $fullname := include "opennebula.fullname" . -}}
{{- $credentials := .Values.credentials -}}
{{- $secrets := list
  (dict "value" "credentials.oneadmin" "given" $credentials.oneadmin.existingSecret "name" (printf "%s-oneadmin" $fullname)
        "keys" (dict $credentials.oneadmin.keys.password 16))
  (dict "value" "credentials.serveradmin" "given" $credentials.serveradmin.existingSecret "name" (printf "%s-serveradmin" $fullname)
        "keys" (dict $credentials.serveradmin.keys.password 32))
  (dict "value" "credentials.oneKey" "given" $credentials.oneKey.existingSecret "name" (printf "%s-one-key" $fullname)
        "keys" (dict $credentials.oneKey.keys.key 16)) -}}
{{- if .Values.fireedge.enabled -}}
{{- $secrets = append $secrets
  (dict "value" "credentials.fireedgeKey" "given" $credentials.fireedgeKey.existingSecret "name" (printf "%s-fireedge-key" $fullname)
        "keys" (dict $credentials.fireedgeKey.keys.key 16)) -}}
{{- end -}}
{{- if eq .Values.database.type "bundled" -}}
{{- $keys := .Values.database.credentials.keys -}}
{{- $secrets = append $secrets
  (dict "value" "database.credentials" "given" .Values.database.credentials.existingSecret "name" (printf "%s-database" $fullname)
        "keys" (dict $keys.password 32 $keys.rootPassword 32)) -}}
{{- end -}}
{{- toYaml $secrets -}}
{{- end -}}

{{/* Those that the Job makes. */}}
{{- define "opennebula.madeSecrets" -}}
{{- $made := list -}}
{{- range include "opennebula.secrets" . | fromYamlArray -}}
{{- if not .given -}}{{- $made = append $made (dict "name" .name "keys" .keys) -}}{{- end -}}
{{- end -}}
{{- toYaml $made -}}
{{- end -}}

{{/* The name of one. dict root value */}}
{{- define "opennebula.secretName" -}}
{{- $wanted := .value -}}
{{- range include "opennebula.secrets" .root | fromYamlArray -}}
{{- if eq .value $wanted -}}{{- .given | default .name -}}{{- end -}}
{{- end -}}
{{- end -}}

{{- define "opennebula.databaseSecretName" -}}
{{- .Values.database.credentials.existingSecret | default (printf "%s-database" (include "opennebula.fullname" .)) -}}
{{- end -}}

{{/* Secrets that were made stay when the release goes, so they have no label of Helm's. */}}
{{- define "opennebula.keptLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: secrets
app.kubernetes.io/part-of: opennebula
{{- end -}}

{{- define "opennebula.secretsContainer" -}}
- name: make-secrets
  {{- include "opennebula.frontendImage" . | nindent 2 }}
  command: [ruby, /plan/make-secrets.rb, /plan/plan.json]
  {{- include "opennebula.containerRest" (dict "root" . "values" .Values.secretsJob
        "volumeMounts" (list (dict "name" "plan" "mountPath" "/plan" "readOnly" true) (dict "name" "scratch" "mountPath" "/tmp"))) | trim | nindent 2 }}
{{- end -}}
