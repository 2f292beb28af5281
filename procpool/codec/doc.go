// Package codec turns Go values into bytes and back by their structure, for
// processes that run the same or a similar program.
//
//	var r codec.Registry
//	data, err := r.Encode(nil, reflect.ValueOf(x))
//	err = r.Decode(data, reflect.ValueOf(&y))
//
// A message is a description of its type followed by the data, so the receiver needs
// no declaration: what goes into an interface is given a type registered under its
// name or, without one, an anonymous type of the same structure. Struct fields are
// matched by name, unexported ones too; a leading X before a lower-case name, which
// an interpreter may have put there, does not count. Pointers and maps keep sharing
// and cycles (a pointer into the middle of a value is one to a copy), nil stays nil, and types with their own GobEncode, MarshalBinary or
// (structs with unexported fields) MarshalText use that. Errors keep errors.Is and errors.As for
// registered sentinels and types; others arrive as a [RemoteError].
//
// It never trusts a message: what is wrong with one is an error, and memory stays in
// proportion to its length. It never starts a goroutine and never keeps the bytes.
package codec
