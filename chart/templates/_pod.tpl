{{/* One template for the pods of every component: what `global` and the component say, joined. */}}

{{/* Of lists: both, global's first. dict root values key */}}
{{- define "opennebula.list" -}}
{{- with concat (get .root.Values.global .key) (get .values .key | default list) }}{{ toYaml . }}{{ end -}}
{{- end -}}

{{/* Maps into one, key by key; a later one wins, also with `false`. Nothing where all are empty. */}}
{{- define "opennebula.merged" -}}
{{- $all := dict -}}
{{- range . -}}
{{- range $key, $value := . -}}{{- $_ := set $all $key $value -}}{{- end -}}
{{- end -}}
{{- with $all }}{{ toYaml . }}{{ end -}}
{{- end -}}

{{/* Of maps: both, the component wins. dict root values key */}}
{{- define "opennebula.map" -}}
{{- include "opennebula.merged" (list (get .root.Values.global .key) (get .values .key | default dict)) -}}
{{- end -}}

{{/* A list or a map, under its name. dict root values key as */}}
{{- define "opennebula.optional" -}}
{{- $kind := ternary "opennebula.list" "opennebula.map" (kindIs "slice" (get .root.Values.global .key)) -}}
{{- with include $kind . }}
{{ $.as | default $.key }}:
  {{- . | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* The chart's own rules for a container: restricted, and nothing is written outside of volumes. */}}
{{- define "opennebula.containerSecurityContext" -}}
{{- $own := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) -}}
{{- include "opennebula.merged" (list $own .root.Values.global.containerSecurityContext (.values.containerSecurityContext | default dict)) -}}
{{- end -}}

{{/* oneadmin is 9869 everywhere. Volumes keep their modes once they are ours: ssh refuses keys that a group may read. */}}
{{- define "opennebula.podSecurityContext" -}}
{{- $user := .user | default 9869 -}}
{{- $own := dict "runAsNonRoot" true "runAsUser" $user "runAsGroup" $user "fsGroup" $user
      "fsGroupChangePolicy" "OnRootMismatch" "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- include "opennebula.merged" (list $own (.security | default dict) .root.Values.global.podSecurityContext (.values.podSecurityContext | default dict)) -}}
{{- end -}}

{{/* Constraints that name no pods mean those of the component. dict root values component */}}
{{- define "opennebula.topologySpreadConstraints" -}}
{{- $selector := include "opennebula.selector" . | fromYaml -}}
{{- $filled := list -}}
{{- range include "opennebula.list" (dict "root" .root "values" .values "key" "topologySpreadConstraints") | fromYamlArray -}}
{{- $filled = append $filled (include "opennebula.merged" (list (dict "labelSelector" (dict "matchLabels" $selector)) .) | fromYaml) -}}
{{- end -}}
{{- with $filled }}{{ toYaml . }}{{ end -}}
{{- end -}}

{{/* OneGate has the hypervisors' address, too: where a load balancer brings packets only to machines that have a pod, or
     none is there, it has to be on oned's; a backup reads oned's volume, which one machine has. Unless somebody gives another
     podAffinity. dict root values component */}}
{{- define "opennebula.affinity" -}}
{{- $hypervisors := .root.Values.service.hypervisors -}}
{{- $local := or (include "opennebula.onMachine" .root) (and (eq $hypervisors.externalTrafficPolicy "Local") (ne $hypervisors.type "ClusterIP")) -}}
{{- $own := dict -}}
{{- if or (eq .component "backup") (and $local (eq .component "onegate")) -}}
{{- $own = include "opennebula.besideOned" . | fromYaml -}}
{{- else if eq .component "guard" -}}
{{- $own = include "opennebula.ratherBesideOned" . | fromYaml -}}
{{- end -}}
{{- include "opennebula.merged" (list $own .root.Values.global.affinity (.values.affinity | default dict)) -}}
{{- end -}}

{{- define "opennebula.besideOned" -}}
podAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          {{- include "opennebula.selector" (dict "root" .root "component" "oned") | nindent 10 }}
{{- end -}}

{{/* Where oned's pod cannot run, an upgrade may be the cure. */}}
{{- define "opennebula.ratherBesideOned" -}}
{{- $term := index (include "opennebula.besideOned" . | fromYaml).podAffinity.requiredDuringSchedulingIgnoredDuringExecution 0 -}}
{{- dict "podAffinity" (dict "preferredDuringSchedulingIgnoredDuringExecution" (list (dict "weight" 100 "podAffinityTerm" $term))) | toYaml -}}
{{- end -}}

{{/* Times of a probe: the component's win over global's. dict root values probe */}}
{{- define "opennebula.probeTimes" -}}
{{- $component := get (.values.probes | default dict) .probe | default dict -}}
{{- include "opennebula.merged" (list (get .root.Values.global.probes .probe) $component) -}}
{{- end -}}

{{/* The three probes. dict root values startup readiness liveness: an argv each */}}
{{- define "opennebula.probes" -}}
{{- range $probe := list "startup" "readiness" "liveness" }}
{{ $probe }}Probe:
  exec:
    command: {{ toJson (get $ $probe) }}
  {{- include "opennebula.probeTimes" (dict "root" $.root "values" $.values "probe" $probe) | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What any main container has besides its own lines. dict root values env volumeMounts; lists as YAML */}}
{{- define "opennebula.containerRest" -}}
{{- with concat (.env | default list) (include "opennebula.list" (dict "root" .root "values" .values "key" "extraEnv") | fromYamlArray) }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- include "opennebula.optional" (dict "root" .root "values" .values "key" "extraEnvFrom" "as" "envFrom") }}
resources:
  {{- toYaml .values.resources | nindent 2 }}
securityContext:
  {{- include "opennebula.containerSecurityContext" . | nindent 2 }}
volumeMounts:
  {{- concat .volumeMounts (include "opennebula.list" (dict "root" .root "values" .values "key" "extraVolumeMounts") | fromYamlArray) | toYaml | nindent 2 }}
{{- end -}}

{{/* No version among them: a pod is only started again for what it would notice. */}}
{{- define "opennebula.podLabels" -}}
{{- include "opennebula.merged" (list .root.Values.global.commonLabels (include "opennebula.selector" . | fromYaml) (dict "app.kubernetes.io/part-of" "opennebula")) -}}
{{- end -}}

{{/* A pod. dict root values component container initContainers volumes checksums user security onMachine serviceAccountName; the
     containers are texts, the volumes a list, the checksums a map */}}
{{- define "opennebula.pod" -}}
metadata:
  labels:
    {{- include "opennebula.merged" (list (include "opennebula.map" (dict "root" .root "values" .values "key" "podLabels") | fromYaml) (.labels | default dict) (include "opennebula.podLabels" . | fromYaml)) | nindent 4 }}
  {{- with include "opennebula.merged" (list .root.Values.global.commonAnnotations (include "opennebula.map" (dict "root" .root "values" .values "key" "podAnnotations") | fromYaml) (.checksums | default dict)) }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
spec:
  {{- include "opennebula.podSpec" . | nindent 2 }}
{{- end -}}

{{- define "opennebula.podSpec" -}}
serviceAccountName: {{ .serviceAccountName | default (include "opennebula.serviceAccountName" .root) }}
automountServiceAccountToken: {{ .token | default false }}
enableServiceLinks: false
{{- with .restartPolicy }}
restartPolicy: {{ . }}
{{- end }}
{{- with .root.Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .values.priorityClassName | default .root.Values.global.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds }}
{{- if .onMachine }}
hostNetwork: true
dnsPolicy: ClusterFirstWithHostNet # names of the cluster's, too: the database is one
{{- end }}
securityContext:
  {{- include "opennebula.podSecurityContext" . | nindent 2 }}
{{- include "opennebula.optional" (dict "root" .root "values" .values "key" "nodeSelector") }}
{{- include "opennebula.optional" (dict "root" .root "values" .values "key" "tolerations") }}
{{- include "opennebula.optional" (dict "root" .root "values" .values "key" "hostAliases") }}
{{- include "opennebula.optional" (dict "root" .root "values" .values "key" "dnsConfig") }}
{{- with include "opennebula.affinity" . }}
affinity:
  {{- . | nindent 2 }}
{{- end }}
{{- with include "opennebula.topologySpreadConstraints" . }}
topologySpreadConstraints:
  {{- . | nindent 2 }}
{{- end }}
{{- $extraInitContainers := include "opennebula.list" (dict "root" .root "values" .values "key" "extraInitContainers") }}
{{- if or .initContainers $extraInitContainers }}
initContainers:
  {{- with .initContainers }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with $extraInitContainers }}
  {{- . | nindent 2 }}
  {{- end }}
{{- end }}
containers:
  {{- .container | nindent 2 }}
  {{- with include "opennebula.list" (dict "root" .root "values" .values "key" "extraContainers") }}
  {{- . | nindent 2 }}
  {{- end }}
volumes:
  {{- concat .volumes (include "opennebula.list" (dict "root" .root "values" .values "key" "extraVolumes") | fromYamlArray) | toYaml | nindent 2 }}
{{- end -}}
