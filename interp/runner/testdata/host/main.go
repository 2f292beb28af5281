// Host is a program that opens plugins, for the tests of compiled cells.
package main

import (
	"os"

	"github.com/parago/parago/interp/runner"
	"github.com/parago/parago/interp/runner/plug"
)

func main() {
	plugins := plug.New()
	os.Exit(runner.Main(runner.Options{OpenPlugin: plugins.Open, OpenFirst: plugins.OpenFirst, Renew: plugins.Renew}))
}
