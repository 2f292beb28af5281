//go:build race

package runner_test

// withRace has the host and the cells watched too.
const withRace = true
