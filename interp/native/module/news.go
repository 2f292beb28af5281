package module

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// news says in a line what is in a go.mod that was not in it before: first the modules
// that were asked for. It is "" if that is nothing.
func news(before, after *goModFile, asked map[string]listedModule) string {
	var added, changed []string
	others := 0
	for _, path := range slices.Sorted(maps.Keys(asked)) {
		if _, known := before.version(path); !known {
			added = append(added, asked[path].String())
		}
	}
	for _, r := range after.Require {
		old, known := before.version(r.Path)
		_, isAsked := asked[r.Path]
		switch {
		case known && old != r.Version:
			changed = append(changed, fmt.Sprintf("%s %s => %s", r.Path, old, r.Version))
		case !known && !isAsked:
			others++
		}
	}
	var parts []string
	switch {
	case len(added) > 0:
		parts = append(parts, "added "+strings.Join(added, ", ")+more(others))
	case others > 0:
		parts = append(parts, fmt.Sprintf("added %d modules that others need", others))
	}
	if len(changed) > 0 {
		parts = append(parts, "changed "+strings.Join(changed, ", "))
	}
	return strings.Join(parts, "; ")
}

func more(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " and a module that it needs"
	}
	return fmt.Sprintf(" and %d modules that it needs", n)
}
