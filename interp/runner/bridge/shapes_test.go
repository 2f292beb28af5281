package bridge

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/interp/write/glue"
)

// TestShapes compares what this program has of a type with what glue takes for granted.
func TestShapes(t *testing.T) {
	t.Parallel()
	var got []string
	for _, v := range shapes[int8]() {
		got = append(got, strings.ReplaceAll(fmt.Sprintf("%T", v), "struct {}", "struct{}"))
	}
	want := glue.Shapes("int8", true)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("compiled are\n%q\nglue needs\n%q", got, want)
	}
}
