// Package cells holds what procpool does for cells: testdata/*.cells, each case in a session of
// each engine. Cases of the language itself are in interp/testdata. docs/testing.md says where
// a case goes, packages interp/celltest and interp/celltest/replay what it may hold.
package cells
