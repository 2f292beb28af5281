package native

import (
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"

	"github.com/parago/parago/interp/native/object"
)

// packedName is the archive of an entry as the linker needs it.
const packedName = "cell.a.gz"

// pack leaves in an entry's archive what the compiler reads, and keeps the whole compressed.
// Once a cell is a plugin, others are linked with that; few need its code again, in
// plugins that bring along what they use.
func pack(dir string) error {
	file := filepath.Join(dir, archiveName)
	whole, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	exports, err := object.Exports(whole)
	if err != nil {
		return err
	}
	out, err := os.Create(filepath.Join(dir, packedName))
	if err != nil {
		return err
	}
	defer out.Close()
	z, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := z.Write(whole); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, exports, 0o644)
}

// packedOf is the packed archive of an entry, "" if its archive is whole.
func packedOf(dir string) string {
	file := filepath.Join(dir, packedName)
	if _, err := os.Stat(file); err != nil {
		return ""
	}
	return file
}

// unpacked are tools that find whole archives of all that is linked with a package. They are
// put into a folder.
func (t tools) unpacked(dir string, p Package) (tools, error) {
	all, err := t.packages.closure(p.Imports)
	if err != nil {
		return tools{}, err
	}
	t.packages = maps.Clone(t.packages)
	for i, imported := range all {
		if imported.packed == "" {
			continue
		}
		imported.Archive = filepath.Join(dir, fmt.Sprintf("whole%d.a", i))
		if err := unpack(imported.packed, imported.Archive); err != nil {
			return tools{}, err
		}
		t.packages[imported.Path] = imported
	}
	return t, nil
}

func unpack(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	whole, err := io.ReadAll(z)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", from, err)
	}
	return os.WriteFile(to, whole, 0o644)
}
