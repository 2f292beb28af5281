package fault

import (
	"fmt"
	"strings"
)

// Prefix stands in front of the texts of this package.
const Prefix = "procpool: "

// Errorf is fmt.Errorf with the name of this package in front, once. Only the errors that programs
// compare with, as ErrClosed, keep it in the middle of a text: their texts are looked for, too.
func Errorf(format string, args ...any) error {
	for i, x := range args {
		err, ok := x.(error)
		first := i == 0 && strings.HasPrefix(format, "%")
		if ok && (first || !isSentinel(err)) && (!isOurs(err) || strings.HasPrefix(err.Error(), Prefix)) {
			args[i] = &inside{err}
		}
	}
	return fmt.Errorf(Prefix+format, args...)
}

func isSentinel(err error) bool {
	for _, s := range sentinels {
		if err == s {
			return true
		}
	}
	return false
}

// An inside is an error as part of a text of this package.
type inside struct{ err error }

func (e *inside) Error() string { return strings.TrimPrefix(ErrorText(e.err), Prefix) }

// Unwrap returns the error.
func (e *inside) Unwrap() error { return e.err }

// insideText is the text of an error as part of a text of this package.
func insideText(err error) string {
	if isSentinel(err) {
		return err.Error()
	}
	return (&inside{err}).Error()
}
