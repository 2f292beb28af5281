package watch

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/view"
)

// progressInterval is the least time between two states that are shown.
const progressInterval = 100 * time.Millisecond

// A Display shows how far calls are, all of one pool. While any of them is under way, run is, too.
type Display struct {
	screen *screen.Screen
	pool   activities
	origin string
	id     string
	name   string
	began  time.Time     // of the first call
	wake   chan struct{} // 1-buffered: there may be nothing left to wait for
	pace   pace          // owned by run

	mu      sync.Mutex
	total   int // less than 0: unknown; guarded by mu, as is the rest
	open    int // calls under way
	calls   int // all there were
	ok      int // elements with a result
	failed  int
	retried int
	why     error
	workers []view.Worker // that have done elements, in the order of their first
	ended   time.Duration // when the last call was over
	shown   chan struct{} // closed when the last state has been shown
}

// activities are what a pool's workers do now.
type activities interface{ Activities() []pool.Activity }

// A watched is a call of a display.
type watched struct {
	*Display
	number int // among the display's
	single bool
}

var _ pool.Observer = (*watched)(nil)

// Progress has calls shown on a screen. Single calls of one function and origin that follow each other share a display.
func Progress(s *screen.Screen) pool.Observe {
	return func(c *pool.Call, previous []pool.Observer) pool.Observer {
		name := cmp.Or(c.Label(), shortName(c.Func()))
		if c.Single() {
			for _, o := range previous {
				if w, ok := o.(*watched); ok && w.origin == c.Origin() && w.name == name {
					return w.Display.add(c)
				}
			}
		}
		return newDisplay(s, c, name).add(c)
	}
}

func newDisplay(s *screen.Screen, c *pool.Call, name string) *Display {
	return &Display{
		screen: s, pool: c.Pool(), origin: c.Origin(), name: name, began: time.Now(), wake: make(chan struct{}, 1), id: s.NewID(),
	}
}

// add takes a call in. The first is shown at once.
func (g *Display) add(c *pool.Call) *watched {
	g.mu.Lock()
	w := &watched{g, g.calls, c.Single()}
	g.open++
	g.calls++
	if n := c.Len(); n < 0 {
		g.total = -1 // until it is known
	} else {
		g.total += n
	}
	first, idle := g.calls == 1, g.open == 1
	if idle {
		g.shown = make(chan struct{})
	}
	g.mu.Unlock()
	if first {
		g.show(g.state().Progress, false)
	}
	if idle {
		go g.run()
	}
	return w
}

// Done counts results.
func (w *watched) Done(_, n int, by pool.Who) { w.landed(n, by, &w.ok) }

// Failed counts an error.
func (w *watched) Failed(_ int, by pool.Who) { w.landed(1, by, &w.failed) }

// landed notes that a worker has ended n elements.
func (g *Display) landed(n int, by pool.Who, count *int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	*count += n
	if by.Name == "" {
		return
	}
	i := slices.IndexFunc(g.workers, func(v view.Worker) bool { return v.Name == by.Name })
	if i < 0 {
		i = len(g.workers)
		g.workers = append(g.workers, view.Worker{Name: by.Name})
	}
	g.workers[i].Done += n
}

// Retried notes that an element that failed will run again.
func (w *watched) Retried(int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.retried++
}

// Complete notes how many elements a call has that was open.
func (w *watched) Complete(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.total = n
}

// Attempt is of no interest here, as are Dropped and Ran.
func (w *watched) Attempt(int, pool.Who, error) {}

// Dropped does nothing.
func (w *watched) Dropped(int, error) {}

// Ran does nothing.
func (w *watched) Ran(int, pool.Who, time.Time, time.Time) {}

// Over notes that a call is over, before its end if there is an error.
func (w *watched) Over(why error) {
	w.mu.Lock()
	w.open--
	w.why = cmp.Or(why, w.why)
	w.ended = time.Since(w.began)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Flush returns when the last state has been shown, if all calls are over.
func (w *watched) Flush() {
	w.mu.Lock()
	over, shown := w.open == 0, w.shown
	w.mu.Unlock()
	if over {
		<-shown
	}
}

// run shows states until all calls are over.
func (g *Display) run() {
	tick := time.NewTicker(progressInterval)
	defer tick.Stop()
	last := ""
	for {
		select {
		case <-tick.C:
		case <-g.wake:
			g.mu.Lock()
			open := g.open
			g.mu.Unlock()
			if open > 0 {
				continue
			}
		}
		p := g.state()
		switch {
		case !p.Over:
			p.Rate = g.pace.rate(p.Elapsed, p.Done)
		case p.why != nil && p.Done < p.Total:
			p.Why = whyOver(p.why)
		}
		if text := p.HTML(); text != last {
			g.show(p.Progress, true)
			last = text
		}
		if p.Over {
			close(p.shown)
			return
		}
	}
}

// A state is a display at one moment.
type state struct {
	view.Progress
	why   error         // it has ended, or nil
	shown chan struct{} // closed when the last state has been shown
}

// state is g as it is now.
func (g *Display) state() state {
	now := g.pool.Activities() // which takes the pool's lock, so g's must be free
	g.mu.Lock()
	defer g.mu.Unlock()
	p := view.Progress{
		Name: g.name, Total: g.total, Done: g.ok + g.failed, Failed: g.failed, Retried: g.retried,
		Elapsed: time.Since(g.began), Over: g.open == 0, Workers: g.rows(now),
	}
	if p.Over {
		p.Elapsed = g.ended
		if p.Elapsed > 0 {
			p.Rate = float64(p.Done) / p.Elapsed.Seconds()
		}
	}
	return state{p, g.why, g.shown}
}

// rows are the workers that have done elements or are at one, those that are gone last. mu is held.
func (g *Display) rows(now []pool.Activity) []view.Worker {
	rows := slices.Clone(g.workers)
	for i := range rows {
		rows[i].Gone, rows[i].Element = true, -1
	}
	for _, a := range now {
		i := slices.IndexFunc(rows, func(v view.Worker) bool { return v.Name == a.Name })
		element := g.element(a)
		if i < 0 {
			if element < 0 {
				continue
			}
			i = len(rows)
			rows = append(rows, view.Worker{Name: a.Name})
		}
		rows[i].Gone, rows[i].Element = false, element
	}
	slices.SortStableFunc(rows, func(a, b view.Worker) int {
		switch {
		case a.Gone == b.Gone:
			return 0
		case a.Gone:
			return 1
		}
		return -1
	})
	return rows
}

// element is what a worker runs for g, less than 0 if nothing.
func (g *Display) element(a pool.Activity) int {
	if a.Call == nil {
		return -1
	}
	for _, o := range a.Call.Told() {
		w, ok := o.(*watched)
		switch {
		case !ok || w.Display != g:
		case w.single:
			return w.number
		default:
			return a.Index
		}
	}
	return -1
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
func (g *Display) show(p view.Progress, update bool) {
	if g.screen.CanShow() {
		g.screen.Show(g.origin, g.id, update, map[string]string{"text/plain": p.String(), "text/html": p.HTML()})
		return
	}
	g.screen.Progress(g, p)
}
