package kernel

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/parago/parago/interp"
)

// A running is the cell that is being executed, as seen by those who stop it.
type running struct {
	mu         sync.Mutex
	origin     *origin         // of the cell; nil: nothing runs
	ctx        context.Context // of the cell
	cancel     context.CancelFunc
	stopping   bool      // the cell was interrupted
	foreground Evaluator // in Eval or Expr now; nil: elsewhere
}

// begin returns the context of the next cell.
func (r *running) begin(parent context.Context, o *origin) context.Context {
	ctx, cancel := context.WithCancel(parent)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.origin, r.ctx, r.cancel, r.stopping = o, ctx, cancel, false
	return ctx
}

// end is called when the cell has ended.
func (r *running) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cancel()
	r.origin = nil
}

// until returns a context that ends with ctx and, if o's cell runs now, with it.
func (r *running) until(ctx context.Context, o *origin) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.origin != o {
		return ctx, cancel
	}
	stop := context.AfterFunc(r.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}

// enter says who runs the cell now.
func (r *running) enter(e Evaluator) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.foreground = e
}

// interrupt stops the cell: first by its context, which no part of it can miss, then
// by the evaluator's own means, which include force.
func (r *running) interrupt() (stopped bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.origin == nil:
		return false
	case !r.stopping:
		r.stopping = true
		r.cancel()
	case r.foreground != nil:
		r.foreground.Interrupt()
	}
	return true
}

// A failure remembers the execution that failed last, for requests that were sent
// before their sender could know of it.
type failure struct {
	session string
	sent    time.Time     // by the sender's clock
	took    time.Duration // from its arrival to its reply, by ours
}

// covers reports whether r left its sender before the failed request was answered.
// Both times on the sender's clock lie closer together than the answer took, so
// this holds whatever that clock says, and however late r arrives.
func (f failure) covers(r *request) bool {
	if f.took == 0 || r.msg.Header.Session != f.session {
		return false
	}
	sent, ok := r.msg.Header.Time()
	return ok && !sent.Before(f.sent) && sent.Sub(f.sent) < f.took
}

// execute serves execute_request.
func (k *Kernel) execute(r *request) (any, error) {
	if r.aborted || k.failed.covers(r) {
		return AbortedReply{Status: "aborted"}, nil
	}
	var req ExecuteRequest
	if err := r.msg.Decode(&req); err != nil {
		return nil, err
	}
	o := k.origins.add(r, req.AllowStdin)
	defer k.iopub.finish(o)
	req.StoreHistory = req.StoreHistory && strings.TrimSpace(req.Code) != ""
	if req.StoreHistory {
		k.count++
	}
	if !req.Silent {
		k.publish(o, "execute_input", ExecuteInput{Code: req.Code, ExecutionCount: k.count})
	}
	k.page = nil
	ctx := k.running.begin(k.ctx, o)
	defer k.running.end()
	result, err := k.runCell(ctx, o, req)
	reply := ExecuteReply{Status: "ok", ExecutionCount: k.count, UserExpressions: map[string]any{}, Payload: k.page.payload()}
	if err != nil {
		k.executionFailed(r, o, req, &reply, err)
	} else {
		k.showResult(o, req, result)
		reply.UserExpressions = k.userExpressions(ctx, o, req)
	}
	if req.StoreHistory {
		k.history.add(k.count, req.Code, plainText(result))
	}
	return reply, nil
}

// runCell runs the code with its magics. A bug below is the cell's error.
func (k *Kernel) runCell(ctx context.Context, o *origin, req ExecuteRequest) (result *interp.Result, err error) {
	defer k.contain("execute_request", &err)
	cell := interp.Cell{Source: req.Code, Origin: o.id, AllowInput: req.AllowStdin}
	if req.StoreHistory {
		cell.N = k.count
	}
	result, err = k.runMixed(ctx, o, cell)
	if err != nil && ctx.Err() != nil && !isInterpError(err) {
		err = interrupted()
	}
	return result, err
}

// evaluate hands Go code to the session.
func (k *Kernel) evaluate(ctx context.Context, run func(Evaluator) (*interp.Result, error)) (*interp.Result, error) {
	if ctx.Err() != nil {
		return nil, interrupted()
	}
	e, err := k.session.get(ctx)
	if err != nil {
		return nil, err
	}
	k.running.enter(e)
	defer k.running.enter(nil)
	return run(e)
}

// executionFailed says so to everyone, and drops what was queued behind.
func (k *Kernel) executionFailed(r *request, o *origin, req ExecuteRequest, reply *ExecuteReply, err error) {
	content := errorContent(err)
	k.iopub.finish(o)
	k.publish(o, "error", content)
	reply.Status, reply.ErrorContent = "error", &content
	if !req.StopOnError || req.Silent {
		return
	}
	k.lanes[inOrder].abort()
	sent, _ := r.msg.Header.Time()
	k.failed = failure{r.msg.Header.Session, sent, time.Since(r.received)}
}

func (k *Kernel) showResult(o *origin, req ExecuteRequest, result *interp.Result) {
	if req.Silent || result == nil || result.Data == nil {
		return
	}
	k.iopub.finish(o)
	k.publish(o, "execute_result", ExecuteResult{
		ExecutionCount: k.count, Data: result.Data, Metadata: orNoMetadata(result.Metadata),
	})
}

// userExpressions evaluates what the front-end wants to know after a cell that went
// well. One that fails spoils no other.
func (k *Kernel) userExpressions(ctx context.Context, o *origin, req ExecuteRequest) map[string]any {
	answers := map[string]any{}
	for name, source := range req.UserExpressions {
		cell := interp.Cell{Source: source, Origin: o.id}
		result, err := k.evaluate(ctx, func(e Evaluator) (*interp.Result, error) { return e.Expr(ctx, cell) })
		if err != nil {
			answers[name] = ErrorReply{Status: "error", ErrorContent: errorContent(err)}
			continue
		}
		answers[name] = map[string]any{"status": "ok", "data": bundleOf(result), "metadata": map[string]any{}}
	}
	return answers
}

// interrupted is the error of a cell that was stopped outside the evaluator.
func interrupted() error {
	return &interp.Error{Kind: interp.Interrupted, Name: "Interrupted", Value: "the cell was interrupted"}
}

func isInterpError(err error) bool {
	var e *interp.Error
	return errors.As(err, &e)
}

func bundleOf(r *interp.Result) interp.Bundle {
	if r == nil || r.Data == nil {
		return interp.Bundle{}
	}
	return r.Data
}

func plainText(r *interp.Result) string {
	text, _ := bundleOf(r)["text/plain"].(string)
	return text
}

func orNoMetadata(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}
