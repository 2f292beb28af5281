package procpool

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/parago/parago/procpool/internal/host"
)

// reserve gives a child to be its identity and, if it has none, its name.
func (p *process) reserve(class, name string) (identity, _ string) {
	identity = strconv.FormatInt(p.counter.Add(1), 10)
	if p.identity != "" {
		identity = p.identity + ":" + identity
	}
	if name == "" {
		name = class + "-" + identity
	}
	return identity, name
}

// name gives a new process its identity, and its name if the user has not.
func (p *Process) name() {
	if p.Name == p.auto {
		p.Name = ""
	}
	p.identity, p.Name = this.reserve(p.class, p.Name)
	p.auto = p.Name
}

// isOurs reports whether an identity was given out by this process. One that was not is of
// a process made before this one was told who it is.
func (p *process) isOurs(identity string) bool { return parentOf(identity) == p.identity }

// parentOf returns the identity of the parent, "" for the root.
func parentOf(identity string) string {
	return identity[:max(0, strings.LastIndexByte(identity, ':'))]
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
	if p.host != nil && p.host.Find != nil {
		if found, err := p.host.Find(name, f); err == nil && found != nil {
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
