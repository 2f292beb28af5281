package process

import (
	"errors"
	"flag"
	"io"
	"strings"
	"testing"
)

// testFlags are the flags of package testing with their defaults. The package registers
// them with the program's once, where they would be in the user's way.
func (s *session) testFlags() (*flag.FlagSet, error) {
	if s.flags == nil {
		s.flags = flag.NewFlagSet("test", flag.ContinueOnError)
		s.flags.SetOutput(io.Discard)
		program := flag.CommandLine
		flag.CommandLine = s.flags
		testing.Init()
		flag.CommandLine = program
		if s.flags.Lookup("test.run") == nil { // the user has called it before us
			s.flags = program
		}
	}
	if s.flags.Lookup("test.run") == nil {
		return nil, errors.New("this program has no tests")
	}
	var err error
	s.flags.VisitAll(func(f *flag.Flag) {
		if strings.HasPrefix(f.Name, "test.") && f.Value.String() != f.DefValue {
			err = errors.Join(err, f.Value.Set(f.DefValue))
		}
	})
	s.flags.Parse(nil) // package testing asks whether they have been
	startTesting(s.flags)
	return s.flags, err
}

// startTesting has package testing look at its flags, which only a testing.M does. One of no
// tests gets that far, and then misses what `go test` gives it.
func startTesting(flags *flag.FlagSet) {
	program := flag.CommandLine
	flag.CommandLine = flags
	defer func() {
		recover()
		flag.CommandLine = program
	}()
	new(testing.M).Run()
}
