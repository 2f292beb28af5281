package jupyter

import (
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/parago/parago/interp/toolchain/toolchaintest"
	"github.com/parago/parago/tests/e2e"
)

// Each of these runs one file of the folder python; the subtests are its tests.

func TestConformance(t *testing.T) { pytest(t, "test_conformance.py", 3*time.Minute) }
func TestProtocol(t *testing.T)    { pytest(t, "test_protocol.py", 5*time.Minute) }
func TestWire(t *testing.T)        { pytest(t, "test_wire.py", 8*time.Minute) }
func TestInterrupt(t *testing.T)   { onEngines(t, "test_interrupt.py", 8*time.Minute) }
func TestCrash(t *testing.T)       { onEngines(t, "test_crash.py", 8*time.Minute) }
func TestLifecycle(t *testing.T)   { pytest(t, "test_lifecycle.py", 5*time.Minute) }
func TestOutput(t *testing.T)      { onEngines(t, "test_output.py", 5*time.Minute) }
func TestProcesses(t *testing.T)   { onEngines(t, "test_processes.py", 8*time.Minute) }
func TestProgress(t *testing.T)    { onEngines(t, "test_progress.py", 5*time.Minute) }
func TestFlood(t *testing.T)       { pytest(t, "test_flood.py", 5*time.Minute) }
func TestPapermill(t *testing.T)   { pytest(t, "test_papermill.py", 3*time.Minute) }

// onEngines runs a file with cells compiled and, with PARAGO_LONG or where they cannot be, with cells
// interpreted: both must do the same. PARAGO_ENGINE names the only one to run.
func onEngines(t *testing.T, file string, limit time.Duration, variables ...string) {
	t.Helper()
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			if engine == "native" {
				toolchaintest.Prepared(t)
			}
			pytest(t, file, limit, append(variables, "PARAGO_ENGINE="+engine)...)
		})
	}
}

// engines are those to run: the two say the same to clients, and the suites take minutes.
func engines() []string {
	if only := os.Getenv("PARAGO_ENGINE"); only != "" {
		return []string{only}
	}
	if _, err := toolchaintest.Find(); err == nil && !e2e.Long() {
		return []string{"native"}
	}
	return []string{"interp", "native"}
}

// pytest is not parallel: the suites measure times, and each keeps the machine busy by itself.
func pytest(t *testing.T, file string, limit time.Duration, variables ...string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the suites find a kernel's processes in /proc, which is Linux's")
	}
	e2e.Install(t).Pytest(t, file, limit, variables...)
}
