package runner_test

import (
	"go/ast"
	gotypes "go/types"
	"io/fs"
	"testing"
	"time"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/interp/write/glue"
	"github.com/parago/parago/procpool"
)

// declared is the section glue of testdata/cells.txt as the checker knows it.
const declared = `
type Pair struct{ A, B int }
func (p Pair) String() string { return fmt.Sprintf("%d/%d", p.A, p.B) }
func (p *Pair) Swap() { p.A, p.B = p.B, p.A }
func (p Pair) sum() int { return p.A + p.B }
func spin() {}
func deep(n int) int { return 0 }
func refuse(n int) (int, error) { return 0, nil }
func later() {}
func kind(v any) string { return "" }
func say(name string) {}
type hidden struct{ n int }
var total int
var pairs []Pair
`

// A gluing runs cells as glue in a session process.
type gluing struct {
	*session
	scope *check.Scope
}

func newGluing(t testing.TB) *gluing {
	g := &gluing{newSession(t), check.NewScope(check.Options{Sources: map[string]fs.FS{"github.com/parago/parago/procpool": procpool.Source}})}
	u, err := g.check(declared)
	if err != nil {
		t.Fatal(err)
	}
	g.scope.Commit(u)
	g.expect("glue", "")
	return g
}

func (g *gluing) check(source string) (*check.Unit, error) {
	c, err := cell.Parse(g.runs+1, source)
	if err != nil {
		return nil, err
	}
	return g.scope.Check(c)
}

// everything is compiled.
type everything struct{}

func (everything) Func(string) bool { return true }
func (everything) Type(string) bool { return true }
func (everything) Var(string) bool  { return true }

func (everything) Source(*check.Decl) (*ast.FuncDecl, *gotypes.Info) { return nil, nil }

// begin starts a cell.
func (g *gluing) begin(source string) {
	g.t.Helper()
	u, err := g.check(source)
	if err != nil {
		g.t.Fatal(err)
	}
	p, reason := glue.Place(u, everything{})
	if p == nil {
		g.t.Fatalf("%s is no glue: %s", source, reason)
	}
	g.scope.Commit(u)
	g.runs++
	run := &wire.Glue{Text: p.Text, Entry: p.Entry, File: p.File, Funcs: p.Funcs, Types: p.Types}
	for _, i := range p.Imports {
		run.Imports = append(run.Imports, wire.Import(i))
	}
	for _, v := range p.Vars {
		run.Vars = append(run.Vars, wire.GlueVar{Name: v.Name, Type: v.Type})
	}
	for _, z := range p.Zeros {
		run.Zeros = append(run.Zeros, wire.GlueZero(z))
	}
	g.mu.Lock()
	g.origin = source
	g.mu.Unlock()
	g.conn.Send(&wire.Message{Run: &wire.Run{ID: g.runs, Origin: source, Glue: run}})
}

func (g *gluing) is(source, want string) {
	g.t.Helper()
	g.begin(source)
	if got := outcome(g.wait(), g.take(source)); got != want {
		g.t.Errorf("%s:\n%s\nwant:\n%s", source, got, want)
	}
}

func TestGlue(t *testing.T) {
	t.Parallel()
	g := newGluing(t)
	g.is("1 + 1", "= 2\n")
	g.is("deep(3)", "= 6\n")
	g.is("total = 100", "")
	g.is("total", "= 100\n")
	g.is("fmt.Println(total)", "100\n")
	g.is("pairs = append(pairs, Pair{1, 2}); pairs[0].Swap(); pairs", "= [2/1]\n")
	g.is("pairs[0].sum()", "= 3\n")
	g.is(`fmt.Printf("%T %v\n", pairs, kind(pairs))`, "[]main.Pair pairs\n")
	g.is("q := Pair{3, 4}; r := &q; r.A = 9; names := map[string][]int{}; names[\"a\"] = []int{q.A}", "")
	g.is("q.Swap(); fmt.Println(q, r.A, names)", "4/9 4 map[a:[9]]\n")
	g.is("kind(names)", "= lists\n")
	g.is("var mu sync.Mutex; mu.Lock()", "")
	g.is("mu.Unlock()", "")
	g.is("p := procpool.NewProcess(say, \"Ann\"); p.Start(); p.Join()", "Hello, Ann!\n")
	g.is("pool := procpool.NewPool(1); x, err := pool.Apply(deep, 3); fmt.Println(x, err); pool.Close()", "6 <nil>\n")
	g.is("hidden{n: 4}.n + hidden{}.n", "= 4\n")
	g.is("h := hidden{3}; h.n++; k := &h; k.n *= 2; h", "= {8}\n")
}

// TestGlueRenewed runs more cells than one interpreter is to read.
func TestGlueRenewed(t *testing.T) {
	t.Parallel()
	g := newGluing(t)
	for range 250 {
		g.is("total++; deep(2)", "= 3\n")
	}
	g.is("fmt.Println(total, strings.ToUpper(\"x\"))", "250 X\n")
}

func TestGlueFailures(t *testing.T) {
	t.Parallel()
	g := newGluing(t)
	g.is("i := 1\n\ndeep(-i)", "! panic: negative\n  In[1]:13 in deep\n  In[2]:3 in cell\n")
	g.is("fmt.Println(\n\tdeep(1),\n\tdeep(-2))", "! panic: negative\n  In[1]:13 in deep\n  In[3]:3 in cell\n")
	g.is("deep(1)\npairs[5]", "! panic: runtime error: index out of range [5] with length 0\n  In[4]:2 in cell\n")
	g.is("var none *Pair\nnone.A", "! panic: runtime error: invalid memory address or nil pointer dereference\n  In[5]:2 in cell\n")
	g.is("refuse(3)", "= 3\n")
	g.is("refuse(0)\ntotal = 7", "! *main.Failure: refused\n  In[7]:1 in cell\n")
	g.is("total", "= 0\n")
	g.is("os.Exit(3)", "! Exit: os.Exit(3) was called\n")
	g.is("later(); time.Sleep(time.Hour)", "! panic: later [in a goroutine]\n  In[1]:20 in func literal\n")
	g.is("total", "= 0\n")
}

func TestGlueInterrupts(t *testing.T) {
	t.Parallel()
	g := newGluing(t)
	g.is("var mu sync.Mutex; var wg sync.WaitGroup; mu.Lock(); wg.Add(1)", "")
	for _, last := range []string{"spin()", "time.Sleep(time.Hour)", "mu.Lock()", "wg.Wait()"} {
		source := "fmt.Println(\"running\"); " + last + "; total = 5"
		g.begin(source)
		g.await(source, "running\n")
		d, took := g.interrupt()
		if d.Err == nil || d.Err.Kind != wire.Interrupted || d.Err.Text != "the cell was interrupted" {
			t.Errorf("%s ended with %+v", last, d.Err)
		}
		if took > 5*time.Second {
			t.Errorf("%s took %v", last, took)
		}
		g.is("total", "= 0\n")
	}
}

// BenchmarkGlue is how long a cell takes from its source to its answer.
func BenchmarkGlue(b *testing.B) {
	g := newGluing(b)
	g.is("total = 1", "")
	for _, source := range []string{"1+1", "total", "total = 100", "fmt.Println(total)", "deep(5)"} {
		b.Run(source, func(b *testing.B) {
			for b.Loop() {
				g.begin(source)
				g.wait()
			}
		})
	}
}
