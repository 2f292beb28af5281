// Package lower writes checked Go in the Go that the interpreter gets right, and refuses what it would get wrong.
package lower
