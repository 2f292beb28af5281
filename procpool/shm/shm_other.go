//go:build !unix

package shm

import (
	"errors"
	"os"
	"runtime"
	"time"
)

var errPlatform = errors.New("shared memory is not available on " + runtime.GOOS + " yet")

// A Segment is a shared mapping and the file that lets others map it too.
type Segment struct {
	File *os.File
	Data []byte
}

// New fails on this platform.
func New(int) (*Segment, error) { return nil, errPlatform }

// Map fails on this platform.
func Map(*os.File, int) (*Segment, error) { return nil, errPlatform }

// Close does nothing.
func (s *Segment) Close() error { return nil }

// Uint32 is never reached.
func (s *Segment) Uint32(int) *uint32 { return new(uint32) }

// Uint64 is never reached.
func (s *Segment) Uint64(int) *uint64 { return new(uint64) }

// WaitSlice is the longest that Wait waits without asking its caller again.
const WaitSlice = 50 * time.Millisecond

// Wait is never reached.
func Wait(*uint32, uint32) {}

// Wake is never reached.
func Wake(*uint32, int) {}

// Duplicate fails on this platform.
func Duplicate(*os.File) (*os.File, error) { return nil, errPlatform }

// MapPrivate fails on this platform.
func MapPrivate(*os.File, int) ([]byte, error) { return nil, errPlatform }

// Empty does nothing.
func Empty(*os.File, int) {}
