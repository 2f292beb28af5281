package zmtp

import (
	"log/slog"
	"strings"
	"testing"
	"time"
)

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
