package broker_test

import (
	"bytes"
	"testing"

	"github.com/parago/parago/procpool/broker"
)

// FuzzDecodeRequest holds that no bytes of a child harm the broker: what can be read is read back
// the same, and done, whatever it asks for.
func FuzzDecodeRequest(f *testing.F) {
	for _, r := range []broker.Request{
		{Op: broker.OpNewQueue, N: 1, From: "1"}, {Op: broker.OpPut, ID: 1, Wait: -1, From: "1", Data: broker.Parcel([]byte("x"), nil, broker.AppendHeld(nil, 1))},
		{Op: broker.OpGet, ID: 1, From: "1", Token: 3}, {Op: broker.OpTook, N: 3, From: "1"},
		{Op: broker.OpPut, ID: 1, From: "1", Data: broker.Parcel([]byte("x"), broker.AppendEnd(nil, 2, 1), nil)},
		{Op: broker.OpSelect, N: 1, From: "1", Wait: -1, Data: broker.SelectItem(broker.SelectItem(nil, true, 1, 0), false, 2, 1)},
		{Op: broker.OpRecv, ID: 2, N: 1 | broker.Limit(3), From: "1"}, {Op: broker.OpFetch, From: "1"}, {Op: broker.OpKeep, ID: 1, From: "1"},
		{Op: broker.OpSend, ID: 2, From: "1:2", Data: []byte{255}}, {Op: broker.OpEnded, Data: []byte("1")},
	} {
		f.Add(r.Encode())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, ok := broker.DecodeRequest(data)
		if !ok {
			return
		}
		if again := r.Encode(); !bytes.Equal(again, data) {
			t.Fatalf("%x read and written is %x", data, again)
		}
		if r.Op == broker.OpAlloc || r.From == "" {
			return // memory of any size is asked for honestly
		}
		b := broker.New()
		nothing := func(broker.Answer) {}
		b.Do(broker.Request{Op: broker.OpNewQueue, N: 1, From: "1"}, nothing)
		b.Do(broker.Request{Op: broker.OpNewPipe, From: "1"}, nothing)
		b.Do(r, nothing)
		b.Do(r, nothing)
		b.Do(broker.Request{Op: broker.OpEnded, Data: []byte(r.From)}, nothing)
	})
}
