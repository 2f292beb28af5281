package module

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// news says in a line which of the modules that were asked for are new in a go.mod, and which
// have another version than before, "" if none.
func news(before, after *goModFile, asked map[string]listedModule) string {
	var added, changed []string
	for _, path := range slices.Sorted(maps.Keys(asked)) {
		if _, known := before.version(path); !known {
			added = append(added, asked[path].String())
		}
	}
	for _, r := range after.Require {
		if old, known := before.version(r.Path); known && old != r.Version {
			changed = append(changed, fmt.Sprintf("%s %s => %s", r.Path, old, r.Version))
		}
	}
	var parts []string
	if len(added) > 0 {
		parts = append(parts, "added "+strings.Join(added, ", "))
	}
	if len(changed) > 0 {
		parts = append(parts, "changed "+strings.Join(changed, ", "))
	}
	return strings.Join(parts, "; ")
}
