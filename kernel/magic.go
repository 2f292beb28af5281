package kernel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/parago/parago/interp"
)

// A Magic is a command of the kernel that stands in a cell.
type Magic struct {
	// Name is what the user types: "%cd", "%%bash" for one that takes the rest
	// of the cell as its body, "!" for shell commands, "?" for questions.
	Name string
	Args string // usage: "[-a] FILE"
	Help string // one line
	Go   bool   // its arguments, but for options, or its body are Go
	gonb bool   // its notebook was written for GoNB
	// Run does it. An error ends the cell; one that is no *interp.Error is shown
	// as UsageError.
	Run func(ctx context.Context, c *MagicCall) error
}

// A MagicCall is one use of a magic. It is valid until Run returns.
type MagicCall struct {
	Args   string // what follows the name on its line, without surrounding space
	Body   string // the rest of the cell, for a cell magic
	Stdout io.Writer
	Stderr io.Writer

	Result *interp.Result // what the magic comes to; nil: nothing

	k      *Kernel
	origin *origin
	cell   interp.Cell // that it stands in
	part   part
	mode   *mode
}

// A mode is what magics of a cell have said about the rest of the cell.
type mode struct {
	main   bool     // what follows is a main function's body
	begun  bool     // the functions that come before it have run
	inputs []bool   // the next shell command gets lines that the user is asked for; true: hidden
	after  []func() // undoes what magics have done for this cell alone
}

// Eval runs Go code in the session, uncounted.
func (c *MagicCall) Eval(ctx context.Context, source string) (*interp.Result, error) {
	cell := interp.Cell{Source: source, Origin: c.origin.id}
	return c.k.evaluate(ctx, func(e Evaluator) (*interp.Result, error) { return e.Eval(ctx, cell) })
}

// Display shows rich output under the cell.
func (c *MagicCall) Display(d interp.Display) { c.k.sink.Display(c.origin.id, d) }

// Dir is the directory that relative paths of the cell start from.
func (c *MagicCall) Dir() string { return c.k.place.dir }

// Magics returns the magics that every Kernel has.
func Magics() []Magic {
	magics := gonbMagics()
	for i := range magics {
		magics[i].gonb = true
	}
	return append(magics, ownMagics()...)
}

func ownMagics() []Magic {
	return []Magic{
		shellMagic(), bashMagic(), shMagic(), writefileMagic(),
		cdMagic(), pwdMagic(), envMagic(), whosMagic(), procsMagic(),
		getMagic(), modMagic(),
		engineMagic(), timeMagic(), timeCellMagic(), timeitMagic(), timeitCellMagic(),
		lsMagic("%ls"), lsMagic("%list"), rmMagic("%rm"), rmMagic("%remove"), resetMagic(),
		scriptMagic(), testMagic(), testCellMagic(), vetMagic(), vetCellMagic(),
		versionMagic(), lsmagicMagic(), helpMagic(), questionMagic(),
	}
}

// gonbMagics are those of GoNB that nobody else uses: a notebook that does was written for it.
func gonbMagics() []Magic {
	return []Magic{
		mainMagic("%%"), mainMagic("%main"), argsMagic(), execMagic(), captureMagic(), moduleShellMagic(),
		withInputsMagic("%with_inputs", false), withInputsMagic("%with_password", true), goflagsMagic(), goworkfixMagic(),
		unsupportedMagic("%wasm"), unsupportedMagic("%widgets"), unsupportedMagic("%widgets_hb"),
		needlessMagic("%track"), needlessMagic("%untrack"), needlessMagic("%autoget"), needlessMagic("%noautoget"),
	}
}

func magicTable(more []Magic) map[string]Magic {
	table := map[string]Magic{}
	for _, m := range append(Magics(), more...) {
		table[m.Name] = m
	}
	return table
}

// runMixed runs a cell of magics and Go, part by part. What the last part comes to
// is the cell's result.
func (k *Kernel) runMixed(ctx context.Context, o *origin, cell interp.Cell) (result *interp.Result, err error) {
	m := &mode{}
	defer func() {
		for _, undo := range m.after {
			undo()
		}
	}()
	code := false
	for _, p := range testsLast(split(cell.Source)) {
		if p.name == "" {
			code = true
			part := cell
			part.Source, part.Text = p.source, cmp.Or(cell.Text, cell.Source)
			result, err = k.evaluatePart(ctx, part, m)
		} else {
			result, err = k.runMagic(ctx, o, cell, p, m)
		}
		if err != nil {
			return nil, err
		}
	}
	if code {
		err = k.runInit(ctx, cell, m)
	}
	return result, err
}

// evaluatePart evaluates Go code of a cell as magics before it have said.
func (k *Kernel) evaluatePart(ctx context.Context, part interp.Cell, m *mode) (*interp.Result, error) {
	if m.main {
		if err := k.runInit(ctx, part, m); err != nil {
			return nil, err
		}
	}
	if err := k.tellPaths(ctx); err != nil {
		return nil, err
	}
	part.Main, part.Args = m.main, k.args
	k.args = nil
	return k.evaluateCell(ctx, part)
}

func (k *Kernel) evaluateCell(ctx context.Context, cell interp.Cell) (*interp.Result, error) {
	return k.evaluate(ctx, func(e Evaluator) (*interp.Result, error) { return e.Eval(ctx, cell) })
}

// runMagic runs one magic. Its error says where in the cell it stands.
func (k *Kernel) runMagic(ctx context.Context, o *origin, cell interp.Cell, p part, mode *mode) (*interp.Result, error) {
	m, known := k.magics[p.name]
	if !known {
		return nil, magicError(cell, p, fmt.Errorf("there is no magic %s; there are %s", p.name, strings.Join(k.magicNames(), " ")))
	}
	if ctx.Err() != nil {
		return nil, interrupted()
	}
	if m.gonb {
		k.place.gonb = true
	}
	call := &MagicCall{
		Args: p.args, Body: p.body, k: k, origin: o, cell: cell, part: p, mode: mode,
		Stdout: sinkWriter{k.sink, o.id, interp.Stdout}, Stderr: sinkWriter{k.sink, o.id, interp.Stderr},
	}
	err := m.Run(ctx, call)
	switch {
	case err == nil:
		return call.Result, nil
	case ctx.Err() != nil:
		return nil, interrupted()
	}
	return nil, magicError(cell, p, err)
}

// magicError gives an error of a magic a name and a place.
func magicError(cell interp.Cell, p part, err error) error {
	var e *interp.Error
	if !errors.As(err, &e) {
		e = &interp.Error{Kind: interp.RunError, Name: "UsageError", Value: err.Error(), Err: err}
	}
	if len(e.Traceback) == 0 {
		e.Line = p.line
		e.Traceback = []string{fmt.Sprintf("In[%d]:%d: %s%s", cell.N, p.line, p.name, withSpace(p)), e.Error()}
	}
	return e
}

func withSpace(p part) string {
	if strings.HasPrefix(p.name, "!") || p.args == "" {
		return p.args
	}
	return " " + p.args
}

func (k *Kernel) magicNames() []string { return slices.Sorted(maps.Keys(k.magics)) }

// sinkWriter writes to a stream of a cell.
type sinkWriter struct {
	sink   sink
	origin string
	stream interp.Stream
}

func (w sinkWriter) Write(p []byte) (int, error) {
	w.sink.Write(w.origin, w.stream, p)
	return len(p), nil
}
