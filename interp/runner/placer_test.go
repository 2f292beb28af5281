package runner

import (
	"strings"
	"testing"
)

// TestPlacer writes a text in pieces of all lengths.
func TestPlacer(t *testing.T) {
	t.Parallel()
	n := newNatives(nil, nil)
	n.name(map[string]string{"cell·0123456789abcdef.go": "In[3]"})
	const text = "cell: cell·0123456789abcdef.go:7: cell·12.go cel\n    ./In[12].go:8: x. ./I\ncell·0"
	const want = "cell: In[3]:7: cell·12.go cel\n    In[12]:8: x. ./I\ncell·0"
	for size := 1; size <= len(text); size++ {
		var out strings.Builder
		p := &placer{to: &out, natives: n}
		for rest := text; rest != ""; rest = rest[min(size, len(rest)):] {
			p.Write([]byte(rest[:min(size, len(rest))]))
		}
		p.flush()
		if out.String() != want {
			t.Fatalf("in pieces of %d bytes: %q", size, out.String())
		}
	}
	var out strings.Builder
	p := &placer{to: &out, natives: n}
	p.Write([]byte("--- FAIL: TestX (0.00s)\n    value.go:586: one\nvalue.go:1: kept\n"))
	if want := "--- FAIL: TestX (0.00s)\n    one\nvalue.go:1: kept\n"; out.String() != want {
		t.Errorf("%q", out.String())
	}
}
