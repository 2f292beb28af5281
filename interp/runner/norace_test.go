//go:build !race

package runner_test

const withRace = false
