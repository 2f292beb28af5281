//go:build !unix

package native

import "os/exec"

// stopGroup does nothing: systems without plugins run no commands.
func stopGroup(*exec.Cmd) {}
