package interp

import (
	"fmt"
	"strings"
	"testing"
)

// A death names what it took, as far as a line can.
func TestDeathSaysWhatIsGone(t *testing.T) {
	var many []Variable
	for i := range 100 {
		many = append(many, Variable{Name: fmt.Sprint("v", i), Cell: i})
	}
	for _, c := range []struct {
		death  death
		has    string
		hasNot string
	}{
		{death{reason: "exit code 2: fatal error: out of memory"}, "(exit code 2: fatal error: out of memory). Gone with it: goroutines, open files", "variables"},
		{death{lost: many[:2]}, "values of variables, which are zero until their cells run again, v0 (In[0]), v1 (In[1]); goroutines", "more"},
		{death{lost: many}, "v29 (In[29]), and 70 more, which %whos lists; goroutines", "v30"},
		{death{dir: "/tmp/there"}, "and the directory /tmp/there", "variables"},
	} {
		if got := c.death.Error(); !strings.Contains(got, c.has) || strings.Contains(got, c.hasNot) {
			t.Errorf("got %q, want it with %q and without %q", got, c.has, c.hasNot)
		}
	}
}
