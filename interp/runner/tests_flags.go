package runner

import (
	"errors"
	"flag"
	"io"
	"regexp"
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

// setFlag sets a flag of go test. At a regular expression that is none, package testing would
// end the process.
func setFlag(flags *flag.FlagSet, name, value string) error {
	if flags.Lookup("test."+name) == nil {
		return errors.New("there is no such flag")
	}
	if name == "run" || name == "skip" || name == "bench" {
		for _, element := range elements(value) {
			if _, err := regexp.Compile(element); err != nil {
				return err
			}
		}
	}
	return flags.Set("test."+name, value)
}

// elements are the regular expressions for each level of names, set apart by slashes outside
// brackets, as package testing splits them.
func elements(pattern string) (all []string) {
	square, round, start := 0, 0, 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case c == '[':
			square++
		case c == ']':
			square = max(square-1, 0)
		case c == '(' && square == 0:
			round++
		case c == ')' && square == 0:
			round--
		case (c == '/' || c == '|') && square == 0 && round == 0:
			all, start = append(all, pattern[start:i]), i+1
		}
	}
	return append(all, pattern[min(start, len(pattern)):])
}
