package procpool

// Flush shows now what Grouped has not shown yet. Interpreters call it at the end of a cell.
func Flush() { this.Screen.ShowGroups() }
