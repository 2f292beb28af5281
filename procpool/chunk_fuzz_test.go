package procpool

import (
	"reflect"
	"testing"
)

// FuzzChunk holds that a hostile task is an error, and takes memory in proportion to its length.
func FuzzChunk(f *testing.F) {
	ints := this.codec.BlockType(reflect.TypeFor[int]())
	texts := this.codec.BlockType(reflect.TypeFor[string]())
	c := &Call{fn: &target{id: 3}, flags: taskElement | taskSeeded | taskLimited, block: ints}
	c.opts.seeded, c.opts.seed, c.opts.timeout = true, 7, 5
	f.Add(ints.AppendSlice(c.head(nil, 2, 3), reflect.ValueOf([]int{1, 2, 3})), []byte(nil))
	f.Add(c.head(nil, 2, 1), ints.AppendSlice(nil, reflect.ValueOf([]int{1})))
	c.block = texts
	text, _, _, _ := texts.AppendEach(c.head(nil, 0, 2), nil, reflect.ValueOf([]string{"a", "bc"}), 0, sharedSize)
	f.Add(text, []byte(nil))
	m := message{buf: appendTask(nil, taskContext, 1, 2)}
	m.arg(reflect.ValueOf("x"), nil)
	m.arg(reflect.ValueOf(5), nil)
	f.Add(m.buf, []byte(nil))
	f.Fuzz(func(t *testing.T, data, apart []byte) {
		if len(apart) == 0 {
			apart = nil
		}
		k, err := parseChunk(data, apart)
		if err != nil {
			return
		}
		if k.n > len(data)+len(apart)+1 {
			t.Fatalf("%d elements in %d bytes", k.n, len(data)+len(apart))
		}
		for range k.n {
			args, err := k.next()
			if err != nil {
				return
			}
			for _, arg := range args {
				var x any
				this.codec.Decode(arg, reflect.ValueOf(&x))
			}
		}
	})
}
