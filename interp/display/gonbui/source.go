package gonbui

import "embed"

// Source is this package's source, for the type checker of a front-end.
//
//go:embed doc.go gonbui.go source.go
var Source embed.FS
