package interp

import (
	"fmt"
	"strings"
)

// A death is the end of the session process that no one asked for.
type death struct {
	reason string     // "exit code 2: fatal error: stack overflow"
	lost   []Variable // all of the session's
	dir    string     // where the next process works; "" for where the first one did
}

// maxLost is how many variables a death names.
const maxLost = 30

func (d *death) Error() string {
	text := "the session process died (" + d.reason + "). Gone with it: " + d.variables() +
		"goroutines, open files and connections, and the processes, pools and shared objects that cells had started or made." +
		" Functions, types, constants and imports stay, and so do the environment as %env has set it"
	if d.dir != "" {
		return text + ", and the directory " + d.dir
	}
	return text + ", and the directory"
}

// variables are those that have lost their values, with the cells that declare them.
func (d *death) variables() string {
	if len(d.lost) == 0 {
		return ""
	}
	var names []string
	for _, v := range d.lost[:min(len(d.lost), maxLost)] {
		names = append(names, fmt.Sprintf("%s (In[%d])", v.Name, v.Cell))
	}
	if more := len(d.lost) - maxLost; more > 0 {
		names = append(names, fmt.Sprintf("and %d more, which %%whos lists", more))
	}
	return "the values of variables, which are zero until their cells run again, " + strings.Join(names, ", ") + "; "
}
