package kernel_test

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/kerneltest"
)

var update = flag.Bool("update", false, "rewrite the conversations in testdata with what the kernel says")

// TestConversations plays testdata/*.txt; kerneltest.Converse says how they are read.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			kerneltest.Converse(t, file, newFake, kernel.Options{OutputLimit: 1000}, *update)
		})
	}
}
