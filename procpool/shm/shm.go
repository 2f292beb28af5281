//go:build unix

package shm

import (
	"os"
	"syscall"
	"time"
	"unsafe"
)

// A Segment is a shared mapping and the file that lets others map it too.
type Segment struct {
	File *os.File
	Data []byte
}

// New makes a segment of size zero bytes of content, all of them zero.
func New(size int) (*Segment, error) {
	f, err := anonymousFile()
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(int64(size)); err != nil {
		f.Close()
		return nil, err
	}
	return Map(f, size)
}

// Map maps a segment's file, which it takes over.
func Map(f *os.File, size int) (*Segment, error) {
	data, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		f.Close()
		return nil, os.NewSyscallError("mmap", err)
	}
	return &Segment{File: f, Data: data}, nil
}

// Close unmaps the segment and closes its file. Nobody may use Data any more.
func (s *Segment) Close() error {
	syscall.Munmap(s.Data)
	s.Data = nil
	return s.File.Close()
}

// Uint32 and Uint64 return the word at an offset that is a multiple of its size.
func (s *Segment) Uint32(offset int) *uint32 { return (*uint32)(s.at(offset, 4)) }

// Uint64 is Uint32 for words of 64 bits.
func (s *Segment) Uint64(offset int) *uint64 { return (*uint64)(s.at(offset, 8)) }

func (s *Segment) at(offset, size int) unsafe.Pointer {
	return unsafe.Pointer(unsafe.SliceData(s.Data[offset : offset+size]))
}

// unlinkedFile is for systems without anonymous files.
func unlinkedFile() (*os.File, error) {
	f, err := os.CreateTemp("", "procpool")
	if err != nil {
		return nil, err
	}
	os.Remove(f.Name())
	return f, nil
}

// WaitSlice is the longest that Wait waits without asking its caller again.
const WaitSlice = 50 * time.Millisecond
