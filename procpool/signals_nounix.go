//go:build !unix

package procpool

func dieOfSignals() {}

func exists(int) bool { return false }
