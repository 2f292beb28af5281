// Package codec turns Go values into bytes and back by their structure, for
// processes that run the same or a similar program.
//
//	var r codec.Registry
//	data, err := r.Encode(nil, reflect.ValueOf(x))
//	err = r.Decode(data, reflect.ValueOf(&y))
//
// A message is a description of its type followed by the data. What is decoded into a variable is
// matched with that variable's type; what goes into an interface gets the very type that it
// had, never another one of the same structure. That is found by its name among all types that the
// linker has put into the program, and needs no registration; where a program has not got
// it, [Registry.RegisterType] names one. A value whose type would not be found is refused, by
// the sender if it can know that: such as a struct type without a name that reflection
// cannot build.
//
// Struct fields are matched by name, unexported ones too; a leading X before a lower-case name,
// which an interpreter may have put there, does not count. Pointers and maps keep sharing
// and cycles. A pointer into the middle of a value is one to a copy, unless it is of a struct
// that refers to its like and comes after the value, as in container/list. Nil stays nil. Types
// with their own GobEncode or MarshalBinary use that, and those with MarshalText if they
// have parts that cannot cross, as a text may say less than the value does. Errors keep errors.Is and
// errors.As for registered sentinels and types; others arrive as a [RemoteError]. [Same] tells whether
// one of a type with a name is a sentinel, which has another address in another process. Times that
// come back have the very location that they had. Functions cross
// where [Registry.CrossFunctions] says how: as values that stand for them.
//
// It never trusts a message: what is wrong with one is an error, and memory stays in
// proportion to its length. It never starts a goroutine and never keeps the bytes.
package codec
