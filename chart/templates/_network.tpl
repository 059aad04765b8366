{{/* Pieces of NetworkPolicies. */}}

{{/* Components whose pods have the machine's network: no NetworkPolicy holds for them, and they come from its address. */}}
{{- define "opennebula.componentsOnMachine" -}}
{{- $there := list -}}
{{- if include "opennebula.onMachine" . -}}
{{- $there = ternary (list "oned" "onegate") (list "oned") .Values.onegate.enabled -}}
{{- end -}}
{{- toYaml $there -}}
{{- end -}}

{{/* Pods of this release, of these components. dict root components */}}
{{- define "opennebula.peers" -}}
{{- $onMachine := include "opennebula.componentsOnMachine" .root | fromYamlArray -}}
- podSelector:
    matchLabels:
      app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
      app.kubernetes.io/instance: {{ .root.Release.Name }}
    matchExpressions:
      - {key: app.kubernetes.io/component, operator: In, values: {{ toJson .components }}}
{{- $machines := list -}}
{{- range .components }}{{ if has . $onMachine }}{{ $machines = $.root.Values.networkPolicy.machines }}{{ end }}{{ end }}
{{- include "opennebula.networks" $machines }}
{{- end -}}

{{- define "opennebula.networks" -}}
{{- range . }}
- ipBlock: {cidr: {{ . | quote }}}
{{- end }}
{{- end -}}

{{/* Ports in one line each. */}}
{{- define "opennebula.policyPorts" -}}
{{- range . }}
- {protocol: {{ .protocol | default "TCP" }}, port: {{ int64 .port }}{{ with .endPort }}, endPort: {{ int64 . }}{{ end }}}
{{- end }}
{{- end -}}

{{/* One rule. dict direction: from or to; peers: text, everybody where it is empty; ports: a list of numbers or maps */}}
{{- define "opennebula.rule" -}}
{{- $ports := list -}}
{{- range .ports -}}{{- $ports = append $ports (ternary . (dict "port" .) (kindIs "map" .)) -}}{{- end -}}
- ports:
    {{- include "opennebula.policyPorts" $ports | trim | nindent 4 }}
  {{- with .peers }}
  {{ $.direction }}:
    {{- . | trim | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "opennebula.dnsRule" -}}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list 53 (dict "port" 53 "protocol" "UDP"))) }}
{{- end -}}

{{/* A whole policy. dict root component ingress egress (texts) annotations */}}
{{- define "opennebula.policy" -}}
{{- $extra := get .root.Values.networkPolicy.extra .component | default dict -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
{{ include "opennebula.metadata" (dict "root" .root "component" .component "suffix" .component "annotations" .annotations) }}
spec:
  podSelector:
    matchLabels:
      {{- include "opennebula.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  {{- if or .ingress $extra.ingress }}
  ingress:
    {{- with .ingress }}{{ . | nindent 4 }}{{ end }}
    {{- with $extra.ingress }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- else }}
  ingress: []
  {{- end }}
  {{- if or .egress $extra.egress }}
  egress:
    {{- with .egress }}{{ . | nindent 4 }}{{ end }}
    {{- with $extra.egress }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- else }}
  egress: []
  {{- end }}
{{- end -}}

{{/* Who may come to each component. dict root component */}}
{{- define "opennebula.ingressOf" -}}
{{- $policy := .root.Values.networkPolicy -}}
{{- $service := .root.Values.service -}}
{{- $ports := include "opennebula.ports" .root | fromYaml -}}
{{- if eq .component "oned" -}}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 2633) "peers" (include "opennebula.peers" (dict "root" .root "components" (list "fireedge" "oneflow" "onegate" "oneform" "oneks" "tests")))) }}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 2101) "peers" (include "opennebula.peers" (dict "root" .root "components" (list "fireedge" "oneflow" "oneks")))) }}
{{- $hypervisors := list $ports.monitoring (dict "port" $ports.monitoring "protocol" "UDP") $ports.enrollment -}}
{{- if $service.ssh.enabled }}{{ $hypervisors = append $hypervisors 22 }}{{ end }}
{{ include "opennebula.rule" (dict "direction" "from" "ports" $hypervisors "peers" (include "opennebula.networks" $policy.hypervisors)) }}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 22 $ports.monitoring $ports.enrollment) "peers" (include "opennebula.peers" (dict "root" .root "components" (list "oned" "tests")))) }}
{{- if or $policy.rpc (ne $service.rpc.type "ClusterIP") }}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 2633) "peers" (ternary (toYaml $policy.rpc) "" (not (empty $policy.rpc)))) }}
{{- end }}
{{- if .root.Values.metrics.enabled }}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list .root.Values.metrics.port) "peers" (toYaml $policy.metrics)) }}
{{- end }}
{{- else if eq .component "fireedge" -}}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 2616) "peers" (ternary (toYaml $policy.people) "" (not (empty $policy.people)))) }}
{{- if $policy.people }}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 2616) "peers" (include "opennebula.peers" (dict "root" .root "components" (list "tests")))) }}
{{- end }}
{{- else if eq .component "oneflow" -}}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 2474) "peers" (include "opennebula.peers" (dict "root" .root "components" (list "fireedge" "onegate" "tests")))) }}
{{- else if eq .component "onegate" -}}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 5030) "peers" (include "opennebula.networks" $policy.hypervisors)) }}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 5030) "peers" (include "opennebula.peers" (dict "root" .root "components" (list "tests")))) }}
{{- else if eq .component "guacd" -}}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 4822) "peers" (include "opennebula.peers" (dict "root" .root "components" (list "fireedge" "tests")))) }}
{{- else if eq .component "oneform" -}}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 13013) "peers" (include "opennebula.peers" (dict "root" .root "components" (list "fireedge" "tests")))) }}
{{- else if eq .component "oneks" -}}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 10780) "peers" (include "opennebula.peers" (dict "root" .root "components" (list "fireedge" "tests")))) }}
{{- else if eq .component "database" -}}
{{ include "opennebula.rule" (dict "direction" "from" "ports" (list 3306) "peers" (include "opennebula.peers" (dict "root" .root "components" (list "oned" "backup" "guard")))) }}
{{- end -}}
{{- end -}}

{{/* Where each component may go. dict root component */}}
{{- define "opennebula.egressOf" -}}
{{- $policy := .root.Values.networkPolicy -}}
{{- $ports := include "opennebula.ports" .root | fromYaml -}}
{{- $hypervisors := include "opennebula.networks" $policy.hypervisors -}}
{{- $oned := include "opennebula.peers" (dict "root" .root "components" (list "oned")) -}}
{{- if ne .component "database" }}
{{- include "opennebula.dnsRule" . }}
{{- end }}
{{- if and (has .component (list "oned" "backup" "guard")) (eq .root.Values.database.type "bundled") }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list 3306) "peers" (include "opennebula.peers" (dict "root" .root "components" (list "database")))) }}
{{- else if and (has .component (list "oned" "backup" "guard")) (eq .root.Values.database.type "external") }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list (int64 .root.Values.database.connection.port)) "peers" (include "opennebula.networks" $policy.database)) }}
{{- end }}
{{- if has .component (list "fireedge" "oneflow" "oneks") }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list 2633 2101) "peers" $oned) }}
{{- else if has .component (list "onegate" "oneform") }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list 2633) "peers" $oned) }}
{{- end }}
{{- if eq .component "fireedge" }}
{{- range $name, $port := dict "oneflow" 2474 "guacd" 4822 "oneform" 13013 "oneks" 10780 }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list $port) "peers" (include "opennebula.peers" (dict "root" $.root "components" (list $name)))) }}
{{- end }}
{{- else if eq .component "onegate" }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list 2474) "peers" (include "opennebula.peers" (dict "root" .root "components" (list "oneflow")))) }}
{{- else if eq .component "guacd" }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list 22 3389 (dict "port" 5900 "endPort" 65535)) "peers" $hypervisors) }}
{{- else if eq .component "oned" }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list 22) "peers" $hypervisors) }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list 22 $ports.monitoring $ports.enrollment) "peers" $oned) }}
{{- with $policy.internet }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list 80 443) "peers" (include "opennebula.networks" .)) }}
{{- end }}
{{- else if has .component (list "oneform" "oneks") }}
{{- with $policy.internet }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list 80 443) "peers" (include "opennebula.networks" .)) }}
{{- end }}
{{- else if eq .component "tests" }}
{{- if .root.Values.tests.outside }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list $ports.enrollment)) }}
{{- end }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list 2633 (include "opennebula.sshdPort" .root | int64) $ports.monitoring $ports.enrollment) "peers" $oned) }}
{{- range include "opennebula.services" .root | fromYamlArray }}
{{ include "opennebula.rule" (dict "direction" "to" "ports" (list .port) "peers" (include "opennebula.peers" (dict "root" $.root "components" (list .name)))) }}
{{- end }}
{{- end }}
{{- end -}}
