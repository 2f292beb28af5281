// Package processes holds what processes, workers and what they share do for cells: testdata/*.cells, each
// case in a session of each engine. It is a package of its own since most of its cases wait, which
// they do beside those of package cells. docs/testing.md says where a case goes.
package processes
