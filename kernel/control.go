package kernel

// interrupt serves interrupt_request. It does not wait for the cell to stop.
func (k *Kernel) interrupt(*request) (any, error) {
	k.Interrupt()
	return StatusReply{Status: "ok"}, nil
}

// shutdown serves shutdown_request: the reply goes out, then Serve ends. Restarting
// is up to the front-end, which starts a new kernel.
func (k *Kernel) shutdown(r *request) (any, error) {
	var req ShutdownContent
	if err := r.msg.Decode(&req); err != nil {
		return nil, err
	}
	k.stopping.once.Do(func() {
		k.stopping.request, k.stopping.restart = r.msg.Header, req.Restart
		close(k.stopping.begun)
	})
	return ShutdownContent{Status: "ok", Restart: req.Restart}, nil
}
