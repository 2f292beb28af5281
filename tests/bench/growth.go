package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/toolchain"
)

// A mark is what a session is like after so many cells: the best times of some more cells of
// each kind, and what the session holds.
type mark struct {
	function, glue, compiled time.Duration
	kernel, session, disk    int64 // bytes: the live heap of this process, the other's memory, the folder of cells
	built                    int   // cells that have been compiled
}

// marksAt are the numbers of cells at which a growing session is looked at.
var marksAt = []int{1, 100, 250, 500, 1000}

// A growing session gets functions and glue in turns, as a notebook does whose functions are
// called, and at each mark some cells that have to be compiled.
type growing struct {
	session       *interp.Session
	cells         string // the folder of what is compiled
	n, pid, built int
	salt          int64 // makes texts that nobody has compiled before
	marks         map[int]mark
}

// grow fills a session of its own up to the last mark.
func (b *bench) grow() (map[int]mark, error) {
	if b.marks != nil {
		return b.marks, nil
	}
	g := &growing{cells: filepath.Join(b.dir, "cache", "cells"), salt: time.Now().UnixNano() % 1e9, marks: map[int]mark{}}
	close, err := g.start(filepath.Join(b.dir, "cache"))
	if err != nil {
		return nil, err
	}
	defer close()
	for _, at := range marksAt {
		for g.n < at-1 {
			if _, err := g.function(); err != nil {
				return nil, err
			}
			if _, err := g.glue(); err != nil {
				return nil, err
			}
		}
		if g.marks[at], err = g.mark(); err != nil {
			return nil, err
		}
	}
	b.marks = g.marks
	return b.marks, nil
}

// start begins a session whose compiled cells are in a folder of its own, with the user's hosts.
func (g *growing) start(cache string) (close func(), err error) {
	user, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	user = cmp.Or(os.Getenv("PARAGO_CACHE"), filepath.Join(user, "parago"))
	if err := os.Mkdir(cache, 0o755); err != nil {
		return nil, err
	}
	if err := os.Symlink(filepath.Join(user, toolchain.HostsFolder), filepath.Join(cache, toolchain.HostsFolder)); err != nil {
		return nil, err
	}
	tc, err := toolchain.Find(toolchain.Options{Cache: cache})
	if err != nil {
		return nil, err
	}
	if g.session, err = interp.New(interp.Options{Engine: interp.Native, Toolchain: tc}); err != nil {
		return nil, err
	}
	text, err := g.text("os.Getpid()")
	if err == nil {
		g.pid, err = strconv.Atoi(text)
	}
	if err == nil {
		_, err = g.text("func double(n int) int { return 2 * n }\ndouble(1)")
	}
	g.n = 0
	return func() { g.session.Close(); tc.Close() }, err
}

// text runs a cell and returns its result.
func (g *growing) text(source string) (string, error) {
	g.n++
	r, err := g.session.Eval(context.Background(), interp.Cell{N: g.n, Source: source})
	if err != nil {
		return "", err
	}
	return fmt.Sprint(r.Data["text/plain"]), nil
}

// timed is how long a cell takes.
func (g *growing) timed(source string, arguments ...any) (time.Duration, error) {
	start := time.Now()
	_, err := g.text(fmt.Sprintf(source, arguments...))
	return time.Since(start), err
}

func (g *growing) function() (time.Duration, error) {
	return g.timed("func f%d(n int) int { return n + %d }", g.n, g.salt)
}

func (g *growing) glue() (time.Duration, error) { return g.timed("v%d := double(%[1]d)", g.n) }

func (g *growing) compiled() (time.Duration, error) {
	g.built++
	return g.timed("func g%d(n int) int { return n + %d }\ng%[1]d(1)", g.n, g.salt)
}

// mark looks at the session as it is.
func (g *growing) mark() (m mark, err error) {
	for _, kind := range []struct {
		cell  func() (time.Duration, error)
		best  *time.Duration
		times int
	}{{g.function, &m.function, 9}, {g.glue, &m.glue, 9}, {g.compiled, &m.compiled, 5}} {
		for range kind.times {
			d, err := kind.cell()
			if err != nil {
				return m, err
			}
			if *kind.best == 0 || d < *kind.best {
				*kind.best = d
			}
		}
	}
	runtime.GC()
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	m.kernel, m.built = int64(memory.HeapAlloc), g.built
	if m.session, err = resident(g.pid); err != nil {
		return m, err
	}
	m.disk, err = size(g.cells)
	return m, err
}

// resident is how much memory of its own a process has.
func resident(pid int) (int64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	var total int64
	for line := range strings.Lines(string(data)) {
		var n int64
		if name, value, ok := strings.Cut(line, ":"); ok && strings.HasPrefix(name, "Private_") {
			fmt.Sscan(value, &n)
		}
		total += n << 10
	}
	return total, nil
}

// size is how much the files below a folder hold.
func size(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}

// growthRows compare a session of many cells with itself when it had one, and what a cell adds
// with what it may.
func growthRows() []row {
	var out []row
	for _, kind := range []struct {
		name string
		of   func(mark) time.Duration
	}{
		{"function cell", func(m mark) time.Duration { return m.function }},
		{"glue cell", func(m mark) time.Duration { return m.glue }},
		{"compiled cell", func(m mark) time.Duration { return m.compiled }},
	} {
		for _, at := range []int{100, 1000} {
			out = append(out, row{name: fmt.Sprintf("growth: %s at cell %d", kind.name, at), peer: "at cell 1", reach: 1.5, single: true,
				round: func(b *bench) (ours, theirs time.Duration, err error) {
					marks, err := b.grow()
					return kind.of(marks[at]), kind.of(marks[1]), err
				}})
		}
	}
	for _, what := range []struct {
		name  string
		of    func(mark) int64
		limit int64
	}{
		{"kernel's memory", func(m mark) int64 { return m.kernel }, 50_000},
		{"session's memory", func(m mark) int64 { return m.session }, 50_000},
	} {
		for i, at := range marksAt[2:] {
			from := marksAt[i+1]
			out = append(out, row{name: fmt.Sprintf("growth: %s a cell, %d to %d", what.name, from, at), peer: "may be", reach: 1, unit: kilobytes, single: true,
				round: func(b *bench) (ours, theirs time.Duration, err error) {
					marks, err := b.grow()
					added := max(0, what.of(marks[at])-what.of(marks[from]))
					return time.Duration(added / int64(at-from)), time.Duration(what.limit), err
				}})
		}
		out = append(out, row{name: "growth: " + what.name + " at cell 1,000", peer: "at cell 1", reach: 2, unit: megabytes, single: true,
			round: func(b *bench) (ours, theirs time.Duration, err error) {
				marks, err := b.grow()
				return time.Duration(what.of(marks[1000])), time.Duration(what.of(marks[1])), err
			}})
	}
	return append(out, row{name: "growth: disk a compiled cell", peer: "may be", reach: 1, unit: kilobytes, single: true,
		round: func(b *bench) (ours, theirs time.Duration, err error) {
			marks, err := b.grow()
			if err != nil {
				return 0, 0, err
			}
			first, last := marks[1], marks[1000]
			return time.Duration((last.disk - first.disk) / int64(last.built-first.built)), 60_000, nil
		}})
}

// kilobytes shows a number of bytes.
func kilobytes(d time.Duration) string { return fmt.Sprintf("%.1f kB", float64(d)/1e3) }
