// Package native compiles cells. It turns on Builder, which makes a plugin of a Go
// package in about a tenth of a second, for a Host, the program that opens plugins.
//
//	tc, err := native.FindToolchain(dir)                     // *Missing: what this machine lacks
//	host, err := tc.Prepare(ctx, place, progress)            // half a minute, once per toolchain and Parago
//	b := native.NewBuilder(host, cacheDir)
//	defer b.Close()
//	built, err := b.Build(ctx, native.Source{Path: "parago/cells/4f3a", Text: text, Imports: []string{"fmt"}})
//	built.File                                               // what host.Program opens
//
// A plugin can only be opened by a program that was built by the same toolchain from the
// same packages. So the host is built on the user's machine, from sources that Parago's
// binary carries, and without any module that a cell might want in another version. It
// is an interpreter process as any other (package runner), and opens plugins besides.
//
// A host and the compiled packages that cells are linked with lie in one folder, whose
// name is a hash of all that went into it: another Go, C compiler or Parago makes another
// one, and none is ever changed. The folder is complete or not there. The same holds for
// each built cell in the cache, under a hash of its path.
//
// The program has those packages of the standard library that cells use most, so that it is
// there soon after the first start. The others are compiled while cells run (Complete), or
// when a cell first imports one, and come as a plugin, as modules' packages do.
//
// The go command is used only to prepare: it takes half a second to find out that there
// is nothing to do. Cells are compiled and linked with the tools that it would use.
//
// Cells are many packages that are one to their user: package main. So the compiler's archives are
// changed before they are linked: types, fields and methods tell reflect that they are of main, and methods whose
// names are exported only for other cells tell it that they are not. On Linux, the linker's object is changed as well: functions have
// the user's names in stacks. Elsewhere, stacks have the names of cells' texts, such as
// parago/cells/4f3a.Ⲡsquare.
//
// This package runs no user code and knows nothing of cells but that they are packages.
package native
