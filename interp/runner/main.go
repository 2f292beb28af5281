package runner

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"time"

	"github.com/parago/parago/interp/display"
	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/interp/runner/symbols"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/procpool"
	"github.com/parago/parago/procpool/embed"
	"github.com/parago/parago/procpool/spawn"
	"github.com/traefik/yaegi/interp"
)

// oomScore tells Linux to end interpreter processes before the kernel that owns
// them when memory runs out.
const oomScore = "500"

// shutdownGrace is how long workers may take to end by themselves.
const shutdownGrace = 200 * time.Millisecond

// Options say what the program can do.
type Options struct {
	// OpenPlugin opens a plugin of the toolchain that has built this program; it is
	// plug.Opener.Open, or nil in a program that runs no compiled cells.
	OpenPlugin func(file string) error
	// OpenFirst is OpenPlugin in a worker in which no code of a user's has run yet; it is plug.Opener.OpenFirst, or nil.
	OpenFirst func(file string) error
	// Renew is told when a type of the session's is declared anew; old and now are nil for a generic
	// one. It is plug.Opener.Renew, or nil.
	Renew func(name string, old, now reflect.Type)
	// Library is what interpreted cells may import besides what glue may use: late.Library(), or
	// nothing in a program that runs compiled cells.
	Library symbols.Library
}

// Main is the interpreter process: a session if -session is among the arguments,
// else a worker. It returns the exit code, when its parent is gone.
func Main(o Options) int {
	os.WriteFile("/proc/self/oom_score_adj", []byte(oomScore), 0o644)
	serve := o.serveWorker
	if slices.Contains(os.Args, "-session") {
		serve = o.serveSession
	}
	command := command()
	os.Args = os.Args[:1] // cells have no arguments; ours are not theirs to read
	if err := serve(command, newNatives(o.OpenPlugin, o.Renew)); err != nil {
		fmt.Fprintf(os.Stderr, "parago worker: %v\n", err)
		return 1
	}
	return 0
}

// serveSession runs cells for the interp.Session that started this process.
func (o Options) serveSession(command []string, n *natives) error {
	conn, err := spawn.Parent()
	if err != nil {
		return err
	}
	s := &session{
		conn:    wire.NewConn(conn),
		natives: n,
		cancel:  embed.CancelOrigin,
		allow:   embed.AllowOrigin,
		waits:   map[int]chan *wire.Message{},
	}
	stdin := newStdin(s)
	s.interp = newInterpreter(o.Library, func() []interp.Exports {
		return []interp.Exports{runtimeTable(s, stdin), channelTable(), scanTable(stdin), standInTable()}
	})
	s.interp.types.Bound(func() { endIfDeep(s) }, rt.MustEndf)
	s.interp.types.Carrier(rt.Carried)
	rt.Use(sessionHost{s, stdin})
	procpool.RegisterType(crossing{})
	embed.Use(embed.Host{
		Command:     command,
		Linker:      &linker{s.interp, n},
		Find:        n.find,
		Types:       n.typesOf,
		Path:        pathOf,
		FunctionOut: n.functionOut,
		FunctionIn:  n.functionBack,
		Bare:        value,
		Methods:     actors{s.interp, n}.methods,
		Frame:       n.frame,
		Origin:      s.where,
		Output:      s.output,
		Show:        s.show,
		Flush:       s.flush,
		Exit:        rt.Exit,
	})
	display.Use(s)
	s.serve() // until the owner is gone, which is how a session ends
	procpool.Shutdown(shutdownGrace)
	spawn.Orphaned()
	return nil
}

// serveWorker runs functions for the procpool that started this process.
func (o Options) serveWorker(command []string, n *natives) error {
	w := &worker{natives: n}
	n.first = o.OpenFirst
	w.interp = newInterpreter(o.Library, func() []interp.Exports {
		return []interp.Exports{runtimeTable(w, os.Stdin), channelTable(), standInTable()}
	})
	w.interp.types.Bound(func() { endIfDeep(w) }, rt.MustEndf)
	rt.Use(workerHost{w})
	procpool.RegisterType(crossing{})
	return embed.Serve(embed.Host{
		Command:     command,
		Linker:      &linker{w.interp, n},
		Runner:      &runner{interp: w.interp, natives: n},
		Find:        n.find,
		Types:       n.typesOf,
		Path:        pathOf,
		FunctionOut: n.functionOut,
		FunctionIn:  n.functionIn,
		Bare:        value,
		Methods:     actors{w.interp, n}.methods,
		Frame:       n.frame,
		Explain:     w.explain,
		Ended:       w.why,
	})
}

// command starts a worker as this process was started.
func command() []string {
	return slices.DeleteFunc(slices.Clone(os.Args), func(a string) bool { return a == "-session" })
}
