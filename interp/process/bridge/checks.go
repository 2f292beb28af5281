package bridge

import "reflect"

// checks are what texts call before they do what may panic: the interpreter panics too, with
// texts of package reflect. These do in compiled code what panics there, so the panic is Go's.
func checks() map[string]any {
	return map[string]any{
		"Nil":       notNil,
		"None":      notNone,
		"Index":     func(i, n int) { _ = make([]struct{}, n)[i] },
		"Slice":     func(c, i, j int) { _ = make([]struct{}, c)[i:j] },
		"SliceFrom": func(n, i int) { _ = make([]struct{}, n)[i:] },
		"Slice3":    func(c, i, j, k int) { _ = make([]struct{}, c)[i:j:k] },
		"Substring": func(s string, i, j int) string { return s[i:j] },
		"Suffix":    func(s string, i int) string { return s[i:] },
		"Shift":     func(n int) { _ = uint(1) << n },
		"Make":      func(n, c int) { _ = make([]struct{}, n, c) },
	}
}

// notNil panics if p, a pointer or a function, is nil.
func notNil(p any) {
	if reflect.ValueOf(p).IsNil() {
		dereference()
	}
}

// notNone panics if there is nothing in the interface p.
func notNone(p any) {
	if p == nil {
		dereference()
	}
}

func dereference() {
	var none *int
	*none = 0
}
