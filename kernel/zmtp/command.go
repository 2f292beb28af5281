package zmtp

import "bytes"

// The commands that we meet after the handshake (ZMTP 3.1). Others are
// ignored, as the protocol asks.
const (
	cmdPing      = "PING"
	cmdPong      = "PONG"
	cmdSubscribe = "SUBSCRIBE"
	cmdCancel    = "CANCEL"
	cmdError     = "ERROR"
)

const (
	pingTTL     = 2  // a PING begins with two bytes that only its sender needs
	pingContext = 16 // and ends with up to so many that the PONG repeats
)

// splitCommand takes a command's body apart into its name and arguments.
func splitCommand(body []byte) (name string, args []byte, err error) {
	if len(body) == 0 || int(body[0]) > len(body)-1 || body[0] == 0 {
		return "", nil, violation("malformed command")
	}
	n := 1 + int(body[0])
	return string(body[1:n]), body[n:], nil
}

// pong returns the answer to a PING with these arguments.
func pong(args []byte) ([]byte, error) {
	if len(args) < pingTTL || len(args) > pingTTL+pingContext {
		return nil, violation("malformed PING")
	}
	return append([]byte("\x04"+cmdPong), args[pingTTL:]...), nil
}

// subscriptionFrame reads the message by which a ZMTP 3.0 peer subscribes
// or unsubscribes; ok is false for any other message, which is the peer's
// upstream data and not for us.
func subscriptionFrame(frames [][]byte) (topic string, on, ok bool) {
	if len(frames) != 1 || len(frames[0]) == 0 || frames[0][0] > 1 {
		return "", false, false
	}
	return string(frames[0][1:]), frames[0][0] == 1, true
}

// subscription makes that message.
func subscription(topic string, on bool) [][]byte {
	b := byte(0)
	if on {
		b = 1
	}
	return [][]byte{append([]byte{b}, topic...)}
}

// printable shortens bytes of a peer for the log.
func printable(b []byte) string {
	return string(bytes.ToValidUTF8(b[:min(len(b), 100)], []byte("?")))
}
