// Package here puts the rooms of procpool together for the process that we are in.
//
//	q := share.NewQueue(here.This.Space, 10)
//
// [This] is the only variable of procpool that changes: it is made when the program starts, and lives as long as
// the process. Package procpool and package embed hand what is in it to the rooms; no room reaches up for it.
package here
