package codec

import (
	"bytes"
	"reflect"
	"testing"
)

// What is large arrives as it was, whatever memory it is put in, and nobody else has that.
func TestLargeCopies(t *testing.T) {
	r := &Registry{}
	for _, n := range []int{unzeroed - 1, unzeroed, hugeSize - 1, hugeSize, hugeSize + 1, 3*hugeSize + 12345} {
		sent := make([]byte, n)
		for i := range sent {
			sent[i] = byte(i * i >> 8)
		}
		for _, v := range []any{sent, string(sent)} {
			message, err := r.Encode([]byte{}, reflect.ValueOf(v))
			if err != nil {
				t.Fatal(err)
			}
			got := reflect.New(reflect.TypeOf(v))
			err = r.Decode(message, got)
			clear(message)
			if arrived := got.Elem().Convert(reflect.TypeFor[[]byte]()).Bytes(); err != nil || !bytes.Equal(arrived, sent) {
				t.Errorf("%T of %d bytes differs, %v", v, n, err)
			}
		}
	}
}
