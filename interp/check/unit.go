package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A Unit is a checked cell: what there is to lower, load and run. Nothing in the
// Scope has changed yet; Scope.Commit makes it so. Objects belong to their Unit: those
// of two Units are matched by Lookup, not by identity. A Unit is for one goroutine. It may be kept:
// when the next one is committed, it forgets all but what is known of its declarations.
type Unit struct {
	N    int
	Fset *token.FileSet
	Pkg  *types.Package // of the session's objects; which are in its scope is nobody's business
	Info *types.Info    // covers Decls, Stmts and Result; once the next Unit is committed, Decls

	Decls  []*Decl // to load before the cell runs: its own, and those of earlier cells that must see a redefinition
	Vars   []*Var  // to declare before the cell runs: the cell's own, and those whose Name changed
	Stmts  []ast.Stmt
	Result ast.Expr // nil if none
	// RunMain says that the cell declares func main: call it after Stmts.
	RunMain bool
	// Inits are the func init() of this cell, in order: they run after the variables with which
	// Stmts begins, before the rest, and are kept nowhere.
	Inits []*ast.FuncDecl
	// Effects are packages from elsewhere that the cell imports for what they do when they are
	// loaded, and not for their names.
	Effects []string
	Notes   []string // what the user should hear, in the words of the user's names
	// Gone are, once the Unit is committed, declarations by Name that no later cell can mean: they
	// have been redeclared, and nothing that is there mentions them.
	Gone []string

	plan  *plan
	view  *view  // what the session's names stand for afterwards
	build *build // nil once the next one is committed, as plan and view
	fresh []*decl
	decls map[*decl]*Decl
	epoch int

	targets *targets // what objects stand for
}

// A Decl is one declaration of the session: a function, a type with its methods'
// receivers apart, a method, or a constant.
type Decl struct {
	Key  string       // "square", "Point", "Point.Move"; one live Decl a key
	Name string       // what it is called in the interpreter: Key's last part, or with ۰2, ۰3 … once redefined
	Obj  types.Object // of the Unit it was last checked in
	Node ast.Node     // *ast.FuncDecl, *ast.TypeSpec, or *ast.ValueSpec of a constant
	Info *types.Info  // covers Node, if the declaration is the Unit's or generic
	N    int          // the cell that declared it
	Fset *token.FileSet

	of *decl
}

// A Var is a variable of the session, declared at the top level of a cell.
type Var struct {
	Key  string // as the user calls it
	Name string // what it is called in the interpreter: Key, or with ۰2 … once its type changed
	Obj  *types.Var
	New  bool // to be (re)declared by this cell; false: it is there already
}
