package kernel

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cell string
		want []string // "line name args" or "go: code"
	}{
		"Go alone":                    {"x := 1\nx", []string{"go: x := 1\nx"}},
		"nothing":                     {" \n\t\n", nil},
		"leading magics":              {"%cd /tmp\n!ls -l\nx := 1", []string{"1 %cd /tmp", "2 ! ls -l", "go: \n\nx := 1"}},
		"between":                     {"x := 1\n  !echo a\ny := 2\n", []string{"go: x := 1\n  ", "2 ! echo a", "go: \n\ny := 2\n"}},
		"a cell magic":                {"\n%%bash -e\nls\n%cd x", []string{"2 %%bash -e"}},
		"cell magic not on top":       {"x\n%%bash\nls", []string{"go: x\n", "2 %%bash ", "go: \n\nls"}},
		"inside a raw string":         {"s := `\n!ls\n%cd\n`", []string{"go: s := `\n!ls\n%cd\n`"}},
		"inside a comment":            {"/*\n!ls\n*/ x", []string{"go: /*\n!ls\n*/ x"}},
		"inside a function":           {"func f() {\n!ls\n}", []string{"go: func f() {\n!ls\n}"}},
		"inside a call":               {"f(a,\n!b)", []string{"go: f(a,\n!b)"}},
		"an operator before":          {"x := a &&\n!b", []string{"go: x := a &&\n!b"}},
		"an operator in the line":     {"x := !b\ny := 5 % 3", []string{"go: x := !b\ny := 5 % 3"}},
		"not equal":                   {"a\n!= b", []string{"go: a\n!= b"}},
		"in brackets":                 {"(!ok)", []string{"go: (!ok)"}},
		"after a comment":             {"// c\n!ls // it's\nx", []string{"go: // c\n", "2 ! ls // it's", "go: \n\nx"}},
		"quotes in a command":         {"!echo 'it`s {'\nx", []string{"1 ! echo 'it`s {'", "go: \nx"}},
		"a command of many lines":     {"!echo a \\\n  b \\\n  c\nx", []string{"1 ! echo a \\\n  b \\\n  c", "go: \n\n\nx"}},
		"a backslash at the end":      {"!echo a\\", []string{"1 ! echo a\\"}},
		"a magic has no continuation": {"%cd a\\\nx", []string{"1 %cd a\\", "go: \nx"}},
		"Windows line ends":           {"%cd a\r\nx\r\n", []string{"1 %cd a", "go: \nx\r\n"}},
		"brackets that never open":    {")}]\n!ls", []string{"go: )}]\n", "2 ! ls"}},
		"brackets that never close":   {"f(\n!ls", []string{"go: f(\n!ls"}},
		"a question":                  {"x := 1\n strings.Repeat?\ny", []string{"go: x := 1\n ", "2 ? strings.Repeat?", "go: \n\ny"}},
		"a question in detail":        {"größe_1??", []string{"1 ? größe_1??"}},
		"a mark in front":             {"?fmt\n??fmt.Println\r\n?", []string{"1 ? fmt?", "2 ? fmt.Println??", "3 ? ?"}},
		"a question about magics":     {"%cd?\n?%%bash\n!?", []string{"1 ? %cd?", "2 ? %%bash?", "3 ? !?"}},
		"about a cell magic on top":   {"%%bash?\nx", []string{"1 ? %%bash?", "go: \nx"}},
		"a command with a ?":          {"!ls a?\n%cd b?", []string{"1 ! ls a?", "2 %cd b?"}},
		"a mark that is no question":  {"x := f()?\na.1?\nf?(x)\nb???\n?c?", []string{"go: x := f()?\na.1?\nf?(x)\nb???\n?c?"}},
		"no question in a string":     {"s := `\nfmt?\n`\n/*\nfmt?\n*/", []string{"go: s := `\nfmt?\n`\n/*\nfmt?\n*/"}},
		"no question in a function":   {"func f() {\nfmt?\n}", []string{"go: func f() {\nfmt?\n}"}},
		"no question in the middle":   {"x := 1 +\nfmt?", []string{"go: x := 1 +\nfmt?"}},
		"bytes that are no Go":        {"\x00\xff\n!ls", []string{"go: \x00\xff\n!ls"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range split(c.cell) {
				if p.name == "" {
					got = append(got, "go: "+p.source)
				} else {
					got = append(got, fmt.Sprintf("%d %s %s", p.line, p.name, p.args))
				}
			}
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestWithoutMagicsKeepsEveryPlace(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"x\n%cd βγ😀\ny %z\n!a \\\nb\nfmt.β??\n%cd?\nz": "x\n" + strings.Repeat(" ", 7) + "\ny %z\n" + strings.Repeat(" ", 4) + "\n \nfmt.β  \n    \nz",
		"x\n %time  β(1) \ny":                          "x\n        β(1) \ny",
		"%timeit -n 10 -r3 β(1)":                       strings.Repeat(" ", 18) + "β(1)",
		"%timeit -n":                                   strings.Repeat(" ", 8) + "-n",
		"%timeit -n + 1":                               "        -n + 1",
		"\n%%timeit x := 1\n\ny(β)\n":                  "\n" + strings.Repeat(" ", 15) + "\n\ny(β)\n",
		"%%test -v":                                    strings.Repeat(" ", 9),
		"%%bash\nx":                                    strings.Repeat(" ", 6) + "\n ",
		"%time":                                        strings.Repeat(" ", 5),
	} {
		if got := withoutMagics(cell, magicTable(nil)); got != want {
			t.Errorf("%q became %q, want %q", cell, got, want)
		}
	}
}

// FuzzSplit: nothing of a cell gets lost or moves, whatever is in it.
func FuzzSplit(f *testing.F) {
	f.Add("x\n!ls\n%cd a\ny")
	f.Add("%%bash\nx")
	f.Add("%%timeit -n 1\u00a0x\ny")
	f.Add("%time\u00a0x \u00a0")
	f.Add("!a \\\n b\n`\n!x`")
	f.Fuzz(func(t *testing.T, cell string) {
		for _, p := range split(cell) {
			if lines := strings.Count(cell, "\n"); strings.Count(p.source, "\n") > lines || p.line > lines+1 {
				t.Errorf("part %+v of %d lines", p, lines)
			}
		}
		blank := withoutMagics(cell, magicTable(nil))
		if utf8.ValidString(cell) && utf8.RuneCountInString(blank) != utf8.RuneCountInString(cell) {
			t.Errorf("%q became %q", cell, blank)
		}
	})
}
