package glue_test

import (
	"iter"
	"os"
	"strconv"
	"strings"
)

// seeds are those of the random cells: two, or as many as GLUE_TEST_SEEDS says from the
// number on that stands behind a comma.
func seeds() iter.Seq[int] {
	n, from := 2, 1
	if text := os.Getenv("GLUE_TEST_SEEDS"); text != "" {
		for i, part := range strings.Split(text, ",") {
			v, _ := strconv.Atoi(part)
			if i == 0 {
				n = v
			} else {
				from = v
			}
		}
	}
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(from + i) {
				return
			}
		}
	}
}
