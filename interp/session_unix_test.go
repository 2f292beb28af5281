//go:build unix

package interp_test

import (
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestADeathBetweenCellsIsTold(t *testing.T) {
	sink := &recorder{}
	s := newSession(t, sink)
	mustEval(t, s, "kept := 7")
	pid, err := strconv.Atoi(mustEval(t, s, "os.Getpid()"))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(limit); syscall.Kill(pid, 0) == nil; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the process does not die")
		}
	}
	sink.take()
	if kept := mustEval(t, s, "kept"); kept != "0" {
		t.Errorf("kept = %s in a new process", kept)
	}
	if told := sink.take(); !strings.Contains(told, "killed") || !strings.Contains(told, "kept") {
		t.Errorf("told %q", told)
	}
	mustEval(t, s, "1")
	if told := sink.take(); told != "" {
		t.Errorf("told again: %q", told)
	}
}
