package interpreted

// A Program is a lowered cell: texts for the interpreter, in the order in which
// they are to be evaluated: Imports, Decls and Vars, then Cell, then a call of Entry.
type Program struct {
	Imports []Import
	Decls   []Decl
	Vars    []Var
	Cell    string           // func Entry() { … }; "" if the cell has nothing to run
	Entry   string           // "cell۰3"
	Sites   map[string][]int // of Cell, as a Decl's
}

// An Import is a package that texts mention under an alias of our own, which no
// name of the user's can shadow: strings۰ for strings, rand۰v2۰ for math/rand/v2.
type Import struct{ Alias, Path string }

// A Decl is a lowered declaration. Its Name never changes its meaning: what is
// redefined gets a new one, so a process that has loaded it has it for good.
type Decl struct {
	Name    string   // "square", "square۰2", "Point.Move", "Map۰int۰string", "func۰3۰1"
	Text    string   // Go source with //line directives In[N]:line
	Imports []Import // that Text mentions
	Needs   []string // names of Decls and Vars that Text mentions, directly
	// Sites is where Text mentions functions, by their identifiers: marks of lines (Mark).
	Sites map[string][]int
	Lines [2]int // marks of the first and the last line of the function that Text is, if it is one
}

// A Var is a session variable to declare. Declared anew, it starts from zero.
type Var struct {
	Name    string
	Text    string // "var x int"
	Imports []Import
	Needs   []string // its type's declarations
}

// Runtime is the import path under which the interpreter process offers what
// lowered text calls (package runner is the one to provide it):
//
//	Result(values ...any)           the values of the last expression
//	Fail(err error)                 ends the cell with err: an error result that nobody looked at
//	Panicked(v any)                 a goroutine of a cell panicked; called from its deferred func with recover()'s value
//	PanickedIn(first, last int) func(v any)   the same for a literal between two marks
//	Deep()                          ends the cell if calls have gone too deep
//	Func(name, class, entry string, local any) *embed.Func
//	Factory(name, class, entry string, local any, captures ...any) *embed.Func
//	RunCommand(*exec.Cmd) error and its kin   what package rt has for the methods of exec.Cmd
//	Stdin io.Reader                 stands for os.Stdin wherever that is used as an interface
const Runtime = "parago/runtime"
