package native

import (
	"context"
	"os/exec"
	"testing"
	"time"
)

func TestX(t *testing.T) {
	start := time.Now()
	tc, err := FindToolchain()
	t.Log(time.Since(start), err)
	start = time.Now()
	h, ok := tc.Prepared(place())
	t.Log(time.Since(start), ok)
	start = time.Now()
	h = prepared(t)
	t.Log(time.Since(start), h.linker)
	b := NewBuilder(h, t.TempDir())
	defer b.Close()
	for _, s := range []Source{
		{"parago/cells/a", []byte("package main\nimport \"fmt\"\nvar X = 3\nfunc Hi() { fmt.Println(X) }\nfunc init() { Hi() }\nfunc main() {}\n"), []string{"fmt"}},
		{"parago/cells/b", []byte("package main\nimport a \"parago/cells/a\"\nfunc init() { a.X++; a.Hi() }\nfunc main() {}\n"), []string{"parago/cells/a"}},
		{"parago/cells/c", []byte("package main\nimport \"net/http\"\nimport \"fmt\"\nfunc init() { fmt.Println(http.StatusText(404)) }\nfunc main() {}\n"), []string{"net/http", "fmt"}},
	} {
		start = time.Now()
		built, err := b.Build(context.Background(), s)
		t.Log(time.Since(start), built, err)
		if err == nil {
			out, err := exec.Command(h.Program, "try", built.File).CombinedOutput()
			t.Logf("%s %v", out, err)
		}
	}
}
