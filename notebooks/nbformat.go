package notebooks

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The types below are nbformat's JSON as it is read. Writing goes through maps, whose
// keys come out sorted, as Jupyter's do.

type notebookJSON struct {
	Nbformat int            `json:"nbformat"`
	Metadata map[string]any `json:"metadata"`
	Cells    []cellJSON     `json:"cells"`
}

type cellJSON struct {
	Type        string         `json:"cell_type"`
	ID          string         `json:"id"`
	Metadata    map[string]any `json:"metadata"`
	Source      text           `json:"source"`
	Attachments map[string]any `json:"attachments"`
	Count       int            `json:"execution_count"` // null leaves 0
	Outputs     []outputJSON   `json:"outputs"`
}

type outputJSON struct {
	Type      string         `json:"output_type"`
	Name      string         `json:"name"`
	Text      text           `json:"text"`
	Data      map[string]any `json:"data"`
	Metadata  map[string]any `json:"metadata"`
	Count     int            `json:"execution_count"`
	Ename     string         `json:"ename"`
	Evalue    string         `json:"evalue"`
	Traceback []string       `json:"traceback"`
}

// A text is a string, or a list of strings that are meant as one.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var lines []string
	if err := json.Unmarshal(data, &lines); err == nil {
		*t = text(strings.Join(lines, ""))
		return nil
	}
	return json.Unmarshal(data, (*string)(t))
}

func (c cellJSON) cell(index int) (*Cell, error) {
	cell := &Cell{
		Type: c.Type, ID: c.ID, Metadata: object(c.Metadata),
		Source: string(c.Source), Attachments: c.Attachments,
	}
	if cell.ID == "" {
		cell.ID = fmt.Sprintf("cell-%d", index+1)
	}
	switch c.Type {
	case "markdown", "raw":
		return cell, nil
	case "code":
	default:
		return nil, fmt.Errorf("unknown cell type %q", c.Type)
	}
	cell.Count = c.Count
	for i, o := range c.Outputs {
		out, err := o.output()
		if err != nil {
			return nil, fmt.Errorf("output %d: %w", i+1, err)
		}
		cell.Outputs = append(cell.Outputs, out)
	}
	return cell, nil
}

func (o outputJSON) output() (*Output, error) {
	out := &Output{
		Type: o.Type, Name: o.Name, Text: string(o.Text),
		Data: joinBundle(o.Data), Metadata: o.Metadata, Count: o.Count,
		Ename: o.Ename, Evalue: o.Evalue, Traceback: o.Traceback,
	}
	if _, ok := outputFields[o.Type]; !ok {
		return nil, fmt.Errorf("unknown output type %q", o.Type)
	}
	return out, nil
}

func (c *Cell) encode() map[string]any {
	m := map[string]any{
		"cell_type": c.Type, "id": c.ID, "metadata": object(c.Metadata), "source": splitLines(c.Source),
	}
	if c.Attachments != nil {
		m["attachments"] = c.Attachments
	}
	if c.Type != "code" {
		return m
	}
	outputs := make([]any, len(c.Outputs))
	for i, o := range c.Outputs {
		outputs[i] = outputFields[o.Type](o)
		outputs[i].(map[string]any)["output_type"] = o.Type
	}
	m["outputs"] = outputs
	m["execution_count"] = count(c.Count)
	return m
}

// outputFields holds what nbformat asks for in each type of output.
var outputFields = map[string]func(*Output) map[string]any{
	"stream": func(o *Output) map[string]any {
		return map[string]any{"name": o.Name, "text": splitLines(o.Text)}
	},
	"display_data": func(o *Output) map[string]any {
		return map[string]any{"data": splitBundle(o.Data), "metadata": object(o.Metadata)}
	},
	"execute_result": func(o *Output) map[string]any {
		return map[string]any{"data": splitBundle(o.Data), "metadata": object(o.Metadata), "execution_count": count(o.Count)}
	},
	"error": func(o *Output) map[string]any {
		traceback := o.Traceback
		if traceback == nil {
			traceback = []string{}
		}
		return map[string]any{"ename": o.Ename, "evalue": o.Evalue, "traceback": traceback}
	},
}

// count writes "never ran" as nbformat does.
func count(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

func object(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// isJSON reports whether data of a media type is a JSON value and not text.
func isJSON(mime string) bool {
	return mime == "application/json" || strings.HasSuffix(mime, "+json")
}

// isLines reports whether nbformat stores data of a media type as a list of lines.
// Jupyter leaves base64 alone.
func isLines(mime string) bool {
	return strings.HasPrefix(mime, "text/") || mime == "application/javascript" || mime == "image/svg+xml"
}

func splitBundle(data map[string]any) map[string]any {
	out := map[string]any{}
	for mime, v := range data {
		if s, ok := v.(string); ok && isLines(mime) {
			v = splitLines(s)
		}
		out[mime] = v
	}
	return out
}

func joinBundle(data map[string]any) map[string]any {
	out := map[string]any{}
	for mime, v := range data {
		out[mime] = v
		if list, ok := v.([]any); ok && !isJSON(mime) {
			var b strings.Builder
			for _, s := range list {
				fmt.Fprint(&b, s)
			}
			out[mime] = b.String()
		}
	}
	return out
}
