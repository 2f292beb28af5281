package procpool

import (
	"encoding/binary"
	"errors"

	"github.com/parago/parago/procpool/codec"
)

// The first byte of a task.
const (
	taskContext = 1 << iota // the function's first argument is a context
	taskProcess             // the process ends with the task
	taskTimed               // when it ran is wanted
	taskElement             // elements of a call: the first one's index follows the function
	taskSeeded              // the seed of their random numbers follows
	taskLimited             // how long the context of each lasts follows
	taskState               // what the function returns is the state of an actor
	taskMethod              // the call of a method of that

	taskFailFast = taskProcess // of elements: those of a chunk that follow one that fails do not begin
)

// The form of a chunk's elements.
const (
	formRows  = iota // the arguments of each: how many, then each as a message with its length before it
	formBlock        // the only argument of each, in a block
)

// A chunk is what a task frame holds: elements of a call that follow each other, or a task of
// its own. Both ends of a connection speak of it.
//
// It crosses as flags, the function's number, what the flags name, and the arguments. With
// taskElement, the number of elements and the form come before these.
type chunk struct {
	flags byte
	fn    uint64
	first uint64 // the index of its first element
	seed  uint64
	limit uint64 // nanoseconds, or 0
	n     int    // elements
	form  byte
	block codec.Block
	rows  []byte
}

// appendTask starts a task of its own, with n arguments that message.arg adds.
func appendTask(buf []byte, flags byte, fn uint64, n int) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(append(buf, flags), fn), uint64(n))
}

// flags is what each chunk of a call with these options says.
func (o *callOptions) flags() byte {
	flags := byte(taskElement)
	if o.seeded {
		flags |= taskSeeded
	}
	if o.timeout > 0 {
		flags |= taskLimited
	}
	if o.timeline != nil {
		flags |= taskTimed
	}
	if o.failFast {
		flags |= taskFailFast
	}
	return flags
}

// head starts a chunk of n elements from i on, whose arguments follow, as slab has them.
func (c *Call) head(buf []byte, i, n int) []byte {
	buf = binary.AppendUvarint(binary.AppendUvarint(append(buf, c.flags), c.fn.id), uint64(i))
	if c.opts.seeded {
		buf = binary.AppendUvarint(buf, c.opts.seed)
	}
	if c.opts.timeout > 0 {
		buf = binary.AppendUvarint(buf, uint64(c.opts.timeout))
	}
	buf = binary.AppendUvarint(buf, uint64(n))
	if c.block == nil {
		return append(buf, formRows)
	}
	return append(append(buf, formBlock), c.block.Header...)
}

var errBadTask = errors.New("a task that cannot be read")

// parseChunk reads a chunk, or a task of its own. Its arguments may be apart from the rest.
func parseChunk(data, apart []byte) (k chunk, err error) {
	if len(data) == 0 {
		data, apart = apart, nil
	}
	if len(data) == 0 {
		return k, errBadTask
	}
	k.flags, k.n, data = data[0], 1, data[1:]
	n := uint64(1)
	for _, field := range []struct {
		there bool
		to    *uint64
	}{{true, &k.fn}, {k.has(taskElement), &k.first}, {k.has(taskSeeded), &k.seed}, {k.has(taskLimited), &k.limit}, {k.has(taskElement), &n}} {
		if !field.there {
			continue
		}
		v, size := binary.Uvarint(data)
		if size <= 0 {
			return k, errBadTask
		}
		*field.to, data = v, data[size:]
	}
	if k.has(taskElement) {
		if len(data) == 0 || n > 1<<31 {
			return k, errBadTask
		}
		k.n, k.form, data = int(n), data[0], data[1:]
	}
	return k, k.open(data, apart)
}

// open looks at the arguments.
func (k *chunk) open(data, apart []byte) (err error) {
	if k.form == formBlock {
		if k.block, err = this.codec.OpenBlock(data, apart); err == nil && k.block.Len() != k.n {
			err = errBadTask
		}
		return err
	}
	if k.rows = data; apart != nil {
		k.rows = apart
	}
	if k.n > len(k.rows) {
		return errBadTask
	}
	return nil
}

func (k *chunk) has(flag byte) bool { return k.flags&flag != 0 }

// next returns the arguments of the next element, as messages.
func (k *chunk) next() ([][]byte, error) {
	if k.form == formBlock {
		return [][]byte{k.block.Next()}, nil
	}
	n, size := binary.Uvarint(k.rows)
	if size <= 0 || n > uint64(len(k.rows)) {
		return nil, errBadTask
	}
	data := k.rows[size:]
	args := make([][]byte, 0, n)
	for range n {
		arg, rest, ok := cutArg(data)
		if !ok {
			return nil, errBadTask
		}
		args, data = append(args, arg), rest
	}
	k.rows = data
	return args, nil
}
