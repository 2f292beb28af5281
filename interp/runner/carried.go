package runner

import (
	"hash/crc32"
	"reflect"
	"sync"

	"github.com/parago/parago/procpool/codec"
)

// A variable that goes along with a function within a value must leave alone what a worker has put into its own
// meanwhile, an Initializer's connection or a cache, unless the session's has changed since. So it has a version,
// a sum of what it holds, and the worker remembers the last one of each that has come.

// versions are those that have come to this process.
type versions struct {
	once  sync.Once
	codec codec.Registry // in which functions are their literals, without the variables that they read

	mu   sync.Mutex
	came map[string]uint64
}

// maxSummed is how large, in bytes, a slice or a text may be of which there is a sum.
const maxSummed = 1 << 20

// version sums up a variable; 0 if that takes too long or its parts mean something in one process only.
func (n *natives) version(v reflect.Value) uint64 {
	switch v.Kind() {
	case reflect.String:
		if v.Len() > maxSummed {
			return 0
		}
	case reflect.Slice, reflect.Array:
		if v.Len() > 0 && v.Len() > maxSummed/max(1, int(v.Type().Elem().Size())) {
			return 0
		}
	}
	s := &n.versions
	s.once.Do(func() {
		s.codec.PathOf(pathOf)
		s.codec.CrossFunctions(codec.Functions{Out: n.functionOut})
	})
	data, err := s.codec.EncodeWith(nil, v, codec.Options{Back: true})
	if err != nil {
		return 0
	}
	return uint64(len(data))<<32 | uint64(crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)))
}

// arrived notes the version of a variable, and reports whether that is another one than the last.
func (n *natives) arrived(name string, version uint64) bool {
	s := &n.versions
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.came == nil {
		s.came = map[string]uint64{}
	}
	last := s.came[name]
	s.came[name] = version
	return version == 0 || version != last
}
