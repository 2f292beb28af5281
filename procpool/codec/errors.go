package codec

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"reflect"
	"slices"
	"strconv"
)

// A RemoteError is an error of another process whose type is not known in this one.
type RemoteError struct {
	Type    string // "*fmt.wrapError"
	Text    string // what Error returned there
	wrapped []error
}

func (e *RemoteError) Error() string { return e.Text }

// Unwrap returns what the error wrapped in its process.
func (e *RemoteError) Unwrap() []error { return e.wrapped }

// Is makes a sentinel of this process match the one of the same type and text in
// the other, which had another address. Both may have come from elsewhere.
func (e *RemoteError) Is(target error) bool {
	if r, ok := target.(*RemoteError); ok && r != nil {
		return r.Type == e.Type && r.Text == e.Text
	}
	t := reflect.TypeOf(target)
	return t != nil && t.Kind() == reflect.Pointer && t.String() == e.Type && target.Error() == e.Text
}

// Same tells whether err, which has come from another process, wraps an error that was target there:
// one of the same type and with an equal value, though what it points to has another address here.
func Same(err, target error) bool {
	t := reflect.TypeOf(target)
	if err == nil || t == nil || !known(t) {
		return false
	}
	left := maxErrors
	var same func(err error, depth int) bool
	same = func(err error, depth int) bool {
		if left--; left < 0 || depth > maxErrorDepth {
			return false
		}
		if reflect.TypeOf(err) == t && reflect.DeepEqual(err, target) {
			return true
		}
		return slices.ContainsFunc(unwrap(err), func(w error) bool { return same(w, depth+1) })
	}
	return same(err, 0)
}

func standardSentinels() map[string]error {
	return map[string]error{
		"io.EOF": io.EOF, "io.ErrUnexpectedEOF": io.ErrUnexpectedEOF, "io.ErrClosedPipe": io.ErrClosedPipe,
		"io.ErrShortWrite": io.ErrShortWrite, "io.ErrShortBuffer": io.ErrShortBuffer, "io.ErrNoProgress": io.ErrNoProgress,
		"fs.ErrNotExist": fs.ErrNotExist, "fs.ErrExist": fs.ErrExist, "fs.ErrPermission": fs.ErrPermission,
		"fs.ErrInvalid": fs.ErrInvalid, "fs.ErrClosed": fs.ErrClosed, "fs.SkipDir": fs.SkipDir, "fs.SkipAll": fs.SkipAll,
		"os.ErrDeadlineExceeded": os.ErrDeadlineExceeded, "os.ErrProcessDone": os.ErrProcessDone, "os.ErrNoDeadline": os.ErrNoDeadline,
		"context.Canceled": context.Canceled, "context.DeadlineExceeded": context.DeadlineExceeded,
		"errors.ErrUnsupported": errors.ErrUnsupported, "net.ErrClosed": net.ErrClosed,
		"strconv.ErrRange": strconv.ErrRange, "strconv.ErrSyntax": strconv.ErrSyntax,
		"bufio.ErrTooLong": bufio.ErrTooLong,
	}
}

// maxErrorDepth bounds chains of errors; what is deeper is in the text anyway.
const maxErrorDepth = 50

// maxErrors bounds how many errors of a tree cross, which may be twice as wide at each depth.
const maxErrors = 1000

// error writes a record: sentinel or "", type, text, wrapped errors, own message or "". It reports
// whether all that err wraps is there. If not, err may wrap errors without end, of which errors.As
// would die in the other process, too: then it has no message of its own.
func (e *encoder) error(err error, depth int) (whole bool) {
	e.buf = appendString(e.buf, e.r.sentinel(err))
	t := reflect.TypeOf(err)
	e.buf = appendString(e.buf, remoteType(err, t))
	e.buf = appendString(e.buf, safeText(err))
	wrapped := unwrap(err)
	whole = true
	if e.errors++; len(wrapped) > 0 && (depth >= maxErrorDepth || e.errors > maxErrors) {
		wrapped, whole = nil, false
	}
	e.uvarint(uint64(len(wrapped)))
	for _, w := range wrapped {
		whole = e.error(w, depth+1) && whole
	}
	var typed []byte
	if whole && known(t) {
		sub := &encoder{r: e.r, onHandle: e.onHandle, keeps: e.keeps, back: e.back, depth: e.depth + depth}
		typed = sub.message(reflect.ValueOf(err))
	}
	e.buf = appendString(e.buf, string(typed))
	return whole
}

func remoteType(err error, t reflect.Type) string {
	if r, ok := err.(*RemoteError); ok { // passed on
		return r.Type
	}
	return t.String()
}

// known tells whether the receiver may have the error's type.
func known(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.PkgPath() {
	case "runtime": // some of its errors hold descriptions of types
		return t.Kind() == reflect.String || t.Name() == "boundsError"
	case "", "errors", "fmt", reflect.TypeFor[RemoteError]().PkgPath():
		return false
	}
	return true
}

// message writes v whole, or nothing if it cannot cross.
func (e *encoder) message(v reflect.Value) (data []byte) {
	defer func() {
		if recover() != nil {
			data = nil
		}
	}()
	plan := e.r.encoder(v.Type())
	e.buf = append(e.buf, plan.header...)
	if e.depth > 1000 || plan.encode(e, pointerTo(v)) != nil {
		return nil
	}
	return e.buf
}

func safeText(err error) (text string) {
	defer func() {
		if x := recover(); x != nil {
			text = "an error whose Error method panics"
		}
	}()
	return err.Error()
}

func unwrap(err error) (wrapped []error) {
	defer func() { recover() }() // the user's method
	switch x := err.(type) {
	case interface{ Unwrap() error }:
		wrapped = []error{x.Unwrap()}
	case interface{ Unwrap() []error }:
		wrapped = x.Unwrap()
	}
	var out []error
	for _, w := range wrapped {
		if w != nil {
			out = append(out, w)
		}
	}
	return out
}

func (r *Registry) sentinel(err error) string {
	if !reflect.TypeOf(err).Comparable() {
		return ""
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	for name, s := range r.sentinels {
		if s == err {
			return name
		}
	}
	return ""
}

// error reads a record.
func (d *decoder) error(depth int) (error, error) {
	if depth > maxErrorDepth {
		return nil, decodeErrorf("errors nested too deeply")
	}
	sentinel, err := d.string()
	if err != nil {
		return nil, err
	}
	remote := &RemoteError{}
	if remote.Type, err = d.string(); err != nil {
		return nil, err
	}
	if remote.Text, err = d.string(); err != nil {
		return nil, err
	}
	n, err := d.uvarint()
	if err != nil {
		return nil, err
	}
	if n > uint64(len(d.data)) {
		return nil, decodeErrorf("%d wrapped errors", n)
	}
	for range n {
		w, err := d.error(depth + 1)
		if err != nil {
			return nil, err
		}
		remote.wrapped = append(remote.wrapped, w)
	}
	typed, err := d.bytes()
	if err != nil {
		return nil, err
	}
	d.r.mu.RLock()
	s := d.r.sentinels[sentinel]
	d.r.mu.RUnlock()
	if s != nil {
		return s, nil
	}
	if e := d.typedError(typed); e != nil {
		return e, nil
	}
	return remote, nil
}

// typedError returns the error as its own type, if that is known here.
func (d *decoder) typedError(data []byte) (e error) {
	if len(data) == 0 {
		return nil
	}
	defer func() {
		if recover() != nil {
			e = nil
		}
	}()
	sub := &decoder{r: d.r, data: data, budget: min(d.budget, budget(len(data))), depth: d.depth + 1, onHandle: d.onHandle}
	if sub.depth > 1000 {
		return nil
	}
	wire, err := sub.header()
	if err != nil {
		return nil
	}
	t, err := d.r.goType(wire)
	if err != nil || !t.Implements(reflect.TypeFor[error]()) {
		return nil
	}
	v := reflect.New(t)
	decode, err := d.r.decodePlan(wire, t)
	if err != nil || decode(sub, v.UnsafePointer()) != nil {
		return nil
	}
	e, _ = v.Elem().Interface().(error)
	return e
}
