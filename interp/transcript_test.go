package interp_test

import (
	"os"
	"testing"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/celltest/replay"
)

// The test binary is its own interpreter process.
func TestMain(m *testing.M) { os.Exit(replay.Main(m)) }

// TestTranscripts runs testdata/*.cells, each case in a session of each engine; see packages
// celltest and replay for the form.
func TestTranscripts(t *testing.T) { replay.Run(t, "testdata/*.cells") }

// TestTranscriptsAreGo compares cases that are plain Go with compiled programs.
func TestTranscriptsAreGo(t *testing.T) { replay.Compare(t, "testdata/*.cells") }

func engines(t *testing.T) []interp.Engine {
	t.Helper()
	return replay.Engines(t)
}

func newSession(t *testing.T, sink interp.Sink) *interp.Session {
	t.Helper()
	return newSessionOn(t, sink, interp.Interp)
}

func newSessionOn(t *testing.T, sink interp.Sink, engine interp.Engine) *interp.Session {
	t.Helper()
	return newSessionWith(t, interp.Options{Sink: sink, Engine: engine})
}

func newSessionWith(t *testing.T, o interp.Options) *interp.Session {
	t.Helper()
	return replay.Session(t, o)
}

func outcome(r *interp.Result, err error) string { return replay.Outcome(r, err) }

// A recorder is a Sink that keeps text.
type recorder struct{ replay.Recorder }

func (r *recorder) take() string { return r.Take() }
