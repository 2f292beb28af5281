package task

import (
	"encoding/binary"
	"errors"

	"github.com/parago/parago/procpool/codec"
)

// The first byte of a task.
const (
	WithContext = 1 << iota // the function's first argument is a context
	IsProcess               // the process ends with the task
	Timed                   // when it ran is wanted
	IsElement               // elements of a call: the first one's index follows the function
	Seeded                  // the seed of their random numbers follows
	Limited                 // how long the context of each lasts follows
	MakesState              // what the function returns is the state of an actor
	IsMethod                // the call of a method of that

	FailFast = IsProcess // of elements: those of a chunk that follow one that fails do not begin
)

// The form of a chunk's elements.
const (
	formRows  = iota // the arguments of each: how many, then each as a message with its length before it
	FormBlock        // the only argument of each, in a block
)

// A Chunk is what a task frame holds: elements of a call that follow each other, or a task of
// its own. Both ends of a connection speak of it.
//
// It crosses as flags, the function's number, what the flags name, and the arguments. With
// IsElement, the number of elements and the form come before these.
type Chunk struct {
	Flags byte
	Fn    uint64
	First uint64 // the index of its first element
	Seed  uint64
	Limit uint64 // nanoseconds, or 0
	N     int    // elements
	Form  byte
	Block codec.Block
	rows  []byte
}

// Append starts a task of its own, with n arguments that Message.Arg adds.
func Append(buf []byte, flags byte, fn uint64, n int) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(append(buf, flags), fn), uint64(n))
}

// AppendHead starts a chunk whose elements follow, in a block if that has a header.
func (k Chunk) AppendHead(buf, header []byte) []byte {
	buf = binary.AppendUvarint(binary.AppendUvarint(append(buf, k.Flags), k.Fn), k.First)
	if k.Has(Seeded) {
		buf = binary.AppendUvarint(buf, k.Seed)
	}
	if k.Has(Limited) {
		buf = binary.AppendUvarint(buf, k.Limit)
	}
	buf = binary.AppendUvarint(buf, uint64(k.N))
	if header == nil {
		return append(buf, formRows)
	}
	return append(append(buf, FormBlock), header...)
}

var errBadTask = errors.New("a task that cannot be read")

// Parse reads a chunk, or a task of its own. Its arguments may be apart from the rest.
func Parse(r *codec.Registry, data, apart []byte) (k Chunk, err error) {
	if len(data) == 0 {
		data, apart = apart, nil
	}
	if len(data) == 0 {
		return k, errBadTask
	}
	k.Flags, k.N, data = data[0], 1, data[1:]
	n := uint64(1)
	for _, field := range []struct {
		there bool
		to    *uint64
	}{{true, &k.Fn}, {k.Has(IsElement), &k.First}, {k.Has(Seeded), &k.Seed}, {k.Has(Limited), &k.Limit}, {k.Has(IsElement), &n}} {
		if !field.there {
			continue
		}
		v, size := binary.Uvarint(data)
		if size <= 0 {
			return k, errBadTask
		}
		*field.to, data = v, data[size:]
	}
	if k.Has(IsElement) {
		if len(data) == 0 || n > 1<<31 {
			return k, errBadTask
		}
		k.N, k.Form, data = int(n), data[0], data[1:]
	}
	return k, k.open(r, data, apart)
}

// open looks at the arguments.
func (k *Chunk) open(r *codec.Registry, data, apart []byte) (err error) {
	if k.Form == FormBlock {
		if k.Block, err = r.OpenBlock(data, apart); err == nil && k.Block.Len() != k.N {
			err = errBadTask
		}
		return err
	}
	if k.rows = data; apart != nil {
		k.rows = apart
	}
	if k.N > len(k.rows) {
		return errBadTask
	}
	return nil
}

// Has reports whether a flag is set.
func (k *Chunk) Has(flag byte) bool { return k.Flags&flag != 0 }

// Next returns the arguments of the next element, as messages.
func (k *Chunk) Next() ([][]byte, error) {
	if k.Form == FormBlock {
		return [][]byte{k.Block.Next()}, nil
	}
	n, size := binary.Uvarint(k.rows)
	if size <= 0 || n > uint64(len(k.rows)) {
		return nil, errBadTask
	}
	data := k.rows[size:]
	args := make([][]byte, 0, n)
	for range n {
		arg, rest, ok := CutArg(data)
		if !ok {
			return nil, errBadTask
		}
		args, data = append(args, arg), rest
	}
	k.rows = data
	return args, nil
}
