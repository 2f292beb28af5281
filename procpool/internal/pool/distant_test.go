package pool_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// A distant is a worker as one on another machine would be: there is no memory to look into, so it says later what it has
// left out. It runs its elements in a goroutine, and now and then dies with one.
type distant struct {
	crew    *distants
	name    string
	reports pool.Reports
	wake    chan struct{} // 1-buffered
	gone    chan struct{}

	mu        sync.Mutex
	functions map[uint64]*callee.Callee
	queue     []*order
	last      uint32 // it was given
	begun     uint32
	quitting  bool
	killed    bool
}

// An order is a chunk, and what it is to leave out.
type order struct {
	pool.Chunk
	end uint32 // the number after the last element that is wanted
}

// distants start such workers.
type distants struct {
	node    *node.Node
	started atomic.Int32
	died    atomic.Int32
	ran     atomic.Int32
}

func (s *distants) Start(o pool.Start) (pool.Worker, error) {
	d := &distant{
		crew: s, name: fmt.Sprint("Distant-", s.started.Add(1)), reports: o.Reports, functions: map[uint64]*callee.Callee{},
		wake: make(chan struct{}, 1), gone: make(chan struct{}),
	}
	go d.serve()
	return d, nil
}

func (s *distants) Most(n int) int        { return n }
func (s *distants) Warm(int)              {}
func (s *distants) IsReady() bool         { return true }
func (s *distants) Keep(pool.Worker) bool { return false }
func (s *distants) OneByOne() bool        { return false }

func (d *distant) Who() pool.Who         { return pool.Who{Name: d.name, PID: 1} }
func (d *distant) IsAwake() bool         { return false }
func (d *distant) Speak(screen.Voice)    {}
func (d *distant) Flush()                {}
func (d *distant) Gone() <-chan struct{} { return d.gone }
func (d *distant) Death(code int) error {
	return &fault.WorkerDiedError{Worker: d.name, ExitCode: code}
}
func (d *distant) Usage() (int64, time.Duration) { return 0, 0 }
func (d *distant) BegunAt() time.Time            { return time.Now() }

func (d *distant) locked(f func()) {
	d.mu.Lock()
	f()
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func (d *distant) Define(f *callee.Callee) error {
	d.locked(func() { d.functions[f.ID] = f })
	return nil
}

func (d *distant) Give(k pool.Chunk) (keeps bool) {
	d.locked(func() {
		d.queue = append(d.queue, &order{k, k.Seq + uint32(k.N)})
		d.last = k.Seq + uint32(k.N) - 1
	})
	return true
}

func (d *distant) TakeBack(keep uint32) (last uint32) {
	d.locked(func() {
		for _, o := range d.queue {
			o.end = min(o.end, max(keep, d.begun)+1)
		}
		last = d.last
	})
	return last
}

func (d *distant) Begun() (begun uint32) {
	d.locked(func() { begun = d.begun })
	return begun
}

func (d *distant) Quit() { d.locked(func() { d.quitting = true }) }
func (d *distant) Kill() { d.locked(func() { d.killed = true }) }

func (d *distant) serve() {
	defer close(d.gone)
	d.reports.Results([]wire.Frame{{Kind: task.FrameHello}})
	for {
		var o *order
		over := false
		d.locked(func() {
			switch {
			case d.killed, len(d.queue) == 0 && d.quitting:
				over = true
			case len(d.queue) > 0:
				o = d.queue[0]
			}
		})
		switch {
		case over:
			d.reports.Died(0)
			return
		case o == nil:
			<-d.wake
		case !d.run(o):
			d.crew.died.Add(1)
			d.reports.Died(3)
			return
		default:
			d.locked(func() { d.queue = d.queue[1:] })
		}
	}
}

// run runs a chunk. It reports false if the worker dies.
func (d *distant) run(o *order) bool {
	k, err := task.Parse(&d.crew.node.Codec, o.Head, o.Args.Buf)
	if err != nil {
		panic(err)
	}
	var f *callee.Callee
	d.locked(func() { f = d.functions[k.Fn] })
	fn := callee.Body{Node: f.Node, Name: f.Name, Func: f.Local}
	for i := range uint32(o.N) {
		seq, wanted := o.Seq+i, false
		d.locked(func() {
			if wanted = seq < o.end && !d.killed; wanted {
				d.begun = seq
			}
		})
		if !wanted {
			d.skip(seq, uint64(uint32(o.N)-i))
			return true
		}
		if d.crew.ran.Add(1)%97 == 0 {
			return false
		}
		args, _ := fn.Arguments(&k)
		m, fail := callee.InvokeWithin(context.Background(), &k, fn, args, func(out []reflect.Value) (task.Message, *task.Failure) {
			return task.Message{}.EncodeResults(&d.crew.node.Codec, out, nil)
		})
		if fail != nil {
			panic(fail)
		}
		d.reports.Results([]wire.Frame{{Kind: task.FrameResult, ID: uint64(seq), Data: m.Buf}})
	}
	return true
}

func (d *distant) skip(seq uint32, n uint64) {
	d.reports.Results([]wire.Frame{{Kind: task.FrameSkipped, ID: uint64(seq), Data: binary.LittleEndian.AppendUint64(nil, n)}})
}

// outcomes count what became of each element.
type outcomes struct {
	mu   sync.Mutex
	of   []int // how many outcomes it has
	over bool
}

func (o *outcomes) add(i, n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for ; n > 0; i, n = i+1, n-1 {
		o.of[i]++
	}
}

func (o *outcomes) Done(i, n int, _ pool.Who)                         { o.add(i, n) }
func (o *outcomes) Failed(i int, _ pool.Who)                          { o.add(i, 1) }
func (o *outcomes) Dropped(i int, _ error)                            { o.add(i, 1) }
func (o *outcomes) Attempt(int, pool.Who, error)                      {}
func (o *outcomes) Retried(int)                                       {}
func (o *outcomes) Ran(int, pool.Who, time.Time, time.Time)           {}
func (o *outcomes) Complete(int)                                      {}
func (o *outcomes) Over(error)                                        { o.over = true }
func (o *outcomes) Flush()                                            {}
func (o *outcomes) observe(*pool.Call, []pool.Observer) pool.Observer { return o }

func double(n int) int { return 2 * n }

// TestDistantWorkers: a pool whose workers have no memory in common with it gives each element one outcome, whoever dies.
func TestDistantWorkers(t *testing.T) {
	n := node.New()
	callees := callee.New(n)
	callees.Register(callee.FuncName(reflect.ValueOf(double)), reflect.ValueOf(double))
	workers := &distants{node: n}
	s := pool.NewPools(n, callees, workers).New(pool.Options{Size: 3})
	defer s.Close()
	for _, c := range []struct {
		name     string
		opts     pool.CallOptions
		cancelAt int // elements that have run
	}{
		{"chunks", pool.CallOptions{}, 0},
		{"one by one", pool.CallOptions{Chunk: 1}, 0},
		{"tried again", pool.CallOptions{Retry: pool.Retry{Max: 100}}, 0},
		{"fail fast", pool.CallOptions{FailFast: true}, 0},
		{"canceled", pool.CallOptions{}, 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			const size = 5000
			o := &outcomes{of: make([]int, size)}
			c.opts.Observe = []pool.Observe{o.observe}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if c.cancelAt > 0 {
				before := workers.ran.Load()
				go func() {
					for workers.ran.Load() < before+int32(c.cancelAt) {
						time.Sleep(time.Millisecond)
					}
					cancel()
				}()
			}
			xs := make([]int, size)
			for i := range xs {
				xs[i] = i + 1
			}
			var out []int
			died := workers.died.Load()
			err := s.Map(ctx, double, xs, &out, 0, c.opts)
			if ended := workers.died.Load() - died; ended > 0 && c.opts.Retry.Max == 0 && err == nil || c.opts.Retry.Max > 0 && err != nil {
				t.Errorf("%d workers have died: %v", ended, err)
			}
			right := 0
			for i, v := range out {
				if v != 0 && v != 2*xs[i] {
					t.Errorf("element %d is %d", i, v)
				}
				if v != 0 {
					right++
				}
				if o.of[i] != 1 {
					t.Errorf("element %d has %d outcomes", i, o.of[i])
				}
			}
			if !o.over || right == 0 {
				t.Errorf("over %t, %d results", o.over, right)
			}
		})
	}
}
