package kernel

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/parago/parago/interp"
)

// A tester is an Evaluator that can run tests. *interp.Session is one.
type tester interface {
	Test(ctx context.Context, c interp.Cell, flags ...[2]string) error
}

const testArgs = "[-v] [-run REGEXP] [-bench REGEXP] …"

func testMagic() Magic {
	return Magic{
		Name: "%test", Args: testArgs,
		Help: "run the session's functions TestXxx and ExampleXxx, and with -bench BenchmarkXxx, as go test does",
		Run: func(ctx context.Context, c *MagicCall) error {
			if c.part.tests == "" {
				return c.test(ctx, interp.Cell{})
			}
			if c.Args == "" {
				c.Args = "-v -bench ."
			}
			return c.test(ctx, interp.Cell{Source: c.part.tests})
		},
	}
}

// testsLast has %test, in a cell with Go code, come after that, for the tests that it declares.
func testsLast(parts []part) (ordered []part) {
	var tests []part
	code := ""
	for _, p := range parts {
		if p.name == "" {
			code += strings.TrimPrefix(p.source, strings.Repeat("\n", strings.Count(code, "\n")))
		}
		if p.name != "%test" {
			ordered = append(ordered, p)
			continue
		}
		tests = append(tests, p)
	}
	for _, p := range tests {
		p.tests = code
		ordered = append(ordered, p)
	}
	return ordered
}

func testCellMagic() Magic {
	return Magic{Name: "%%test", Args: testArgs, Go: true, Help: "run the cell, and then the tests that it declares", Run: runTestCell}
}

func runTestCell(ctx context.Context, c *MagicCall) (err error) {
	cell := c.body()
	if c.Result, err = c.k.evaluateCell(ctx, cell); err != nil {
		return err
	}
	return c.test(ctx, cell)
}

// test runs the tests that a cell declares, or all if its source is empty.
func (c *MagicCall) test(ctx context.Context, cell interp.Cell) error {
	flags, err := testFlags(c.Args)
	if err != nil {
		return err
	}
	of := c.body()
	of.Source = cell.Source
	return able(ctx, c, func(e tester) error { return e.Test(ctx, of, flags...) })
}

// goTestFlags are the flags of go test that mean something here: those that are true, and
// those that take a value.
var goTestFlags = map[string]bool{
	"v": true, "short": true, "failfast": true, "benchmem": true,
	"run": false, "skip": false, "bench": false, "benchtime": false, "count": false, "parallel": false,
}

// testFlags reads flags as go test does: -run X, -run=X, --run=X.
func testFlags(args string) (flags [][2]string, err error) {
	words := fields(args)
	for len(words) > 0 {
		if words[0] == "" {
			words = words[1:]
			continue
		}
		name, value, given := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(words[0], "-"), "-"), "=")
		name = strings.TrimPrefix(name, "test.") // as a test's program has it
		isTrue, known := goTestFlags[name]
		switch words = words[1:]; {
		case name == "race":
			return nil, errors.New(noRace)
		case !known:
			return nil, fmt.Errorf("there is no flag -%s; there are -%s", name, strings.Join(slices.Sorted(maps.Keys(goTestFlags)), " -"))
		case isTrue && !given:
			value = "true"
		case !given && len(words) == 0:
			return nil, fmt.Errorf("-%s wants a value", name)
		case !given:
			value, words = words[0], words[1:]
		}
		flags = append(flags, [2]string{name, value})
	}
	return flags, nil
}

// fields splits a line at space that is not in quotes.
func fields(line string) (words []string) {
	word, begun, quote := "", false, rune(0)
	for _, r := range line + " " {
		switch {
		case r == quote:
			quote = 0
		case quote != 0:
			word += string(r)
		case r == '"' || r == '\'':
			quote, begun = r, true
		case r == ' ' || r == '\t':
			if begun {
				words = append(words, word)
			}
			word, begun = "", false
		default:
			word, begun = word+string(r), true
		}
	}
	return words
}
