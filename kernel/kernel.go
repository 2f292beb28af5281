package kernel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/kernel/zmtp"
)

// ErrClosed says that the kernel is shutting down.
var ErrClosed = errors.New("the kernel is shutting down")

// Options say how a Kernel serves. NewEvaluator is required; the other zeros work.
type Options struct {
	// NewEvaluator starts the session whose output goes to the sink. It is
	// called when Serve begins, and again before a cell if that failed.
	NewEvaluator func(interp.Sink) (Evaluator, error)
	// Dir is where shell commands and %%writefile start from. Zero: this
	// process's working directory.
	Dir string
	// Magics are added to Magics(), or replace those of the same name.
	Magics []Magic
	// OutputLimit is how many bytes one cell may write. Zero: 16 MiB.
	OutputLimit int
	// MaxRequest is how large a request may be, without its buffers. Zero:
	// DefaultMaxMessage.
	MaxRequest int
	// Version is the implementation's, as kernel_info tells it. Zero: "dev".
	Version string
	// CloseGrace is how long the session may take to close. Zero: 5 s.
	CloseGrace time.Duration
	// Logger hears of bad messages and of what went wrong inside; at level
	// debug, of every message. Nil: silence.
	Logger *slog.Logger
}

// A Kernel serves one session to any number of front-ends. New binds its sockets,
// Serve runs it until it is shut down.
type Kernel struct {
	// Set by New.

	id       string
	info     ConnectionInfo
	options  Options
	log      *slog.Logger
	bad      *rateLog // of messages that are dropped
	handlers map[string]handler
	magics   map[string]Magic

	shell, control, stdinChannel *channel
	iopubSocket, heartbeat       *zmtp.Socket
	codec                        Codec
	seen                         signatures

	iopub   *publisher
	sink    sink
	session session
	origins origins
	stdin   *stdin
	lanes   [urgent + 1]*lane
	running running
	ctx     context.Context // of all cells; ends when the kernel shuts down
	cancel  context.CancelFunc

	// Owned by the goroutine of the inOrder lane.

	count   int      // of cells with a number
	args    []string // of the program, from the next Go code on; nil: as they are
	failed  failure
	history history
	goflags []string // that %goflags has set
	place   place
	page    page // of the running cell

	stopping struct {
		once    sync.Once
		begun   chan struct{}
		request Header // of the shutdown_request; set before begun is closed
		restart bool
	}
}

// New binds the sockets of a kernel. Ports of c that are 0 are chosen by the system;
// Connection tells which. Serve must be called: it also releases the sockets.
func New(c ConnectionInfo, o Options) (*Kernel, error) {
	if err := c.check(true); err != nil {
		return nil, fmt.Errorf("connection: %w", err)
	}
	if o.NewEvaluator == nil {
		return nil, errors.New("kernel: Options.NewEvaluator is nil")
	}
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	k := &Kernel{
		id: uuid.NewString(), info: c, options: o, place: place{dir: o.Dir},
		log: o.Logger, bad: &rateLog{logger: o.Logger}, handlers: handlers(),
		codec: Codec{Key: []byte(c.Key), MaxSize: o.MaxRequest},
	}
	k.magics = magicTable(o.Magics)
	k.iopub = newPublisher(k.sendItem)
	k.sink = sink{k}
	k.session.start = func() (Evaluator, error) { return o.NewEvaluator(k.sink) }
	k.origins.limit = o.OutputLimit
	k.stopping.begun = make(chan struct{})
	k.ctx, k.cancel = context.WithCancel(context.Background())
	for i := range k.lanes {
		k.lanes[i] = newLane()
	}
	if err := k.listen(); err != nil {
		k.closeSockets(0)
		return nil, err
	}
	k.stdin = newStdin(k)
	return k, nil
}

// Connection says where the kernel listens.
func (k *Kernel) Connection() ConnectionInfo { return k.info }

// Serve serves front-ends until one of them asks to shut down or ctx ends. By the
// time that it returns, the session is closed, all messages are sent, and all
// goroutines have ended, unless the error says that the session did not close.
// Serve is called once.
func (k *Kernel) Serve(ctx context.Context) error {
	var readers, lanes, publishing sync.WaitGroup
	reading, stopReading := context.WithCancel(context.Background())
	defer stopReading()
	publishing.Go(k.iopub.run)
	k.status(Header{}, "starting")
	for _, l := range k.lanes {
		lanes.Go(func() { k.serveLane(l) })
	}
	lanes.Go(k.startSession)
	readers.Go(func() { k.shell.receive(reading, k.dispatch) })
	readers.Go(func() { k.control.receive(reading, k.dispatch) })
	readers.Go(func() { k.stdinChannel.receive(reading, k.stdin.answer) })
	readers.Go(func() { k.welcome(reading) })

	select {
	case <-ctx.Done():
	case <-k.stopping.begun:
	}
	err := k.stopServing(&lanes)
	k.sayGoodbye()
	k.iopub.close()
	wait(&publishing, time.Second) // longer only for a subscriber that does not read
	k.closeSockets(time.Second)
	stopReading()
	readers.Wait()
	publishing.Wait()
	return err
}

// Interrupt stops the running cell and drops those that are queued. While the cell
// is still being stopped, a further Interrupt stops it by force. It returns at once
// and may be called from any goroutine.
func (k *Kernel) Interrupt() {
	k.lanes[inOrder].abort()
	k.running.interrupt()
}

// startSession starts the session before the first cell needs it.
func (k *Kernel) startSession() {
	if _, err := k.session.get(k.ctx); err != nil && k.ctx.Err() == nil {
		k.log.Error("start the session", "error", err)
	}
}

// stopServing ends the running cell, the session and the lanes.
func (k *Kernel) stopServing(lanes *sync.WaitGroup) error {
	k.cancel()
	for _, l := range k.lanes {
		l.close()
	}
	closed := make(chan error, 1)
	go func() {
		err := k.session.close()
		lanes.Wait()
		closed <- err
	}()
	select {
	case err := <-closed:
		return err
	case <-time.After(k.options.CloseGrace):
		return fmt.Errorf("the session has not closed within %v", k.options.CloseGrace)
	}
}

// sayGoodbye tells all front-ends that the kernel ends because one of them said so.
func (k *Kernel) sayGoodbye() {
	select {
	case <-k.stopping.begun:
		content := ShutdownContent{Status: "ok", Restart: k.stopping.restart}
		k.iopub.publish(&pubItem{topic: "shutdown", msgType: "shutdown_reply", parent: k.stopping.request, content: content})
	default:
	}
}

func (o Options) withDefaults() (Options, error) {
	if o.OutputLimit == 0 {
		o.OutputLimit = 16 << 20
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.CloseGrace == 0 {
		o.CloseGrace = 5 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Dir != "" {
		return o, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return o, fmt.Errorf("find the working directory: %w", err)
	}
	o.Dir = dir
	return o, nil
}

// wait waits for g, but no longer than limit.
func wait(g *sync.WaitGroup, limit time.Duration) {
	done := make(chan struct{})
	go func() { g.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(limit):
	}
}
