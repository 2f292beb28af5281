package kernel

import (
	"context"
	"errors"
	"fmt"
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
	w := tabwriter.NewWriter(c.Stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "Variable\tType\tCell")
	for _, v := range variables {
		fmt.Fprintf(w, "%s\t%s\tIn[%d]\n", v.Name, v.Type, v.Cell)
	}
	return w.Flush()
}
