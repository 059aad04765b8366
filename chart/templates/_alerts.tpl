{{/* Alerts; each has its runbook in docs/chart.md, under its name. */}}
{{- define "opennebula.alerts" -}}
{{- $fullname := include "opennebula.fullname" . -}}
{{- $of := printf "namespace=%q" .Release.Namespace -}}
- alert: OpenNebulaAway
  expr: kube_statefulset_status_replicas_ready{ {{- $of }},statefulset="{{ $fullname }}-oned"} < 1
  for: 5m
  severity: critical
  summary: oned or enrollment has not been ready for five minutes
{{- if eq .Values.database.type "bundled" }}
- alert: OpenNebulaDatabaseAway
  expr: kube_statefulset_status_replicas_ready{ {{- $of }},statefulset="{{ $fullname }}-database"} < 1
  for: 2m
  severity: critical
  summary: the database has not been ready for two minutes
{{- end }}
- alert: OpenNebulaServiceAway
  expr: kube_deployment_status_replicas_available{ {{- $of }},deployment=~"{{ $fullname }}-(fireedge|oneflow|onegate|guacd|oneform|oneks)"} < 1 and on(namespace, deployment) kube_deployment_spec_replicas > 0
  for: 10m
  severity: warning
  summary: '{{ "{{ $labels.deployment }}" }} has not been available for ten minutes'
- alert: OpenNebulaRestarts
  expr: increase(kube_pod_container_status_restarts_total{ {{- $of }},pod=~"{{ $fullname }}-(oned|database)-0"}[1h]) > 3
  for: 0m
  severity: warning
  summary: '{{ "{{ $labels.pod }}" }} was restarted more than three times within an hour'
- alert: OpenNebulaVolumeFull
  expr: kubelet_volume_stats_available_bytes{ {{- $of }},persistentvolumeclaim=~"(data|datastores)-{{ $fullname }}-(oned|database)-0|{{ include "opennebula.backupClaim" . }}"} / kubelet_volume_stats_capacity_bytes < 0.1
  for: 15m
  severity: warning
  summary: less than a tenth of {{ "{{ $labels.persistentvolumeclaim }}" }} is free
{{- if .Values.backup.enabled }}
{{- $job := printf "%s,cronjob=\"%s-backup\"" $of $fullname }}
{{- $late := mul 3600 .Values.backup.lateAfterHours }}
- alert: OpenNebulaBackupLate
  expr: time() - kube_cronjob_status_last_successful_time{ {{- $job }}} > {{ $late }} or (time() - kube_cronjob_created{ {{- $job }}} > {{ $late }} unless on(namespace, cronjob) kube_cronjob_status_last_successful_time{ {{- $job }}})
  for: 5m
  severity: warning
  summary: no backup was made for {{ .Values.backup.lateAfterHours }} hours
{{- end }}
{{- end -}}
