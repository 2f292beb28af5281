package processes

import (
	"os"
	"testing"

	"github.com/parago/parago/interp/celltest/replay"
)

// The test binary is its own interpreter process.
func TestMain(m *testing.M) { os.Exit(replay.Main(m)) }

func TestProcesses(t *testing.T) { replay.Run(t, "testdata/*.cells") }
