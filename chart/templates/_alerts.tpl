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
{{- if .Values.metrics.serviceMonitor.enabled }}
{{ include "opennebula.alerts.ofServe" (printf "%s,service=\"%s-oned\"" $of $fullname) }}
{{- end }}
{{ include "opennebula.alerts.ofAgents" .Values.frontend.address }}
{{- end -}}

{{/* From docs/metrics.md. The labels by which the series of this release are found. */}}
{{- define "opennebula.alerts.ofServe" -}}
- alert: OpenNebulaUnwatched
  expr: absent(onefrontend_build_info{ {{- . }}})
  for: 15m
  severity: warning
  summary: Prometheus has had no metrics of enrollment for a quarter of an hour
- alert: OpenNebulaEnrollmentAway
  expr: onefrontend_condition{ {{- . }}} == 0
  for: 10m
  severity: warning
  summary: 'enrollment cannot do its work: {{ "{{ $labels.name }}" }} has not held for ten minutes'
- alert: OpenNebulaCertificateEnds
  expr: onefrontend_certificate_expires_timestamp_seconds{ {{- . }}} - time() < 14 * 86400
  for: 1h
  severity: warning
  summary: the certificate of enrollment ends within two weeks and was not renewed
- alert: OpenNebulaAuditLost
  expr: increase(onefrontend_audit_lines_total{ {{- . }},written="no"}[5m]) > 0
  for: 0m
  severity: critical
  summary: lines of the audit log could not be written, so what they were about did not happen
- alert: OpenNebulaTokensGuessed
  expr: increase(onefrontend_limited_total{ {{- . }},by="everybody"}[5m]) > 0
  for: 0m
  severity: warning
  summary: so many wrong tokens came that everybody is limited
{{- end -}}

{{/* From docs/agent.md: a hypervisor's node_exporter tells them, of the front-end that it is joined to. */}}
{{- define "opennebula.alerts.ofAgents" -}}
{{- $ours := printf "and on(job, instance) onenode_info{frontend=~`\\[?%s\\]?(:[0-9]+)?`}" (regexQuoteMeta (lower .)) -}}
- alert: OpenNebulaHostInError
  expr: onenode_host_state{state="err"} == 1 {{ $ours }}
  for: 10m
  severity: critical
  summary: 'OpenNebula shows {{ "{{ $labels.instance }}" }} in ERROR'
- alert: OpenNebulaAgentSilent
  expr: time() - onenode_last_contact_timestamp_seconds > 900 {{ $ours }}
  for: 5m
  severity: warning
  summary: 'the agent of {{ "{{ $labels.instance }}" }} has not heard from the front-end for a quarter of an hour'
- alert: OpenNebulaNodeCertificateEnds
  expr: onenode_certificate_expires_timestamp_seconds - time() < 86400 {{ $ours }}
  for: 1h
  severity: warning
  summary: 'the certificate of {{ "{{ $labels.instance }}" }} ends within a day and was not renewed'
{{- end -}}
