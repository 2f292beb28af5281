package runner

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first used: most workers use none, and to
// compile those of this package takes longer than all else that is done before main.
func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
