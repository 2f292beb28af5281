package procpool

// Broadcast calls f once in each worker of p, all of which are started for that, and returns
// the results in the order of [Pool.Workers]. Workers with tasks run it after those that they have
// begun. It is for what workers keep: a cache to fill, a counter to read. Workers that
// start later have not run it; see [Initializer]. Errors are as Map's, with the worker's place as Index.
// ipyparallel's direct view.
func Broadcast[R any](p *Pool, f func() R, opts ...CallOption) ([]R, error) {
	var out []R
	err := p.BroadcastInto(f, &out, opts...)
	return out, err
}
