// Package module has packages of modules for the cells of a session. It turns on Folder,
// which is a go.mod and what has been compiled by it.
//
//	f := module.New(host, sources)
//	defer f.Close()
//	f.Begin(dir, nil)
//	changed, err := f.Load(ctx, []string{"gonum.org/v1/gonum/stat"}, tell) // "added gonum.org/v1/gonum v0.17.0"
//	r, err := f.Export("gonum.org/v1/gonum/stat")                           // for the type checker
//	ps, err := f.Packages(ctx)                                              // for a native.Builder
//
// All work is the go command's, with the settings that the user has for it: proxies,
// private modules, credentials. It compiles packages with the flags that the host was
// compiled with, and keeps them in its own cache, so that a module is compiled once for
// all sessions. What the go command says is put into words for somebody who has imported
// a package in a cell, and not run it.
//
// The folder is the session's own, and temporary. What surrounds it is not changed, but
// counts: a session that runs inside of a module of the user's imports packages of that
// module from their folder, and others in the versions that it requires.
//
// Each change is made in a copy of go.mod and go.sum, which takes their place if it has
// succeeded. One that would change packages that cells have been compiled with is refused,
// since a process cannot hold two versions of a package.
//
// This package runs no user code and knows nothing of cells.
package module
