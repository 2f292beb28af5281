package main

import (
	"fmt"
	"os/exec"
	"time"
)

// buildRows compare a cell with a new function and a call of it with building and running
// a program of the same text.
func buildRows() []row {
	n := int(time.Now().UnixNano() % 1e9)
	return []row{{name: "new function and call", peer: "go build -ldflags='-s -w', run", reach: 1, round: func(b *bench) (ours, theirs time.Duration, err error) {
		n++ // never compiled before
		source := fmt.Sprintf("func next(n int) int { return n + %d }", n)
		start := time.Now()
		if _, err = b.eval(source + "\nfmt.Println(next(1))"); err != nil {
			return 0, 0, err
		}
		ours = time.Since(start)
		start = time.Now()
		program, err := b.build("new", "package main\nimport \"fmt\"\n"+source+"\nfunc main() { fmt.Println(next(1)) }\n", "-ldflags=-s -w")
		if err != nil {
			return 0, 0, err
		}
		err = exec.Command(program).Run()
		return ours, time.Since(start), err
	}}}
}
