package notebooks

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheck reads testdata/checks.txt, which explains itself.
func TestCheck(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/checks.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(string(data), "\n\n")[1:]
	for i, c := range cases {
		head, body, _ := strings.Cut(strings.TrimSpace(c), "\n")
		exercise, verdict, ok := strings.Cut(strings.TrimPrefix(head, "== "), " ")
		if !ok || !strings.HasPrefix(head, "== ") {
			t.Fatalf("case %d has no proper head: %q", i+1, head)
		}
		t.Run(fmt.Sprintf("%d %s", i+1, head), func(t *testing.T) {
			t.Parallel()
			err := Check(recorded(exercise, body), CheckOptions{LateOutput: true})
			why, bad := strings.CutPrefix(verdict, "bad: ")
			switch {
			case !bad && verdict != "good":
				t.Fatalf("a case is good or bad, not %q", verdict)
			case !bad && err != nil:
				t.Errorf("a good output fails: %v", err)
			case bad && err == nil:
				t.Errorf("a bad output passes:\n%s", body)
			case bad && !strings.Contains(err.Error(), why):
				t.Errorf("the error is %q, want %q in it", err, why)
			}
		})
	}
}

// recorded is a notebook with one executed cell.
func recorded(exercise, body string) *Notebook {
	c := &Cell{Type: "code", ID: "a", Count: 1, Metadata: map[string]any{"parago": map[string]any{"exercise": exercise}}}
	r := newRecorder()
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(line, "\n") + "\n"
		line = strings.TrimSuffix(strings.ReplaceAll(line, "¶", ""), "\\\n")
		m := Message{Type: "stream", Content: Content{Name: "stdout", Text: line}}
		if s, ok := strings.CutPrefix(line, "stderr: "); ok {
			m.Content = Content{Name: "stderr", Text: s}
		} else if s, ok := strings.CutPrefix(line, "error: "); ok {
			m = Message{Type: "error", Content: Content{Ename: strings.TrimSpace(s)}}
		} else if s, ok := strings.CutPrefix(line, "result: "); ok {
			m = Message{Type: "execute_result", Content: Content{Data: map[string]any{"text/plain": s}}}
		}
		r.record(c, m)
	}
	return &Notebook{Cells: []*Cell{c}}
}

func TestCheckAsksForNoLateOutputThatTheClientDrops(t *testing.T) {
	t.Parallel()
	nb := recorded("18", "Number: 1\n")
	if err := Check(nb, CheckOptions{}); err != nil {
		t.Errorf("the beginning of the output fails: %v", err)
	}
	if Check(nb, CheckOptions{LateOutput: true}) == nil {
		t.Error("the rest is missing, and that passes")
	}
}

func TestCheckRefusesWhatHasNotRun(t *testing.T) {
	t.Parallel()
	nb := recorded("02", "")
	nb.Cells[0].Count = 0
	if err := Check(nb, CheckOptions{}); err == nil || !strings.Contains(err.Error(), "has not run") {
		t.Errorf("error %v for a cell that has not run", err)
	}
	if err := Check(&Notebook{}, CheckOptions{}); err == nil {
		t.Error("a notebook without exercises passes")
	}
}

// The tutorials have twenty exercises; 10 and 11 have three cells.
func TestNotebooksHoldAllExercises(t *testing.T) {
	t.Parallel()
	cells := map[string]int{}
	for _, path := range ours(t) {
		nb, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range nb.Cells {
			if name := c.Exercise(); name != "" {
				cells[name]++
			}
		}
	}
	for i := 1; i <= 20; i++ {
		want := 1
		if i == 10 || i == 11 {
			want = 3
		}
		if name := fmt.Sprintf("%02d", i); cells[name] != want {
			t.Errorf("exercise %s has %d cells, want %d", name, cells[name], want)
		}
	}
	for name := range exercises {
		if cells[name] == 0 {
			t.Errorf("no notebook has the exercise %s", name)
		}
	}
}

// ours lists the notebooks of this folder.
func ours(t *testing.T) []string {
	paths, _ := filepath.Glob("*.ipynb")
	if len(paths) == 0 {
		t.Fatal("no notebooks here")
	}
	return paths
}
