package rt

import "github.com/parago/parago/procpool"

// Cross says how another process finds f, which is handed to procpool next: under entry,
// a package's path and a key of its Funcs ("parago/cells/0123 square"). With captures, the
// entry is a factory, which makes the function of them. Name is for people, class the
// name of the receiver's type. It returns f.
func Cross[F any](f F, name, class, entry string, captures ...any) F {
	procpool.Tag(f, &procpool.Func{Name: name, Class: class, Entry: entry, Factory: len(captures) > 0, Captures: captures, Local: f})
	return f
}

// CrossFactory is Cross for an entry that is a factory, even if it takes nothing.
func CrossFactory[F any](f F, name, class, entry string, captures ...any) F {
	procpool.Tag(f, &procpool.Func{Name: name, Class: class, Entry: entry, Factory: true, Captures: captures, Local: f})
	return f
}

// Ptr returns a pointer to a copy of v.
func Ptr[T any](v T) *T { return &v }
