package lab

import (
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/parago/parago/tests/e2e"
)

// TestLab runs the first notebook in JupyterLab with a headless Chromium and checks the
// file that the browser saves. PARAGO_SCREENSHOT names a file for a picture of it:
//
//	PARAGO_SCREENSHOT=$PWD/tests/testdata/lab.png go test ./tests/lab -run TestLab
func TestLab(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the suites find a kernel's processes in /proc, which is Linux's")
	}
	in := e2e.Install(t)
	dir := t.TempDir()
	notebook := filepath.Join(dir, "01-first-pool.ipynb")
	copyFile(t, notebook, filepath.Join(in.Root, "notebooks", "01-first-pool.ipynb"))
	in.Pytest(t, "test_lab.py", 5*time.Minute,
		"PARAGO_LAB_DIR="+dir,
		"PARAGO_LAB_NOTEBOOK="+filepath.Base(notebook),
		"PARAGO_LAB_EXPECT=PoolWorker-1: arriving in\n[ACCRA BERGEN CUSCO DAKAR ESBJERG FUKUOKA GOA HOBART]",
	)
	checkNotebook(t, notebook)
}
