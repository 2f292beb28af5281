package callee

import (
	"reflect"
	"strings"

	"github.com/parago/parago/procpool/internal/host"
)

// ClassName returns the type whose method f is, or "".
func (c *Table) ClassName(f any) string {
	if f, ok := f.(*host.Func); ok && f != nil {
		return f.Class
	}
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return ""
	}
	name := FuncName(v)
	if c.Host != nil && c.Host.Find != nil {
		if found, err := c.Host.Find(name, f); err == nil && found != nil {
			return found.Class
		}
	}
	method, ok := strings.CutSuffix(name, "-fm")
	if !ok {
		return ""
	}
	c.mu.Lock()
	expr, ok := c.funcs[method]
	c.mu.Unlock()
	if !ok {
		return ""
	}
	receiver := expr.Type().In(0)
	for receiver.Kind() == reflect.Pointer {
		receiver = receiver.Elem()
	}
	return receiver.Name()
}

// StateName is what people call a type.
func StateName(t reflect.Type, result string) string {
	if result != "" {
		return strings.TrimLeft(result, "*")
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}
