package kernel

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/parago/parago/interp"
)

// sink is what cells write to. It finds the cell that an output belongs to, and
// publishes it there.
type sink struct{ k *Kernel }

// Write publishes a chunk of a stream. It waits while front-ends read too slowly.
func (s sink) Write(id string, stream interp.Stream, p []byte) {
	if o := s.k.origins.find(id); o != nil {
		s.k.iopub.write(o, string(stream), p)
	}
}

// Display publishes rich output.
func (s sink) Display(id string, d interp.Display) {
	o := s.k.origins.find(id)
	if o == nil {
		return
	}
	content := DisplayContent{Data: d.Data, Metadata: d.Metadata, Transient: map[string]any{}}
	if d.DisplayID != "" {
		content.Transient["display_id"] = d.DisplayID
	}
	text, err := marshal(content.filled())
	if err != nil {
		s.Write(id, interp.Stderr, []byte("display: "+err.Error()+"\n"))
		return
	}
	msgType := "display_data"
	if d.Update {
		msgType = "update_display_data"
	}
	s.k.iopub.display(o, msgType, text)
	s.k.iopub.copyDisplay(o, content.Data)
}

// ClearOutput publishes clear_output.
func (s sink) ClearOutput(id string, wait bool) {
	if o := s.k.origins.find(id); o != nil {
		s.k.iopub.clear(o, wait)
	}
}

// Input asks the front-end that runs the cell for a line.
func (s sink) Input(ctx context.Context, id, prompt string, password bool) (string, error) {
	return s.k.stdin.input(ctx, s.k.origins.find(id), prompt, password)
}

// filled has no nil map: the protocol wants objects.
func (c DisplayContent) filled() DisplayContent {
	if c.Data == nil {
		c.Data = interp.Bundle{}
	}
	if c.Metadata == nil {
		c.Metadata = map[string]any{}
	}
	return c
}

// display queues rich output. What replaces an earlier display adds nothing to the
// notebook, so it does not count against the cell's limit.
func (p *publisher) display(o *origin, msgType string, content json.RawMessage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waitForRoom()
	if msgType == "display_data" {
		if ok, notice := o.fits(len(content)); !ok {
			p.join(o, "stderr", []byte(notice))
			return
		}
	}
	p.push(&pubItem{topic: msgType, msgType: msgType, parent: o.parent, origin: o, output: true, content: content})
}

// copyDisplay copies the text of rich output to where the cell's output is copied.
func (p *publisher) copyDisplay(o *origin, data interp.Bundle) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if o.copy == nil {
		return
	}
	for _, mime := range []string{"text/markdown", "text/html", "text/plain"} {
		if text, ok := data[mime].(string); ok {
			fmt.Fprintln(o.copy, strings.TrimSuffix(text, "\n"))
			return
		}
	}
}

// clear queues clear_output.
func (p *publisher) clear(o *origin, wait bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waitForRoom()
	o.cleared()
	p.push(&pubItem{
		topic: "clear_output", msgType: "clear_output", parent: o.parent, origin: o,
		output: true, content: ClearOutput{Wait: wait},
	})
}
