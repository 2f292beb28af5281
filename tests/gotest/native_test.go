package gotest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/parago/parago/interp/display"
	"github.com/parago/parago/interp/native"
	"github.com/parago/parago/interp/process"
	"github.com/parago/parago/procpool"
)

// A builder is what a session asks to compile cells.
type builder struct{ *native.Builder }

func (b builder) Compile(ctx context.Context, path string, text []byte, imports []string) (string, error) {
	built, err := b.Build(ctx, native.Source{Path: path, Text: text, Imports: imports})
	if err != nil {
		return "", err
	}
	return built.File, nil
}

var shared struct {
	once sync.Once
	builder
	err error
}

// compiler is what all sessions compile their cells with. Where cells cannot be compiled,
// the test is skipped with the reason, and fails if the variable CI is set.
func compiler(t *testing.T) builder {
	t.Helper()
	shared.once.Do(func() { shared.builder, shared.err = newBuilder() })
	switch {
	case shared.err == nil:
	case os.Getenv("CI") != "":
		t.Fatal(shared.err)
	default:
		t.Skip(shared.err)
	}
	return shared.builder
}

func newBuilder() (builder, error) {
	tc, err := native.FindToolchain()
	if err != nil {
		return builder{}, err
	}
	dir := os.Getenv("PARAGO_TEST_CACHE")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			cache = os.TempDir()
		}
		dir = filepath.Join(cache, "parago-tests")
	}
	const module = "github.com/parago/parago"
	place := native.Place{
		Dirs: []string{filepath.Join(dir, "hosts")},
		Sources: []native.Tree{
			{Path: module + "/procpool", Files: procpool.Source},
			{Path: module + "/interp/display", Files: display.Source},
			{Path: module + "/interp/process", Files: process.Source},
		},
	}
	host, err := tc.Prepare(context.Background(), place, func(line string) { fmt.Fprintln(os.Stderr, line) })
	if err != nil {
		return builder{}, err
	}
	return builder{native.NewBuilder(host, filepath.Join(dir, "cells"))}, nil
}
