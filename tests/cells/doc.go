// Package cells holds what calls of pools and queues do for cells: testdata/*.cells, each case in a
// session of each engine; package processes has the rest of procpool. Cases of the language itself
// are in interp/testdata. docs/testing.md says where a case goes, packages interp/celltest and
// interp/celltest/replay what it may hold.
package cells
