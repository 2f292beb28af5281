package native

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A lease says which entries of a cache a process uses. It is one file, with a folder a line,
// which is locked as long as the process lives: a lock for each entry would take a
// descriptor for each cell. Nobody removes entries but who holds the gate alone, and nobody
// begins to use one but who holds it with others; both take a moment.
type lease struct {
	root string
	name string
	file *os.File
	held *lock
}

// The files of a cache that are about all of it, in a folder beside those of the hosts.
const (
	leasesFolder = "leases"
	gateName     = "gate"
	grownName    = "grown" // how many bytes have come since the cache was last measured
	buildingMark = ".building-"
)

// newLease makes a lease, and removes what processes have left behind that were killed.
func newLease(root string) (*lease, error) {
	folder := filepath.Join(root, leasesFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	os.Chmod(root, 0o700) // earlier ones were open to others
	l := &lease{root: root}
	err := l.gate(true, func() (err error) {
		l.sweep()
		if l.file, err = os.CreateTemp(folder, "lease-*"); err != nil {
			return err
		}
		l.name = filepath.Base(l.file.Name())
		l.held, err = tryLock(l.file.Name(), true)
		return err
	})
	if err != nil {
		if l.file != nil {
			l.file.Close()
		}
		return nil, fmt.Errorf("use %s: %w", root, err)
	}
	return l, nil
}

// gate calls f with the gate held.
func (l *lease) gate(alone bool, f func() error) error {
	held, err := waitLock(filepath.Join(l.root, leasesFolder, gateName), alone)
	if err != nil {
		return err
	}
	defer held.release()
	return f()
}

// add says that the process uses an entry, or will if it is there.
func (l *lease) add(dir string) error {
	return l.gate(false, func() error {
		_, err := fmt.Fprintln(l.file, dir)
		return err
	})
}

// temporary is a pattern for a folder that becomes an entry.
func (l *lease) temporary() string { return buildingMark + l.name + "-*" }

// end gives all entries back.
func (l *lease) end() {
	os.Remove(l.file.Name())
	l.held.release()
	l.file.Close()
}

// sweep removes the leases of processes that are gone and what they were building. The gate
// is held alone.
func (l *lease) sweep() {
	files, _ := filepath.Glob(filepath.Join(l.root, leasesFolder, "lease-*"))
	for _, file := range files {
		dead, err := tryLock(file, true)
		if err != nil {
			continue
		}
		unfinished, _ := filepath.Glob(filepath.Join(l.root, "*", buildingMark+filepath.Base(file)+"-*"))
		for _, dir := range unfinished {
			os.RemoveAll(dir)
		}
		os.Remove(file)
		dead.release()
	}
}

// leased are the entries that processes use. The gate is held alone, and sweep was called.
func (l *lease) leased() map[string]bool {
	used := map[string]bool{}
	files, _ := filepath.Glob(filepath.Join(l.root, leasesFolder, "lease-*"))
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for dir := range strings.Lines(string(text)) {
			used[strings.TrimSuffix(dir, "\n")] = true
		}
	}
	return used
}

// grown notes that an entry has come, and reports whether the cache is to be measured: as often
// as so many bytes have come from any process.
func (l *lease) grown(by, measure int64) (yes bool) {
	l.gate(true, func() error {
		file := filepath.Join(l.root, leasesFolder, grownName)
		text, _ := os.ReadFile(file)
		total := by
		if len(text) == 8 {
			total += int64(binary.LittleEndian.Uint64(text))
		}
		if yes = total > measure; yes {
			total = 0
		}
		return os.WriteFile(file, binary.LittleEndian.AppendUint64(nil, uint64(total)), 0o644)
	})
	return yes
}
