// Package check types a cell with go/types against the names of the cells before it.
package check
