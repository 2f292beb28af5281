package runner

import "embed"

// Source is the source of this package and of those below it, tests and all, for building
// this program with another Go toolchain.
//
//go:embed *.go */*.go */*.s
var Source embed.FS
