{{/* Volumes that the pods of the image share the shape of. */}}

{{/* What must be writable and never lasts. */}}
{{- define "opennebula.scratchMounts" -}}
- {name: memory, mountPath: /run, subPath: run}
- {name: scratch, mountPath: /tmp, subPath: tmp}
- {name: scratch, mountPath: /var/tmp, subPath: var-tmp}
{{- end -}}

{{/* The supervisor's grace is that of the pod. */}}
{{- define "opennebula.graceEnv" -}}
- {name: GRACE_SECONDS, value: {{ .terminationGracePeriodSeconds | quote }}}
{{- end -}}

{{/* A claim of a StatefulSet: its labels never change, or the StatefulSet could not be upgraded. dict root name component volume */}}
{{- define "opennebula.claim" -}}
- metadata:
    name: {{ .name }}
    labels:
      {{- include "opennebula.selector" . | nindent 6 }}
    {{- with .volume.annotations }}
    annotations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  {{- include "opennebula.claimSpec" .volume | nindent 2 }}
{{- end -}}

{{- define "opennebula.claimSpec" -}}
spec:
  accessModes: {{ toJson .accessModes }}
  {{- if eq .storageClass "-" }}
  storageClassName: ""
  {{- else if .storageClass }}
  storageClassName: {{ .storageClass }}
  {{- end }}
  resources:
    requests: {storage: {{ .size }}}
{{- end -}}
