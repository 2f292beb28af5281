//go:build race

package interp_test

const withRace = true
