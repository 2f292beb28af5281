package procpool

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Errors of users, and values that are logged, have methods of their own: Error, Unwrap, Is, As. They are called by a worker when
// a task ends, and by its parent for texts. They may panic, end their goroutine or never return,
// and none of that may cost more than what they were to say.

// methodsLimit is how long the methods of a user's error may take.
const methodsLimit = 3 * time.Second

// bounded returns what f returns, which calls a user's methods. It is not ok if f panics, ends its
// goroutine or takes too long; then the goroutine is left behind.
func bounded[T any](f func() T) (result T, ok bool) {
	type outcome struct {
		result T
		ok     bool
	}
	c := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			recover()
			c <- o
		}()
		o.result = f()
		o.ok = true
	}()
	late := time.NewTimer(methodsLimit)
	defer late.Stop()
	select {
	case o := <-c:
		return o.result, o.ok
	case <-late.C:
		return result, false
	}
}

// isError is errors.Is for an error of a user's function.
func isError(err, target error) bool {
	if err == nil || err == target {
		return err == target
	}
	is, ok := bounded(func() bool { return errors.Is(err, target) })
	return is && ok
}

// errorText is err.Error() for an error that may be a user's.
func errorText(err error) string {
	if isOurs(err) {
		return err.Error()
	}
	text, ok := bounded(err.Error)
	if !ok {
		return badMethods(err)
	}
	return text
}

// badMethods is the text of an error or another value that cannot tell it.
func badMethods(x any) string {
	what := "a value"
	if _, ok := x.(error); ok {
		what = "an error"
	}
	return fmt.Sprintf("%s of type %T whose methods panic or do not end", what, x)
}

// isOurs tells errors that call no methods of others for their text: those of this package, which
// take care, and of packages whose texts are ready.
func isOurs(err error) bool {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.PkgPath() {
	case "fmt", reflect.TypeFor[process]().PkgPath():
		return true
	case "errors":
		return t.Name() == "errorString"
	}
	return t == reflect.TypeFor[RemoteError]()
}

const prefix = "procpool: "

// errorf is fmt.Errorf with the name of this package in front, once. Only the errors that programs
// compare with, as ErrClosed, keep it in the middle of a text: their texts are looked for, too.
func errorf(format string, args ...any) error {
	for i, x := range args {
		err, ok := x.(error)
		first := i == 0 && strings.HasPrefix(format, "%")
		if ok && (first || !isSentinel(err)) && (!isOurs(err) || strings.HasPrefix(err.Error(), prefix)) {
			args[i] = &inside{err}
		}
	}
	return fmt.Errorf(prefix+format, args...)
}

func isSentinel(err error) bool {
	switch err {
	case ErrClosed, ErrTerminated, ErrBroken, ErrStarted, ErrNotStarted, ErrNotChild, ErrFull, ErrEmpty, ErrTooDeep, ErrPeerClosed, ErrCanceled,
		ErrReadOnly, ErrWriteOnly, ErrTooLong, ErrExists, ErrAuth, ErrOwnerDied, ErrNotHeld, ErrBrokenBarrier, ErrNotFound, ErrNoMethod:
		return true
	}
	return false
}

// An inside is an error as part of a text of this package.
type inside struct{ err error }

func (e *inside) Error() string { return strings.TrimPrefix(errorText(e.err), prefix) }

// Unwrap returns the error.
func (e *inside) Unwrap() error { return e.err }

// insideText is the text of an error as part of a text of this package.
func insideText(err error) string {
	if isSentinel(err) {
		return err.Error()
	}
	return (&inside{err}).Error()
}
