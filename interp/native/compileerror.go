package native

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A CompileError is the compiler's first complaint about a cell's package. The position
// is where //line directives say that the text is from.
type CompileError struct {
	File string
	Line int
	Col  int // 0 if the compiler does not say
	Msg  string
	More []*CompileError // the complaints after it
}

func (e *CompileError) Error() string {
	text := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Msg)
	if e.Col == 0 {
		text = fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
	}
	if n := len(e.More); n > 0 {
		text += fmt.Sprintf(" (and %d more)", n)
	}
	return text
}

// complaint is a line of the compiler's that starts with a position. What belongs to it
// follows in lines that start with a tab.
var complaint = regexp.MustCompile(`^(.+?):(\d+)(?::(\d+))?: (.*)$`)

// compileError understands what the compiler has written. If that are no complaints about
// the text, it is the compiler that failed.
func compileError(output []byte, failed error) error {
	var all []*CompileError
	for line := range strings.Lines(string(output)) {
		line = strings.TrimSuffix(line, "\n")
		m := complaint.FindStringSubmatch(line)
		switch {
		case strings.HasPrefix(line, "\t") && len(all) > 0:
			all[len(all)-1].Msg += "\n" + line
		case m != nil:
			e := &CompileError{File: strings.TrimPrefix(m[1], "./"), Msg: m[4]}
			e.Line, _ = strconv.Atoi(m[2])
			e.Col, _ = strconv.Atoi(m[3])
			all = append(all, e)
		}
	}
	if len(all) == 0 || bytes.Contains(output, []byte("internal compiler error")) {
		return fmt.Errorf("compile: %w\n%s", failed, bytes.TrimSpace(output))
	}
	all[0].More = all[1:]
	return all[0]
}
