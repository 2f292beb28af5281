package system

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"unsafe"
)

// A cpuMask is a set of processors as the kernel has it.
type cpuMask [1024 / 64]uint64

// AllowedCPUs lists the processors that this process may use.
func AllowedCPUs() ([]int, error) {
	var mask cpuMask
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_GETAFFINITY, 0, unsafe.Sizeof(mask), uintptr(unsafe.Pointer(&mask))); errno != 0 {
		return nil, os.NewSyscallError("sched_getaffinity", errno)
	}
	var all []int
	for i := range len(mask) * 64 {
		if mask[i/64]>>(i%64)&1 != 0 {
			all = append(all, i)
		}
	}
	return all, nil
}

// Pin has this process use only some processors.
func Pin(cpus []int) error {
	var mask cpuMask
	n := 0
	for _, i := range cpus {
		if i >= 0 && i < len(mask)*64 && mask[i/64]>>(i%64)&1 == 0 {
			mask[i/64] |= 1 << (i % 64)
			n++
		}
	}
	err := eachThread(func(tid int) error {
		_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, uintptr(tid), unsafe.Sizeof(mask), uintptr(unsafe.Pointer(&mask)))
		if errno != 0 {
			return os.NewSyscallError("sched_setaffinity", errno)
		}
		return nil
	})
	if err == nil {
		runtime.GOMAXPROCS(n)
	}
	return err
}

// Renice adds n to the niceness, which each thread has for itself.
func Renice(n int) error {
	old, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	if err != nil {
		return os.NewSyscallError("getpriority", err)
	}
	want := 20 - old + n // the system call returns 20-nice
	return eachThread(func(tid int) error {
		return os.NewSyscallError("setpriority", syscall.Setpriority(syscall.PRIO_PROCESS, tid, want))
	})
}

// eachThread calls f for every thread of this process. Those that are made meanwhile are like
// their makers, so it is done when there are no new ones.
func eachThread(f func(tid int) error) error {
	done := map[string]bool{}
	for {
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return err
		}
		before := len(done)
		for _, thread := range threads {
			if done[thread.Name()] {
				continue
			}
			done[thread.Name()] = true
			tid, err := strconv.Atoi(thread.Name())
			if err != nil {
				return err
			}
			if err := f(tid); err != nil && !os.IsNotExist(err) && !isGone(err) {
				return err
			}
		}
		if len(done) == before {
			return nil
		}
	}
}

// isGone tells that a thread has ended meanwhile.
func isGone(err error) bool {
	e, ok := err.(*os.SyscallError)
	return ok && e.Err == syscall.ESRCH
}

const rlimitData = 2 // RLIMIT_DATA

// Bound limits this process's private memory. The collector aims lower.
func Bound(bytes int64) error {
	if has := statusBytes("self", "VmData"); has+1<<20 > bytes {
		return fmt.Errorf("a worker has %d bytes before it runs anything", has)
	}
	limit := syscall.Rlimit{Cur: uint64(bytes), Max: math.MaxUint64}
	var old syscall.Rlimit
	if err := syscall.Getrlimit(rlimitData, &old); err == nil {
		limit.Max = old.Max
	}
	limit.Max = min(limit.Max, uint64(bytes))
	if err := syscall.Setrlimit(rlimitData, &limit); err != nil {
		return os.NewSyscallError("setrlimit", err)
	}
	debug.SetMemoryLimit(bytes / 10 * 9)
	return nil
}
