package broker

// describe is an object of b.objects as it is now. mu is held.
func describe(id uint64, x any) Object {
	o := Object{ID: id, Kind: "object"}
	switch x := x.(type) {
	case *semaphore:
		o.Kind, o.Length, o.Waiting = "semaphore", int(x.value), x.waiters.Len()
		if x.bounded {
			o.Capacity = int(x.initial)
		}
	case *event:
		o.Kind, o.Waiting = "event", x.waiters.Len()
		if x.set {
			o.Length = 1
		}
	case *barrier:
		o.Kind, o.Capacity, o.Closed = "barrier", x.parties, x.broken
		o.Length, o.Waiting = len(x.filling.parties), x.filling.waiting.Len()
	case *cond:
		o.Kind, o.Waiting = "condition", len(x.tickets)
	case *dict:
		o.Kind, o.Length = "dict", x.order.Len()
		for _, e := range x.entries {
			o.Waiting += e.waiters.Len()
		}
	case *sequence:
		o.Kind, o.Length = "list", len(x.entries)
		for _, e := range x.entries {
			o.Waiting += e.waiters.Len()
		}
	case *actor:
		o.Kind, o.Length, o.Closed = "actor", x.calls.Len(), x.closing
		o.Waiting = x.calls.Len() + x.running.Len()
	}
	return o
}
