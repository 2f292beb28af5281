//go:build cgo && (amd64 || arm64) && !go1.27

package plug

import (
	"errors"
	"runtime"
	"sort"
	"sync"
	"unsafe"
)

// For each plugin the runtime makes a map of all types of all modules before it, some thousands, to find those that
// the plugin has, too. That takes a new worker longer than all else until it runs a function, and memory that it
// keeps. But only types of the same text can be the same, and the program's are sorted by it. So where nobody else
// can be looking for types, the runtime is shown only those.

// A moduleData is the beginning of what the linker tells the runtime of a module.
type moduleData struct {
	_         [37]uintptr
	types     unsafe.Pointer
	_         [4]uintptr
	_         []struct{}
	typelinks []int32 // where types without a name are, from types on; sorted by their texts
}

// text is that of a type without a name.
func (d *moduleData) text(at int32) string { return typeAt(unsafe.Add(d.types, at)).String() }

// A first is what plugin.Open does with a plugin that the dynamic linker has loaded, for the first plugins of a
// process.
type first struct {
	begun      bool
	goroutines int // when that was

	program *moduleData  // nil if the runtime is another one
	last    **moduleData // of the plugin that was loaded last
	mu      *sync.Mutex
	add     func() (path string, names map[string]any, tasks []unsafe.Pointer, failure string)
	run     func(tasks []unsafe.Pointer)
}

// typelinks is reflect's: where the types of all modules are.
//
//go:linkname typelinks reflect.typelinks
func typelinks() (types []unsafe.Pointer, at [][]int32)

// ready reports whether start can be called: not if there are more goroutines than at first, as one of a plugin's may
// be running.
func (s *first) ready() bool {
	if !s.begun {
		s.begun, s.goroutines = true, runtime.NumGoroutine()
		s.find()
	}
	return s.program != nil && runtime.NumGoroutine() <= s.goroutines
}

// find looks for the runtime's functions among the program's symbols.
func (s *first) find() {
	program := (*moduleData)(lookup("runtime.firstmoduledata"))
	s.last = (**moduleData)(lookup("runtime.lastmoduledatap"))
	s.mu = (*sync.Mutex)(lookup("plugin.pluginsMu"))
	add, run := lookup("plugin.lastmoduleinit"), lookup("runtime.doInit")
	if program == nil || s.last == nil || s.mu == nil || add == nil || run == nil {
		return
	}
	addCode, runCode := &add, &run // a function is a pointer to where its code's address is
	s.add = *(*func() (string, map[string]any, []unsafe.Pointer, string))(unsafe.Pointer(&addCode))
	s.run = *(*func([]unsafe.Pointer))(unsafe.Pointer(&runCode))
	types, at := typelinks()
	if program.types == types[0] && len(at[0]) > 0 && len(program.typelinks) == len(at[0]) && &program.typelinks[0] == &at[0][0] {
		s.program = program
	}
}

// start has the runtime take in a plugin that was loaded, and runs its init functions.
func (s *first) start() error {
	s.mu.Lock()
	all := s.program.typelinks
	some := s.program.like(*s.last)
	s.program.typelinks = some
	_, _, tasks, failure := s.add()
	s.program.typelinks = all
	s.mu.Unlock()
	runtime.KeepAlive(some) // the collector does not look at what the linker has made
	if failure != "" {
		return errors.New(failure)
	}
	s.run(tasks)
	return nil
}

// like are d's types of the same text as one of another module.
func (d *moduleData) like(other *moduleData) (some []int32) {
	before := ""
	for _, at := range other.typelinks {
		text := other.text(at)
		if text == before {
			continue
		}
		before = text
		i := sort.Search(len(d.typelinks), func(i int) bool { return d.text(d.typelinks[i]) >= text })
		for ; i < len(d.typelinks) && d.text(d.typelinks[i]) == text; i++ {
			some = append(some, d.typelinks[i])
		}
	}
	return some
}
