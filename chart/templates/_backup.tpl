{{/* Backups by schedule, and how one comes back. */}}

{{- define "opennebula.backupClaim" -}}
{{- .Values.persistence.backup.existingClaim | default (printf "%s-backup" (include "opennebula.fullname" .)) -}}
{{- end -}}

{{- define "opennebula.backupVolume" -}}
name: backups
persistentVolumeClaim:
  claimName: {{ include "opennebula.backupClaim" . }}
{{- end -}}

{{/* The claim of oned's StatefulSet, or the one that was given. dict root name volume */}}
{{- define "opennebula.onedVolume" -}}
name: {{ .name }}
persistentVolumeClaim:
  claimName: {{ .volume.existingClaim | default (printf "%s-%s-oned-0" .name (include "opennebula.fullname" .root)) }}
{{- end -}}

{{/* What a pod beside oned has of its volumes: it reads them as oned does, and has its locks on them. */}}
{{- define "opennebula.besideMounts" -}}
{{- $mounts := list
  (dict "name" "settings" "mountPath" "/etc/onefrontend/chart" "readOnly" true)
  (dict "name" "data" "mountPath" "/etc/one" "subPath" "etc" "readOnly" true)
  (dict "name" "data" "mountPath" "/var/lib/one" "subPath" "lib") -}}
{{- if .Values.persistence.datastores.enabled -}}
{{- $mounts = append $mounts (dict "name" "datastores" "mountPath" "/var/lib/one/datastores" "subPath" "datastores" "readOnly" true) -}}
{{- end -}}
{{- concat $mounts (include "opennebula.scratchMounts" . | fromYamlArray) | toYaml -}}
{{- end -}}

{{/* Its volumes. dict root name: of the ConfigMap */}}
{{- define "opennebula.besideVolumes" -}}
{{- $persistence := .root.Values.persistence -}}
{{- $volumes := list
  (dict "name" "settings" "configMap" (dict "name" .name "defaultMode" 0444))
  (include "opennebula.onedVolume" (dict "root" .root "name" "data" "volume" $persistence.data) | fromYaml)
  (dict "name" "memory" "emptyDir" (dict "medium" "Memory" "sizeLimit" "16Mi"))
  (dict "name" "scratch" "emptyDir" dict) -}}
{{- if $persistence.datastores.enabled -}}
{{- $volumes = append $volumes (include "opennebula.onedVolume" (dict "root" .root "name" "datastores" "volume" $persistence.datastores) | fromYaml) -}}
{{- end -}}
{{- toYaml $volumes -}}
{{- end -}}

{{- define "opennebula.backupContainer" -}}
- name: back-up
  {{- include "opennebula.frontendImage" . | nindent 2 }}
  command: [/bin/sh, -eu, /etc/onefrontend/chart/back-up.sh]
  {{- include "opennebula.containerRest" (dict "root" . "values" .Values.backup
        "env" (list (dict "name" "NAME" "value" (include "opennebula.fullname" .)) (dict "name" "KEEP" "value" (toString .Values.backup.keep)))
        "volumeMounts" (append (include "opennebula.besideMounts" . | fromYamlArray) (dict "name" "backups" "mountPath" "/backups"))) | trim | nindent 2 }}
{{- end -}}

{{/* Before oned's container, with what that one has. */}}
{{- define "opennebula.restoreContainer" -}}
{{- $mounts := append (include "opennebula.onedMounts" . | fromYamlArray) (dict "name" "settings" "mountPath" "/etc/onefrontend/chart" "readOnly" true) -}}
{{- $mounts = append $mounts (dict "name" "backups" "mountPath" "/backups" "readOnly" true) -}}
{{- if .Values.restore.key.existingSecret -}}
{{- $mounts = append $mounts (dict "name" "restore-key" "mountPath" "/etc/onefrontend/restore" "readOnly" true) -}}
{{- end -}}
- name: restore
  {{- include "opennebula.frontendImage" . | nindent 2 }}
  command: [/bin/sh, -eu, /etc/onefrontend/chart/restore.sh]
  env:
    - {name: NAME, value: {{ include "opennebula.fullname" . | quote }}}
    - {name: BACKUP, value: {{ .Values.restore.file | quote }}}
    - {name: REPLACE, value: {{ .Values.restore.replace | quote }}}
  resources:
    {{- toYaml .Values.oned.resources | nindent 4 }}
  securityContext:
    {{- include "opennebula.containerSecurityContext" (dict "root" . "values" .Values.oned) | nindent 4 }}
  volumeMounts:
    {{- toYaml $mounts | nindent 4 }}
{{- end -}}

{{/* Whether another pod may mount what oned has mounted. */}}
{{- define "opennebula.canMountBeside" -}}
{{- $persistence := .Values.persistence -}}
{{- $volumes := list $persistence.data -}}
{{- if $persistence.datastores.enabled }}{{ $volumes = append $volumes $persistence.datastores }}{{ end -}}
{{- $can := true -}}
{{- range $volumes -}}{{- if has "ReadWriteOncePod" .accessModes -}}{{- $can = false -}}{{- end -}}{{- end -}}
{{- if $can }}yes{{ end -}}
{{- end -}}

{{- define "opennebula.guardContainer" -}}
- name: guard
  {{- include "opennebula.frontendImage" . | nindent 2 }}
  command: [/bin/sh, -eu, /etc/onefrontend/chart/guard.sh]
  {{- include "opennebula.containerRest" (dict "root" . "values" .Values.upgrade
        "env" (list (dict "name" "GUARD" "value" .Values.upgrade.guard))
        "volumeMounts" (include "opennebula.besideMounts" . | fromYamlArray)) | trim | nindent 2 }}
{{- end -}}
