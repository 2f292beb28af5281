package zmtp

// echo sends a message back to its peer. While the peer does not read what
// waits for it, nothing more is read from it: no one can pile up echoes.
func (s *Socket) echo(p *peer, frames [][]byte) error {
	put, err := p.out.putWait(frames, s.done, nil)
	if err == nil && !put {
		return ErrClosed
	}
	return err
}
