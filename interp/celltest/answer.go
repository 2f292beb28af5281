package celltest

import "strings"

// nothing is the answer of a cell that has none.
const nothing = "."

// readAnswer makes an answer of the lines under a cell.
func readAnswer(lines []string) string {
	answer := strings.TrimRight(strings.Join(lines, "\n"), "\n")
	if answer == nothing {
		return ""
	}
	lines = strings.Split(answer, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, `\`)
	}
	return strings.Join(lines, "\n")
}

// writeAnswer makes lines of an answer.
func writeAnswer(answer string) string {
	if answer == "" {
		return nothing
	}
	lines := strings.Split(answer, "\n")
	for i, line := range lines {
		_, source := cutSource(line)
		if source || strings.HasPrefix(line, "== ") || strings.HasPrefix(line, `\`) {
			lines[i] = `\` + line
		}
	}
	return strings.Join(lines, "\n")
}

// anything stands for whatever is there.
const anything = "…"

// matches reports whether an answer is what was wanted.
func matches(want, got string) bool {
	return want == got || matchLines(strings.Split(want, "\n"), strings.Split(got, "\n"))
}

func matchLines(want, got []string) bool {
	for i, line := range want {
		if line == anything {
			for skip := range len(got) - i + 1 {
				if matchLines(want[i+1:], got[i+skip:]) {
					return true
				}
			}
			return false
		}
		if i >= len(got) || !matchLine(line, got[i]) {
			return false
		}
	}
	return len(want) == len(got)
}

func matchLine(want, got string) bool {
	parts := strings.Split(want, anything)
	rest, ok := strings.CutPrefix(got, parts[0])
	if len(parts) == 1 || !ok {
		return ok && rest == ""
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return strings.HasSuffix(rest, parts[last])
}
