package kernel

import (
	"encoding/json"

	"github.com/parago/parago/interp"
)

// The contents of messages, in the order of the Jupyter specification, whose names
// they bear. Replies carry Status "ok" or the fields of ErrorContent.

// ExecuteRequest asks to run code.
type ExecuteRequest struct {
	Code            string            `json:"code"`
	Silent          bool              `json:"silent"`
	StoreHistory    bool              `json:"store_history"`
	UserExpressions map[string]string `json:"user_expressions"`
	AllowStdin      bool              `json:"allow_stdin"`
	StopOnError     bool              `json:"stop_on_error"`
}

// UnmarshalJSON fills in the protocol's defaults; silent code is not stored.
func (r *ExecuteRequest) UnmarshalJSON(text []byte) error {
	type fields ExecuteRequest
	f := fields{StoreHistory: true, AllowStdin: true, StopOnError: true}
	if err := json.Unmarshal(text, &f); err != nil {
		return err
	}
	*r = ExecuteRequest(f)
	r.StoreHistory = r.StoreHistory && !r.Silent
	return nil
}

// ExecuteReply says how an execution ended.
type ExecuteReply struct {
	Status          string         `json:"status"`
	ExecutionCount  int            `json:"execution_count"`
	UserExpressions map[string]any `json:"user_expressions"`
	Payload         []any          `json:"payload"`
	*ErrorContent                  // nil if Status is "ok"
}

// PagePayload, in an ExecuteReply, is what the front-end shows in its pager.
type PagePayload struct {
	Source string        `json:"source"` // "page"
	Data   interp.Bundle `json:"data"`
	Start  int           `json:"start"` // the line to begin at
}

// ErrorContent is the content of an error message and part of error replies.
type ErrorContent struct {
	EName     string   `json:"ename"`
	EValue    string   `json:"evalue"`
	Traceback []string `json:"traceback"`
}

// ErrorReply is the content of any reply to a request that failed.
type ErrorReply struct {
	Status string `json:"status"` // "error"
	ErrorContent
}

// AbortedReply answers an execute_request that was dropped from the queue because
// an earlier one failed or was interrupted.
type AbortedReply struct {
	Status string `json:"status"` // "aborted"
}

// InspectRequest asks what stands at a place in code.
type InspectRequest struct {
	Code        string `json:"code"`
	CursorPos   int    `json:"cursor_pos"`
	DetailLevel int    `json:"detail_level"`
}

// InspectReply describes it.
type InspectReply struct {
	Status   string         `json:"status"`
	Found    bool           `json:"found"`
	Data     interp.Bundle  `json:"data"`
	Metadata map[string]any `json:"metadata"`
}

// CompleteRequest asks what may stand at a place in code.
type CompleteRequest struct {
	Code      string `json:"code"`
	CursorPos int    `json:"cursor_pos"` // code points; -1 or missing: the end
}

// UnmarshalJSON fills in the protocol's default.
func (r *CompleteRequest) UnmarshalJSON(text []byte) error {
	type fields CompleteRequest
	f := fields{CursorPos: -1}
	err := json.Unmarshal(text, &f)
	*r = CompleteRequest(f)
	return err
}

// CompleteReply lists what replaces code[CursorStart:CursorEnd].
type CompleteReply struct {
	Status      string         `json:"status"`
	Matches     []string       `json:"matches"`
	CursorStart int            `json:"cursor_start"`
	CursorEnd   int            `json:"cursor_end"`
	Metadata    map[string]any `json:"metadata"`
}

// HistoryRequest asks for inputs of the past.
type HistoryRequest struct {
	Output         bool   `json:"output"`
	Raw            bool   `json:"raw"`
	HistAccessType string `json:"hist_access_type"` // "range", "tail" or "search"
	Session        int    `json:"session"`
	Start          int    `json:"start"`
	Stop           *int   `json:"stop"`
	N              *int   `json:"n"`
	Pattern        string `json:"pattern"`
	Unique         bool   `json:"unique"`
}

// HistoryReply holds [session, line, input] or [session, line, [input, output]].
type HistoryReply struct {
	Status  string  `json:"status"`
	History [][]any `json:"history"`
}

// IsCompleteRequest asks whether code can be run as it stands.
type IsCompleteRequest struct {
	Code string `json:"code"`
}

// IsCompleteReply has the verdict as its status.
type IsCompleteReply struct {
	Status string `json:"status"`
	Indent string `json:"indent,omitempty"`
}

// MarshalJSON writes indent, also an empty one, exactly for incomplete code.
func (r IsCompleteReply) MarshalJSON() ([]byte, error) {
	content := map[string]string{"status": r.Status}
	if r.Status == string(interp.Incomplete) {
		content["indent"] = r.Indent
	}
	return json.Marshal(content)
}

// CommInfoRequest asks which comms are open.
type CommInfoRequest struct {
	TargetName string `json:"target_name"` // "": of all targets
}

// CommInfoReply maps comm ids to their targets.
type CommInfoReply struct {
	Status string                `json:"status"`
	Comms  map[string]CommTarget `json:"comms"`
}

// CommTarget names the target of an open comm.
type CommTarget struct {
	TargetName string `json:"target_name"`
}

// CommContent is the content of comm_open, comm_msg and comm_close.
type CommContent struct {
	CommID     string         `json:"comm_id"`
	TargetName string         `json:"target_name,omitempty"`
	Data       map[string]any `json:"data"`
}

// KernelInfoReply describes the kernel.
type KernelInfoReply struct {
	Status                string       `json:"status"`
	ProtocolVersion       string       `json:"protocol_version"`
	Implementation        string       `json:"implementation"`
	ImplementationVersion string       `json:"implementation_version"`
	LanguageInfo          LanguageInfo `json:"language_info"`
	Banner                string       `json:"banner"`
	HelpLinks             []HelpLink   `json:"help_links"`
	SupportedFeatures     []string     `json:"supported_features"`
}

// LanguageInfo describes the language of cells.
type LanguageInfo struct {
	Name              string `json:"name"`
	Version           string `json:"version"`
	Mimetype          string `json:"mimetype"`
	FileExtension     string `json:"file_extension"`
	PygmentsLexer     string `json:"pygments_lexer"`
	CodemirrorMode    string `json:"codemirror_mode"`
	NbconvertExporter string `json:"nbconvert_exporter"`
}

// HelpLink is an entry of the front-end's help menu.
type HelpLink struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

// ShutdownContent is the content of shutdown_request (Restart alone) and, with a
// Status, of shutdown_reply.
type ShutdownContent struct {
	Status  string `json:"status,omitempty"`
	Restart bool   `json:"restart"`
}

// StatusReply is a reply that says no more than that the request was served.
type StatusReply struct {
	Status string `json:"status"`
}

// StreamContent is text that was written to an output stream.
type StreamContent struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// DisplayContent is the content of display_data and update_display_data.
type DisplayContent struct {
	Data      interp.Bundle  `json:"data"`
	Metadata  map[string]any `json:"metadata"`
	Transient map[string]any `json:"transient"`
}

// ExecuteInput shows all front-ends what is being run.
type ExecuteInput struct {
	Code           string `json:"code"`
	ExecutionCount int    `json:"execution_count"`
}

// ExecuteResult is the value of a cell.
type ExecuteResult struct {
	ExecutionCount int            `json:"execution_count"`
	Data           interp.Bundle  `json:"data"`
	Metadata       map[string]any `json:"metadata"`
}

// Status says whether the kernel is at work.
type Status struct {
	ExecutionState string `json:"execution_state"` // "starting", "busy" or "idle"
}

// ClearOutput asks to clear a cell's output, with Wait only when new output comes.
type ClearOutput struct {
	Wait bool `json:"wait"`
}

// Welcome greets a new subscriber of iopub (JEP 65).
type Welcome struct {
	Subscription string `json:"subscription"`
}

// InputRequest asks the front-end that sent the request for a line.
type InputRequest struct {
	Prompt   string `json:"prompt"`
	Password bool   `json:"password"`
}

// InputReply is the line.
type InputReply struct {
	Value string `json:"value"`
}
