package interp

import (
	"encoding/json"
	"time"

	"github.com/parago/parago/interp/runner/wire"
)

// A Result is what a cell came to.
type Result struct {
	// Data is the last expression's value, nil if the cell has none, it is
	// suppressed by ";" or it is nil. There is always a text/plain.
	Data     Bundle
	Metadata map[string]any
	Times    Times
}

// Times say how long a cell ran, without what was done with it before.
type Times struct {
	Wall time.Duration
	// User and System are times of the session process's threads, those of goroutines
	// of earlier cells among them. They are 0 where the system does not tell.
	User, System time.Duration
}

// A Bundle is a MIME bundle: media type → data. Text and text-like data are
// strings, binary data is base64 in a string, JSON types are any JSON value.
type Bundle map[string]any

// result is a report as the caller gets it.
func result(d *wire.Done) *Result {
	r := &Result{Times: Times(d.Times)}
	if d.Result != nil {
		r.Data = mimeBundle(d.Result)
	}
	return r
}

// mimeBundle is a bundle that came from the session process.
func mimeBundle(d *wire.Display) Bundle {
	b := Bundle{}
	for k, v := range d.Data {
		b[k] = v
	}
	for k, v := range d.JSON {
		b[k] = json.RawMessage(v)
	}
	return b
}
