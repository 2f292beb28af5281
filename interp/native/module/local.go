package module

import (
	"fmt"
	"hash/fnv"
	"os"
	"slices"
)

// stampOf tells a folder from what it will be when a file in it is changed.
func stampOf(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "gone"
	}
	h := fnv.New64a()
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			fmt.Fprintln(h, e.Name(), info.Size(), info.ModTime().UnixNano())
		}
	}
	return fmt.Sprintf("%x", h.Sum64())
}

// changed returns those of the packages that packages are made of whose folders have
// changed since they were compiled.
func (f *Folder) changed(paths []string) (changed []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	seen := map[string]bool{}
	var visit func(path string)
	visit = func(path string) {
		p, ok := f.packages[path]
		if !ok || seen[path] {
			return
		}
		seen[path] = true
		if p.local() && stampOf(p.dir) != p.stamp {
			changed = append(changed, path)
		}
		for _, imported := range p.Imports {
			visit(imported)
		}
	}
	for _, path := range paths {
		visit(path)
	}
	slices.Sort(changed)
	return changed
}

// stamp is what the folder of a package looks like.
func (f *Folder) stamp(path string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return stampOf(f.packages[path].dir)
}
