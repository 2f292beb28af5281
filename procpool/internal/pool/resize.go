package pool

import "fmt"

// Size is the most workers.
func (s *Scheduler) Size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size
}

// Resize sets how many workers there may be. Those too many end when they are idle.
func (s *Scheduler) Resize(n int) {
	n = s.starter.Most(n)
	s.mu.Lock()
	s.size = n
	s.shrunk()
	for len(s.workers) > 0 {
		live := 0
		var last *worker
		for _, w := range s.workers {
			if !w.quitting {
				live++
				last = w
			}
		}
		if live <= n {
			break
		}
		last.takeBack(0)
		last.quit()
	}
	s.dispatchAndUnlock()
}

// Name is Pool-N, counted over the life of the program.
func (s *Scheduler) Name() string { return fmt.Sprintf("Pool-%d", s.number) }

// String says how large the pool is and what has become of its elements: Pool-1: 4 workers, 12 done.
func (s *Scheduler) String() string {
	st := s.Stats()
	s.mu.Lock()
	size, closed := s.size, s.closed
	s.mu.Unlock()
	text := fmt.Sprintf("%s: %d worker%s, %d done", s.Name(), size, plural(size), st.Done)
	for _, c := range []struct {
		n    int
		word string
	}{{st.Failed, "failed"}, {st.Running, "running"}, {st.Waiting, "waiting"}} {
		if c.n > 0 {
			text += fmt.Sprint(", ", c.n, " ", c.word)
		}
	}
	if closed {
		text += ", closed"
	}
	return text
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}
