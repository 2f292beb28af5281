package fault

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/parago/parago/procpool/codec"
)

// Errors of users, and values that are logged, have methods of their own: Error, Unwrap, Is, As. They are called by a worker when
// a task ends, and by its parent for texts. They may panic, end their goroutine or never return,
// and none of that may cost more than what they were to say.

// methodsLimit is how long the methods of a user's error may take.
const methodsLimit = 3 * time.Second

// Bounded returns what f returns, which calls a user's methods. It is not ok if f panics, ends its
// goroutine or takes too long; then the goroutine is left behind.
func Bounded[T any](f func() T) (result T, ok bool) {
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

// IsError is errors.Is for an error of a user's function.
func IsError(err, target error) bool {
	if err == nil || err == target {
		return err == target
	}
	is, ok := Bounded(func() bool { return errors.Is(err, target) })
	return is && ok
}

// ErrorText is err.Error() for an error that may be a user's.
func ErrorText(err error) string {
	if isOurs(err) {
		return err.Error()
	}
	text, ok := Bounded(err.Error)
	if !ok {
		return BadMethods(err)
	}
	return text
}

// BadMethods is the text of an error or another value that cannot tell it.
func BadMethods(x any) string {
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
	switch p := t.PkgPath(); p {
	case "fmt":
		return true
	case "errors":
		return t.Name() == "errorString"
	default:
		return isRoom(p) || t == reflect.TypeFor[codec.RemoteError]()
	}
}

// home is the import path of package procpool.
var home = strings.TrimSuffix(reflect.TypeFor[TimeoutError]().PkgPath(), "/internal/fault")

// isRoom tells the package procpool, and those inside it that have errors.
func isRoom(path string) bool { return path == home || strings.HasPrefix(path, home+"/internal/") }

// IsMachinery tells whether a function, by its name in the program, is of procpool or below it.
func IsMachinery(function string) bool {
	rest, ok := strings.CutPrefix(function, home)
	return ok && rest != "" && (rest[0] == '.' || rest[0] == '/')
}

// PanicText is what a panic has been called with, as text.
func PanicText(x any) string {
	if v, ok := x.(reflect.Value); ok && v.IsValid() && v.CanInterface() { // an interpreter's
		x = v.Interface()
	}
	if err, ok := x.(error); ok {
		return ErrorText(err)
	}
	if hasNoMethods(x) {
		return fmt.Sprint(x)
	}
	text, ok := Bounded(func() string { return fmt.Sprint(x) })
	if !ok {
		return BadMethods(x)
	}
	return text
}

// hasNoMethods tells values whose text is none of the user's affair.
func hasNoMethods(x any) bool {
	switch x.(type) {
	case nil, string, bool, int, int64, uint, float64:
		return true
	}
	return false
}
