//go:build unix

package native

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

// helperVariable has the test binary be a process that makes a folder and runs a command.
const helperVariable = "PARAGO_TEST_TEMPORARY"

// TestTemporaryHelper is that process. It says where its folder is, and waits to be killed.
func TestTemporaryHelper(t *testing.T) {
	if os.Getenv(helperVariable) == "" {
		t.Skip("it is run by another test")
	}
	folder, err := NewTemporary("parago-tested")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sleep", "1000")
	cmd.Stdout = os.Stdout // which closes when the last that has it ends
	stopGroup(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	fmt.Println(folder.Dir)
	cmd.Wait()
}

// What a killed process leaves behind ends and is removed: commands with it, folders by the next
// process. Those of a living one stay.
func TestNothingStaysBehindAKilledProcess(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	cmd := exec.Command(os.Args[0], "-test.run=^TestTemporaryHelper$")
	cmd.Env = append(os.Environ(), helperVariable+"=1")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	said := bufio.NewReader(stdout)
	line, err := said.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	dir := strings.TrimSpace(line)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Fatalf("%v, %v: it is not the user's alone", info, err)
	}
	old := time.Now().Add(-time.Hour)
	there := func() bool {
		os.Chtimes(dir, old, old)
		mine, err := NewTemporary("parago-tested")
		if err != nil {
			t.Fatal(err)
		}
		defer mine.Remove()
		_, err = os.Stat(dir)
		return err == nil
	}
	if !there() {
		t.Error("the folder of a living process was removed")
	}
	cmd.Process.Kill()
	if runtime.GOOS == "linux" {
		io.Copy(io.Discard, said) // until the command, too, has ended
	}
	cmd.Wait()
	if there() {
		t.Error("the folder of a killed process stays")
	}
}

// A folder that is being made has no lock yet.
func TestNewFoldersAreLeftAlone(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	making, err := os.MkdirTemp("", "parago-tested-*")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := NewTemporary("parago-tested")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(making); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := folder.Remove(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(folder.Dir); err == nil {
		t.Error("it is still there")
	}
}
