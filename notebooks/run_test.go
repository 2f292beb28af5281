package notebooks

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the answers in testdata")

// TestRun runs the files of testdata/run. A file has the cells, separated by lines of
// "---", and below "== " lines what is printed, what is kept, and the error. A cell's
// first line may be "tags: a b" or "markdown"; its lines are what the kernel does (see
// scripted.do).
func TestRun(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/run/*.txt")
	if len(files) == 0 {
		t.Fatal("no cases in testdata/run")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			cells, _, _ := strings.Cut(string(data), "== printed\n")
			got := cells + runCase(cells)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(data) {
				t.Errorf("got:\n%s\nwant:\n%s", got, data)
			}
		})
	}
}

func runCase(text string) string {
	nb := &Notebook{}
	for i, source := range strings.Split(text, "---\n") {
		c := &Cell{Type: "code", ID: fmt.Sprint(i), Source: source, Metadata: map[string]any{}}
		if rest, ok := strings.CutPrefix(source, "markdown\n"); ok {
			c.Type, c.Source = "markdown", rest
		}
		first, rest, _ := strings.Cut(source, "\n")
		if tags, ok := strings.CutPrefix(first, "tags: "); ok {
			c.Source = rest
			c.Metadata["tags"] = []any{tags}
		}
		nb.Cells = append(nb.Cells, c)
	}
	var printed strings.Builder
	err := Run(context.Background(), nb, Options{
		Kernel: &scripted{}, Observer: NewPrinter(&printed, false), Timeout: time.Minute,
	})
	var kept strings.Builder
	for i, c := range nb.Cells {
		for _, o := range c.Outputs {
			fields := outputFields[o.Type](o)
			fields["cell"] = i + 1
			line, _ := json.Marshal(fields)
			fmt.Fprintf(&kept, "%s %s\n", o.Type, line)
		}
	}
	end := "none\n"
	if err != nil {
		end = err.Error() + "\n"
	}
	return fmt.Sprintf("== printed\n%s== kept\n%s== error\n%s", &printed, &kept, end)
}

// A scripted kernel does what the lines of a cell say.
type scripted struct {
	outputs []func(Message) // of each cell that has run
	blocked chan struct{}   // closed when a cell blocks
}

func (k *scripted) Execute(ctx context.Context, source string, output func(Message)) (bool, error) {
	k.outputs = append(k.outputs, output)
	output(Message{Type: "execute_input", Content: Content{ExecutionCount: len(k.outputs)}})
	ok := true
	for line := range strings.Lines(source) {
		verb, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch verb {
		case "late": // late N VERB …: as if cell N did it
			n, line, _ := strings.Cut(rest, " ")
			verb, rest, _ = strings.Cut(line, " ")
			k.do(k.outputs[int(n[0]-'1')], verb, rest)
		case "block":
			close(k.blocked)
			<-ctx.Done()
			return false, context.Cause(ctx)
		case "fail":
			ok = false
			fallthrough
		default:
			k.do(output, verb, rest)
		}
	}
	return ok, nil
}

func (k *scripted) do(output func(Message), verb, rest string) {
	rest = strings.ReplaceAll(rest, `\n`, "\n")
	first, second, _ := strings.Cut(rest, " ")
	data := map[string]any{"text/plain": second}
	output(map[string]Message{
		"out":     {"stream", Content{Name: "stdout", Text: rest}},
		"err":     {"stream", Content{Name: "stderr", Text: rest}},
		"result":  {"execute_result", Content{Data: map[string]any{"text/plain": rest}, ExecutionCount: len(k.outputs)}},
		"display": {"display_data", Content{Data: data, Transient: Transient{first}}},
		"update":  {"update_display_data", Content{Data: data, Transient: Transient{first}}},
		"picture": {"display_data", Content{Data: map[string]any{"image/png": rest, "image/svg+xml": "<svg/>"}}},
		"clear":   {"clear_output", Content{Wait: rest == "wait"}},
		"fail":    {"error", Content{Ename: first, Evalue: second, Traceback: []string{"\x1b[31m" + rest + "\x1b[0m", "  In[1]:2"}}},
		"status":  {"status", Content{}},
	}[verb])
}

func TestRunInterruptsACellThatTakesTooLong(t *testing.T) {
	t.Parallel()
	nb := &Notebook{Cells: []*Cell{{Type: "code", Source: "block"}, {Type: "code", Source: "out x"}}}
	err := Run(context.Background(), nb, Options{Kernel: &scripted{blocked: make(chan struct{})}, Timeout: time.Millisecond})
	if !errors.Is(err, ErrTimeout) || !regexp.MustCompile(`cell 1 .*more than 1ms; the code cell after it`).MatchString(err.Error()) {
		t.Errorf("error %v", err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	cause := errors.New("Ctrl-C")
	ctx, cancel := context.WithCancelCause(context.Background())
	k := &scripted{blocked: make(chan struct{})}
	go func() { <-k.blocked; cancel(cause) }()
	err := Run(ctx, &Notebook{Cells: []*Cell{{Type: "code", Source: "block"}}}, Options{Kernel: k})
	if !errors.Is(err, cause) {
		t.Errorf("error %v, want one that wraps %v", err, cause)
	}
}

func TestRunGoesOnIfErrorsAreAllowed(t *testing.T) {
	t.Parallel()
	nb := &Notebook{Cells: []*Cell{{Type: "code", Source: "fail A b"}, {Type: "code", Source: "out x"}}}
	if err := Run(context.Background(), nb, Options{Kernel: &scripted{}, AllowErrors: true}); err != nil {
		t.Fatal(err)
	}
	if len(nb.Cells[1].Outputs) != 1 {
		t.Error("the second cell has no output")
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, source, want string }{
		{"one line", "x := 1", "x := 1"},
		{"imports are left out", "import (\n\t\"fmt\"\n)\n\nimport \"os\"\nx := 1\n", "x := 1"},
		{"imports alone", "import \"fmt\"\n", `import "fmt"`},
		{"four lines, blank ones not counted", "\na\n\nb\nc\n\nd\n", "a|b|c|d"},
		{"five lines", "a\nb\nc\nd\ne", "a|b|c|… (2 more lines)"},
		{"a long line", strings.Repeat("ü", 101), strings.Repeat("ü", 99) + "…"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(preview(test.source, 3), "|"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPrinterKeepsColoursOnATerminal(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	nb := &Notebook{Cells: []*Cell{{Type: "code", Source: "fail A b"}}}
	_ = Run(context.Background(), nb, Options{Kernel: &scripted{}, Observer: NewPrinter(&b, true)})
	if !strings.Contains(b.String(), "\x1b[2mIn [1]: fail A b\x1b[0m") || !strings.Contains(b.String(), "\x1b[31mA b") {
		t.Errorf("printed %q", b.String())
	}
}
