package interpreted_test

import (
	"os"
	"testing"

	"github.com/parago/parago/interp/celltest/replay"
)

// The test binary is the interpreter process of its sessions.
func TestMain(m *testing.M) { os.Exit(replay.Main(m)) }

// TestCases runs testdata/*.cells: what the interpreter would get wrong or lacks, and is told in
// other terms; refused.cells has what it is not given.
func TestCases(t *testing.T) { replay.Run(t, "testdata/*.cells") }

// TestCasesAreGo compares cases that are plain Go with compiled programs.
func TestCasesAreGo(t *testing.T) { replay.Compare(t, "testdata/*.cells") }
