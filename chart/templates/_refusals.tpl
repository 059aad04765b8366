{{/* What cannot work is refused here, with the value, the reason and what to set. All that is wrong is said at once. */}}

{{- define "opennebula.refusals" -}}
{{- include "opennebula.refusals.names" . }}
{{- include "opennebula.refusals.replicas" . }}
{{- include "opennebula.refusals.hypervisors" . }}
{{- include "opennebula.refusals.ports" . }}
{{- include "opennebula.refusals.machine" . }}
{{- include "opennebula.refusals.people" . }}
{{- include "opennebula.refusals.database" . }}
{{- include "opennebula.refusals.secrets" . }}
{{- include "opennebula.refusals.backup" . }}
{{- include "opennebula.refusals.versions" . }}
{{- include "opennebula.refusals.metrics" . }}
{{- include "opennebula.refusals.passthrough" . }}
{{- end -}}

{{- define "opennebula.refusals.names" -}}
{{- $fullname := include "opennebula.fullname" . -}}
{{- $address := .Values.frontend.address -}}
{{- if gt (len $fullname) 40 }}
- the name {{ $fullname }} has more than 40 letters, and objects have longer ones: set fullnameOverride
{{- end }}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $fullname) }}
- the name {{ $fullname }} is none that Kubernetes takes for a Service (small letters, digits, hyphens; a letter first): set fullnameOverride
{{- end }}
{{- if not $address }}
- frontend.address is not set: the name or address by which hypervisors reach this front-end (that of its load balancer, or with NodePorts of a machine): --set frontend.address=one.example.com
{{- else if regexMatch "(://|/|\\s)" $address }}
- frontend.address is {{ $address }}: a name or an address was expected, without scheme, port and path
{{- else if regexMatch "^([^:]+:[0-9]+|\\[.*)$" $address }}
- frontend.address is {{ $address }}: ports and brackets do not belong there: set service.*.port
{{- else if regexMatch "(^localhost$|^127\\.|^0\\.0\\.0\\.0$|^::1?$)" $address }}
- frontend.address is {{ $address }}, which is each hypervisor itself: set an address that they reach
{{- else if regexMatch "(\\.svc|\\.cluster\\.local|\\.local)\\.?$" $address }}
- frontend.address is {{ $address }}, a name that only pods know: set one that hypervisors resolve
{{- end }}
{{- if not .Values.image.repository }}
- image.repository is not set: no image is published yet. Build it (docs/image.md), push it to a registry of yours: --set image.repository=registry.example.com/opennebula-frontend
{{- end }}
{{- range $value, $image := dict "image" .Values.image "database.image" .Values.database.image }}
{{- if and (eq $image.tag "latest") (not $image.digest) }}
- {{ $value }}.tag is latest, which is another image every day: set a version, or {{ $value }}.digest
{{- end }}
{{- end }}
{{- range $name, $map := .Values.config }}
{{- if regexMatch "(?im)^\\s*[\"']?:?[^\\s:]*(passw|secret)[^:\\n]*:" (toYaml $map) }}
- config.{{ $name }} has a key that looks like a password or a secret, and would stand in a ConfigMap: take it away; docs/chart.md tells where secrets go
{{- end }}
{{- end }}
{{- end -}}

{{- define "opennebula.refusals.replicas" -}}
{{- if gt (int .Values.oned.replicas) 1 }}
- oned.replicas is {{ .Values.oned.replicas }}: two oned on one database destroy it. Set 1; Kubernetes starts it again where it ends
{{- end }}
{{- $why := dict
  "fireedge" "that several share consoles was not shown"
  "oneflow" "each would scale and deploy the same services"
  "oneform" "each would work on the same provisions"
  "oneks" "each would work on the same clusters" -}}
{{- range $name, $reason := $why }}
{{- with get $.Values $name }}
{{- if and .enabled (gt (int .replicas) 1) }}
- {{ $name }}.replicas is {{ .replicas }}: {{ $reason }}. Set 1
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "opennebula.refusals.hypervisors" -}}
{{- $service := .Values.service -}}
{{- $hypervisors := $service.hypervisors -}}
{{- if eq $hypervisors.type "NodePort" }}
{{- $enabled := dict "monitoring" true "enrollment" true "onegate" .Values.onegate.enabled "ssh" $service.ssh.enabled -}}
{{- range $name, $example := dict "monitoring" 30124 "enrollment" 30125 "onegate" 30530 "ssh" 30022 }}
{{- if and (get $enabled $name) (not (get $service $name).nodePort) }}
- service.{{ $name }}.nodePort is not set, and with NodePorts hypervisors have to be told which it is: --set service.{{ $name }}.nodePort={{ $example }}
{{- end }}
{{- end }}
{{- if $hypervisors.sourceRanges }}
- service.hypervisors.sourceRanges is for load balancers; a NodePort does not look at it: set networkPolicy.hypervisors
{{- end }}
{{- end }}
{{- if eq $hypervisors.mixedProtocol "split" }}
{{- if ne $hypervisors.type "LoadBalancer" }}
- service.hypervisors.mixedProtocol is split, which only helps load balancers: with {{ $hypervisors.type }} set single
{{- else if not (or $hypervisors.loadBalancerIP $hypervisors.annotations (and $hypervisors.annotationsTCP $hypervisors.annotationsUDP)) }}
- service.hypervisors.mixedProtocol is split, but nothing says that both Services get one address, and hypervisors know only frontend.address: set service.hypervisors.loadBalancerIP, or in annotations what your load balancer shares addresses by
{{- end }}
{{- end }}
{{- $gate := $service.onegate.address | default .Values.frontend.address -}}
{{- if and .Values.onegate.enabled (ne .Values.frontend.version "7.4") $gate (not (regexMatch "^[0-9.]+$" $gate)) }}
- OpenNebula {{ .Values.frontend.version }} passes guests on to IPv4 addresses only, and OneGate's is {{ $gate }}: set service.onegate.address to the address behind it
{{- end }}
{{- end -}}

{{/* Of what oned's pod listens on, and of what one address has. */}}
{{- define "opennebula.refusals.ports" -}}
{{- $service := .Values.service -}}
{{- $onMachine := include "opennebula.onMachine" . -}}
{{- $there := omit (include "opennebula.ports" . | fromYaml) (ternary "" "onegate" .Values.onegate.enabled) (ternary "" "ssh" (or (not (empty $onMachine)) $service.ssh.enabled)) -}}
{{- $seen := dict -}}
{{- range $name, $port := $there }}
{{- $key := toString (int $port) -}}
{{- if and (int $port) (hasKey $seen $key) }}
- service.{{ $name }} and service.{{ get $seen $key }} both have port {{ $key }} at the same address: set another one
{{- end }}
{{- $_ := set $seen $key $name -}}
{{- end }}
{{- $taken := dict "2633" "oned's API" "2634" "oned's API" "2101" "oned's events" "2102" "oned's events" (toString .Values.metrics.port) "enrollment's metrics" -}}
{{- range $name, $port := pick $there "monitoring" "enrollment" (ternary "ssh" "" (not (empty $onMachine))) }}
{{- with get $taken (toString (int $port)) }}
- service.{{ $name }} has port {{ $port }}, at which oned's pod has {{ . }}: set another one
{{- end }}
{{- end }}
{{- if has $service.hypervisors.type (list "ClusterIP" "hostNetwork") }}
{{- range $name := list "monitoring" "ssh" "enrollment" "onegate" }}
{{- if (get $service $name).nodePort }}
- service.{{ $name }}.nodePort is set, but with service.hypervisors.type={{ $service.hypervisors.type }} there are no node ports: take it away, or set service.hypervisors.type=NodePort
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Of pods in the machine's own network. */}}
{{- define "opennebula.refusals.machine" -}}
{{- $service := .Values.service -}}
{{- $policy := .Values.networkPolicy -}}
{{- if include "opennebula.onMachine" . }}
{{- if not (has "host-network" .Values.frontend.acceptRisks) }}
- service.hypervisors.type is hostNetwork: oned's pod and OneGate's have the machine's network then. oned's API (2633, 2634) and its events (2101, which ask for no password) listen at the machine's address, no NetworkPolicy holds for these pods, and Pod Security has to be `privileged` in namespace {{ .Release.Namespace }}. Close these ports in the machine's firewall to all but the cluster's pods, and set frontend.acceptRisks={host-network} where that is understood
{{- end }}
{{- if eq (int $service.ssh.port) 22 }}
- service.ssh.port is 22, which is the machine's own sshd's in its network: set another one, which hypervisors are told: --set service.ssh.port=2022
{{- end }}
{{- range $name := list "monitoring" "ssh" "enrollment" }}
{{- $port := int (get $service $name).port }}
{{- if and (lt $port 1024) (ne $port 22) }}
- service.{{ $name }}.port is {{ $port }}, and in the machine's network oned's pod may not listen below 1024: set a higher one
{{- end }}
{{- end }}
{{- if .Values.onegate.enabled }}
{{- if ne (int $service.onegate.port) 5030 }}
- service.onegate.port is {{ $service.onegate.port }}, but in the machine's network nothing stands before OneGate, which listens on 5030: set 5030
{{- end }}
{{- if gt (int .Values.onegate.replicas) 1 }}
- onegate.replicas is {{ .Values.onegate.replicas }}, but in the network of oned's machine only one can have port 5030: set 1
{{- end }}
{{- end }}
{{- if $service.hypervisors.sourceRanges }}
- service.hypervisors.sourceRanges is for load balancers; in the machine's network its firewall decides: take it away
{{- end }}
{{- if and $policy.enabled (not $policy.machines) }}
- networkPolicy.machines is not set, but with hostNetwork oned comes from the machine's address, and the policies of the database and the services name pods: set the networks of the cluster's machines (--set networkPolicy.machines={192.0.2.0/24}), or networkPolicy.enabled=false
{{- end }}
{{- range $name := include "opennebula.componentsOnMachine" . | fromYamlArray }}
{{- if get $policy.extra $name }}
- networkPolicy.extra.{{ $name }} is set, but with hostNetwork no NetworkPolicy holds for that pod: take it away, and let the machine's firewall do it
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "opennebula.refusals.people" -}}
{{- $risks := .Values.frontend.acceptRisks -}}
{{- $service := .Values.service -}}
{{- if and (ne $service.rpc.type "ClusterIP") (not (has "rpc-without-tls" $risks)) }}
- service.rpc.type is {{ $service.rpc.type }}: oned's API has no TLS, so passwords would be readable on the way. Set frontend.acceptRisks={rpc-without-tls} where that is understood
{{- end }}
{{- if and (ne $service.ui.type "ClusterIP") (not (has "ui-without-tls" $risks)) }}
- service.ui.type is {{ $service.ui.type }}: Sunstone has no TLS of its own, so passwords would be readable on the way. Use ingress.enabled=true, or set frontend.acceptRisks={ui-without-tls} where that is understood
{{- end }}
{{- if and (ne $service.ui.type "ClusterIP") (not .Values.fireedge.enabled) }}
- service.ui.type is {{ $service.ui.type }}, but fireedge.enabled is false: nothing is behind it
{{- end }}
{{- range $name := list "rpc" "ui" }}
{{- with get $service $name }}
{{- if and (eq .type "NodePort") .sourceRanges }}
- service.{{ $name }}.sourceRanges is for load balancers; a NodePort does not look at it: set networkPolicy.{{ ternary "rpc" "people" (eq $name "rpc") }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.ingress }}
{{- if .enabled }}
{{- if not $.Values.fireedge.enabled }}
- ingress.enabled is true, but fireedge.enabled is false: nothing is behind it
{{- end }}
{{- if and (not .tls.enabled) (not (has "ui-without-tls" $risks)) }}
- ingress.tls.enabled is false: passwords would be readable on the way. Set it to true, or frontend.acceptRisks={ui-without-tls} where that is understood
{{- end }}
{{- if and (not .hosts) (regexMatch "^([0-9.]+|.*:.*)$" $.Values.frontend.address) }}
- ingress.hosts is empty and frontend.address is no name: set ingress.hosts={sunstone.example.com}
{{- end }}
{{- if and .tls.clusterIssuer .tls.issuer }}
- ingress.tls.clusterIssuer and ingress.tls.issuer are both set: set one of them
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "opennebula.refusals.database" -}}
{{- with .Values.database }}
{{- if eq .type "external" }}
{{- if not .connection.host }}
- database.type is external, but database.connection.host is not set: the database's name or address
{{- end }}
{{- if not .credentials.existingSecret }}
- database.type is external, but database.credentials.existingSecret is not set: a Secret whose key {{ .credentials.keys.password }} is the password of {{ .credentials.username }}
{{- end }}
{{- else if .connection.host }}
- database.connection.host is set, but database.type is {{ .type }}: set database.type=external, or take the host away
{{- end }}
{{- end }}
{{- end -}}

{{- define "opennebula.refusals.secrets" -}}
{{- if not .Values.credentials.generate }}
{{- range include "opennebula.secrets" . | fromYamlArray }}
{{- if not .given }}
- credentials.generate is false, but {{ .value }}.existingSecret is not set: a Secret with {{ keys .keys | sortAlpha | join " and " }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "opennebula.refusals.backup" -}}
{{- range $name, $volume := pick .Values.persistence "data" "datastores" }}
{{- if and $.Values.backup.enabled (has "ReadWriteOncePod" $volume.accessModes) (or (eq $name "data") $volume.enabled) }}
- backup.enabled is true, but persistence.{{ $name }}.accessModes is ReadWriteOncePod, and a backup is a pod beside oned's: set [ReadWriteOnce], or take backups by `kubectl exec` (docs/backup.md)
{{- end }}
{{- end }}
{{- with .Values.backup }}
{{- if and .encryptTo (not (contains "-----BEGIN CERTIFICATE-----" .encryptTo)) }}
- backup.encryptTo is no certificate (PEM): --set-file backup.encryptTo=backup.crt; docs/backup.md says how to make one
{{- end }}
{{- if contains "PRIVATE KEY" .encryptTo }}
- backup.encryptTo has a private key, which would stand in a ConfigMap: set the certificate alone, and keep the key away from the front-end
{{- end }}
{{- end }}
{{- if eq .Values.frontend.mode "restore" }}
{{- if and (hasSuffix ".enc" .Values.restore.file) (not .Values.restore.key.existingSecret) }}
- restore.file is {{ .Values.restore.file }}, which is encrypted, but restore.key.existingSecret is not set: a Secret whose key {{ .Values.restore.key.keys.privateKey }} is the private key
{{- end }}
{{- else if .Values.restore.replace }}
- restore.replace is true, but frontend.mode is {{ .Values.frontend.mode }}: set frontend.mode=restore, or take it away
{{- end }}
{{- end -}}

{{- define "opennebula.refusals.versions" -}}
{{- if and .Values.oneform.enabled (eq .Values.frontend.version "7.0") }}
- oneform.enabled is true, but OpenNebula 7.0 has no OneForm: set it to false
{{- end }}
{{- if and .Values.oneks.enabled (ne .Values.frontend.version "7.4") }}
- oneks.enabled is true, but OpenNebula {{ .Values.frontend.version }} has no OneKS: set it to false
{{- end }}
{{- end -}}

{{- define "opennebula.refusals.metrics" -}}
{{- $metrics := .Values.metrics -}}
{{- if and $metrics.serviceMonitor.enabled (not $metrics.enabled) }}
- metrics.serviceMonitor.enabled is true, but metrics.enabled is false: nothing answers there. Set metrics.enabled=true
{{- end }}
{{- if and $metrics.enabled .Values.networkPolicy.enabled (not .Values.networkPolicy.metrics) (not (include "opennebula.onMachine" .)) }}
- metrics.enabled is true, but networkPolicy.metrics is empty, so nobody gets there: set who may, as peers of a NetworkPolicy (--set-json 'networkPolicy.metrics=[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"monitoring"}}}]')
{{- end }}
{{- range $key := list "metrics_address" "metrics_port" }}
{{- if and $metrics.enabled (hasKey $.Values.config.onefrontend $key) }}
- config.onefrontend.{{ $key }} and metrics.enabled are both set, and say where metrics are: take the first away and set metrics.port
{{- end }}
{{- end }}
{{- end -}}

{{/* 4125 is TLS with certificates on both sides: whatever ends it in between keeps every node out. */}}
{{- define "opennebula.refusals.passthrough" -}}
{{- $hypervisors := .Values.service.hypervisors -}}
{{- range $key, $value := include "opennebula.merged" (list $hypervisors.annotations $hypervisors.annotationsTCP) | fromYaml }}
{{- if regexMatch "/.*((ssl|tls)-(cert|ports|secret)|certificate)" $key }}
- service.hypervisors has the annotation {{ $key }}, by which a load balancer ends TLS: enrollment's has to pass untouched, because nodes and front-end show each other certificates. Take it away
{{- end }}
{{- end }}
{{- $behind := printf "^%s-hypervisors(-tcp)?$" (include "opennebula.fullname" . | regexQuoteMeta) -}}
{{- range .Values.extraObjects }}
{{- $object := tpl (ternary . (toYaml .) (kindIs "string" .)) $ | fromYaml -}}
{{- $passes := false -}}
{{- range $key, $value := dig "metadata" "annotations" dict $object }}
{{- if and (hasSuffix "/ssl-passthrough" $key) (eq (toString $value) "true") }}{{ $passes = true }}{{ end -}}
{{- end }}
{{- if and (eq (dig "kind" "" $object) "Ingress") (not $passes) }}
{{- range $rule := dig "spec" "rules" list $object }}
{{- range $path := dig "http" "paths" list $rule }}
{{- if regexMatch $behind (dig "backend" "service" "name" "" $path) }}
- extraObjects has the Ingress {{ dig "metadata" "name" "" $object }}, which leads to {{ $path.backend.service.name }}: an Ingress ends TLS, and enrollment's has to pass untouched, because nodes and front-end show each other certificates. Use service.hypervisors.type, or a controller's annotation ssl-passthrough: "true"
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
