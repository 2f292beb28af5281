package notebooks

// A Message is what a kernel publishes while a cell runs: the type and the content of
// a Jupyter iopub message, decoded.
type Message struct {
	Type    string
	Content Content
}

// Content holds the fields of all the messages that make outputs, in Jupyter's words.
type Content struct {
	Name           string         `json:"name"` // stream
	Text           string         `json:"text"`
	Data           map[string]any `json:"data"` // display_data, execute_result, update_display_data
	Metadata       map[string]any `json:"metadata"`
	Transient      Transient      `json:"transient"`
	ExecutionCount int            `json:"execution_count"` // execute_input, execute_result
	Ename          string         `json:"ename"`           // error
	Evalue         string         `json:"evalue"`
	Traceback      []string       `json:"traceback"`
	Wait           bool           `json:"wait"` // clear_output
}

// Transient is what a display carries that is not stored.
type Transient struct {
	DisplayID string `json:"display_id"`
}

// A recorder turns messages into outputs. It is used by one goroutine at a time.
type recorder struct {
	displays map[string][]*Output // by display id, over the whole notebook
	clear    map[*Cell]bool       // clear before the cell's next output
}

func newRecorder() *recorder {
	return &recorder{displays: map[string][]*Output{}, clear: map[*Cell]bool{}}
}

// record applies a message to the cell that it belongs to.
func (r *recorder) record(c *Cell, m Message) {
	switch m.Type {
	case "execute_input":
		c.Count = m.Content.ExecutionCount
	case "clear_output":
		if m.Content.Wait {
			r.clear[c] = true
		} else {
			r.drop(c)
		}
	case "update_display_data":
		for _, o := range r.displays[m.Content.Transient.DisplayID] {
			o.Data, o.Metadata = m.Content.Data, m.Content.Metadata
		}
	case "stream", "display_data", "execute_result", "error":
		if r.clear[c] {
			r.drop(c)
		}
		r.add(c, m)
	}
}

func (r *recorder) drop(c *Cell) {
	delete(r.clear, c)
	c.Outputs = nil
}

func (r *recorder) add(c *Cell, m Message) {
	if m.Type == "stream" && extend(c.Outputs, m.Content) {
		return
	}
	o := &Output{
		Type: m.Type, Name: m.Content.Name, Text: m.Content.Text,
		Data: m.Content.Data, Metadata: m.Content.Metadata, Count: m.Content.ExecutionCount,
		Ename: m.Content.Ename, Evalue: m.Content.Evalue, Traceback: m.Content.Traceback,
	}
	c.Outputs = append(c.Outputs, o)
	if id := m.Content.Transient.DisplayID; id != "" {
		r.displays[id] = append(r.displays[id], o)
	}
}

// extend adds text to the stream of that name, if only streams came since: stdout and
// stderr that alternate make two outputs and not hundreds, and a picture between two
// texts stays between them.
func extend(outputs []*Output, c Content) bool {
	for i := len(outputs) - 1; i >= 0 && outputs[i].Type == "stream"; i-- {
		if outputs[i].Name == c.Name {
			outputs[i].Text += c.Text
			return true
		}
	}
	return false
}
