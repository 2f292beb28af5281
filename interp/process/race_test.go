//go:build race

package process_test

// withRace has the host and the cells watched too.
const withRace = true
