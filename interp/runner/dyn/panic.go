package dyn

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

// Translate gives a panic of the interpreter's own making, which is one of package
// reflect, the value that Go's would have. Other values stay what they are.
func Translate(p any) any {
	if v, ok := p.(reflect.Value); ok && v.IsValid() && v.CanInterface() {
		p = v.Interface()
	}
	switch e := p.(type) {
	case *reflect.ValueError: // a method of the zero Value: what a nil pointer leads to
		return nilDereference
	case error:
		if rest, ok := strings.CutPrefix(e.Error(), "hash of unhashable type: "); ok {
			return runtimeError("hash of unhashable type " + rest)
		}
		if e.Error() == "runtime: allocation size out of range" {
			return runtimeError("makeslice: len out of range")
		}
		var re runtime.Error
		if errors.As(e, &re) {
			return p
		}
	case string:
		if rest, ok := strings.CutPrefix(e, "reflect: cannot convert slice with length "); ok {
			have, want, _ := strings.Cut(rest, " to ")
			_, want, _ = strings.Cut(want, "array with length ")
			return runtimeError("cannot convert slice with length " + have + " to array or pointer to array with length " + want)
		}
		for _, t := range interpreterPanics {
			if strings.HasPrefix(e, t.text) {
				return t.means
			}
		}
	}
	return p
}

const nilDereference = runtimeError("invalid memory address or nil pointer dereference")

// interpreterPanics are the texts of package reflect. The figures that Go's own
// texts have ("[5] with length 3") are not in them: what package interpreted writes checks
// indices itself. These remain for what it cannot check, and for the interpreter's own library.
var interpreterPanics = []struct {
	text  string
	means runtime.Error
}{
	{"reflect: slice index out of range", runtimeError("index out of range")},
	{"reflect: array index out of range", runtimeError("index out of range")},
	{"reflect: string index out of range", runtimeError("index out of range")},
	{"reflect.Value.Slice: slice index out of bounds", runtimeError("slice bounds out of range")},
	{"reflect.Value.Slice: string slice index out of bounds", runtimeError("slice bounds out of range")},
	{"reflect.Value.Slice3: slice index out of bounds", runtimeError("slice bounds out of range")},
	{"reflect.MakeChan: negative buffer size", plainError("makechan: size out of range")},
	{"reflect.MakeChan: invalid buffer size", plainError("makechan: size out of range")},
	{"reflect.MakeSlice: negative len", runtimeError("makeslice: len out of range")},
	{"reflect.MakeSlice: len > cap", runtimeError("makeslice: cap out of range")},
	{"reflect.Value.Call: call of nil function", nilDereference},
	{"reflect: Method on nil interface value", nilDereference},
	{"reflect: call of reflect.Value", nilDereference},
	{"reflect: indirection through nil pointer", nilDereference},
	{"reflect: Call using zero Value argument", nilDereference},
	{"reflect.Value.SetMapIndex", plainError("assignment to entry in nil map")},
}

// index panics as Go does if i is no index of something of length n.
func index(i, n int) int {
	if uint(i) >= uint(n) {
		if i < 0 {
			panic(runtimeError(fmt.Sprintf("index out of range [%d]", i)))
		}
		panic(runtimeError(fmt.Sprintf("index out of range [%d] with length %d", i, n)))
	}
	return i
}

// ended panics as Go does when a function calls the body of a range over it once more
// after the loop, which ended in a state (package interpreted).
func ended(state int) {
	if state == -3 {
		panic(runtimeError("range function continued iteration after whole loop exit"))
	}
	panic(runtimeError("range function continued iteration after function for loop body returned false"))
}

// low returns i, the low index of x[i:j], or panics as Go does if i and j do not fit
// x, whose length or capacity is n.
func low(i, j, n int, what string) int {
	switch {
	case j < 0:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [:%d]", j)))
	case j > n:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [:%d] with %s %d", j, what, n)))
	case i < 0:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [%d:]", i)))
	case i > j:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [%d:%d]", i, j)))
	}
	return i
}

// low3 is low for x[i:j:k].
func low3(i, j, k, n int, what string) int {
	switch {
	case k < 0:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [::%d]", k)))
	case k > n:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [::%d] with %s %d", k, what, n)))
	case j < 0:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [:%d:]", j)))
	case j > k:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [:%d:%d]", j, k)))
	case i < 0:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [%d::]", i)))
	case i > j:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [%d:%d:]", i, j)))
	}
	return i
}

// size returns length, or panics as make does if it does not fit a slice of that capacity.
func size(length, capacity int) int {
	switch {
	case length < 0:
		panic(runtimeError("makeslice: len out of range"))
	case capacity < length:
		panic(runtimeError("makeslice: cap out of range"))
	}
	return length
}
