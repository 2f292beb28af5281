// Package vet looks for mistakes in cells with the analyzers of `go vet`.
//
//	for _, f := range vet.Look(scope.Program()) {
//		fmt.Println(f) // In[3]:2:5: fmt.Printf format %d has arg s of wrong type string (printf)
//	}
//
// The analyzers are those of golang.org/x/tools, whose export data reader the checker uses
// already: they work on what it has checked, so that nothing is written to files and no
// toolchain is needed. Those that look at files that a session has not (assembly, build tags,
// cgo) are left out.
//
// One analyzer is ours: of what a function writes to variables that it has copies of in another process.
// Losses says that of cells as they run, and remembers what functions of earlier cells write.
//
// The package runs no user code.
package vet
