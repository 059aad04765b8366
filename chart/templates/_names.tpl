{{/* How objects are called, labelled and selected. */}}

{{- define "opennebula.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name -}}
{{- end -}}
{{- end -}}

{{/* What a Service or a StatefulSet selects: never changes in the life of a release. dict root component */}}
{{- define "opennebula.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* dict root component */}}
{{- define "opennebula.labels" -}}
{{- include "opennebula.merged" (list .root.Values.global.commonLabels (include "opennebula.ownLabels" . | fromYaml)) -}}
{{- end -}}

{{- define "opennebula.ownLabels" -}}
{{ include "opennebula.selector" . }}
app.kubernetes.io/part-of: opennebula
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The head of every object. dict root component suffix labels annotations name; suffix: what stands behind the full name */}}
{{- define "opennebula.metadata" -}}
metadata:
  name: {{ .name | default (printf "%s-%s" (include "opennebula.fullname" .root) .suffix) }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "opennebula.merged" (list (.labels | default dict) (include "opennebula.labels" . | fromYaml)) | nindent 4 }}
  {{- with include "opennebula.merged" (list .root.Values.global.commonAnnotations (.annotations | default dict)) }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "opennebula.serviceAccountName" -}}
{{- if .Values.serviceAccount.name -}}
{{- .Values.serviceAccount.name -}}
{{- else if .Values.serviceAccount.create -}}
{{- include "opennebula.fullname" . -}}
{{- else -}}
default
{{- end -}}
{{- end -}}

{{/* A digest wins over a tag. dict root image tag */}}
{{- define "opennebula.image" -}}
{{- with .image.registry | default .root.Values.global.imageRegistry }}{{ . }}/{{ end -}}
{{- .image.repository -}}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ .image.tag | default .tag }}{{ end -}}
{{- end -}}

{{- define "opennebula.frontendImage" -}}
image: {{ include "opennebula.image" (dict "root" . "image" .Values.image "tag" .Chart.AppVersion) }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end -}}

{{- define "opennebula.databaseImage" -}}
image: {{ include "opennebula.image" (dict "root" . "image" .Values.database.image) }}
imagePullPolicy: {{ .Values.database.image.pullPolicy }}
{{- end -}}
