//go:build !unix

package system

import (
	"errors"
	"runtime"
)

// All of these are refused before any worker starts.
func AllowedCPUs() ([]int, error) { return nil, Pin(nil) }

// Pin, Bound and Renice are refused.
func Pin([]int) error   { return errors.New(runtime.GOOS + " does not pin processes to processors") }
func Bound(int64) error { return errors.New(runtime.GOOS + " has no such limit") }
func Renice(int) error  { return errors.New(runtime.GOOS + " knows no such thing") }
