package kernelspec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// DefaultName is the name under which Jupyter knows the kernel: what
// `jupyter console --kernel` takes and what notebooks keep.
const DefaultName = "parago"

// A Spec describes one kernel to Jupyter. The zero value but for Binary is Parago.
type Spec struct {
	// Name is the kernelspec's directory name. Zero: DefaultName.
	Name string
	// DisplayName is what people see. Zero: "Go (Parago)".
	DisplayName string
	// Binary is the program that Install copies. It must be set to install.
	Binary string
}

// A kernelJSON is the content of kernel.json, in the words of Jupyter's kernelspec page.
type kernelJSON struct {
	Argv          []string          `json:"argv"`
	DisplayName   string            `json:"display_name"`
	Language      string            `json:"language"`
	InterruptMode string            `json:"interrupt_mode"`
	Env           map[string]string `json:"env"`
	Metadata      map[string]any    `json:"metadata"`
}

// validName is Jupyter's own rule for kernel names.
var validName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

func (s Spec) name() string {
	if s.Name == "" {
		return DefaultName
	}
	return s.Name
}

func (s Spec) checkName() error {
	if n := s.name(); !validName.MatchString(n) || n == "." || n == ".." {
		return fmt.Errorf("kernel name %q: only letters, digits, dot, dash and underscore are allowed", n)
	}
	return nil
}

// Dir is the kernelspec's directory under a Jupyter data directory. Jupyter compares
// kernel names in lower case, so the directory is.
func (s Spec) Dir(dataDir string) string {
	return filepath.Join(dataDir, "kernels", strings.ToLower(s.name()))
}

// JSON is the content of kernel.json for a kernel that is started from binary.
func (s Spec) JSON(binary string) []byte {
	display := s.DisplayName
	if display == "" {
		display = "Go (Parago)"
	}
	return encode(kernelJSON{
		Argv:          []string{binary, "kernel", "{connection_file}"},
		DisplayName:   display,
		Language:      "go",
		InterruptMode: "message",
		Env:           map[string]string{},
		Metadata:      map[string]any{"debugger": false},
	})
}

// encode writes JSON that people can read: paths keep their & and <.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		panic(err) // strings, maps of strings and a bool always encode
	}
	return b.Bytes()
}

// Installed is a kernelspec of Parago that was found on this machine.
type Installed struct {
	Name        string
	Dir         string
	DisplayName string
	Binary      string // argv[0]
}

// A NotOursError says that a directory holds a kernelspec that Parago has not written.
type NotOursError struct{ Dir string }

func (e *NotOursError) Error() string {
	return fmt.Sprintf("%s holds a kernel that Parago has not installed", e.Dir)
}

// read returns the kernelspec in dir. The error is os.ErrNotExist if there is none and
// *NotOursError if it starts something else than a binary of Parago's.
func read(dir string) (Installed, error) {
	data, err := os.ReadFile(filepath.Join(dir, jsonFile))
	if err != nil {
		return Installed{}, err
	}
	var k kernelJSON
	if err := json.Unmarshal(data, &k); err != nil {
		return Installed{}, fmt.Errorf("read %s: %w", filepath.Join(dir, jsonFile), err)
	}
	if len(k.Argv) != 3 || k.Argv[1] != "kernel" || k.Language != "go" {
		return Installed{}, &NotOursError{Dir: dir}
	}
	return Installed{Name: filepath.Base(dir), Dir: dir, DisplayName: k.DisplayName, Binary: k.Argv[0]}, nil
}

// Find returns the kernelspecs of Parago under the given data directories, in order.
// What is not Parago's, and what cannot be read, is passed over.
func Find(dataDirs []string) []Installed {
	var found []Installed
	for _, data := range dataDirs {
		dirs, _ := filepath.Glob(filepath.Join(globEscape(data), "kernels", "*"))
		for _, dir := range dirs {
			if k, err := read(dir); err == nil {
				found = append(found, k)
			}
		}
	}
	return found
}
