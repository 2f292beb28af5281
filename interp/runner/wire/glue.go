package wire

// Glue is a cell for the interpreter that puts compiled things together, as package glue
// writes it.
type Glue struct {
	Text    string // declares Entry
	Entry   string
	File    string // In[3]
	Imports []Import
	Funcs   []string // declarations that Text mentions
	Types   []string
	Vars    []GlueVar
	Zeros   []GlueZero
}

// A GlueVar is a session variable that Text mentions.
type GlueVar struct {
	Name string
	Type string // in terms of Imports; "" for the one that it has
}

// A GlueZero is a variable that nothing is assigned to.
type GlueZero struct{ Name, Type string }
