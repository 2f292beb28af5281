package notebooks

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// CheckOptions say what can be expected of who ran the notebook.
type CheckOptions struct {
	// LateOutput says that what a process wrote after its cell was over has been kept
	// with that cell. Run keeps it; a client that drops such messages leaves only the
	// beginning, which is then all that is asked for.
	LateOutput bool
}

// Check compares the outputs of an executed notebook with what its exercises may
// print. An exercise is the cells that carry {"parago": {"exercise": "01"}} in their
// metadata. The error joins one error for each exercise that is wrong; a notebook
// without exercises is an error too.
func Check(nb *Notebook, o CheckOptions) error {
	var order []string
	cells := map[string][]*Cell{}
	for _, c := range nb.Cells {
		if name := c.Exercise(); name != "" {
			if cells[name] == nil {
				order = append(order, name)
			}
			cells[name] = append(cells[name], c)
		}
	}
	if len(order) == 0 {
		return errors.New("check: the notebook has no exercises")
	}
	var wrong []error
	for _, name := range order {
		if err := checkExercise(name, cells[name], o); err != nil {
			wrong = append(wrong, fmt.Errorf("exercise %s: %w", name, err))
		}
	}
	return errors.Join(wrong...)
}

// Exercise is the exercise that a cell belongs to, "" if none.
func (c *Cell) Exercise() string {
	parago, _ := c.Metadata["parago"].(map[string]any)
	name, _ := parago["exercise"].(string)
	return name
}

func checkExercise(name string, cells []*Cell, o CheckOptions) error {
	check, ok := exercises[name]
	if !ok {
		return errors.New("nothing is known about it")
	}
	var got given
	for _, c := range cells {
		if c.Count == 0 {
			return fmt.Errorf("cell %s has not run", c.ID)
		}
		for _, out := range c.Outputs {
			if err := got.add(out); err != nil {
				return fmt.Errorf("cell %s: %w", c.ID, err)
			}
		}
	}
	got.late = o.LateOutput
	return check(got)
}

// given is what the cells of an exercise gave out.
type given struct {
	text   string // stdout
	result string // text/plain of the result
	late   bool   // CheckOptions.LateOutput
}

func (g *given) add(o *Output) error {
	switch {
	case o.Type == "error":
		return fmt.Errorf("it failed: %s: %s", o.Ename, o.Evalue)
	case o.Type == "stream" && o.Name == "stderr":
		return fmt.Errorf("it wrote to stderr: %q", o.Text)
	case o.Type == "stream":
		g.text += o.Text
	default:
		s, _ := o.Data["text/plain"].(string)
		g.result += s
	}
	return nil
}

// lines is the text line by line. The last line may not be cut off.
func (g given) lines() ([]string, error) {
	if g.text == "" {
		return nil, nil
	}
	body, whole := strings.CutSuffix(g.text, "\n")
	if !whole {
		return nil, fmt.Errorf("the last line is not complete: %q", g.text)
	}
	return strings.Split(body, "\n"), nil
}

// prints wants exactly this text.
func prints(want string) func(given) error {
	return func(g given) error {
		if g.text != want {
			return fmt.Errorf("printed %q, want %q", g.text, want)
		}
		return nil
	}
}

// interleaves wants lines that are the given sequences, each in its order, mixed in any way.
func interleaves(sequences ...[]string) func(given) error {
	return func(g given) error {
		lines, err := g.lines()
		if err != nil {
			return err
		}
		return shuffled(lines, sequences)
	}
}

// shuffled walks through the lines with all the ways in which the sequences can have
// got so far: a state says how many lines of each sequence are used up.
func shuffled(lines []string, sequences [][]string) error {
	states := [][]int{make([]int, len(sequences))}
	for i, line := range lines {
		var next [][]int
		for _, s := range states {
			for k, seq := range sequences {
				if s[k] < len(seq) && seq[s[k]] == line {
					n := slices.Clone(s)
					n[k]++
					next = appendNew(next, n)
				}
			}
		}
		if len(next) == 0 {
			return fmt.Errorf("line %d, %q, is out of order or too much in %q", i+1, line, lines)
		}
		states = next
	}
	total := 0
	for _, seq := range sequences {
		total += len(seq)
	}
	if len(lines) != total {
		return fmt.Errorf("%d lines, want %d: %q", len(lines), total, lines)
	}
	return nil
}

func appendNew(states [][]int, s []int) [][]int {
	if slices.ContainsFunc(states, func(have []int) bool { return slices.Equal(have, s) }) {
		return states
	}
	return append(states, s)
}

// numbered is format filled in with from … to.
func numbered(format string, from, to int) []string {
	var out []string
	for i := from; i <= to; i++ {
		out = append(out, fmt.Sprintf(format, i))
	}
	return out
}
