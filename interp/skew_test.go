package interp

import (
	"strings"
	"testing"
)

// The sentence is for those whose toolchain has a newer language than Parago.
func TestSkew(t *testing.T) {
	for _, c := range []struct {
		toolchain, built string
		told             bool
	}{
		{"go1.26.8", "go1.26.8", false},
		{"go1.26.9", "go1.26.8", false},
		{"go1.27.4", "go1.27.0 X:jsonv2", false},
		{"go1.26.8", "go1.27.4", false},
		{"go1.27.4", "go1.26.8", true},
		{"devel go1.28-0a1b2c", "go1.27.4", true},
	} {
		said := skew(versioned{version: c.toolchain}, c.built)
		if (said != "") != c.told || c.told && !strings.Contains(said, "build Parago with Go 1.2") {
			t.Errorf("toolchain %s, Parago of %s: %q", c.toolchain, c.built, said)
		}
	}
}

// versioned is a toolchain of which only the version counts.
type versioned struct {
	Toolchain
	version string
}

func (v versioned) Version() string { return v.version }
