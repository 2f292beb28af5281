// Package kernelspec tells Jupyter how to start Parago: it writes kernel.json, the
// logos and a copy of the binary where Jupyter looks for kernels, and removes them.
//
//	spec := kernelspec.Spec{Binary: "/tmp/parago"}
//	where := kernelspec.Location{} // the user's own
//	dir, err := where.DataDir(kernelspec.ThisSystem())
//	files, err := spec.Install(dir)
//
// # The life of a Spec
//
// A Spec is a value that describes one kernel. Install copies the binary beside
// kernel.json and points kernel.json at the copy, so that the kernel outlives the
// temporary file that `go run` builds, and a later build of the same source tree.
// Every file is replaced by a rename: a kernel that is running keeps the file that it
// was started from, and Jupyter never reads half a kernel.json. Installing again is an
// upgrade. Uninstall takes away the files that Install writes, and nothing else.
//
// # What it never does
//
// It starts no kernel, and it never touches a kernelspec that it has not written.
package kernelspec
