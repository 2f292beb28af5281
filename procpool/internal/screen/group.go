package screen

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"github.com/parago/parago/procpool/view"
)

// groupSize is how much of a group is shown, in bytes, and groupInterval the least time
// between two states of it.
const (
	groupSize     = 64 << 10
	groupInterval = 100 * time.Millisecond
)

// A group is what one process writes on one behalf, in one block. Where things can be shown in
// place, it changes as it grows; else each piece of it is written when somebody waits.
type group struct {
	screen *Screen
	origin string
	id     string
	name   string

	showing sync.Mutex // held while a state is shown, so that they come in order

	mu      sync.Mutex
	block   view.Block // guarded by mu, as is the rest
	size    int
	dirty   bool        // there is more than was shown
	shown   time.Time   // last; zero: never
	waiting *time.Timer // for the next state
}

func newGroup(s *Screen, origin, name string) *group {
	return &group{
		screen: s, origin: origin, name: name, block: view.Block{Name: name},
		id: s.NewID(),
	}
}

func (g *group) Write(stderr bool, data []byte) {
	g.mu.Lock()
	g.block.Add(stderr, string(data))
	g.size += len(data)
	g.dirty = true
	live := g.screen.CanShow()
	wait := groupInterval - time.Since(g.shown)
	if live && wait > 0 && g.waiting == nil {
		g.waiting = time.AfterFunc(wait, g.show)
	}
	full := !live && g.size > groupSize
	if live {
		g.block.Limit(groupSize)
	}
	g.mu.Unlock()
	g.screen.groups.add(g)
	if live && wait <= 0 || full {
		g.show()
	}
}

// show shows the block as it is now, or writes what has come since it was written last.
func (g *group) show() {
	g.showing.Lock()
	defer g.showing.Unlock()
	g.mu.Lock()
	if g.waiting != nil {
		g.waiting.Stop()
		g.waiting = nil
	}
	if !g.dirty {
		g.mu.Unlock()
		return
	}
	g.dirty = false
	block, update := g.block.Clone(), !g.shown.IsZero()
	g.shown = time.Now()
	live := g.screen.CanShow()
	if !live {
		g.block, g.size = view.Block{Name: g.name}, 0
	}
	g.mu.Unlock()
	g.screen.groups.remove(g)
	if live {
		g.screen.Show(g.origin, g.id, update, map[string]string{"text/plain": block.String(), "text/html": block.HTML()})
		return
	}
	g.screen.Write(g.origin, false, fmt.Appendf(nil, "── %s ──\n", g.name))
	for i, p := range block.Parts {
		text := []byte(p.Text)
		if i == len(block.Parts)-1 && !bytes.HasSuffix(text, []byte("\n")) {
			text = append(text, '\n')
		}
		g.screen.Write(g.origin, p.Stderr, text)
	}
}

func (g *group) Pause() {} // it is shown in its own time, or when somebody waits: see flush
func (g *group) End()   { g.show() }

// groups are those that have more to show.
type groups struct {
	mu  sync.Mutex
	all []*group // in the order of what they wrote first; guarded by mu
}

func (s *groups) add(g *group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, old := range s.all {
		if old == g {
			return
		}
	}
	s.all = append(s.all, g)
}

func (s *groups) remove(g *group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, old := range s.all {
		if old == g {
			s.all = append(s.all[:i], s.all[i+1:]...)
			return
		}
	}
}

// show shows all that there is.
func (s *groups) show() {
	s.mu.Lock()
	all := append([]*group(nil), s.all...)
	s.mu.Unlock()
	for _, g := range all {
		g.show()
	}
}
