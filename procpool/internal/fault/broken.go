package fault

// Broken is ErrBroken with its cause.
func Broken(cause error) error { return &brokenError{cause} }

// A brokenError is ErrBroken with its cause.
type brokenError struct{ cause error }

func (e *brokenError) Error() string { return ErrBroken.Error() + ": " + insideText(e.cause) }

func (e *brokenError) Unwrap() []error { return []error{ErrBroken, e.cause} }
