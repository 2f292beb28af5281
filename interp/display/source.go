package display

import "embed"

// Source is this package's source, for the type checker of a front-end.
//
//go:embed doc.go object.go show.go source.go text.go
var Source embed.FS
