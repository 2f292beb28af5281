//go:build unix

package interp_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/parago/parago/interp"
)

// TestPlace changes the directory and the environment of sessions in which names of the library
// are the user's. A process that replaces another one is in the same place.
func TestPlace(t *testing.T) {
	onEngines(t, "shadowed", func(t *testing.T, engine interp.Engine) {
		dir, err := filepath.EvalSymlinks(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		s := newSessionOn(t, nil, engine)
		ctx := context.Background()
		if err := s.Setenv(ctx, "PARAGO_HOUSE", "one two"); err != nil {
			t.Fatal(err)
		}
		mustEval(t, s, "os := 3\ntype syscall struct{}\nfunc where() string { out, _ := exec.Command(\"sh\", \"-c\", \"pwd; echo $PARAGO_HOUSE $PARAGO_YARD\").Output(); return string(out) }")
		if err := s.Chdir(ctx, dir); err != nil {
			t.Fatal(err)
		}
		if err := s.Setenv(ctx, "PARAGO_YARD", "three"); err != nil {
			t.Fatal(err)
		}
		if err := s.Chdir(ctx, filepath.Join(dir, "nowhere")); err == nil {
			t.Error("the directory was changed to one that is not there")
		}
		want := dir + "\none two three\n"
		if got := mustEval(t, s, "where()"); got != want {
			t.Errorf("the session is at %q, want %q", got, want)
		}
		if _, err := eval(t, s, "exec.Command(\"sh\", \"-c\", \"kill -9 $PPID\").Run()\nselect {}"); kind(err) != interp.Died {
			t.Fatalf("got %v, want a death", err)
		}
		if got := mustEval(t, s, "where()"); got != want {
			t.Errorf("after its death the session is at %q, want %q", got, want)
		}
	})
}
