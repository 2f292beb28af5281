// Package dyn gives lowered cells what the interpreter does not have: values that
// know their type. The interpreter has no named types of its own, so package interpreted
// erases them, turns methods into functions, and puts every value of a session's
// type that becomes an interface into a Box, which carries the type's name.
//
//	r := dyn.New(symbols)
//	i.Use(r.Exports("parago/runtime"))
//
// A Registry holds the types and methods that the loaded declarations define, for
// as long as the interpreter lives. It decides assertions and type switches, calls
// methods of interface values, runs deferred functions, and lets fmt, errors and
// encoding/json see a Box as Go would see the value.
//
// Dyn knows no source and no messages, and keeps nothing outside its Registry.
package dyn
