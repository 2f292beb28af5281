package wire

import (
	"fmt"
)

// A Message is one of its fields; the others are nil. Requests go from the
// session's owner to the interpreter process, reports come back.
type Message struct {
	// Requests.
	Run       *Run
	Interrupt *Interrupt
	Flushed   *Flushed
	Line      *Line
	Inspect   *Inspect
	Place     *Place

	// Reports.
	Ready   *Ready
	Loaded  *Loaded
	Outputs []Output
	Flush   *Flush
	Display *Display
	Clear   *Clear
	Input   *Input
	Done    *Done
	Found   *Found
}

// Run loads a lowered program and calls its entry.
type Run struct {
	ID         int
	Origin     string // whatever the program writes is reported under it
	AllowInput bool
	Imports    []Import
	Decls      []Decl
	Vars       []Var
	Cell       string           // declares Entry
	Entry      string           // "" if there is nothing to run
	Sites      map[string][]int // of Cell

	Packages []Package         // compiled cells that it needs, in load order
	Files    map[string]string // of stack frames in compiled cells: In[3], by the file's name
	Native   string            // path of the package whose Run is the cell; "" if Entry or Glue is
	Glue     *Glue

	Args    *Args    // of the program, before the cell's statements run; nil: as they are
	Measure *Measure // what to do with the values of the last expression; nil: show them
	Tests   *Tests
}

// Args are a program's arguments.
type Args struct {
	Words []string
	Keep  bool // those that there are, not Words
	Parse bool // have package flag read them: what no argument sets has its default again
}

// A Package is a compiled cell.
type Package struct {
	Path    string
	File    string   // the plugin
	Imports []string // other compiled cells' paths
	// Effects says that it is loaded for what it does then: before others, in each process.
	Effects bool
}

// An Import is a package under the alias that texts use.
type Import struct{ Alias, Path string }

// A Decl is a declaration. Its Name always means the same Text.
type Decl struct {
	Name    string
	Text    string
	Imports []Import
	Needs   []string
	Sites   map[string][]int // where Text mentions functions, by identifier: cell<<16 | line
	Lines   [2]int           // of the function that Text is: its first and its last
}

// A Var is a session variable.
type Var struct {
	Name    string
	Text    string
	Imports []Import
	Needs   []string
}

// Interrupt stops the Run of that ID, if it is still running.
type Interrupt struct{ ID int }

// Flush asks to be told when all reports sent before it have been handed on.
type Flush struct{ Seq int }

// Flushed answers Flush.
type Flushed struct{ Seq int }

// Input asks for a line of the user's.
type Input struct {
	Seq      int
	Origin   string
	Prompt   string
	Password bool
}

// Line answers Input. Err is set if there is no line to be had.
type Line struct {
	Seq  int
	Text string
	Err  string
}

// Inspect asks what there is of processes and of what they share. It may be asked at any time.
type Inspect struct{ Seq int }

// Place changes the directory, if Dir is not empty, or else a variable of the environment.
// It may come at any time, and is answered by a Found.
type Place struct {
	Seq         int
	Dir         string
	Name, Value string
}

// Found answers Inspect, with tables by media type, and Place, with an error if there is one.
type Found struct {
	Seq  int
	Data map[string]string
	Err  string
}

// Ready is the first report.
type Ready struct{ PID int }

// Loaded says that all that a Run declares is there; its cell runs now.
type Loaded struct{ ID int }

// Output is what a process started by this one has written, chunk by chunk.
type Output struct {
	Origin string
	Stderr bool
	Data   []byte
	Ends   []int // of the chunks in Data, as they were written; the last is its length
}

// Chunks yields the chunks.
func (o *Output) Chunks(yield func([]byte) bool) {
	begin := 0
	for _, end := range o.Ends {
		if begin > end || end > len(o.Data) || !yield(o.Data[begin:end]) {
			return
		}
		begin = end
	}
}

// Display is rich output; values of Data are strings, or JSON in JSON.
type Display struct {
	Origin    string
	Data      map[string]string
	JSON      map[string][]byte
	DisplayID string
	Update    bool
}

// Clear clears the output of the cell, with Wait when the next output arrives.
type Clear struct {
	Origin string
	Wait   bool
}

// Done ends a Run: a result, an error, or neither.
type Done struct {
	ID     int
	Result *Display
	Err    *Error

	Times    Times // that the cell ran
	Measured *Measured
}

// Kind says what ended a cell early.
type Kind int

// What can end a cell early.
const (
	Panic       Kind = iota + 1 // a panic in the cell or a goroutine of it
	Unhandled                   // a call's error result that nobody looked at
	Exit                        // os.Exit, log.Fatal
	Interrupted                 // Interrupt
	Rejected                    // the interpreter did not take the text: our mistake
)

// An Error is why a cell ended early.
type Error struct {
	Kind   Kind
	Name   string // "panic", or the error's type
	Text   string
	Frames []Frame // innermost first, user code only
}

// A Frame is a call in user code.
type Frame struct {
	File string // In[3]
	Line int    // 0 if unknown
	Func string
}

// Place is where the call is: In[3]:7, or In[3] if the line is unknown.
func (f Frame) Place() string {
	if f.Line == 0 {
		return f.File
	}
	return fmt.Sprintf("%s:%d", f.File, f.Line)
}

// String is the frame on one line: In[3]:7 in square.
func (f Frame) String() string { return f.Place() + " in " + f.Func }
