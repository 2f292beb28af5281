// Host is a program that opens plugins, for the tests of compiled cells.
package main

import (
	"os"
	"plugin"

	"github.com/parago/parago/interp/runner"
)

func main() {
	os.Exit(runner.Main(runner.Options{OpenPlugin: func(file string) error {
		_, err := plugin.Open(file)
		return err
	}}))
}
