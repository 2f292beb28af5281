//go:build !race

package process_test

const withRace = false
