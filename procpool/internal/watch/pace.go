package watch

import "time"

// A pace tells how fast something goes by what was done in the last seconds, since the
// first elements of a call wait for workers to start.
type pace struct{ marks []mark }

type mark struct {
	at   time.Duration
	done int
}

// paceWindow is how far a pace looks back, and paceStep how often it remembers.
const (
	paceWindow = 15 * time.Second
	paceStep   = 250 * time.Millisecond
)

// rate is how many were done a second, given how many there are now; 0 if it is too early to tell.
func (p *pace) rate(at time.Duration, done int) float64 {
	if n := len(p.marks); n == 0 || at-p.marks[n-1].at >= paceStep {
		p.marks = append(p.marks, mark{at, done})
	}
	for len(p.marks) > 1 && at-p.marks[0].at > paceWindow {
		p.marks = p.marks[1:]
	}
	first := p.marks[0]
	if at == first.at || done == first.done {
		return 0
	}
	return float64(done-first.done) / (at - first.at).Seconds()
}
