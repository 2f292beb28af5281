package runner

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/parago/parago/interp/runner/rt"
)

// shownTypes are the types that the user's names mean now. To libraries that know types by their
// names, a session has only these.
type shownTypes map[string]shownType

// A shownType is one of the types that have had its name.
type shownType struct {
	number int          // of the declaration
	typ    reflect.Type // nil if it is generic
	home   string       // the package that declares it
}

// declare notes the types that a package declares, and has renew told which types that there
// were before they replace.
func (s shownTypes) declare(p *rt.Package, renew func(name string, old, now reflect.Type)) {
	for declaration, sample := range p.Types {
		s.show(declaration, shownType{typ: reflect.TypeOf(sample).Elem(), home: p.Path}, renew)
	}
	for _, declaration := range p.Generics {
		s.show(declaration, shownType{home: p.Path}, renew)
	}
}

func (s shownTypes) show(declaration string, now shownType, renew func(name string, old, now reflect.Type)) {
	name, number, _ := strings.Cut(declaration, "۰")
	now.number, _ = strconv.Atoi(number) // the first has none
	old, ok := s[name]
	if ok && (old.number > now.number || old.home == now.home && old.number == now.number) {
		return
	}
	s[name] = now
	if !ok || renew == nil {
		return
	}
	if old.typ == nil || now.typ == nil {
		old.typ, now.typ = nil, nil
	}
	renew(name, old.typ, now.typ)
}
