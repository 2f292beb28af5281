package interp_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/interp"
)

// More programs, as from time to time: go test ./interp -run TestIdentity -programs 10000 -timeout 3h
var programs = flag.Int("programs", 30, "how many random programs TestIdentity runs")

// maxBatch is how many programs share cells and the compiled program beside them, at most.
const maxBatch = 250

// TestIdentity runs random programs, of which declarations and statements are spread over
// cells, and beside them one compiled program. There, each value in an interface is of one
// type, whoever looks; so it must be in cells, whichever comes first and however it runs.
func TestIdentity(t *testing.T) {
	if len(engines(t)) < 2 {
		t.Skip("nothing is compiled here")
	}
	size := max(1, min(*programs, maxBatch))
	for seed := range (*programs + size - 1) / size {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			b := newBatch(uint64(seed), size)
			b.compare(t, b.session(t), b.compiled(t))
		})
	}
}

// A batch is programs that run side by side, in the same cells.
type batch []*randomProgram

func newBatch(seed uint64, size int) (b batch) {
	r := rand.New(rand.NewPCG(seed, 3))
	for i := range size {
		b = append(b, newProgram(r, i))
	}
	return b
}

// schedule gives each piece its cell: statements in their order, and declarations no later than
// what needs them.
func (p *randomProgram) schedule() {
	at := 0
	for _, x := range p.pieces {
		if x.statement {
			at += max(0, p.IntN(4)-1)
			x.place = at
		}
	}
	for _, x := range slices.Backward(p.pieces) { // what a piece needs comes before it
		if !x.statement {
			x.place = p.declared(x)
		}
	}
}

// declared is the cell of a declaration: one that is compiled, unless it is of a variable.
func (p *randomProgram) declared(x *piece) int {
	last := at(p.pieces, x)
	if p.IntN(2) == 0 {
		last = p.IntN(last + 1)
	}
	if !strings.HasPrefix(x.text, "var ") {
		last &^= 1
	}
	return last
}

// at is the first cell of those that need a declaration.
func at(pieces []*piece, x *piece) int {
	first := -1
	for _, user := range pieces {
		if slices.Contains(user.needs, x) && (first < 0 || user.place < first) {
			first = user.place
		}
	}
	return max(first, 0)
}

// helpers are what programs call to have values come back from elsewhere.
const helpers = `
type envelope struct{ V any }

func viaGob(v any) any {
	gob.Register(v)
	var b bytes.Buffer
	var back envelope
	if err := gob.NewEncoder(&b).Encode(envelope{v}); err != nil {
		panic(err)
	}
	if err := gob.NewDecoder(&b).Decode(&back); err != nil {
		panic(err)
	}
	return back.V
}

func same(v any) any { return v }

func viaWorker(v any) any {
	vs, err := %s
	if err != nil {
		panic(err)
	}
	return vs[0]
}
`

// cells are what a session gets.
func (b batch) cells() []string {
	cells := []string{fmt.Sprintf(helpers, "procpool.Map(nil, same, []any{v})")}
	last := 0
	for _, p := range b {
		for _, x := range p.pieces {
			last = max(last, x.place)
		}
	}
	for place := range last + 1 {
		var declarations, statements strings.Builder
		for _, p := range b {
			declared, done := p.text(place)
			declarations.WriteString(declared)
			switch {
			case done == "":
			case place%2 == 0 && p.number%2 == 0: // in a function
				fmt.Fprintf(&declarations, "func run%d_%d() {\n%s}\n", p.number, place, done)
				fmt.Fprintf(&statements, "run%d_%d()\n", p.number, place)
			default:
				statements.WriteString(done)
			}
		}
		if place%2 == 0 { // no cell with a function is glue
			fmt.Fprintf(&declarations, "func compiled%d() {}\n", place)
		}
		cells = append(cells, declarations.String()+statements.String())
	}
	return cells
}

// text is what a program has in a cell.
func (p *randomProgram) text(place int) (declarations, statements string) {
	for _, x := range p.pieces {
		switch {
		case x.place != place:
		case x.statement:
			statements += x.text + "\n"
		default:
			declarations += x.text + "\n"
		}
	}
	return declarations, statements
}

// session is what the programs print as cells.
func (b batch) session(t *testing.T) string {
	sink := &recorder{}
	s := newSessionOn(t, sink, interp.Native)
	defer s.Close()
	var out strings.Builder
	for n, source := range b.cells() {
		_, err := s.Eval(t.Context(), interp.Cell{N: n + 1, Source: source, Origin: fmt.Sprint(n + 1)})
		if err != nil {
			t.Fatalf("cell %d: %v\n%s", n+1, err, source)
		}
		out.WriteString(sink.take())
	}
	return out.String()
}

// compiled is what the programs print as one.
func (b batch) compiled(t *testing.T) string {
	var declarations, statements strings.Builder
	last := 0
	for _, p := range b {
		for _, x := range p.pieces {
			last = max(last, x.place)
			if !x.statement {
				declarations.WriteString(x.text + "\n")
			}
		}
	}
	for place := range last + 1 {
		for _, p := range b {
			_, done := p.text(place)
			statements.WriteString(done)
		}
	}
	const text = "package main\n\nimport (\n\t\"bytes\"\n\t\"encoding/gob\"\n\t\"errors\"\n\t\"fmt\"\n\t\"reflect\"\n)\n\nvar _, _ = errors.New, reflect.TypeOf\n%s\n%s\nfunc main() {\n%s}\n"
	file := filepath.Join(t.TempDir(), "main.go")
	source := fmt.Sprintf(text, fmt.Sprintf(helpers, "[]any{same(v)}, error(nil)"), declarations.String(), statements.String())
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", file)
	cmd.Dir = filepath.Dir(file)
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	var failure bytes.Buffer
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("compile the programs: %v\n%s\n%s", err, failure.Bytes(), source)
	}
	return string(out)
}

// compare tells of the first lines that differ, with the program whose they are.
func (b batch) compare(t *testing.T, got, want string) {
	lines := strings.Split(got, "\n")
	for i, line := range strings.Split(want, "\n") {
		if i < len(lines) && lines[i] == line {
			continue
		}
		number := 0
		fmt.Sscanf(line, "%d.", &number)
		var told strings.Builder
		for place := range 100 {
			if declarations, statements := b[number].text(place); declarations+statements != "" {
				fmt.Fprintf(&told, "// cell %d\n%s%s", place, declarations, statements)
			}
		}
		t.Fatalf("cells print\n%s\ncompiled\n%s\nof the program\n%s", strings.Join(lines[i:min(i+1, len(lines))], "\n"), line, told.String())
	}
}
