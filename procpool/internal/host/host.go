package host

import (
	"iter"
	"reflect"

	"github.com/parago/parago/procpool/internal/task"
)

// A Func is a function that can cross to another process. Interpreters make one for
// each function that a cell hands to this package or find it (Host.Find),
// and a compiled program registers its functions (Register) and passes them as they are.
type Func struct {
	Name  string // for people: "square", "func literal at In[3]:2", "(*MyProcess).Run"
	Class string // the receiver's type name, "MyProcess": names the process. "" for plain functions
	Entry string // for the Runner on the other side

	// Captures, if Factory is set, are the arguments of Entry, which then returns
	// the function: the variables that a literal captures, or a method value's
	// receiver. They are encoded at the moment of the call.
	Factory  bool
	Captures []any
	// Fields says that Captures is one pointer to a struct, whose fields are called as the variables.
	Fields bool

	// Result is the type of what the function returns, in the front-end's own words, for
	// Host.Methods. "" if only this package's reflection is needed.
	Result string

	Local any // the function in this process: for argument checks and Serial
}

// A Unit is something that a process must have loaded before it can call an
// entry: a declaration, or the value of a variable. Data is opaque here.
type Unit struct {
	Key     string
	Version uint64 // of Data; a process that has this Version of Key needs it no more
	Data    []byte
	Value   bool // a variable's: it is sent to no process before it is needed
	// Content is the variable's value, if Data does not hold it: what EncodeVariable has made of it at
	// the moment of the call, and in the other process what is to be decoded, once.
	Content *task.Content
}

// A Linker finds what an entry needs. It is the parent's side of an interpreter.
type Linker interface {
	// Link returns, in load order, the units that entry needs and that has does not report, and
	// those with a Content in any case: some process may need it that has just started.
	Link(entry string, has func(key string, version uint64) bool) ([]Unit, error)
}

// A Runner loads units and finds entries. It is the worker's side of an interpreter.
type Runner interface {
	Load(Unit) error
	Lookup(entry string) (reflect.Value, error)
}

// A Host is the interpreter that this package runs in, in the session process and
// in workers alike. A plain compiled program needs none.
type Host struct {
	Command []string // starts an interpreter process
	Linker  Linker
	Runner  Runner
	// Find says what a function value is, by its name in the program,
	// such as "main.square"; nil if the program has no such. Nil: nothing is found so.
	Find func(name string, f any) (*Func, error)
	// Types is called for the type "import/path.Name" of a value that has come in an interface, if
	// the program does not have it. It takes in packages that may, and after each yields the
	// type, or nil if the program is to be looked through again. Nil: there are no more.
	Types func(name string) iter.Seq[reflect.Type]
	// Path is the import path by which Types finds a type that has a name, of whatever package.
	// Nil: what reflect tells.
	Path func(t reflect.Type) string
	// FunctionOut returns what stands for a function value that is within another value, and crosses in its
	// place, in an interface; back says that it goes where the function that returns it came from.
	// FunctionIn makes the function again; what pointers in the value point to may not be there yet.
	// Nil: only nil ones cross.
	FunctionOut func(f reflect.Value, back bool) (any, error)
	FunctionIn  func(is any) (reflect.Value, error)
	// Bare takes a value that is in an interface out of what the interpreter has wrapped it in.
	// Nil: it wraps nothing.
	Bare func(value any) any
	// Methods returns the methods of the state of an actor, which is of the type that the
	// front-end has put into Func.Result, by name. They take and return values as the
	// interpreter has them in interfaces. Nil, or a nil map: the type's own methods.
	Methods func(state any, result string) map[string]reflect.Value
	// Explain says in the words of the interpreted program what it panicked with just
	// now, and where. Nil: as Go prints it, with this process's own stack.
	Explain func(value any) (text, stack string)
	// Ended says why the calling goroutine, which is a task's, ends without a result and
	// without a panic, and where. Nil, or an empty text: runtime.Goexit was called.
	Ended func() (text, stack string)
	// Frame is a call in a stack as users know it, such as "In[3]:2 in square", or false if it is
	// not of theirs. The function is named as in the program. Nil: calls of all packages but Go's
	// runtime and this one are.
	Frame func(function, file string, line int) (text string, ok bool)
	// Origin says on whose behalf things are started or submitted now (in a
	// notebook: the running cell). It is opaque here; Output gets it back.
	Origin func() string
	// Output receives what the processes started here write, chunk by chunk, in
	// order. Nil: it goes to this process's own stdout and stderr.
	Output func(origin string, stderr bool, p []byte)
	// Exit is what Exit does in the process that started all others. Nil: it ends it.
	Exit func(code int)
	// Show shows something in several media types, or replaces what was shown under that
	// id. It returns when what is shown or written later cannot overtake it. Nil:
	// there is no place for pictures, and standard error gets a line.
	Show func(origin, id string, update bool, data map[string]string)
	// Flush returns when all that Output was given before is on its way in an
	// order that this process's own later output cannot overtake.
	Flush func()
}
