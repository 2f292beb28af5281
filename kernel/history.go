package kernel

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxHistory is how many cells are remembered, and maxRemembered how many bytes of what each
// of them came to.
const (
	maxHistory    = 10_000
	maxRemembered = 2_000
)

// A history is what was executed in this session, the only one that it knows: it
// calls it 1, and understands 0 as the current one, as IPython does. The goroutine
// of the inOrder lane owns it.
type history struct {
	entries []historyEntry
}

type historyEntry struct {
	line          int
	input, output string
}

func (h *history) add(line int, input, output string) {
	if len(h.entries) == maxHistory {
		h.entries = slices.Delete(h.entries, 0, maxHistory/10)
	}
	h.entries = append(h.entries, historyEntry{line, input, remembered(output)})
}

// remembered is an output, or the beginning of a long one.
func remembered(output string) string {
	if len(output) <= maxRemembered {
		return output
	}
	end := maxRemembered
	for !utf8.RuneStart(output[end]) {
		end--
	}
	return strings.Clone(output[:end]) + " …"
}

// find returns the entries that a request asks for, the oldest first.
func (h *history) find(r HistoryRequest) ([]historyEntry, error) {
	switch r.HistAccessType {
	case "tail":
		return last(h.entries, r.N), nil
	case "range":
		return h.lines(r), nil
	case "search":
		return h.search(r), nil
	}
	return nil, fmt.Errorf("hist_access_type is %q, want tail, range or search", r.HistAccessType)
}

// lines returns the lines from Start up to, not including, Stop.
func (h *history) lines(r HistoryRequest) []historyEntry {
	if r.Session != 0 && r.Session != 1 {
		return nil
	}
	var found []historyEntry
	for _, e := range h.entries {
		if e.line >= r.Start && (r.Stop == nil || e.line < *r.Stop) {
			found = append(found, e)
		}
	}
	return found
}

// search returns the entries whose whole input matches a pattern with * and ?; of
// equal ones, if only unique ones are wanted, the last.
func (h *history) search(r HistoryRequest) []historyEntry {
	pattern := r.Pattern
	if pattern == "" {
		pattern = "*"
	}
	match := glob(pattern)
	var found []historyEntry
	seen := map[string]bool{}
	for _, e := range slices.Backward(h.entries) {
		if match.MatchString(e.input) && !(r.Unique && seen[e.input]) {
			seen[e.input] = true
			found = append(found, e)
		}
	}
	slices.Reverse(found)
	return last(found, r.N)
}

// showHistory serves history_request.
func (k *Kernel) showHistory(r *request) (any, error) {
	var req HistoryRequest
	if err := r.msg.Decode(&req); err != nil {
		return nil, err
	}
	entries, err := k.history.find(req)
	if err != nil {
		return nil, err
	}
	rows := [][]any{}
	for _, e := range entries {
		rows = append(rows, e.row(req.Output))
	}
	return HistoryReply{Status: "ok", History: rows}, nil
}

// row is an entry as the protocol writes it. A cell without a result has null.
func (e historyEntry) row(withOutput bool) []any {
	if !withOutput {
		return []any{1, e.line, e.input}
	}
	var output any
	if e.output != "" {
		output = e.output
	}
	return []any{1, e.line, []any{e.input, output}}
}

// last returns the last n entries; all of them without an n.
func last(entries []historyEntry, n *int) []historyEntry {
	if n == nil || *n >= len(entries) {
		return entries
	}
	return entries[len(entries)-max(*n, 0):]
}

// glob turns a pattern in which * is any text and ? is any character into a regular
// expression for the whole input.
func glob(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	quoted = strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(quoted)
	return regexp.MustCompile("(?s)^" + quoted + "$")
}
