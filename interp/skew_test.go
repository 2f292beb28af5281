package interp

import (
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
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

// A newer Go is named only where it may know better: not for a slip of the pen, nor for what no cell may do.
func TestTooOld(t *testing.T) {
	s := &Session{options: Options{Toolchain: versioned{version: "go1.99.0"}}, active: Native}
	for message, told := range map[string]bool{
		"method must have no type parameters":                   true,
		"unknown field ID in struct literal of type User":       true,
		"cannot use generic function Map without instantiation": true,
		"expected 1 expression":                                 false,
		"expected statement, found '--'":                        false,
		"go:embed is not supported in cells":                    false,
		"undefined: x":                                          false,
	} {
		for _, err := range []error{&cell.Error{Msg: message}, check.Errors{{Msg: message}}} {
			if said := s.tooOld(err).Error(); strings.Contains(said, "build Parago with Go 1.99") != told {
				t.Errorf("%T: %s", err, said)
			}
		}
	}
}

// versioned is a toolchain of which only the version counts.
type versioned struct {
	Toolchain
	version string
}

func (v versioned) Version() string { return v.version }
