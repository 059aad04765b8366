{{/* The containers of oned's pod. */}}

{{/* A file for each secret, as the settings name them. */}}
{{- define "opennebula.onedSecretSources" -}}
{{- $credentials := .Values.credentials -}}
- secret:
    name: {{ include "opennebula.secretName" (dict "root" . "value" "credentials.oneadmin") }}
    items: [{key: {{ $credentials.oneadmin.keys.password }}, path: oneadmin}]
- secret:
    name: {{ include "opennebula.secretName" (dict "root" . "value" "credentials.serveradmin") }}
    items: [{key: {{ $credentials.serveradmin.keys.password }}, path: serveradmin}]
- secret:
    name: {{ include "opennebula.secretName" (dict "root" . "value" "credentials.oneKey") }}
    items: [{key: {{ $credentials.oneKey.keys.key }}, path: one-key}]
{{- if ne .Values.database.type "sqlite" }}
- secret:
    name: {{ include "opennebula.databaseSecretName" . }}
    items: [{key: {{ .Values.database.credentials.keys.password }}, path: database}]
{{- end }}
{{- with $credentials.sshUser }}{{ if .existingSecret }}
- secret:
    name: {{ .existingSecret }}
    items: [{key: {{ .keys.privateKey }}, path: ssh/id_rsa}]
{{- end }}{{ end }}
{{- with $credentials.sshHost }}{{ if .existingSecret }}
- secret:
    name: {{ .existingSecret }}
    items:
      - {key: {{ .keys.ed25519 }}, path: ssh/ssh_host_ed25519_key}
      - {key: {{ .keys.ecdsa }}, path: ssh/ssh_host_ecdsa_key}
      - {key: {{ .keys.rsa }}, path: ssh/ssh_host_rsa_key}
{{- end }}{{ end }}
{{- with $credentials.enrollmentCA }}{{ if .existingSecret }}
- secret:
    name: {{ .existingSecret }}
    items:
      - {key: {{ .keys.certificate }}, path: ca/tls.crt}
      - {key: {{ .keys.key }}, path: ca/tls.key}
{{- end }}{{ end }}
{{- end -}}

{{/* The folders of the volume, owned by oneadmin, before they are mounted. */}}
{{- define "opennebula.prepareVolumes" -}}
- name: prepare-volumes
  {{- include "opennebula.frontendImage" . | nindent 2 }}
  command: [/bin/sh, -eu, /etc/onefrontend/chart/prepare-volumes.sh]
  resources:
    requests: {cpu: 10m, memory: 32Mi}
    limits: {memory: 128Mi}
  securityContext:
    {{- include "opennebula.containerSecurityContext" (dict "root" . "values" .Values.oned) | nindent 4 }}
  volumeMounts:
    - {name: settings, mountPath: /etc/onefrontend/chart, readOnly: true}
    - {name: data, mountPath: /volumes/data}
    {{- if .Values.persistence.datastores.enabled }}
    - {name: datastores, mountPath: /volumes/datastores}
    {{- end }}
{{- end -}}

{{- define "opennebula.onedInitContainers" -}}
{{ include "opennebula.prepareVolumes" . }}
{{- if eq .Values.frontend.mode "restore" }}
{{ include "opennebula.restoreContainer" . }}
{{- end }}
{{- end -}}

{{- define "opennebula.onedMounts" -}}
{{- $mounts := list
  (dict "name" "settings" "mountPath" "/etc/onefrontend/settings.yaml" "subPath" "settings.yaml" "readOnly" true)
  (dict "name" "secrets" "mountPath" (include "opennebula.secretsFolder" .) "readOnly" true)
  (dict "name" "data" "mountPath" "/etc/one" "subPath" "etc")
  (dict "name" "data" "mountPath" "/var/lib/one" "subPath" "lib")
  (dict "name" "data" "mountPath" "/var/log/one" "subPath" "log") -}}
{{- if .Values.persistence.datastores.enabled -}}
{{- $mounts = append $mounts (dict "name" "datastores" "mountPath" "/var/lib/one/datastores" "subPath" "datastores") -}}
{{- end -}}
{{- concat $mounts (include "opennebula.scratchMounts" . | fromYamlArray) | toYaml -}}
{{- end -}}

{{- define "opennebula.onedContainer" -}}
{{- $ports := include "opennebula.ports" . | fromYaml -}}
- name: oned
  {{- include "opennebula.frontendImage" . | nindent 2 }}
  args: [oned]
  ports:
    - {name: rpc, containerPort: 2633}
    - {name: grpc, containerPort: 2634}
    - {name: events, containerPort: 2101}
    - {name: monitoring-tcp, containerPort: {{ $ports.monitoring }}}
    - {name: monitoring-udp, containerPort: {{ $ports.monitoring }}, protocol: UDP}
    - {name: ssh, containerPort: {{ include "opennebula.sshdPort" . }}}
    - {name: enrollment, containerPort: {{ $ports.enrollment }}}
    {{- if .Values.metrics.enabled }}
    - {name: metrics, containerPort: {{ .Values.metrics.port }}}
    {{- end }}
  {{- include "opennebula.probes" (dict "root" . "values" .Values.oned
        "startup" (list "onefrontend" "live" "oned")
        "readiness" (list "onefrontend" "ready" "oned" "sshd" "enrollment")
        "liveness" (list "onefrontend" "live" "oned")) | trim | nindent 2 }}
  {{- include "opennebula.containerRest" (dict "root" . "values" .Values.oned
        "env" (include "opennebula.graceEnv" .Values.oned | fromYamlArray)
        "volumeMounts" (include "opennebula.onedMounts" . | fromYamlArray)) | trim | nindent 2 }}
{{- end -}}
