package runner

import (
	"slices"
	"testing"
)

func TestElements(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string][]string{
		"":            {""},
		"TestX":       {"TestX"},
		"A|B/c":       {"A", "B", "c"},
		"(A|B)/[/|]c": {"(A|B)", "[/|]c"},
		"A\\/b/c(/)":  {"A\\/b", "c(/)"},
		"[(]/x":       {"[(]", "x"},
		"(/":          {"(/"},
		"\\":          {"\\"},
	} {
		if got := elements(pattern); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", pattern, got, want)
		}
	}
}
