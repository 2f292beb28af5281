package broker_test

import (
	"testing"

	"github.com/parago/parago/procpool/broker"
)

// TestItemsThatDidNotArrive gives an item back: it is the next again, also for another process.
func TestItemsThatDidNotArrive(t *testing.T) {
	b := broker.New()
	do := func(r broker.Request) (got broker.Answer) {
		b.Do(r, func(a broker.Answer) { got = a })
		return got
	}
	q := do(broker.Request{Op: broker.OpNewQueue, From: "1"}).Number()
	for _, text := range []string{"a", "b"} {
		do(broker.Request{Op: broker.OpPut, ID: q, Data: broker.Parcel([]byte(text), nil, broker.AppendHeld(nil, q)), From: "1"})
	}
	get := func(from string, token uint64, want string) {
		t.Helper()
		a := do(broker.Request{Op: broker.OpGet, ID: q, From: from, Token: token})
		if string(a.Data) != want || a.Status != broker.StatusHolding {
			t.Errorf("status %d, %q, want %q", a.Status, a.Data, want)
		}
	}
	get("1", 1, "a")
	do(broker.Request{Op: broker.OpTook, ID: 1, N: 1, From: "1"})
	get("2", 1, "a")
	do(broker.Request{Op: broker.OpTook, N: 1, From: "2"})
	get("1", 2, "b")
	if n := do(broker.Request{Op: broker.OpLen, ID: q, From: "1"}).Number(); n != 0 {
		t.Errorf("%d items are left", n)
	}
	do(broker.Request{Op: broker.OpEnded, Data: []byte("1")}) // "b" did not arrive, and is its own message's
	get("2", 2, "b")
}
