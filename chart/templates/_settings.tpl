{{/* The settings of `onefrontend configure` (docs/configure.md): one file for oned, one for the services beside it. */}}

{{- define "opennebula.secretsFolder" -}}/etc/onefrontend/secrets{{- end -}}

{{/* Whether oned's pod and OneGate's have the machine's network. */}}
{{- define "opennebula.onMachine" -}}
{{- if eq .Values.service.hypervisors.type "hostNetwork" }}yes{{ end -}}
{{- end -}}

{{/* With NodePorts hypervisors come to the node port, and know only the port that is listened on; of SSH they are told. */}}
{{- define "opennebula.ports" -}}
{{- $service := .Values.service -}}
{{- $outside := eq $service.hypervisors.type "NodePort" -}}
monitoring: {{ ternary $service.monitoring.nodePort $service.monitoring.port $outside }}
enrollment: {{ ternary $service.enrollment.nodePort $service.enrollment.port $outside }}
onegate: {{ ternary $service.onegate.nodePort $service.onegate.port $outside }}
ssh: {{ ternary $service.ssh.nodePort $service.ssh.port (and $outside $service.ssh.enabled) }}
{{- end -}}

{{/* In the machine's network 22 is the machine's own, so sshd listens where hypervisors come. */}}
{{- define "opennebula.sshdPort" -}}
{{- ternary .Values.service.ssh.port 22 (eq (include "opennebula.onMachine" .) "yes") -}}
{{- end -}}

{{- define "opennebula.commonSettings" -}}
version: {{ .Values.frontend.version | quote }}
frontend:
  address: {{ .Values.frontend.address | quote }}
  extraAddresses: {{ toJson .Values.frontend.extraAddresses }}
  insideNetworks: {{ toJson .Values.frontend.insideNetworks }}
  ipv6: {{ .Values.frontend.ipv6 }}
{{- end -}}

{{- define "opennebula.onedSettings" -}}
{{- $ports := include "opennebula.ports" . | fromYaml -}}
{{- $folder := include "opennebula.secretsFolder" . -}}
{{ include "opennebula.commonSettings" . }}
credentials:
  oneadmin: {passwordFile: {{ $folder }}/oneadmin}
  serveradmin: {passwordFile: {{ $folder }}/serveradmin}
  oneKey: {keyFile: {{ $folder }}/one-key}
oned:
  eventsListenAddress: 0.0.0.0 # for the services beside it; nobody else gets there
monitoring:
  port: {{ $ports.monitoring }}
enrollment:
  port: {{ $ports.enrollment }}
sshd:
  port: {{ include "opennebula.sshdPort" . }}
  nodesPort: {{ $ports.ssh }}
  hostKeyDirectory: /var/lib/one/ssh-host-keys
onegate:
{{- if .Values.onegate.enabled }}
  proxy: {enabled: true, address: {{ .Values.service.onegate.address | default .Values.frontend.address | quote }}, port: {{ $ports.onegate }}}
{{- else }}
  endpoint: ""
  proxy: {enabled: false}
{{- end }}
database:
{{- if eq .Values.database.type "sqlite" }}
  backend: sqlite
{{- else }}
  backend: mysql
  connection:
    host: {{ include "opennebula.databaseHost" . | quote }}
    port: {{ include "opennebula.databasePort" . }}
    name: {{ .Values.database.connection.name }}
  credentials: {username: {{ .Values.database.credentials.username }}, passwordFile: {{ $folder }}/database}
  pool: {{ .Values.database.pool }}
  {{- with .Values.database.charset }}
  charset: {{ . }}
  {{- end }}
{{- end }}
{{- $onefrontend := include "opennebula.merged" (list (include "opennebula.metricsListener" . | fromYaml) .Values.config.onefrontend) | fromYaml -}}
{{- include "opennebula.config" (merge (dict "onefrontend" $onefrontend) (pick .Values.config "oned" "monitord" "network" "hem")) }}
{{- end -}}

{{/* Where Prometheus finds `onefrontend serve`; by itself it only listens to its own pod. */}}
{{- define "opennebula.metricsListener" -}}
{{- if .Values.metrics.enabled -}}
metrics_address: {{ ternary "::" "0.0.0.0" .Values.frontend.ipv6 | quote }}
metrics_port: {{ .Values.metrics.port }}
{{- end -}}
{{- end -}}

{{/* They get serveradmin's password, nothing of oneadmin's, and no database. */}}
{{- define "opennebula.serviceSettings" -}}
{{ include "opennebula.guacdSettings" . }}
credentials:
  serveradmin: {passwordFile: {{ include "opennebula.secretsFolder" . }}/serveradmin}
{{- end -}}

{{/* guacd talks to whatever a console shows, so it gets no password at all. */}}
{{- define "opennebula.guacdSettings" -}}
{{- $fullname := include "opennebula.fullname" . -}}
{{ include "opennebula.commonSettings" . }}
endpoints:
  oned: http://{{ $fullname }}-oned:2633/RPC2
  events: tcp://{{ $fullname }}-oned:2101
  oneflow: http://{{ $fullname }}-oneflow:2474
  oneform: http://{{ $fullname }}-oneform:13013/api/v1
  guacd: {{ $fullname }}-guacd:4822
fireedge: {listenAddress: 0.0.0.0}
oneflow: {listenAddress: 0.0.0.0}
onegate:
  listenAddress: 0.0.0.0
  proxy: {enabled: true, address: {{ .Values.service.onegate.address | default .Values.frontend.address | quote }}}
oneform: {listenAddress: 0.0.0.0}
oneks: {listenAddress: 0.0.0.0}
guacd: {listenAddress: 0.0.0.0}
{{- include "opennebula.config" (pick .Values.config "fireedge" "sunstone" "oneflow" "onegate" "oneform" "oneks") }}
{{- end -}}

{{- define "opennebula.databaseHost" -}}
{{- if eq .Values.database.type "bundled" -}}
{{ include "opennebula.fullname" . }}-database
{{- else -}}
{{ .Values.database.connection.host }}
{{- end -}}
{{- end -}}

{{- define "opennebula.databasePort" -}}
{{- if eq .Values.database.type "bundled" }}3306{{ else }}{{ .Values.database.connection.port }}{{ end -}}
{{- end -}}

{{/* MariaDB's file: a flag that is true has its name alone. */}}
{{- define "opennebula.databaseFile" -}}
[mariadbd]
{{- range $name, $value := .Values.database.settings }}
{{- if kindIs "bool" $value }}
{{- if $value }}
{{ $name }}
{{- end }}
{{- else }}
{{ $name }} = {{ if kindIs "float64" $value }}{{ int64 $value }}{{ else }}{{ $value }}{{ end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Upgrades of the schema are tried on a copy; oned's account has to be allowed to make it. */}}
{{- define "opennebula.databaseGrant" -}}
GRANT ALL PRIVILEGES ON `{{ .Values.database.connection.name | replace "_" "\\_" }}\_trial`.* TO '{{ .Values.database.credentials.username }}'@'%';
{{- end -}}

{{/* Keys of OpenNebula's own, where there are any. */}}
{{- define "opennebula.config" -}}
{{- $given := dict -}}
{{- range $file, $keys := . -}}
{{- if $keys -}}{{- $_ := set $given $file $keys -}}{{- end -}}
{{- end -}}
{{- with $given }}
config:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
