package check_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
)

// bigSession is a session of n cells of ten lines each.
func bigSession(b testing.TB, n int) *check.Scope {
	b.Helper()
	s := check.NewScope(check.Options{})
	for i := range n {
		src := fmt.Sprintf(`import "fmt"
type T%[1]d struct { X, Y int; Name string }
func (t T%[1]d) String() string { return fmt.Sprint(t.X, t.Y, t.Name) }
func f%[1]d(n int) int {
	if n < 2 {
		return n
	}
	return f%[1]d(n-1) + f%[1]d(n-2)
}
v%[1]d := T%[1]d{X: f%[1]d(3)}
`, i)
		run(b, s, i+1, src)
	}
	return s
}

func run(b testing.TB, s *check.Scope, n int, src string) *check.Unit {
	b.Helper()
	c, err := cell.Parse(n, src)
	if err != nil {
		b.Fatal(err)
	}
	u, err := s.Check(c)
	if err != nil {
		b.Fatal(err)
	}
	s.Commit(u)
	return u
}

// BenchmarkCheck measures cells of a session of 100 cells and 1,000 lines.
func BenchmarkCheck(b *testing.B) {
	cells := []struct{ name, src string }{
		{"statements", "v3.X += f2(1)\nfmt.Println(v3)"},
		{"variable", "total := v3.X + v4.Y"},
		{"function", "func g%d(t T3) int { return t.X + v3.Y }"},
		{"redeclared", "func f3(n int) int { return n + %d }"},
		{"type", "type T3 struct{ X, Y int; Name string; Extra [%d]int }"},
	}
	for _, c := range cells {
		b.Run(c.name, func(b *testing.B) {
			s := bigSession(b, 100)
			n := 101
			for b.Loop() {
				src := c.src
				if strings.Contains(src, "%d") {
					src = fmt.Sprintf(src, n)
				}
				run(b, s, n, src)
				n++
			}
		})
	}
	b.Run("complete", func(b *testing.B) {
		s := bigSession(b, 100)
		for b.Loop() {
			if len(s.Complete("v3.", 3).Items) == 0 {
				b.Fatal("nothing")
			}
		}
	})
	b.Run("cold complete", func(b *testing.B) {
		for b.Loop() {
			s := check.NewScope(check.Options{})
			if len(s.Complete("http.", 5).Items) == 0 {
				b.Fatal("nothing")
			}
		}
	})
}
