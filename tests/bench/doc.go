// Bench measures Parago beside its peers, each pair in one run, and prints a table of
// ratios: cells beside the same code compiled by go build, the kernel beside ipykernel.
//
//	go run ./tests/bench             # all rows
//	go run ./tests/bench -rows fib   # those whose name fits
//	go run ./tests/bench -rows growth  # a session of a thousand cells, beside itself
//	go run ./tests/bench -n 9        # rounds, of which the median counts
//
// Rows take turns, so that a machine that is busy for a while is busy for both. It is no
// test: nothing fails if a number is bad.
package main
