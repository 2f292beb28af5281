package rt

// A Literal is a function value of a compiled cell that may travel to another process: a pointer to a struct
// of pointers to what a literal captures, or of a method's receiver. The struct is what crosses.
type Literal interface {
	Function() any // of the type that the value has
}

// Receiver returns x, of which a method value is made. If x is nil, that panics now, and not when
// the method is called.
func Receiver[T any](x T) T {
	if any(x) == nil {
		var none *int
		*none = 0
	}
	return x
}

// Ptr returns a pointer to a copy of v.
func Ptr[T any](v T) *T { return &v }
