package command

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is Parago's. The kernel tells it to front-ends, too.
const version = "0.1.0"

const yaegiModule = "github.com/traefik/yaegi"

func versionCommand() command {
	return command{
		name: "version", short: "say which Parago this is",
		long: "Version prints the version, the commit that the program was built from, and the\nversions of Go and of the interpreter.",
		setup: func(*flag.FlagSet) action {
			return func(_ context.Context, args []string) error {
				if len(args) > 0 {
					return usageError(fmt.Sprintf("unexpected argument %q", args[0]))
				}
				fmt.Print(versionText())
				return nil
			}
		},
	}
}

func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return fmt.Sprintf("parago %s\ncommit %s\ngo     %s %s/%s\nyaegi  %s\n",
		version, commit(info), runtime.Version(), runtime.GOOS, runtime.GOARCH, moduleVersion(info, yaegiModule))
}

// commit is the source's, if the build has noted it. `go run` does not.
func commit(info *debug.BuildInfo) string {
	found, changed := "unknown (go run and go test do not note it)", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			found = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = ", with changes"
		}
	}
	return found + changed
}

func moduleVersion(info *debug.BuildInfo, path string) string {
	for _, m := range info.Deps {
		if m.Path != path {
			continue
		}
		if m.Replace != nil {
			return m.Replace.Version
		}
		return m.Version
	}
	return "unknown"
}
