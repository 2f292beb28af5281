// Parago is a Jupyter kernel for Go and a process-pool library, made for parallel Go
// in notebooks. Its commands are in package command.
package main

import (
	"os"

	"github.com/parago/parago/kernelspec/command"
)

func main() { os.Exit(command.Main()) }
