package runner

import (
	"errors"
	"flag"
	"os"

	"github.com/parago/parago/interp/runner/wire"
)

// setArgs makes arguments those of this process, as if it had been started with them.
func setArgs(a *wire.Args) *wire.Error {
	if a == nil {
		return nil
	}
	if !a.Keep {
		os.Args = append(os.Args[:1:1], a.Words...)
	}
	if !a.Parse {
		return nil
	}
	flags := flag.CommandLine
	flags.Visit(func(f *flag.Flag) { f.Value.Set(f.DefValue) }) // that an earlier program was given
	name := flags.Name()
	flags.Init(name, flag.ContinueOnError) // what is wrong with them ends the cell, not the session
	defer flags.Init(name, flag.ExitOnError)
	switch err := flags.Parse(os.Args[1:]); {
	case err == nil:
		return nil
	case errors.Is(err, flag.ErrHelp):
		return exitError(0)
	default:
		return exitError(2)
	}
}
