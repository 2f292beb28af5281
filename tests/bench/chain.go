package main

import (
	"fmt"
	"time"
)

// chainLength is how many functions call one another, each in a cell of its own.
const chainLength = 300

// chainLimit is how long it may take until the last of them calls the first anew.
const chainLimit = 500 * time.Millisecond

// chainRows measure the cell that declares the function at the bottom of a chain anew, and calls
// the one at the top: once where that is called first when the chain is complete, and once
// where each function was called in its cell.
func chainRows() []row {
	n := time.Now().UnixNano() % 1e9
	var out []row
	for _, kind := range []struct{ name, call string }{{"compiled at once", ""}, {"compiled cell by cell", "\nlink%[1]s%[2]d(1)"}} {
		prefix := kind.name[len(kind.name)-2:]
		redeclare := func(b *bench) error {
			n++ // never compiled before
			_, err := b.eval(fmt.Sprintf("func link%s0(n int) int { return n + %d }\nlink%[1]s%[3]d(1)", prefix, n, chainLength-1))
			return err
		}
		chain := func(b *bench) error {
			for i := range chainLength {
				body := fmt.Sprint("n + ", n)
				if i > 0 {
					body = fmt.Sprintf("link%s%d(n) + 1", prefix, i-1)
				}
				if _, err := b.eval(fmt.Sprintf("func link%s%d(n int) int { return "+body+" }"+kind.call, prefix, i)); err != nil {
					return err
				}
			}
			_, err := b.eval(fmt.Sprintf("link%s%d(1)", prefix, chainLength-1))
			return err
		}
		out = append(out, row{name: "redeclared below a chain " + kind.name, peer: "may be", reach: 1, round: func(b *bench) (ours, theirs time.Duration, err error) {
			if err := b.once(kind.name, func() error { return chain(b) }); err != nil {
				return 0, 0, err
			}
			start := time.Now()
			err = redeclare(b)
			return time.Since(start), chainLimit, err
		}})
	}
	return out
}
