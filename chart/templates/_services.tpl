{{/* The services beside oned: all of one shape. */}}

{{/* Which there are: name and port. */}}
{{- define "opennebula.services" -}}
{{- $ports := dict "fireedge" 2616 "oneflow" 2474 "onegate" 5030 "guacd" 4822 "oneform" 13013 "oneks" 10780 -}}
{{- $there := list -}}
{{- range $name := list "fireedge" "oneflow" "onegate" "guacd" "oneform" "oneks" -}}
{{- $values := get $.Values $name -}}
{{- if $values.enabled -}}
{{- $there = append $there (dict "name" $name "port" (get $ports $name)) -}}
{{- end -}}
{{- end -}}
{{- toYaml $there -}}
{{- end -}}

{{- define "opennebula.settingsOfService" -}}
{{- include (ternary "opennebula.guacdSettings" "opennebula.serviceSettings" (eq .service.name "guacd")) .root -}}
{{- end -}}

{{/* dict root service */}}
{{- define "opennebula.serviceVolumes" -}}
- name: settings
  configMap: {name: {{ include "opennebula.fullname" .root }}-services, defaultMode: 0444}
{{- if ne .service.name "guacd" }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ include "opennebula.secretName" (dict "root" .root "value" "credentials.serveradmin") }}
          items: [{key: {{ .root.Values.credentials.serveradmin.keys.password }}, path: serveradmin}]
      {{- if eq .service.name "fireedge" }}
      - secret:
          name: {{ include "opennebula.secretName" (dict "root" .root "value" "credentials.fireedgeKey") }}
          items: [{key: {{ .root.Values.credentials.fireedgeKey.keys.key }}, path: fireedge-key}]
      {{- end }}
{{- end }}
- name: memory
  emptyDir: {medium: Memory, sizeLimit: 64Mi}
- name: scratch
  emptyDir: {}
{{- end -}}

{{/* dict root service: its row, values */}}
{{- define "opennebula.serviceContainer" -}}
- name: {{ .service.name }}
  {{- include "opennebula.frontendImage" .root | nindent 2 }}
  args: [{{ .service.name }}]
  ports:
    - {name: {{ .service.name }}, containerPort: {{ .service.port }}}
  {{- include "opennebula.probes" (dict "root" .root "values" .values
        "startup" (list "onefrontend" "ready" .service.name)
        "readiness" (list "onefrontend" "ready" .service.name)
        "liveness" (list "onefrontend" "live" .service.name)) | trim | nindent 2 }}
  {{- include "opennebula.containerRest" (dict "root" .root "values" .values
        "env" (include "opennebula.graceEnv" .values | fromYamlArray)
        "volumeMounts" (concat (include "opennebula.serviceMounts" . | fromYamlArray) (include "opennebula.scratchMounts" .root | fromYamlArray))) | trim | nindent 2 }}
{{- end -}}

{{/* Nothing of theirs has to last: the image and the settings make it anew. dict root service */}}
{{- define "opennebula.serviceMounts" -}}
{{- if eq .service.name "guacd" }}
- {name: settings, mountPath: /etc/onefrontend/settings.yaml, subPath: guacd.yaml, readOnly: true}
{{- else }}
- {name: settings, mountPath: /etc/onefrontend/settings.yaml, subPath: services.yaml, readOnly: true}
- {name: secrets, mountPath: {{ include "opennebula.secretsFolder" .root }}, readOnly: true}
{{- end }}
- {name: scratch, mountPath: /etc/one, subPath: etc}
- {name: scratch, mountPath: /var/lib/one, subPath: lib}
- {name: scratch, mountPath: /var/log/one, subPath: log}
{{- end -}}
