// Package system is what operating systems do each in their own way: limits that a process sets for itself,
// signals that end it, the memory and the processor time that another one has used.
//
//	err := system.Pin([]int{0, 1})
//	rss, cpu := system.Usage(pid)
//
// It has no state. What a system cannot do is an error that names the system, or zero.
package system
