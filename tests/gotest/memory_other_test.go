//go:build !linux

package gotest

import "testing"

func limitMemory(t *testing.T, mark string) {
	t.Skip("only Linux limits the memory of another process")
}
