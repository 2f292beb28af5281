package task

import (
	"reflect"
	"testing"

	"github.com/parago/parago/procpool/codec"
)

// FuzzChunk holds that a hostile task is an error, and takes memory in proportion to its length.
func FuzzChunk(f *testing.F) {
	var r codec.Registry
	ints := r.BlockType(reflect.TypeFor[int]())
	texts := r.BlockType(reflect.TypeFor[string]())
	k := Chunk{Fn: 3, Flags: IsElement | Seeded | Limited, Seed: 7, Limit: 5, First: 2, N: 3}
	f.Add(ints.AppendSlice(k.AppendHead(nil, ints.Header), reflect.ValueOf([]int{1, 2, 3})), []byte(nil))
	k.N = 1
	f.Add(k.AppendHead(nil, ints.Header), ints.AppendSlice(nil, reflect.ValueOf([]int{1})))
	k.First, k.N = 0, 2
	text, _, _, _ := texts.AppendEach(k.AppendHead(nil, texts.Header), nil, reflect.ValueOf([]string{"a", "bc"}), 0, SharedSize)
	f.Add(text, []byte(nil))
	m := Message{Buf: Append(nil, WithContext, 1, 2)}
	m.Arg(&r, reflect.ValueOf("x"), nil)
	m.Arg(&r, reflect.ValueOf(5), nil)
	f.Add(m.Buf, []byte(nil))
	f.Fuzz(func(t *testing.T, data, apart []byte) {
		if len(apart) == 0 {
			apart = nil
		}
		k, err := Parse(&r, data, apart)
		if err != nil {
			return
		}
		if k.N > len(data)+len(apart)+1 {
			t.Fatalf("%d elements in %d bytes", k.N, len(data)+len(apart))
		}
		for range k.N {
			args, err := k.Next()
			if err != nil {
				return
			}
			for _, arg := range args {
				var x any
				r.Decode(arg, reflect.ValueOf(&x))
			}
		}
	})
}
