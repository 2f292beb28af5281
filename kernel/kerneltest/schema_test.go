package kerneltest

import (
	"strings"
	"testing"

	"github.com/parago/parago/kernel"
)

// Check must find what is wrong; else the tests of kernels test nothing.
func TestCheckFinds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ msgType, content, want string }{
		"a good status":           {"status", `{"execution_state":"busy"}`, ""},
		"a good stream":           {"stream", `{"name":"stdout","text":""}`, ""},
		"a good error reply":      {"inspect_reply", `{"status":"error","ename":"E","evalue":"","traceback":[]}`, ""},
		"a good history":          {"history_reply", `{"status":"ok","history":[[1,2,"x"],[1,3,["y",null]]]}`, ""},
		"a good aborted reply":    {"execute_reply", `{"status":"aborted"}`, ""},
		"a message of clients":    {"execute_request", `{}`, "no message that kernels send"},
		"an unknown state":        {"status", `{"execution_state":"tired"}`, "none of"},
		"a missing field":         {"stream", `{"name":"stdout"}`, "text is missing"},
		"a field too many":        {"clear_output", `{"wait":true,"why":1}`, "why is not in the specification"},
		"a null traceback":        {"error", `{"ename":"E","evalue":"v","traceback":null}`, "no list"},
		"a traceback of numbers":  {"error", `{"ename":"E","evalue":"v","traceback":[1]}`, "element 0"},
		"no MIME type":            {"display_data", `{"data":{"text":"x"},"metadata":{}}`, "does not match"},
		"text that is no text":    {"display_data", `{"data":{"text/plain":5},"metadata":{}}`, "text/plain"},
		"an update of nothing":    {"update_display_data", `{"data":{},"metadata":{},"transient":{}}`, "display_id is missing"},
		"a count with a fraction": {"execute_input", `{"code":"","execution_count":1.5}`, "no integer"},
		"a history of pairs":      {"history_reply", `{"status":"ok","history":[[1,2]]}`, "no triple"},
		"an error without name":   {"inspect_reply", `{"status":"error"}`, "missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parent := kernel.NewHeader("s", "u", "some_request")
			m := &kernel.Message{Header: kernel.NewHeader("s", "u", c.msgType), Parent: parent, Content: []byte(c.content)}
			err := Check(m)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestCheckWantsAHeader(t *testing.T) {
	t.Parallel()
	good := kernel.NewHeader("s", "u", "status")
	parent := kernel.NewHeader("s", "u", "x_request")
	for name, change := range map[string]func(*kernel.Message){
		"without session":      func(m *kernel.Message) { m.Header.Session = "" },
		"with another version": func(m *kernel.Message) { m.Header.Version = "5.0" },
		"without a date":       func(m *kernel.Message) { m.Header.Date = "today" },
		"a reply without a parent": func(m *kernel.Message) {
			m.Header.MsgType, m.Content, m.Parent = "interrupt_reply", []byte(`{"status":"ok"}`), kernel.Header{}
		},
	} {
		m := &kernel.Message{Header: good, Parent: parent, Content: []byte(`{"execution_state":"idle"}`)}
		if err := Check(m); err != nil {
			t.Fatal(err)
		}
		change(m)
		if err := Check(m); err == nil {
			t.Errorf("%s: nothing found", name)
		}
	}
}
