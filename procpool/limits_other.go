//go:build !unix

package procpool

import (
	"errors"
	"runtime"
)

// All of these are refused before any worker starts.
func allowedCPUs() ([]int, error) { return nil, pin(nil) }
func pin([]int) error             { return errors.New(runtime.GOOS + " does not pin processes to processors") }
func bound(int64) error           { return errors.New(runtime.GOOS + " has no such limit") }
func renice(int) error            { return errors.New(runtime.GOOS + " knows no such thing") }
