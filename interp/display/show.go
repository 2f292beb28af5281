package display

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
)

// A Notebook draws objects and asks for input. The interpreter process of a
// session is one.
type Notebook interface {
	Show(o Object, id string, update bool)
	Clear(wait bool)
	Input(prompt string, password bool) (string, error)
}

// here is this process's notebook: what makes Show, a plain function, reach it.
var here struct {
	sync.RWMutex
	notebook Notebook
	shown    atomic.Int64 // counts handles
	names    sync.Map     // of what ShowAs has shown
}

// Use says where this process shows things, nil for standard output. The
// interpreter process calls it once, before user code runs.
func Use(n Notebook) {
	here.Lock()
	defer here.Unlock()
	here.notebook = n
}

func notebook() Notebook {
	here.RLock()
	defer here.RUnlock()
	return here.notebook
}

// A Handle names something that is shown.
type Handle struct{ id string }

// Show shows values at once, one after the other (see Of), and returns a handle
// on the last. It may be called from any goroutine.
func Show(values ...any) Handle {
	h := Handle{fmt.Sprintf("parago-%d-%d", os.Getpid(), here.shown.Add(1))}
	for i, v := range values {
		id := ""
		if i == len(values)-1 {
			id = h.id
		}
		show(Of(v), id, false)
	}
	return h
}

// Update replaces what h shows by v.
func (h Handle) Update(v any) { show(Of(v), h.id, true) }

// ShowAs shows a value under a name: in the place of what was shown under it before, if anything
// was. It may be called from any goroutine.
func ShowAs(name string, v any) {
	_, update := here.names.LoadOrStore(name, true)
	show(Of(v), name, update)
}

func show(o Object, id string, update bool) {
	if n := notebook(); n != nil {
		n.Show(o, id, update)
		return
	}
	fmt.Println(o)
}

// Clear removes what the cell has shown and printed; with wait, when its next
// output arrives, so that nothing flickers.
func Clear(wait bool) {
	if n := notebook(); n != nil {
		n.Clear(wait)
	}
}

// Input shows prompt and returns the line that the user types. Its error is set
// when nobody can be asked (a notebook run without a user) or the cell is interrupted.
func Input(prompt string) (string, error) { return input(prompt, false) }

// Password is Input without showing what is typed.
func Password(prompt string) (string, error) { return input(prompt, true) }

func input(prompt string, password bool) (string, error) {
	if n := notebook(); n != nil {
		return n.Input(prompt, password)
	}
	fmt.Print(prompt)
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if errors.Is(err, io.EOF) && line != "" {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}
