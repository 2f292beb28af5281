package kernel

import (
	"log/slog"
	"sync"
	"time"
)

// logInterval is the least time between two lines about bad messages.
const logInterval = 5 * time.Second

// A rateLog keeps peers that send rubbish from filling the log.
type rateLog struct {
	logger *slog.Logger

	mu         sync.Mutex
	next       time.Time // when the next line may be written
	suppressed int       // lines since the last one
}

// warn writes a line, or counts it for the next one.
func (l *rateLog) warn(msg string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Before(l.next) {
		l.suppressed++
		return
	}
	if l.suppressed > 0 {
		args = append(args, "suppressed", l.suppressed)
	}
	l.next, l.suppressed = now.Add(logInterval), 0
	l.logger.Warn(msg, args...)
}
