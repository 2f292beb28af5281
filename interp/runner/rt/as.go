package rt

import "unsafe"

// As is a value as one of another type that is made of the same: a struct type of another cell with
// the same unexported fields, or what is made of it. Package write/compiled sees to that.
func As[To, From any](v From) To { return *(*To)(unsafe.Pointer(&v)) }
