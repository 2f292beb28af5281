package kerneltest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/parago/parago/kernel"
)

// A check says what is wrong with a JSON value, nil if nothing.
type check func(v any) error

// fields are what an object must have; names that end in "?" may be missing.
type fields map[string]check

// contents restates the specification: the content of each message that a kernel
// sends. A reply may instead be an error reply.
func contents() map[string]fields {
	return map[string]fields{
		"execute_reply": {
			"status": oneOf("ok", "error", "aborted"), "execution_count?": integer,
			"user_expressions?": object, "payload?": list,
			"ename?": text, "evalue?": text, "traceback?": listOf(text),
		},
		"inspect_reply":     {"status": ok, "found": boolean, "data": bundle, "metadata": object},
		"complete_reply":    {"status": ok, "matches": listOf(text), "cursor_start": integer, "cursor_end": integer, "metadata": object},
		"history_reply":     {"status": ok, "history": listOf(historyEntry)},
		"is_complete_reply": {"status": oneOf("complete", "incomplete", "invalid", "unknown"), "indent?": text},
		"comm_info_reply":   {"status": ok, "comms": object},
		"kernel_info_reply": {
			"status": ok, "protocol_version": version, "implementation": text, "implementation_version": text,
			"banner": text, "help_links": listOf(objectOf(fields{"text": text, "url": text})),
			"supported_features": listOf(text), "language_info": objectOf(fields{
				"name": text, "version": text, "mimetype": mimeType, "file_extension": extension,
				"pygments_lexer?": text, "codemirror_mode?": anything, "nbconvert_exporter?": text,
			}),
		},
		"shutdown_reply":  {"status": ok, "restart": boolean},
		"interrupt_reply": {"status": ok},

		"stream":              {"name": oneOf("stdout", "stderr"), "text": text},
		"display_data":        {"data": bundle, "metadata": object, "transient?": object},
		"update_display_data": {"data": bundle, "metadata": object, "transient": objectOf(fields{"display_id": text})},
		"execute_input":       {"code": text, "execution_count": integer},
		"execute_result":      {"data": bundle, "metadata": object, "execution_count": integer},
		"error":               {"ename": text, "evalue": text, "traceback": listOf(text)},
		"status":              {"execution_state": oneOf("starting", "busy", "idle")},
		"clear_output":        {"wait": boolean},
		"comm_close":          {"comm_id": text, "data": object},
		"iopub_welcome":       {"subscription": text},

		"input_request": {"prompt": text, "password": boolean},
	}
}

// Check says what in a message of a kernel is not as the specification wants it.
func Check(m *kernel.Message) error {
	want, known := contents()[m.Header.MsgType]
	if !known {
		return fmt.Errorf("%s is no message that kernels send", m.Header.MsgType)
	}
	if err := checkHeader(m); err != nil {
		return fmt.Errorf("%s: %w", m.Header.MsgType, err)
	}
	var content any
	if err := json.Unmarshal(m.Content, &content); err != nil {
		return fmt.Errorf("%s: %w", m.Header.MsgType, err)
	}
	if isErrorReply(m.Header.MsgType, content) {
		want = fields{"status": text, "ename": text, "evalue": text, "traceback": listOf(text), "execution_count?": integer,
			"user_expressions?": object, "payload?": list}
	}
	if err := objectOf(want)(content); err != nil {
		return fmt.Errorf("%s: %w in %s", m.Header.MsgType, err, m.Content)
	}
	return nil
}

func checkHeader(m *kernel.Message) error {
	h := m.Header
	if h.Session == "" || h.Username == "" || h.Version != kernel.ProtocolVersion {
		return fmt.Errorf("header lacks session, username or the version %s: %+v", kernel.ProtocolVersion, h)
	}
	if _, ok := h.Time(); !ok {
		return fmt.Errorf("header has the date %q", h.Date)
	}
	if strings.HasSuffix(h.MsgType, "_reply") && m.Parent.IsZero() {
		return errors.New("a reply without parent header")
	}
	return nil
}

func isErrorReply(msgType string, content any) bool {
	o, _ := content.(map[string]any)
	return strings.HasSuffix(msgType, "_reply") && o["status"] == "error"
}

func objectOf(want fields) check {
	return func(v any) error {
		o, isObject := v.(map[string]any)
		if !isObject {
			return fmt.Errorf("%v is no object", v)
		}
		for name, c := range want {
			name, optional := strings.CutSuffix(name, "?")
			value, present := o[name]
			if !present && !optional {
				return fmt.Errorf("%s is missing", name)
			}
			if present {
				if err := c(value); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
		}
		return noneElse(o, want)
	}
}

func noneElse(o map[string]any, want fields) error {
	for name := range o {
		_, must := want[name]
		_, may := want[name+"?"]
		if !must && !may {
			return fmt.Errorf("%s is not in the specification", name)
		}
	}
	return nil
}

func listOf(c check) check {
	return func(v any) error {
		if err := list(v); err != nil {
			return err
		}
		for i, e := range v.([]any) {
			if err := c(e); err != nil {
				return fmt.Errorf("element %d: %w", i, err)
			}
		}
		return nil
	}
}

func oneOf(words ...string) check {
	return func(v any) error {
		if s, _ := v.(string); !slices.Contains(words, s) {
			return fmt.Errorf("%v is none of %v", v, words)
		}
		return nil
	}
}

func matching(pattern string) check {
	re := regexp.MustCompile(pattern)
	return func(v any) error {
		if s, isText := v.(string); !isText || !re.MatchString(s) {
			return fmt.Errorf("%v does not match %s", v, pattern)
		}
		return nil
	}
}

func anything(any) error    { return nil }
func ok(v any) error        { return oneOf("ok")(v) }
func text(v any) error      { return typed[string](v, "text") }
func boolean(v any) error   { return typed[bool](v, "boolean") }
func list(v any) error      { return typed[[]any](v, "list") }
func object(v any) error    { return typed[map[string]any](v, "object") }
func version(v any) error   { return matching(`^\d+\.\d+(\.\d+)?$`)(v) }
func mimeType(v any) error  { return matching(`^[\w.+-]+/[\w.+-]+$`)(v) }
func extension(v any) error { return matching(`^\.\w+$`)(v) }

func integer(v any) error {
	if f, isNumber := v.(float64); !isNumber || f != math.Trunc(f) {
		return fmt.Errorf("%v is no integer", v)
	}
	return nil
}

func typed[T any](v any, what string) error {
	if _, is := v.(T); !is {
		return fmt.Errorf("%v is no %s", v, what)
	}
	return nil
}

// bundle is a MIME bundle: text types and binary ones are strings.
func bundle(v any) error {
	if err := object(v); err != nil {
		return err
	}
	for mime, data := range v.(map[string]any) {
		if err := mimeType(mime); err != nil {
			return err
		}
		if strings.HasPrefix(mime, "text/") || strings.HasPrefix(mime, "image/") {
			if err := text(data); err != nil {
				return fmt.Errorf("%s: %w", mime, err)
			}
		}
	}
	return nil
}

// historyEntry is [session, line, input] or [session, line, [input, output]].
func historyEntry(v any) error {
	e, isList := v.([]any)
	if !isList || len(e) != 3 {
		return fmt.Errorf("%v is no triple", v)
	}
	if err := errors.Join(integer(e[0]), integer(e[1])); err != nil {
		return err
	}
	if pair, isPair := e[2].([]any); isPair && len(pair) == 2 {
		return text(pair[0])
	}
	return text(e[2])
}
