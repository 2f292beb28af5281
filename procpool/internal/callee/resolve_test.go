package callee

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/parago/parago/procpool/internal/node"
)

type small int

type large string

func nameOf[T any](n int) string { return fmt.Sprintf("%T %d", *new(T), n) }

func pointed[T any](p *T) string { return fmt.Sprintf("%T", p) }

type box[T any] struct{ v T }

func (b box[T]) Show(n int) string { return fmt.Sprintf("%T %d", b.v, n) }

// TestInstancesAreToldApart registers instances of generic functions and methods: each is found as itself,
// also where type and name are the same.
func TestInstancesAreToldApart(t *testing.T) {
	c := New(node.New())
	all := []any{
		nameOf[int], nameOf[small], nameOf[large], nameOf[*small], nameOf[*large], pointed[small], pointed[large],
		box[int].Show, box[*small].Show, box[*large].Show,
	}
	for _, f := range all {
		v := reflect.ValueOf(f)
		c.Register(FuncName(v), v)
	}
	for _, f := range all {
		v := reflect.ValueOf(f)
		callee, err := c.resolveNative(v)
		if err != nil {
			t.Error(err)
			continue
		}
		found, err := c.Lookup(callee.Entry)
		if err != nil || found.Pointer() != v.Pointer() || found.Type() != v.Type() {
			t.Errorf("%s of type %s was found as %v, %v", callee.Name, v.Type(), found, err)
		}
	}
}

func TestWhatIsNotRegisteredIsNamed(t *testing.T) {
	c := New(node.New())
	v := reflect.ValueOf(box[int].Show)
	c.Register(FuncName(v), v)
	for _, test := range []struct {
		f    any
		says string
	}{
		{nameOf[int], "procpool.Register(callee.nameOf[…])"},
		{strings.ToUpper, "procpool.Register(strings.ToUpper)"},
		{new(strings.Builder).WriteString, "procpool.Register(strings.(*Builder).WriteString)"},
		{box[int]{1}.Show, "a method value of a generic type"}, // which may be another instance's that looks the same
	} {
		_, err := c.resolveNative(reflect.ValueOf(test.f))
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("error %v, want %q", err, test.says)
		}
	}
}
