package main

import (
	"fmt"
	"os/exec"
	"time"
)

// workloads are functions that a cell declares, and a call that takes some milliseconds.
var workloads = []struct{ name, source, call string }{
	{"fib(32)", `func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}`, "fib(32)"},
	{"sieve", `func sieve(n int) int {
	composite, primes := make([]bool, n+1), 0
	for i := 2; i <= n; i++ {
		if composite[i] {
			continue
		}
		primes++
		for j := i * i; j <= n; j += i {
			composite[j] = true
		}
	}
	return primes
}`, "sieve(2_000_000)"},
	{"mandelbrot", `func mandelbrot(n int) int {
	inside := 0
	for y := 0; y < n; y++ {
		for x := 0; x < n; x++ {
			cr, ci := 3*float64(x)/float64(n)-2, 2*float64(y)/float64(n)-1
			zr, zi, i := 0.0, 0.0, 0
			for ; i < 100 && zr*zr+zi*zi < 4; i++ {
				zr, zi = zr*zr-zi*zi+cr, 2*zr*zi+ci
			}
			inside += i / 100
		}
	}
	return inside
}`, "mandelbrot(300)"},
	{"matmul", `func matmul(n int) float64 {
	a, b, c := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
	for i := range a {
		a[i], b[i] = float64(i), float64(i%7)
	}
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			sum := 0.0
			for k := 0; k < n; k++ {
				sum += a[i*n+k] * b[k*n+j]
			}
			c[i*n+j] = sum
		}
	}
	return c[n]
}`, "matmul(250)"},
	{"map", `func count(n int) int {
	m := map[int]int{}
	for i := 0; i < n; i++ {
		m[i%5000] += i
	}
	return len(m)
}`, "count(2_000_000)"},
	{"strings", `func text(n int) int {
	var b strings.Builder
	for i := 0; i < n; i++ {
		b.WriteString("word")
		if i%10 == 0 {
			b.WriteByte('\n')
		}
	}
	return len(strings.Fields(b.String()))
}`, "text(500_000)"},
}

// best is a function that times another.
const best = `func best(f func()) int64 {
	b := time.Hour
	for range 5 {
		start := time.Now()
		f()
		b = min(b, time.Since(start))
	}
	return b.Nanoseconds()
}`

// cellRows compare functions in cells with the same functions in a program.
func cellRows() []row {
	var out []row
	for i, w := range workloads {
		timed := "best(func() { " + w.call + " })"
		out = append(out, row{name: w.name, peer: "go build", reach: 1.3, round: func(b *bench) (ours, theirs time.Duration, err error) {
			program := ""
			if err := b.once("best", func() error { _, err := b.eval(best); return err }); err != nil {
				return 0, 0, err
			}
			if err := b.once(w.name, func() error { _, err := b.eval(w.source); return err }); err != nil {
				return 0, 0, err
			}
			imports := "import \"time\"\n"
			if w.name == "strings" {
				imports += "import \"strings\"\n"
			}
			source := "package main\n" + imports + w.source + "\n" + best + "\nfunc main() { println(" + timed + ") }\n"
			if program, err = b.build(fmt.Sprint("cell", i), source); err != nil {
				return 0, 0, err
			}
			if ours, err = duration(b.eval(timed)); err != nil {
				return 0, 0, err
			}
			out, err := exec.Command(program).CombinedOutput()
			theirs, err = duration(string(out), err)
			return ours, theirs, err
		}})
	}
	return append(out, loopRow())
}

// loopRow compares a loop at the top level of a cell with one in main.
func loopRow() row {
	const loop = `
start := time.Now()
sum := 0
for i := 0; i < 50_000_000; i++ {
	sum += i ^ 3
}
ns := time.Since(start).Nanoseconds()
`
	return row{name: "loop at the top level", peer: "go build", reach: 1.3, round: func(b *bench) (ours, theirs time.Duration, err error) {
		program, err := b.build("loop", "package main\nimport \"time\"\nfunc main() {"+loop+"println(ns); if sum == 7 { println() } }\n")
		if err != nil {
			return 0, 0, err
		}
		if ours, err = duration(b.eval(loop + "ns")); err != nil {
			return 0, 0, err
		}
		out, err := exec.Command(program).CombinedOutput()
		theirs, err = duration(string(out), err)
		return ours, theirs, err
	}}
}
