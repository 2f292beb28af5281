package zmtp

// A Kind tells what a Message is.
type Kind int

const (
	// Data is a message that a peer sent.
	Data Kind = iota
	// Subscribe is an XPub's news that a peer subscribed to Topic, for the
	// first time. What is published from now on under that topic reaches it.
	Subscribe
	// Unsubscribe is an XPub's news that a peer gave up Topic, or left.
	Unsubscribe
)

// A Message is what a Socket receives. Its bytes belong to the receiver.
type Message struct {
	// From is the sender. For a Router it is the identity to give to SendTo,
	// which may have any bytes; for an XPub it only tells peers apart.
	From string
	// Kind is Data for a Router, Subscribe or Unsubscribe for an XPub.
	Kind Kind
	// Frames is what the peer sent, without an identity frame, at least one
	// frame.
	Frames [][]byte
	// Topic is what a Subscribe or Unsubscribe is about; empty is everything.
	Topic string
}
