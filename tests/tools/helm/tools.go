//go:build tools

// Helm, pinned: the chart's tests build it from here.
package tools

import _ "helm.sh/helm/v3/cmd/helm"
