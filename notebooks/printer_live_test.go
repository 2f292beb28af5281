package notebooks

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// look is what a terminal shows after text was written to it.
func look(text string) string {
	lines, at := []string{""}, 0
	for _, part := range regexp.MustCompile("\x1b\\[[0-9]*[A-Za-z]|\n|[^\x1b\n]+").FindAllString(text, -1) {
		var n int
		switch {
		case part == "\n":
			at++
			if at == len(lines) {
				lines = append(lines, "")
			}
		case part == "\x1b[J":
			lines = append(lines[:at], "")
		case strings.HasSuffix(part, "A"):
			fmt.Sscanf(part, "\x1b[%dA", &n)
			at -= n
		case part[0] != '\x1b':
			lines[at] += part
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func TestDisplaysThatChange(t *testing.T) {
	t.Parallel()
	long := ""
	for i := range 20 {
		long += fmt.Sprintf("line-%d\\n", i)
	}
	for _, c := range []struct{ name, source, live, terminal, file string }{
		{"in place", "display p 0/3\nupdate p 1/3\nupdate p 2/3", "2/3", "2/3", "0/3\n2/3"},
		{"below what is printed", "display p 0/3\nupdate p 1/3\nout a\\n\nupdate p 2/3\nout b\\n\nupdate p 3/3", "a\nb\n3/3", "a\nb\n3/3", "0/3\na\nb\n3/3"},
		{"never in the middle of a line", "display p 0/3\nupdate p 1/3\nout a\nupdate p 2/3\nout b\\n", "ab\n2/3", "ab\n2/3", "0/3\nab\n2/3"},
		{"what does not change stays where it is", "display t table\nout a\\n\ndisplay p 0/3\nupdate p 1/3\nout b\\n", "table\na\nb\n1/3", "table\na\nb\n1/3", "table\na\n0/3\nb\n1/3"},
		{"several", "display p 0/3\nupdate p 1/3\ndisplay q 0/2\nupdate q 1/2\nupdate p 2/3", "2/3\n1/2", "2/3\n1/2", "0/3\n0/2\n2/3\n1/2"},
		{"progress is known before it changes", "display procpool-1 0/3\nout a\\n\nupdate procpool-1 3/3\nout b\\n", "a\nb\n3/3", "a\nb\n3/3", "a\nb\n3/3"},
		{"a long one is whole in the end", "display w title\nupdate w title\\n" + long, "title\n…\nline-17\nline-18\nline-19",
			"title\n" + strings.TrimSuffix(strings.ReplaceAll(long, `\n`, "\n"), "\n"), "title\ntitle\n" + strings.TrimSuffix(strings.ReplaceAll(long, `\n`, "\n"), "\n")},
		{"before a result", "display p 0/3\nupdate p 3/3\nresult 42", "3/3\nOut[1]: 42", "3/3\nOut[1]: 42", "0/3\n3/3\nOut[1]: 42"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var screen, file strings.Builder
			live := ""
			nb := func() *Notebook { return &Notebook{Cells: []*Cell{{Type: "code", Source: c.source}}} }
			o := observed{NewPrinter(&screen, true), func() { live = body(look(screen.String())) }}
			if err := Run(context.Background(), nb(), Options{Kernel: &scripted{}, Observer: o}); err != nil {
				t.Fatal(err)
			}
			if err := Run(context.Background(), nb(), Options{Kernel: &scripted{}, Observer: NewPrinter(&file, false)}); err != nil {
				t.Fatal(err)
			}
			for _, got := range [][3]string{
				{"while it runs", live, c.live},
				{"on a terminal", body(look(screen.String())), c.terminal},
				{"in a file", body(strings.TrimSpace(file.String())), c.file},
			} {
				if got[1] != got[2] {
					t.Errorf("%s:\n%s\nwant\n%s", got[0], got[1], got[2])
				}
			}
		})
	}
}

// observed looks after each message.
type observed struct {
	*Printer
	look func()
}

func (o observed) Message(c *Cell, m Message) {
	o.Printer.Message(c, m)
	o.look()
}

// body is what was printed without the header of the cell.
func body(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if i > 0 && !strings.HasPrefix(line, "   ") {
			return strings.Join(lines[i:], "\n")
		}
	}
	return ""
}
