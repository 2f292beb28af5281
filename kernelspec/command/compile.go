package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/native"
	"github.com/parago/parago/interp/toolchain"
)

// engine is how cells are to run: PARAGO_ENGINE, or as this machine can.
func engine() interp.Engine { return interp.Engine(os.Getenv("PARAGO_ENGINE")) }

// findToolchain looks for a toolchain that cells can be compiled with, for the kernel
// that this program is.
func findToolchain() (*toolchain.Toolchain, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	return toolchainFor(exe, "")
}

// toolchainFor looks for one for a copy of this program, as the go command chooses it in a
// folder: "" is the current one. What is built with it lies beside the copy, if that is one that
// users share: installed, and not in a user's home. Otherwise it lies with what else the user
// can do without.
func toolchainFor(program, dir string) (*toolchain.Toolchain, error) {
	o := toolchain.Options{Dir: dir}
	if dir := filepath.Dir(program); isFile(filepath.Join(dir, "kernel.json")) && !atHome(dir) {
		o.Beside = program
	}
	return toolchain.Find(o)
}

func atHome(dir string) bool {
	home, err := os.UserHomeDir()
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(home, dir)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// prepareToCompile does now what the first cell of a notebook in a folder would have to wait for
// and, if all is true, what later cells may have to wait for, too. Whatever comes of it, cells
// will run: if not compiled, then interpreted, which is told.
func prepareToCompile(ctx context.Context, program, dir string, w *os.File, all bool) error {
	if engine() == interp.Interp {
		return nil
	}
	tc, err := toolchainFor(program, dir)
	if err == nil {
		defer tc.Close()
		err = prepare(ctx, tc, w, all)
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintf(w, "Cells will be interpreted: %v\n", err)
		return nil
	}
	return context.Cause(ctx)
}

// prepare shows how far it is in a line.
func prepare(ctx context.Context, tc *toolchain.Toolchain, w *os.File, all bool) error {
	first := newProgressLine(w, isTerminal(w), "Preparing to compile cells with "+tc.Version())
	_, err := tc.Prepare(ctx, first.show)
	first.end(became("Prepared", err))
	if err != nil || !all {
		return err
	}
	rest := newProgressLine(w, isTerminal(w), "Compiling the rest of the standard library")
	err = tc.Complete(ctx, rest.show)
	rest.end(became("Compiled", err))
	return err
}

func became(done string, err error) string {
	if err != nil {
		return "Given up"
	}
	return done
}

// lookAtCompiling says whether it is prepared that cells are compiled. If they cannot be, lookAtGo
// has said why.
func lookAtCompiling(context.Context) []finding {
	if engine() == interp.Interp {
		return []finding{{ok, "not wanted: PARAGO_ENGINE is interp", ""}}
	}
	tc, err := findToolchain()
	lacks := (*native.Missing)(nil)
	switch {
	case errors.As(err, &lacks):
		return nil
	case err != nil:
		return []finding{{missing, "cells are interpreted: " + err.Error(), ""}}
	}
	defer tc.Close()
	c, ready := tc.Ready()
	if !ready {
		return []finding{{missing, "not prepared for " + tc.Version(), "parago install, lab and run do that, or the first cell, which takes about half a minute longer"}}
	}
	return []finding{{ok, "prepared for " + tc.Version() + ", in " + filepath.Dir(c.Command[0]), ""}}
}

// removeHosts takes away what was built beside a program that has been uninstalled, and
// the folder, if nothing else is in it.
func removeHosts(dir string) (removed []string, err error) {
	hosts := filepath.Join(dir, toolchain.HostsFolder)
	if _, err := os.Stat(hosts); err != nil {
		return nil, nil
	}
	if err := os.RemoveAll(hosts); err != nil {
		return nil, err
	}
	removed = append(removed, hosts)
	if os.Remove(dir) == nil {
		removed = append(removed, dir)
	}
	return removed, nil
}
