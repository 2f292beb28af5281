package zmtp

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// A journal is a log that a test reads while others write it.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

func TestReportIsRateLimited(t *testing.T) {
	t.Parallel()
	var log journal
	r := &report{log: slog.New(slog.NewTextHandler(&log, nil))}
	for range 3 * reportLines {
		r.warn("bad peer")
	}
	if n := strings.Count(log.String(), "bad peer"); n != reportLines {
		t.Errorf("%d lines, want %d", n, reportLines)
	}
	if n, ok := r.admit(time.Now().Add(reportWindow)); !ok || n != 2*reportLines {
		t.Errorf("in the next window: %d omitted, %v", n, ok)
	}
}
