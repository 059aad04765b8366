{{/* Services that bring something out of the cluster. */}}

{{/* What all of them may say; in the machine's network a Service is for those inside alone. dict values: of the Service */}}
{{- define "opennebula.outside" -}}
{{- $inside := has .values.type (list "ClusterIP" "hostNetwork") -}}
type: {{ ternary "ClusterIP" .values.type $inside }}
{{- if not $inside }}
externalTrafficPolicy: {{ .values.externalTrafficPolicy }}
{{- end }}
{{- if eq .values.type "LoadBalancer" }}
{{- with .values.loadBalancerClass }}
loadBalancerClass: {{ . }}
{{- end }}
{{- with .values.loadBalancerIP }}
loadBalancerIP: {{ . }}
{{- end }}
{{- with .values.sourceRanges }}
loadBalancerSourceRanges: {{ toJson . }}
{{- end }}
{{- end }}
{{- with .values.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with .values.ipFamilies }}
ipFamilies: {{ toJson . }}
{{- end }}
{{- end -}}

{{/* A port with its node port, where it has one. dict name port nodePort protocol */}}
{{- define "opennebula.port" -}}
- {name: {{ .name }}, port: {{ int64 .port }}, targetPort: {{ .name }}, protocol: {{ .protocol | default "TCP" }}{{ with .nodePort }}, nodePort: {{ int64 . }}{{ end }}}
{{- end -}}

{{/* What hypervisors need, each as it is listened on. dict root protocol: one of them, or both where it is empty */}}
{{- define "opennebula.hypervisorPorts" -}}
{{- $service := .root.Values.service -}}
{{- $ports := include "opennebula.ports" .root | fromYaml -}}
{{- if ne .protocol "UDP" }}
{{ include "opennebula.port" (dict "name" "monitoring-tcp" "port" $ports.monitoring "nodePort" $service.monitoring.nodePort) }}
{{- end }}
{{- if ne .protocol "TCP" }}
{{ include "opennebula.port" (dict "name" "monitoring-udp" "port" $ports.monitoring "nodePort" $service.monitoring.nodePort "protocol" "UDP") }}
{{- end }}
{{- if ne .protocol "UDP" }}
{{- if $service.ssh.enabled }}
{{ include "opennebula.port" (dict "name" "ssh" "port" $ports.ssh "nodePort" $service.ssh.nodePort) }}
{{- end }}
{{ include "opennebula.port" (dict "name" "enrollment" "port" $ports.enrollment "nodePort" $service.enrollment.nodePort) }}
{{- if .root.Values.onegate.enabled }}
{{ include "opennebula.port" (dict "name" "onegate" "port" $ports.onegate "nodePort" $service.onegate.nodePort) }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Its pods are oned's and OneGate's; each port finds those that have it. dict root suffix protocol annotations */}}
{{- define "opennebula.hypervisorService" -}}
{{- $values := .root.Values.service.hypervisors -}}
apiVersion: v1
kind: Service
{{ include "opennebula.metadata" (dict "root" .root "component" "hypervisors" "suffix" .suffix "labels" $values.labels
     "annotations" (include "opennebula.merged" (list $values.annotations .annotations) | fromYaml)) }}
spec:
  {{- include "opennebula.outside" (dict "values" $values) | nindent 2 }}
  selector:
    app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
    app.kubernetes.io/instance: {{ .root.Release.Name }}
    opennebula.io/hypervisors: "true"
  ports:
    {{- include "opennebula.hypervisorPorts" . | trim | nindent 4 }}
{{- end -}}

{{/* For people and programs. dict root name component values port target */}}
{{- define "opennebula.exposed" -}}
apiVersion: v1
kind: Service
{{ include "opennebula.metadata" (dict "root" .root "component" .component "suffix" .name "annotations" .values.annotations) }}
spec:
  {{- include "opennebula.outside" . | nindent 2 }}
  selector:
    {{- include "opennebula.selector" . | nindent 4 }}
  ports:
    {{- include "opennebula.port" (dict "name" .target "port" .port "nodePort" .values.nodePort) | nindent 4 }}
{{- end -}}
