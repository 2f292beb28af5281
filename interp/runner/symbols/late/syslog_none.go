//go:build windows || plan9

package late

import "github.com/parago/parago/interp/runner/symbols"

// Syslog is empty: there is no package log/syslog here.
func Syslog() []symbols.Package { return nil }
