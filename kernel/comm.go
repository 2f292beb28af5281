package kernel

// commInfo serves comm_info_request. This kernel has no comm targets, so no comm is
// ever open, whichever target is asked for.
func (k *Kernel) commInfo(r *request) (any, error) {
	var req CommInfoRequest
	if err := r.msg.Decode(&req); err != nil {
		return nil, err
	}
	return CommInfoReply{Status: "ok", Comms: map[string]CommTarget{}}, nil
}

// commOpen serves comm_open. A comm to a target that nobody serves is closed, as the
// protocol wants it.
func (k *Kernel) commOpen(r *request) (any, error) {
	var open CommContent
	if err := r.msg.Decode(&open); err != nil {
		return nil, err
	}
	k.iopub.publish(&pubItem{
		topic: "comm_close", msgType: "comm_close", parent: r.msg.Header,
		content: CommContent{CommID: open.CommID, Data: map[string]any{}},
	})
	return nil, nil
}

// commIgnore serves comm_msg and comm_close, which can only be for comms that were
// closed already.
func (k *Kernel) commIgnore(*request) (any, error) { return nil, nil }
