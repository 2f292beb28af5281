package main

import (
	"bufio"
	"bytes"
	_ "embed" // the other end of the peers
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/parago/parago/tests/pyenv"
)

//go:embed kernels.py
var script []byte

// peers are Parago's kernel and ipykernel, asked in turns by one client.
type peers struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// kernelRows compare the kernel with ipykernel, by way of jupyter_client.
func kernelRows() []row {
	rows := []row{
		{name: "1+1, there and back", peer: "ipykernel", reach: 0.4},
		{name: "start to ready", peer: "ipykernel", reach: 0.1},
		{name: "20,000 printed lines", peer: "ipykernel", reach: 1},
	}
	for i, what := range []string{"sum", "start", "lines"} {
		rows[i].round = func(b *bench) (ours, theirs time.Duration, err error) {
			if err := b.once("peers", b.startPeers); err != nil {
				return 0, 0, err
			}
			return b.peers.ask(what)
		}
	}
	return rows
}

// startPeers builds and installs Parago in a folder of its own and starts the client.
func (b *bench) startPeers() error {
	python, err := pyenv.Find()
	if err != nil {
		return err
	}
	binary := filepath.Join(b.dir, "parago")
	for _, args := range [][]string{
		{"go", "build", "-o", binary, "."},
		{binary, "install", "--prefix", b.dir},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	file := filepath.Join(b.dir, "kernels.py")
	if err := os.WriteFile(file, script, 0o644); err != nil {
		return err
	}
	p := &peers{cmd: exec.Command(python, file)}
	p.cmd.Env = append(os.Environ(), "JUPYTER_PATH="+filepath.Join(b.dir, "share", "jupyter"))
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	p.out = bufio.NewReader(out)
	b.peers = p
	return p.cmd.Start()
}

// ask has both kernels do something.
func (p *peers) ask(what string) (ours, theirs time.Duration, err error) {
	if _, err := fmt.Fprintln(p.in, what); err != nil {
		return 0, 0, err
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return 0, 0, fmt.Errorf("the client has ended: %w", err)
	}
	var seconds [2]float64
	if err := json.Unmarshal(bytes.TrimSpace(line), &seconds); err != nil {
		return 0, 0, fmt.Errorf("the client says %q: %w", line, err)
	}
	return time.Duration(seconds[0] * 1e9), time.Duration(seconds[1] * 1e9), nil
}

func (p *peers) close() {
	if p == nil {
		return
	}
	p.in.Close()
	p.cmd.Wait()
}
