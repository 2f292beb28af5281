package local

import (
	"encoding/binary"
	"os"
	"sync"
	"time"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// A serialWorker runs elements in this process, one after the other.
type serialWorker struct {
	serial  *Serial
	reports pool.Reports
	gone    chan struct{}
	left    chan struct{} // closed by Kill
	wake    chan struct{} // 1-buffered: there is something to do

	mu        sync.Mutex
	functions map[uint64]*callee.Callee // by number; guarded by mu, as is the rest
	queue     []pool.Chunk
	begun     uint32
	began     time.Time
	limit     uint32 // elements after it do not begin
	quitting  bool
	killed    bool
}

var _ pool.Worker = (*serialWorker)(nil)

func newSerialWorker(s *Serial, reports pool.Reports) *serialWorker {
	return &serialWorker{
		serial: s, reports: reports, functions: map[uint64]*callee.Callee{},
		gone: make(chan struct{}), left: make(chan struct{}), wake: make(chan struct{}, 1),
	}
}

func (w *serialWorker) Who() pool.Who         { return pool.Who{Name: "Serial", PID: os.Getpid()} }
func (w *serialWorker) IsAwake() bool         { return true }
func (w *serialWorker) Speak(screen.Voice)    {} // what tasks print is this process's output
func (w *serialWorker) Flush()                {}
func (w *serialWorker) Gone() <-chan struct{} { return w.gone }
func (w *serialWorker) Death(int) error       { return fault.ErrTerminated }

// Usage is not known: it is the whole process's.
func (w *serialWorker) Usage() (resident int64, used time.Duration) { return 0, 0 }

func (w *serialWorker) Define(f *callee.Callee) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.functions[f.ID] = f
	return nil
}

func (w *serialWorker) Give(k pool.Chunk) (keeps bool) {
	w.mu.Lock()
	w.queue = append(w.queue, k)
	w.limit = k.Seq
	w.mu.Unlock()
	w.rouse()
	return true
}

// rouse has serve look what there is to do.
func (w *serialWorker) rouse() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *serialWorker) TakeBack(keep uint32) (last uint32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limit = min(w.limit, max(w.begun, keep))
	return w.limit
}

func (w *serialWorker) Begun() uint32 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.begun
}

func (w *serialWorker) BegunAt() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.began
}

func (w *serialWorker) Quit() {
	w.mu.Lock()
	w.quitting = true
	w.mu.Unlock()
	w.rouse()
}

// Kill leaves what runs behind: nothing can be killed here.
func (w *serialWorker) Kill() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.killed {
		w.killed = true
		close(w.left)
	}
}

// serve runs what it is given.
func (w *serialWorker) serve() {
	defer close(w.gone)
	defer w.reports.Died(0)
	for {
		k, some, over := w.next()
		switch {
		case over:
			return
		case !some:
			select {
			case <-w.wake:
			case <-w.left:
			}
			continue
		}
		f, ok := w.element(k)
		if !ok {
			return
		}
		w.reports.Results(f)
	}
}

// next takes what is to be run now. Some is false if that is nothing, over is true if that will always be so.
func (w *serialWorker) next() (k pool.Chunk, some, over bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.killed || len(w.queue) == 0 && w.quitting:
		return k, false, true
	case len(w.queue) == 0:
		return k, false, false
	}
	k, w.queue = w.queue[0], w.queue[1:]
	if k.Seq <= w.limit {
		w.begun, w.began = k.Seq, time.Now()
	}
	return k, true, false
}

// function is the one that a chunk is about, as this process has it.
func (w *serialWorker) function(number uint64) *callee.Callee {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.functions[number]
}

// element runs an element, unless it was taken back, in a goroutine that it leaves behind if it is killed meanwhile.
func (w *serialWorker) element(k pool.Chunk) (frames []wire.Frame, ok bool) {
	if k.Seq > w.Begun() {
		return []wire.Frame{{Kind: task.FrameSkipped, ID: uint64(k.Seq), Data: binary.LittleEndian.AppendUint64(nil, 1)}}, true
	}
	r := newSerialRun(w, k)
	go r.run()
	select {
	case data := <-r.result:
		r.end()
		return append(r.times(), wire.Frame{Kind: task.FrameResult, ID: uint64(k.Seq), Data: data}), true
	case <-w.left:
		r.end()
		return nil, false
	}
}
