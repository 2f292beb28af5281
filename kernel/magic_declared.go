package kernel

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/parago/parago/interp"
)

// A declarer is an Evaluator that can tell which names cells have given a meaning, and forget
// them. *interp.Session is one.
type declarer interface {
	Declared() []interp.Declared
	Remove(names ...string) (unknown []string)
	Reset() error
}

func lsMagic(name string) Magic {
	return Magic{
		Name: name, Help: "list what cells have declared and imported; !ls lists files",
		Run: func(ctx context.Context, c *MagicCall) error {
			if c.Args != "" {
				return fmt.Errorf("want %s alone; !ls lists files", name)
			}
			return able(ctx, c, c.listDeclared)
		},
	}
}

func (c *MagicCall) listDeclared(e declarer) error {
	all := e.Declared()
	if len(all) == 0 {
		_, err := fmt.Fprintln(c.Stdout, "Nothing is declared.")
		return err
	}
	rows := [][]string{{"Name", "Kind", "From"}}
	for _, d := range all {
		from := fmt.Sprintf("%q", d.Path)
		if d.Path == "" {
			from = fmt.Sprintf("In[%d]", d.Cell)
		}
		rows = append(rows, []string{d.Name, d.Kind, from})
	}
	return writeTable(c.Stdout, rows)
}

func rmMagic(name string) Magic {
	return Magic{
		Name: name, Args: "NAME…", Help: "forget what cells have declared or imported under names; !rm removes files",
		Run: func(ctx context.Context, c *MagicCall) error {
			names := strings.Fields(c.Args)
			if len(names) == 0 {
				return fmt.Errorf("want %s NAME…, with names that %%ls lists", name)
			}
			return able(ctx, c, func(e declarer) error {
				for _, unknown := range e.Remove(names...) {
					fmt.Fprintf(c.Stderr, "Nothing is declared as %s.\n", unknown)
				}
				return nil
			})
		},
	}
}

func resetMagic() Magic {
	return Magic{Name: "%reset", Help: "begin the session anew, without what cells have declared and without modules", Run: runReset}
}

func runReset(ctx context.Context, c *MagicCall) error {
	if c.Args != "" {
		return errors.New("want %reset alone: modules that cells use cannot be taken out of their process, so go.mod goes with all that is declared")
	}
	return able(ctx, c, func(e declarer) error {
		if err := e.Reset(); err != nil {
			return err
		}
		_, err := fmt.Fprintln(c.Stdout, "The session begins anew: what cells have declared is gone.")
		return err
	})
}
