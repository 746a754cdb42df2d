{{- define "sanban.labels" -}}
app.kubernetes.io/name: sanban
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{- define "sanban.metadata" -}}
name: {{ .root.Release.Name }}-{{ .name }}
labels:
  {{- include "sanban.labels" . | nindent 2 }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{- define "sanban.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{- define "sanban.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "sanban.container" -}}
image: {{ include "sanban.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "sanban.settings" -}}
{{- range $name, $value := .Values.settings }}
{{ $name }}: {{ $value | toString | quote }}
{{- end }}
{{- with .Values.packs }}
{{- if .existingClaim }}
{{- $places := list }}
{{- range .directories }}{{ $places = append $places (printf "/var/lib/sanban/packs/%s" .) }}{{ end }}
SANBAN_PACKS: {{ $places | toJson | quote }}
{{- end }}
{{- end }}
{{- if .Values.media.existingClaim }}
SANBAN_MEDIA_DIR: /var/lib/sanban/media
{{- end }}
{{- if .Values.image.digest }}
SANBAN_IMAGE: {{ .Values.image.digest | quote }}
{{- end }}
{{- end }}
