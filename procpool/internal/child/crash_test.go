package child

import (
	"strings"
	"testing"
)

// TestReports feeds pieces of standard error to a report: what is shown while they come, and in short if the
// process has ended by it. A piece ends with |.
func TestReports(t *testing.T) {
	if !piecewise {
		t.Skip("pieces are not kept apart here")
	}
	const users = "goroutine 7 [running]:\n|main.f(0x1)\n|\t/home/me/f.go:12 +0x1d\n|created by main.g in goroutine 1\n|\t/home/me/f.go:3 +0x2\n|"
	const runtimes = "\nruntime stack:\n|runtime.throw(0x1)\n|\t/go/src/runtime/panic.go:1 +0x2 fp=0x3\n|\ngoroutine 1 gp=0xc00 m=0 [running]:\n|"
	for _, c := range []struct {
		name, pieces, shown, short string
		ofRuntime, noMemory        bool
	}{
		{"lines", "one\n|two\n|", "one\ntwo\n", "", false, false},
		{"a whole line", "panic: at the disco\n|more\n|", "panic: at the disco\nmore\n", "", false, false},
		{"the middle of a line", "no |panic: |here\n|", "no panic: here\n", "", false, false},
		{"a panic", "before\n|panic: |oh|\n|\n|" + users, "before\n", "panic: oh\n\t/home/me/f.go:12 in main.f\n", false, false},
		{"a fault of the user's", "fatal error: |all goroutines are asleep - deadlock!|\n|\n|" + users, "", "fatal error: all goroutines are asleep - deadlock!\n\t/home/me/f.go:12 in main.f\n", false, false},
		{"the runtime fails", "fatal error: |bad pointer|\n|" + runtimes + users, "", "fatal error: bad pointer\n\t/home/me/f.go:12 in main.f\n", true, false},
		{"it tells nothing more", "runtime/cgo: |pthread_create failed\n|", "", "runtime/cgo: pthread_create failed\n", true, false},
		{"it says that memory is short", "runtime: |out of memory: cannot allocate 8 bytes\n|fatal error: |out of memory|\n|" + runtimes, "", "fatal error: out of memory\n", true, true},
		{"the stack is full", "runtime: |goroutine stack exceeds 1000-byte limit\n|fatal error: |stack overflow|\n|" + runtimes + users, "", "fatal error: stack overflow\n\t/home/me/f.go:12 in main.f\n", false, false},
		{"it was told to", "SIGQUIT: |quit\n|" + runtimes, "", "SIGQUIT: quit\n", false, false},
		{"by another signal", "SIGSTKFLT: |stack fault\n|" + runtimes, "", "SIGSTKFLT: stack fault\n", false, false},
		{"a call that is forbidden", "SIGSYS: |bad system call\n|" + runtimes + users, "", "SIGSYS: bad system call\n\t/home/me/f.go:12 in main.f\n", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r report
			shown := ""
			for piece := range strings.SplitSeq(strings.TrimSuffix(c.pieces, "|"), "|") {
				shown += string(r.take([]byte(piece)))
			}
			if shown != c.shown {
				t.Errorf("shown %q, want %q", shown, c.shown)
			}
			if r.isOfRuntime() != c.ofRuntime || r.saysNoMemory() != c.noMemory {
				t.Errorf("of the runtime %t, no memory %t", r.isOfRuntime(), r.saysNoMemory())
			}
			again := r
			if whole := shown + string(again.release()); whole != strings.ReplaceAll(c.pieces, "|", "") {
				t.Errorf("released %q", whole)
			}
			if short := string(r.short(nil)); short != c.short {
				t.Errorf("short %q, want %q", short, c.short)
			}
		})
	}
}
