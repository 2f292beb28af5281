package zmtp

import (
	"log/slog"
	"sync"
	"time"
)

const (
	reportLines  = 10 // lines that a socket logs …
	reportWindow = time.Minute
)

// A report logs what peers did wrong, and not more often than someone wants
// to read: a peer must not be able to fill a disk.
type report struct {
	log *slog.Logger

	mu     sync.Mutex
	start  time.Time // of the current window
	lines  int       // logged in it
	muffed int       // left out in it
}

// warn logs one line, if there were not too many of late.
func (r *report) warn(msg string, args ...any) {
	omitted, ok := r.admit(time.Now())
	if !ok {
		return
	}
	if omitted > 0 {
		args = append(args, "omitted", omitted)
	}
	r.log.Warn(msg, args...)
}

// admit says whether a line may be logged now, and how many were not.
func (r *report) admit(now time.Time) (omitted int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.start) >= reportWindow {
		omitted = r.muffed
		r.start, r.lines, r.muffed = now, 0, 0
	}
	if r.lines == reportLines {
		r.muffed++
		return 0, false
	}
	r.lines++
	return omitted, true
}
