// Package embed is the side of procpool for those who evaluate cells: what their interpreter brings, how a
// worker of it serves, and what the generic types of package procpool are made of, so that an interpreter can make
// instances of them.
//
//	embed.Use(host)                           // in the process that runs cells, before anything else
//	embed.Serve(host)                         // in a worker
//
// It has no state of its own: all of it is the process's, which begins and ends with it. Programs that are
// compiled need none of it.
//
// It never looks into what a front-end hands over: units, entries and origins are opaque here.
package embed
