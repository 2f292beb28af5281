//go:build !linux

package procpool

// oomKills is not known here.
func oomKills() (n int64, ok bool) { return 0, false }
