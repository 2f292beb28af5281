package runner

import (
	"bufio"
	"bytes"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

// What the runtime says of a frame, to log, slog, runtime.Caller and debug.Stack, it has from tables of the
// plugin. There, the file of a cell has a name that tells its text, as plugins are shared by sessions;
// in this process it gets the cell's, In[3].go, which is shorter.

// A moduledata is what the runtime knows of a module, as far as it is looked at.
type moduledata struct {
	_       unsafe.Pointer
	_       []byte   // funcnametab
	_       []uint32 // cutab
	filetab []byte
}

// lastmoduledatap is the module that was loaded last.
//
//go:linkname lastmoduledatap runtime.lastmoduledatap
var lastmoduledatap *moduledata

// cellFilePrefix is what the names of cells' files begin with (package compiled), and how long they are.
const (
	cellFilePrefix = "cell·"
	cellFileLen    = len(cellFilePrefix) + digestLen + len(".go")
)

// fileNames are where the names of cells' files are in memory, by name.
type fileNames map[string][][]byte

// find looks for names in the tables of the plugin that was opened last.
func (f fileNames) find() {
	names := cellFiles(lastmoduledatap.filetab)
	if len(names) == 0 || writable(names[0], names[len(names)-1]) != nil {
		return
	}
	for _, name := range names {
		f[string(name)] = append(f[string(name)], name)
	}
}

// cellFiles are the names of cells' files in a table, in order.
func cellFiles(table []byte) (names [][]byte) {
	for at := 0; ; {
		i := bytes.Index(table[at:], []byte(cellFilePrefix))
		if i < 0 || at+i+cellFileLen >= len(table) {
			return names
		}
		at += i
		name := table[at : at+cellFileLen]
		at += cellFileLen
		if bytes.HasSuffix(name, []byte(".go")) && table[at] == 0 {
			names = append(names, name)
		}
	}
}

// rename gives a file the name of a cell: that of In[3] is ./In[3].go. It has a slash since programs that make
// something of stacks take names without one for no files.
func (f fileNames) rename(file, cell string) {
	name := "./" + cell + ".go"
	if len(name) > cellFileLen {
		return
	}
	for _, at := range f[file] {
		clear(at[copy(at, name):])
	}
}

// writable lets the pages be written from the first bytes to the last, which are this process's own.
func writable(first, last []byte) error {
	page := uintptr(syscall.Getpagesize())
	start := uintptr(unsafe.Pointer(&first[0])) &^ (page - 1)
	end := (uintptr(unsafe.Pointer(&last[len(last)-1])) + page) &^ (page - 1)
	protection, err := protectionOf(start, end)
	if err != nil || protection&syscall.PROT_WRITE != 0 {
		return err
	}
	_, _, errno := syscall.Syscall(syscall.SYS_MPROTECT, start, end-start, uintptr(protection|syscall.PROT_WRITE))
	if errno != 0 {
		return errno
	}
	return nil
}

// protectionOf is how some pages of one mapping are protected.
func protectionOf(start, end uintptr) (int, error) {
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return 0, err
	}
	defer maps.Close()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		if from, to, flags, ok := mapping(lines.Bytes()); ok && from <= start && end <= to {
			return flags, nil
		}
	}
	return 0, syscall.ENOENT
}

// mapping reads a line on one: "7f00-7f80 r-xp …". A worker reads some for each plugin.
func mapping(line []byte) (from, to uintptr, protection int, ok bool) {
	where, rest, _ := bytes.Cut(line, []byte(" "))
	first, second, _ := bytes.Cut(where, []byte("-"))
	a, err1 := strconv.ParseUint(string(first), 16, 64)
	b, err2 := strconv.ParseUint(string(second), 16, 64)
	if err1 != nil || err2 != nil || len(rest) < 3 {
		return 0, 0, 0, false
	}
	for i, bit := range []int{syscall.PROT_READ, syscall.PROT_WRITE, syscall.PROT_EXEC} {
		if rest[i] != '-' {
			protection |= bit
		}
	}
	return uintptr(a), uintptr(b), protection, true
}
