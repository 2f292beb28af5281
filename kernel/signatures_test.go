package kernel

import (
	"fmt"
	"testing"
)

func TestSignatures(t *testing.T) {
	t.Parallel()
	var s signatures
	signature := func(i int) []byte { return fmt.Appendf(nil, "%032x%032x", i, 0) }
	first := signature(1)
	if !s.first(first) || s.first(first) {
		t.Error("a signature is not known the second time, or the first")
	}
	for i := range maxSignatures - 1 {
		if !s.first(signature(i + 2)) {
			t.Fatalf("signature %d is known", i)
		}
	}
	if s.first(first) {
		t.Error("a signature is forgotten too early")
	}
	if !s.first(signature(0)) || !s.first(first) {
		t.Error("the oldest signature is not forgotten")
	}
	if n := len(s.known); n != maxSignatures {
		t.Errorf("%d signatures are kept, want %d", n, maxSignatures)
	}
	for range 2 {
		if !s.first(nil) {
			t.Error("a message without signature is taken for another")
		}
	}
}
