package kernel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/parago/parago/interp"
)

func shellMagic() Magic {
	return Magic{Name: "!", Args: "COMMAND", Help: "run a shell command", Run: runShell}
}

func bashMagic() Magic {
	return Magic{Name: "%%bash", Args: "[ARGUMENT…]", Help: "run the cell with bash", Run: scriptWith("bash")}
}

func shMagic() Magic {
	return Magic{Name: "%%sh", Args: "[ARGUMENT…]", Help: "run the cell with sh", Run: scriptWith("sh")}
}

func runShell(ctx context.Context, c *MagicCall) error {
	if c.Args == "" {
		return errors.New("! wants a command")
	}
	if len(c.mode.inputs) > 0 {
		return c.runAsking(ctx, shellCommand(c.Args))
	}
	return c.runCommand(ctx, shellCommand(c.Args), c.Args)
}

func scriptWith(shell string) func(context.Context, *MagicCall) error {
	return func(ctx context.Context, c *MagicCall) error {
		cmd := exec.Command(shell, append([]string{"-s"}, strings.Fields(c.Args)...)...)
		cmd.Stdin = strings.NewReader(c.Body)
		return c.runCommand(ctx, cmd, shell)
	}
}

// drainLimit is how long output is still read from processes that a command which
// was killed leaves behind, outside its process group.
const drainLimit = 200 * time.Millisecond

// runCommand runs a command until it and all that holds its output have ended. Its
// output appears as it is written. The end of ctx kills its process group, and on
// Unix so does the end of the kernel, however that comes. Only a process that leaves
// the group (setsid) lives on, and one that a command leaves in the background
// without its output.
func (c *MagicCall) runCommand(ctx context.Context, cmd *exec.Cmd, shown string) error {
	g, err := newGroup()
	if err != nil {
		return fmt.Errorf("run %s: %w", shown, err)
	}
	defer g.release()
	g.add(cmd)
	cmd.Dir, cmd.Env = cmp.Or(cmd.Dir, c.Dir()), c.k.place.environ()
	var copying sync.WaitGroup
	readers, err := c.pipes(cmd, &copying)
	if err == nil {
		err = start(cmd)
	}
	if err != nil {
		closeAll(readers)
		copying.Wait()
		return fmt.Errorf("run %s: %w", shown, err)
	}
	killed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(killed)
		g.kill()
		for _, r := range readers {
			r.SetReadDeadline(time.Now().Add(drainLimit))
		}
	})
	defer func() {
		if !stop() {
			<-killed
		}
	}()
	copying.Wait()
	closeAll(readers)
	return commandError(shown, cmd.Wait())
}

// pipes gives the command two pipes, which are copied to the cell. The copies end
// when nobody can write any more. Not os/exec's own: those stop reading a while
// after the command has ended, and would lose what a slow front-end has not taken.
func (c *MagicCall) pipes(cmd *exec.Cmd, copying *sync.WaitGroup) (readers []*os.File, err error) {
	connect := func(to io.Writer) (*os.File, error) {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		readers = append(readers, r)
		copying.Go(func() { io.Copy(to, r) })
		return w, nil
	}
	stdout, err := connect(c.Stdout)
	if err != nil {
		return readers, err
	}
	stderr, err := connect(c.Stderr)
	if err != nil {
		stdout.Close()
		return readers, err
	}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	return readers, nil
}

// start starts the command and closes this process's copies of its ends.
func start(cmd *exec.Cmd) error {
	defer cmd.Stdout.(*os.File).Close()
	defer cmd.Stderr.(*os.File).Close()
	return cmd.Start()
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// commandError names a command that did not succeed as Python does.
func commandError(shown string, err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &exit):
		return fmt.Errorf("run %s: %w", shown, err)
	}
	what := fmt.Sprintf("command %q ended with %v", shown, exit)
	return &interp.Error{Kind: interp.RunError, Name: "CalledProcessError", Value: what, Err: err}
}
