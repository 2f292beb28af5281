package cell

import (
	"regexp"
	"strings"
	"sync"
)

// A habit is a line of Python, or of a program for it, that is no Go: the line's pattern, a part of the
// message that the parser has for it, and what to write.
type habit struct {
	line    func() *regexp.Regexp // made when the first error is looked at
	message string
	hint    string
}

func when(line, message, hint string) habit {
	return habit{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(line) }), message, hint}
}

var habits = []habit{
	when(``, "expected selector or type assertion, found 'map'", "map is a word of Go; a pool's is procpool.Map(pool, f, xs)"),
	when(`^(?:from\s+(?:multiprocessing|concurrent)\b|import\s+(?:multiprocessing|concurrent)\b)`, "", "procpool is multiprocessing here, and needs no import"),
	when(`^from\s+\S+\s+import\b`, "", "an import is of a package: import \"path\""),
	when(`^import\s+\w`, "missing import path", "a path stands in quotes: import \"path\""),
	when(`^(?:async\s+)?def\s+(\w+)\s*\(`, "", "a function is func $1(n int) int { … }"),
	when(`\blambda\b[\w\s,]*:`, "", "a function without a name is func(n int) int { return … }"),
	when(`^class\s+(\w+)`, "", "a type is type $1 struct { … }, and has its methods beside it"),
	when(`^for\s+(\w+)\s+in\s+range\(([^()]*)\)`, "", "a loop is for $1 := range $2 { … }"),
	when(`^for\s+(\w+)\s+in\s+`, "", "a loop is for _, $1 := range xs { … }"),
	when(`\[.+\bfor\s+\w+\s+in\b.+\]`, "", "such a list is made by a loop, or by procpool.Map(pool, f, xs)"),
	when(`^with\s+(.+?)\s+as\s+(\w+)`, "", "what is to be closed is: $2 := $1, and in a function defer $2.Close()"),
	when(`^with\s+(\w+)\b`, "", "a lock is held from $1.Lock() to $1.Unlock(), which a function can defer"),
	when(`^if\s+__name__\b`, "", "a cell is run in the notebook only: leave the condition out"),
	when(`^(?:try|except|finally)\b.*:$`, "", "functions return an error: v, err := f()"),
	when(`\w\((?:.*[,\s])?(\w+)\s*=[^=]`, "expected '==', found '='", "arguments have no names in Go; options are calls, such as procpool.Timeout(time.Second)"),
	when(`\w\(.*\brange\(`, "expected operand, found 'range'", "a slice of numbers is []int{0, 1, 2}, or made by a loop"),
}

// meant is what to add to a message about a line.
func meant(msg, line string) string {
	for _, h := range habits {
		if !strings.Contains(msg, h.message) {
			continue
		}
		if at := h.line().FindStringSubmatchIndex(line); at != nil {
			return " (" + string(h.line().ExpandString(nil, h.hint, line, at)) + ")"
		}
	}
	return ""
}
