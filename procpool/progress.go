package procpool

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/view"
)

// Progress shows how far the call is while it runs: how many elements are done and have
// failed, how fast it goes, how long it will take, and what each worker does. In a
// notebook that is one display under the cell that made the call, which changes in place and
// stays in its last state. In a program it is a line on standard error that changes in place if that
// is a terminal, and otherwise one line at the end. Submitted calls of one function in one
// cell share a display. It costs nothing worth mentioning. Python's tqdm.
func Progress() CallOption { return func(o *callOptions) { o.progress = true } }

// progressInterval is the least time between two states that are shown.
const progressInterval = 100 * time.Millisecond

// A progress shows how far calls are. All calls are of one pool, whose mu guards what
// changes. While any call is under way, run is, too.
type progress struct {
	origin string
	id     string
	name   string
	total  int           // less than 0: unknown
	began  time.Time     // of the first call
	wake   chan struct{} // 1-buffered: there may be nothing left to wait for

	open    int // calls under way
	calls   int // all there were
	ok      int // elements with a result
	failed  int
	retried int
	why     error
	workers []view.Worker // that have done elements, in the order of their first
	ended   time.Duration // when the last call was over
	shown   chan struct{} // closed when the last state has been shown
	pace    pace          // owned by run
}

// watch shows how far a call is from now on. It returns when that has been shown once.
func (s *scheduler) watch(c *Call) {
	name := cmp.Or(c.opts.label, shortName(c.fn.Name))
	s.mu.Lock()
	g := s.submits
	joins := c.single && g != nil && g.origin == c.origin && g.name == name
	if !joins {
		g = newProgress(c.origin, name)
		if c.single {
			s.submits = g
		}
	}
	g.add(c)
	p := s.seen(g)
	idle := g.open == 1
	if idle {
		g.shown = make(chan struct{})
	}
	s.mu.Unlock()
	if !joins {
		g.show(p, false)
	}
	if idle {
		go g.run(s)
	}
}

func newProgress(origin, name string) *progress {
	return &progress{
		origin: origin, name: name, began: time.Now(), wake: make(chan struct{}, 1),
		id: this.Screen.NewID(),
	}
}

// add takes a call in. The pool's mu is held.
func (g *progress) add(c *Call) {
	c.watch = g
	c.number = g.calls
	g.open++
	g.calls++
	if c.open {
		g.total = -1 // until it is known
	} else {
		g.total += c.tasks.len()
	}
}

// landed notes that w has ended n elements. The pool's mu is held; g may be nil, as
// below.
func (g *progress) landed(w *worker, n int, ok bool) {
	if g == nil {
		return
	}
	if ok {
		g.ok += n
	} else {
		g.failed += n
	}
	if w == nil {
		return
	}
	name, _ := w.who()
	i := slices.IndexFunc(g.workers, func(v view.Worker) bool { return v.Name == name })
	if i < 0 {
		i = len(g.workers)
		g.workers = append(g.workers, view.Worker{Name: name})
	}
	g.workers[i].Done += n
}

// retries notes that an element that failed will run again.
func (g *progress) retries() {
	if g != nil {
		g.retried++
	}
}

// over notes that a call is over, before its end if there is an error.
func (g *progress) over(why error) {
	if g == nil {
		return
	}
	g.open--
	g.why = cmp.Or(why, g.why)
	g.ended = time.Since(g.began)
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// unwatch notes that a call was not taken in.
func (s *scheduler) unwatch(c *Call, err error) {
	if c.watch == nil {
		return
	}
	s.mu.Lock()
	c.watch.over(err)
	s.mu.Unlock()
	s.lastShown(c.watch)
}

// lastShown returns when the last state has been shown, if all calls are over.
func (s *scheduler) lastShown(g *progress) {
	if g == nil {
		return
	}
	s.mu.Lock()
	over, shown := g.open == 0, g.shown
	s.mu.Unlock()
	if over {
		<-shown
	}
}

// run shows states until all calls are over.
func (g *progress) run(s *scheduler) {
	tick := time.NewTicker(progressInterval)
	defer tick.Stop()
	last := ""
	for {
		select {
		case <-tick.C:
		case <-g.wake:
			s.mu.Lock()
			open := g.open
			s.mu.Unlock()
			if open > 0 {
				continue
			}
		}
		s.mu.Lock()
		p, why, shown := s.seen(g), g.why, g.shown
		s.mu.Unlock()
		switch {
		case !p.Over:
			p.Rate = g.pace.rate(p.Elapsed, p.Done)
		case why != nil && p.Done < p.Total:
			p.Why = whyOver(why)
		}
		if text := p.HTML(); text != last {
			g.show(p, true)
			last = text
		}
		if p.Over {
			close(shown)
			return
		}
	}
}

// seen is g as it is now. mu is held.
func (s *scheduler) seen(g *progress) view.Progress {
	p := view.Progress{
		Name: g.name, Total: g.total, Done: g.ok + g.failed, Failed: g.failed, Retried: g.retried,
		Elapsed: time.Since(g.began), Over: g.open == 0,
	}
	if p.Over {
		p.Elapsed = g.ended
		if p.Elapsed > 0 {
			p.Rate = float64(p.Done) / p.Elapsed.Seconds()
		}
	}
	p.Workers = slices.Clone(g.workers)
	for i := range p.Workers {
		p.Workers[i].Gone, p.Workers[i].Element = true, -1
	}
	for _, w := range s.workers {
		i := slices.IndexFunc(p.Workers, func(v view.Worker) bool { return v.Name == w.child.Name })
		element := g.element(w)
		if i < 0 {
			if element < 0 {
				continue
			}
			i = len(p.Workers)
			p.Workers = append(p.Workers, view.Worker{Name: w.child.Name})
		}
		p.Workers[i].Gone, p.Workers[i].Element = false, element
	}
	slices.SortStableFunc(p.Workers, func(a, b view.Worker) int {
		switch {
		case a.Gone == b.Gone:
			return 0
		case a.Gone:
			return 1
		}
		return -1
	})
	return p
}

// element is what w runs for g, less than 0 if nothing.
func (g *progress) element(w *worker) int {
	c, i := w.running()
	switch {
	case c == nil || c.watch != g:
		return -1
	case c.single:
		return c.number
	}
	return i
}

// whyOver is an error in a few words.
func whyOver(err error) string {
	if fault.IsError(err, fault.ErrCanceled) {
		return "canceled"
	}
	text, _, _ := strings.Cut(strings.TrimPrefix(fault.ErrorText(err), fault.Prefix), "\n")
	return text
}

// show shows a state where the user looks.
func (g *progress) show(p view.Progress, update bool) {
	if this.Screen.CanShow() {
		this.Screen.Show(g.origin, g.id, update, map[string]string{"text/plain": p.String(), "text/html": p.HTML()})
		return
	}
	this.Screen.Progress(g, p)
}

// complete notes how many elements a call has that was open.
func (g *progress) complete(n int) {
	if g != nil {
		g.total = n
	}
}
