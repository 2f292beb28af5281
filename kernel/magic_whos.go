package kernel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/parago/parago/interp"
)

// A lister is an Evaluator that can tell what the session's variables are.
// *interp.Session is one.
type lister interface {
	Variables() []interp.Variable
}

func whosMagic() Magic {
	return Magic{Name: "%whos", Help: "list the session's variables, their types and cells", Run: runWhos}
}

func runWhos(ctx context.Context, c *MagicCall) error {
	e, err := c.k.session.get(ctx)
	if err != nil {
		return err
	}
	l, ok := e.(lister)
	if !ok {
		return errors.New("this session does not list its variables")
	}
	variables := l.Variables()
	if len(variables) == 0 {
		_, err := fmt.Fprintln(c.Stdout, "There are no variables.")
		return err
	}
	rows := [][]string{{"Variable", "Type", "Cell"}}
	for _, v := range variables {
		rows = append(rows, []string{v.Name, v.Type, fmt.Sprintf("In[%d]", v.Cell)})
	}
	return writeTable(c.Stdout, rows)
}

// writeTable writes rows with their cells below each other.
func writeTable(to io.Writer, rows [][]string) error {
	w := tabwriter.NewWriter(to, 0, 8, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}
