package native

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// fetchLimit is how long the go command may take to fetch a toolchain. A kernel that does not
// answer for a minute is taken for dead.
const fetchLimit = 40 * time.Second

// choose finds out which toolchain the go command uses in a folder: the one that GOTOOLCHAIN
// names, in the environment or by go env -w, or that a go.mod or go.work asks for, or its own.
// One that only a module asks for, and that cannot be had, is no reason not to compile cells:
// then it is the one that the go command uses elsewhere, with a note.
func (t *Toolchain) choose(getenv func(string) string, dir string) error {
	env, err := goEnv(t.Go, dir)
	if err != nil {
		there := err
		if env, err = goEnv(t.Go, os.TempDir()); err != nil {
			return cannotRun(t.Go, getenv("GOTOOLCHAIN"), err)
		}
		t.Note = fmt.Sprintf("Cells are compiled by %s, as the go command cannot use the Go that is asked for here: %v%s", env["GOVERSION"], there, said(there))
	}
	t.env, t.Version = env, env["GOVERSION"]
	// The toolchain that was chosen has a go command of its own, which need not choose again.
	if own, err := exec.LookPath(filepath.Join(env["GOROOT"], "bin", "go")); err == nil && filepath.IsAbs(own) {
		t.Go = own
	}
	return nil
}

func cannotRun(command, chosen string, err error) error {
	remedy := "install Go again: https://go.dev/dl"
	if _, noCache := os.UserCacheDir(); noCache != nil {
		remedy = "set HOME: Go keeps there what it has compiled, and so does Parago"
	} else if chosen != "" && chosen != "auto" && chosen != "local" {
		remedy = "GOTOOLCHAIN is " + chosen + ": unset it, or let `go version` fetch that Go"
	}
	return &Missing{"a Go toolchain", fmt.Sprintf("%s does not run: %v%s", command, err, said(err)), remedy}
}

// goEnv asks the go command for its settings in a folder.
func goEnv(command, dir string) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, command, "env", "-json")
	cmd.Dir = cmp.Or(dir, ".")
	cmd.WaitDelay = time.Second
	if dir != "" {
		cmd.Env = append(os.Environ(), "PWD="+dir)
	}
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("no answer within %v", fetchLimit)
	case err != nil:
		return nil, err
	}
	env := map[string]string{}
	if err := json.Unmarshal(out, &env); err != nil {
		return nil, fmt.Errorf("understand %s env: %w", command, err)
	}
	return env, nil
}
