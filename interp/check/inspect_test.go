package check_test

import (
	"strings"
	"testing"
)

func TestInspect(t *testing.T) {
	t.Parallel()
	s := session(t, `// A Point is a place.
type Point struct{ X, Y int }

// Move moves.
func (p Point) Move(dx int) Point { return Point{p.X + dx, p.Y} }
count := 3
p := Point{1, 2}
--
// Limit is the most there may be.
const Limit = 10
func Map[T, U any](xs []T, f func(T) U) []U { return nil }`)
	cases := []struct {
		does, src string // the cursor is ‸
		decl      string
		doc       string
		source    string // a part of it
	}{
		{"shows a variable", "cou‸nt + 1", "var count int", "", ""},
		{"shows a type with its comment", "Point‸{}", "type Point struct{X int; Y int}", "A Point is a place.", "type Point struct{ X, Y int }"},
		{"shows a method", "p.Mo‸ve(1)", "func (Point).Move(dx int) Point", "Move moves.", "return Point{p.X + dx, p.Y}"},
		{"shows a field", "p.X‸", "field X int", "", ""},
		{"shows a constant", "Limi‸t", "const Limit untyped int", "Limit is the most there may be.", "const Limit = 10"},
		{"shows a function of a package that is not imported", "strings.ToUp‸per(", "func strings.ToUpper(s string) string", "", ""},
		{"shows a package", "str‸ings.ToUpper", `package strings // import "strings"`, "", ""},
		{"shows a predeclared function", "le‸n(x)", "func len", "", ""},
		{"shows a generic function, instantiated", "Map‸([]int{1}, func(i int) string { return \"\" })", "func Map[T, U any](xs []T, f func(T) U) []U", "", "return nil"},
		{"sees the function around the cursor", "func f(q Point) { q‸ }", "var q Point", "", ""},
		{"bears with a text that is not complete", "if p.X‸ > ", "field X int", "", ""},
		{"counts code points", "\"😀é\" + 名; count‸", "var count int", "", ""},
	}
	for _, c := range cases {
		t.Run(c.does, func(t *testing.T) {
			t.Parallel()
			before, after, _ := strings.Cut(c.src, "‸")
			got, ok := s.Inspect(before+after, len([]rune(before)), 1)
			if !ok {
				t.Fatalf("%s: nothing known", c.src)
			}
			if got.Decl != c.decl || got.Doc != c.doc {
				t.Errorf("%s:\nwant %q, %q\ngot  %q, %q", c.src, c.decl, c.doc, got.Decl, got.Doc)
			}
			if !strings.Contains(got.Source, c.source) || c.source == "" && got.Source != "" {
				t.Errorf("%s: source %q", c.src, got.Source)
			}
		})
	}
	for _, src := range []string{"‸", "nothing‸", "p.Nothing‸", "// count‸"} {
		before, after, _ := strings.Cut(src, "‸")
		if got, ok := s.Inspect(before+after, len([]rune(before)), 1); ok && src != "// count‸" {
			t.Errorf("%s: found %+v", src, got)
		}
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	s := session(t, "type P struct{ X int }\np := P{}\nn := 3\n--\ntype P struct{ X, Y int }\nq := []P{}\nn := \"s\"")
	var got []string
	for _, v := range s.Variables() {
		got = append(got, v.Name+" "+v.Type)
	}
	if want := "n string; p P (of In[1]); q []P"; strings.Join(got, "; ") != want {
		t.Errorf("want %s, got %s", want, strings.Join(got, "; "))
	}
}
