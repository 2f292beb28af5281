package rt

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// RunCommand is c.Run(). A command for which a cell waits ends with the cell.
func RunCommand(c *exec.Cmd) error {
	Check()
	if err := c.Start(); err != nil {
		return err
	}
	return WaitCommand(c)
}

// WaitCommand is c.Wait().
func WaitCommand(c *exec.Cmd) error {
	halted := Done()
	if halted == nil || c == nil || c.Process == nil || c.ProcessState != nil {
		return c.Wait()
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }() // left behind if others hold the command's output
	select {
	case err := <-ended:
		return err
	case <-halted:
		killTree(c.Process.Pid)
		panic(Halted())
	}
}

// OutputCommand is c.Output().
func OutputCommand(c *exec.Cmd) ([]byte, error) {
	if c.Stdout != nil {
		return c.Output() // which says that
	}
	var stdout, stderr bytes.Buffer
	c.Stdout = &stdout
	kept := c.Stderr == nil
	if kept {
		c.Stderr = &stderr
	}
	err := RunCommand(c)
	var exit *exec.ExitError
	if kept && errors.As(err, &exit) {
		exit.Stderr = ends(stderr.Bytes())
	}
	return stdout.Bytes(), err
}

// CombinedOutputCommand is c.CombinedOutput().
func CombinedOutputCommand(c *exec.Cmd) ([]byte, error) {
	if c.Stdout != nil || c.Stderr != nil {
		return c.CombinedOutput() // which says that
	}
	var both bytes.Buffer
	c.Stdout, c.Stderr = &both, &both
	err := RunCommand(c)
	return both.Bytes(), err
}

// endSize is how much of each end of stderr an ExitError holds.
const endSize = 32 << 10

// ends are the ends of a text.
func ends(text []byte) []byte {
	left := len(text) - 2*endSize
	if left <= 0 {
		return text
	}
	middle := fmt.Sprintf("\n... omitting %d bytes ...\n", left)
	return bytes.Join([][]byte{text[:endSize], text[len(text)-endSize:]}, []byte(middle))
}

// killTree kills a process and, where the system tells them, those that it has started.
func killTree(pid int) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	var children []string
	for _, name := range lists {
		list, _ := os.ReadFile(name)
		children = append(children, strings.Fields(string(list))...)
	}
	if p, err := os.FindProcess(pid); err == nil {
		p.Kill()
	}
	for _, c := range children {
		if child, err := strconv.Atoi(c); err == nil {
			killTree(child)
		}
	}
}
