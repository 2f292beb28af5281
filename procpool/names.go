package procpool

import (
	"reflect"
	"strings"

	"github.com/parago/parago/procpool/internal/host"
)

// name gives a new process its identity, and its name if the user has not.
func (p *Process) name() {
	if p.Name == p.auto {
		p.Name = ""
	}
	p.identity, p.Name = this.Reserve(p.class, p.Name)
	p.auto = p.Name
}

// className returns the type whose method f is, or "".
func (p *process) className(f any) string {
	if f, ok := f.(*host.Func); ok && f != nil {
		return f.Class
	}
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return ""
	}
	name := funcName(v)
	if p.Host != nil && p.Host.Find != nil {
		if found, err := p.Host.Find(name, f); err == nil && found != nil {
			return found.Class
		}
	}
	method, ok := strings.CutSuffix(name, "-fm")
	if !ok {
		return ""
	}
	p.mu.Lock()
	expr, ok := p.funcs[method]
	p.mu.Unlock()
	if !ok {
		return ""
	}
	receiver := expr.Type().In(0)
	for receiver.Kind() == reflect.Pointer {
		receiver = receiver.Elem()
	}
	return receiver.Name()
}
