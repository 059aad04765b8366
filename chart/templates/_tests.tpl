{{/* What `helm test` asks, from inside, through the Services. */}}

{{- define "opennebula.testPlan" -}}
{{- $fullname := include "opennebula.fullname" . -}}
{{- $ports := include "opennebula.ports" . | fromYaml -}}
{{- $hypervisors := printf "%s-hypervisors%s" $fullname (ternary "-tcp" "" (eq .Values.service.hypervisors.mixedProtocol "split")) -}}
checks:
  - {what: oned, how: rpc, host: {{ $fullname }}-oned, port: 2633}
  - {what: monitoring, how: tcp, host: {{ $hypervisors }}, port: {{ $ports.monitoring }}}
  {{- if .Values.service.ssh.enabled }}
  - {what: sshd, how: ssh, host: {{ $hypervisors }}, port: {{ $ports.ssh }}}
  {{- end }}
  - {what: enrollment, how: enrollment, host: {{ $hypervisors }}, port: {{ $ports.enrollment }}}
  {{- if .Values.tests.outside }}
  - {what: enrollment from outside, how: enrollment, host: {{ .Values.frontend.address | quote }}, port: {{ $ports.enrollment }}}
  {{- end }}
  {{- if .Values.tests.join }}
  - {what: a played join, how: join, host: {{ $hypervisors }}, port: {{ $ports.enrollment }}}
  {{- end }}
  {{- if and .Values.tests.join .Values.tests.outside }}
  - {what: a played join from outside, how: join, host: {{ .Values.frontend.address | quote }}, port: {{ $ports.enrollment }}, inside: {{ $hypervisors }}}
  {{- end }}
  {{- range include "opennebula.services" . | fromYamlArray }}
  {{- if eq .name "guacd" }}
  - {what: guacd, how: tcp, host: {{ $fullname }}-guacd, port: {{ .port }}}
  {{- else if eq .name "fireedge" }}
  - {what: fireedge, how: http, host: {{ $fullname }}-fireedge, port: {{ .port }}, path: /fireedge/sunstone, status: 200}
  {{- else }}
  - {what: {{ .name }}, how: http, host: {{ $fullname }}-{{ .name }}, port: {{ .port }}, path: {{ ternary "/service" "/" (eq .name "oneflow") }}, status: 401}
  {{- end }}
  {{- end }}
{{- end -}}

{{- define "opennebula.testContainer" -}}
- name: check-services
  {{- include "opennebula.frontendImage" . | nindent 2 }}
  command: [ruby, /plan/check-services.rb, /plan/plan.json]
  {{- $mounts := list (dict "name" "plan" "mountPath" "/plan" "readOnly" true) (dict "name" "scratch" "mountPath" "/tmp") -}}
  {{- if .Values.tests.join -}}
  {{- $mounts = append $mounts (dict "name" "oneadmin" "mountPath" "/oneadmin" "readOnly" true) -}}
  {{- end -}}
  {{- include "opennebula.containerRest" (dict "root" . "values" .Values.tests "volumeMounts" $mounts) | trim | nindent 2 }}
{{- end -}}
