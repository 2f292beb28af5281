package kernel

import (
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/parago/parago/interp"
)

// kernelInfo serves kernel_info_request.
func (k *Kernel) kernelInfo(*request) (any, error) {
	version := strings.TrimPrefix(runtime.Version(), "go")
	return KernelInfoReply{
		Status:                "ok",
		ProtocolVersion:       ProtocolVersion,
		Implementation:        "parago",
		ImplementationVersion: k.options.Version,
		LanguageInfo: LanguageInfo{
			Name: "go", Version: version, Mimetype: "text/x-go", FileExtension: ".go",
			PygmentsLexer: "go", CodemirrorMode: "go", NbconvertExporter: "script",
		},
		Banner: "Parago " + k.options.Version + ": Go " + version + " with process pools",
		HelpLinks: []HelpLink{
			{"Go Documentation", "https://go.dev/doc/"},
			{"Standard Library", "https://pkg.go.dev/std"},
			{"Go Specification", "https://go.dev/ref/spec"},
		},
		SupportedFeatures: []string{},
	}, nil
}

// isComplete serves is_complete_request.
func (k *Kernel) isComplete(r *request) (any, error) {
	var req IsCompleteRequest
	if err := r.msg.Decode(&req); err != nil {
		return nil, err
	}
	if p, ok := cellMagic(req.Code); ok && !k.magics[p.name].Go {
		return IsCompleteReply{Status: string(interp.Complete)}, nil
	}
	e, err := k.evaluatorForQuery()
	if err != nil {
		return IsCompleteReply{Status: string(interp.Unknown)}, nil
	}
	status, indent := e.IsComplete(withoutMagics(req.Code, k.magics))
	return IsCompleteReply{Status: string(status), Indent: indent}, nil
}

// complete serves complete_request.
func (k *Kernel) complete(r *request) (any, error) {
	var req CompleteRequest
	if err := r.msg.Decode(&req); err != nil {
		return nil, err
	}
	cursor := clampCursor(req.Code, req.CursorPos)
	c, isMagic := k.completeMagic(req.Code, cursor)
	if !isMagic {
		e, err := k.evaluatorForQuery()
		if err != nil {
			return nil, err
		}
		c = e.Complete(withoutMagics(req.Code, k.magics), cursor)
	}
	return completeReply(c), nil
}

// completeReply gives the matches with their types, for JupyterLab's icons.
func completeReply(c interp.Completion) CompleteReply {
	matches, types := []string{}, []map[string]any{}
	for _, m := range c.Matches {
		matches = append(matches, m.Text)
		types = append(types, map[string]any{
			"start": c.Start, "end": c.End, "text": m.Text, "type": m.Kind, "signature": m.Type,
		})
	}
	return CompleteReply{
		Status: "ok", Matches: matches, CursorStart: c.Start, CursorEnd: c.End,
		Metadata: map[string]any{"_jupyter_types_experimental": types},
	}
}

// inspect serves inspect_request.
func (k *Kernel) inspect(r *request) (any, error) {
	req := InspectRequest{CursorPos: -1}
	if err := r.msg.Decode(&req); err != nil {
		return nil, err
	}
	cursor := clampCursor(req.Code, req.CursorPos)
	data, found := k.inspectMagic(req.Code, cursor)
	if !found {
		e, err := k.evaluatorForQuery()
		if err != nil {
			return nil, err
		}
		data, found = e.Inspect(withoutMagics(req.Code, k.magics), cursor, req.DetailLevel)
	}
	if !found || data == nil {
		data = interp.Bundle{}
	}
	return InspectReply{Status: "ok", Found: found, Data: data, Metadata: map[string]any{}}, nil
}

// clampCursor returns a cursor within code, in code points. A negative one stands
// for the end.
func clampCursor(code string, cursor int) int {
	if n := utf8.RuneCountInString(code); cursor < 0 || cursor > n {
		return n
	}
	return cursor
}
