package procpool

// Warm has n spare processes started in the background, so that the next processes
// and workers are there at once. The package keeps a few by itself once it is in use.
func Warm(n int) { this.Nursery.Warm(n) }
