//go:build tools

// kubectl-validate, pinned: it has Kubernetes' schemas inside and asks no cluster.
package tools

import _ "sigs.k8s.io/kubectl-validate"
