package kernel

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// goflagsMagic keeps flags of go build, which no cell is built with.
func goflagsMagic() Magic {
	return Magic{
		Name: "%goflags", Args: "[FLAG…]",
		Help: "show or set flags for go build, as GoNB does; cells are not built by it",
		Run:  runGoflags,
	}
}

func runGoflags(_ context.Context, c *MagicCall) error {
	if c.Args != "" {
		c.k.goflags = nil
		for _, flag := range c.words() {
			if strings.HasSuffix(flag, "-race") {
				return errors.New(noRace)
			}
			if flag != "" {
				c.k.goflags = append(c.k.goflags, flag)
			}
		}
	}
	fmt.Fprintf(c.Stdout, "%%goflags=%q\n", c.k.goflags)
	if len(c.k.goflags) > 0 {
		fmt.Fprintln(c.Stderr, "Cells are not built by go build: these flags change nothing here.")
	}
	return nil
}

// needless are magics of GoNB that have nothing to do here, and why.
var needless = map[string]string{
	"%track":     "There is no list of files to track: completion knows the folders that %mod replace names.",
	"%untrack":   "There is no list of files to track: completion knows the folders that %mod replace names.",
	"%autoget":   "Modules that cells import are always fetched.",
	"%noautoget": "Modules that cells import are always fetched.",
}

func needlessMagic(name string) Magic {
	return Magic{
		Name: name, Args: "[ARGUMENT…]", Help: "does nothing here; notebooks for GoNB have it",
		Run: func(_ context.Context, c *MagicCall) error {
			_, err := fmt.Fprintln(c.Stderr, needless[name])
			return err
		},
	}
}

// unsupported are magics of GoNB that cells cannot do without, and why they do not work.
var unsupported = map[string]string{
	"%wasm":       "programs that run in the browser, as WebAssembly, are not supported",
	"%widgets":    "GoNB's widgets are not supported",
	"%widgets_hb": "GoNB's widgets are not supported",
}

func unsupportedMagic(name string) Magic {
	return Magic{
		Name: name, Args: "[ARGUMENT…]", Help: "says that this is not supported; notebooks for GoNB have it",
		Run: func(context.Context, *MagicCall) error { return errors.New(unsupported[name]) },
	}
}
