package zmtp

// Type is a ZeroMQ socket type, spelled as on the wire.
type Type string

// The types that Listen binds.
const (
	// Router is the type of shell, control and stdin: many peers, each with
	// an identity by which it is answered.
	Router Type = "ROUTER"
	// XPub is the type of iopub: it publishes, and sees subscriptions.
	XPub Type = "XPUB"
	// Rep is the type of the heartbeat: it echoes.
	Rep Type = "REP"
)

// The types that Dial connects.
const (
	// Dealer talks to a Router.
	Dealer Type = "DEALER"
	// Sub reads from an XPub what it subscribed to.
	Sub Type = "SUB"
	// Req talks to a Rep, or to a Router in requests and replies.
	Req Type = "REQ"
)

// binds reports whether Listen knows the type.
func (t Type) binds() bool { return t == Router || t == XPub || t == Rep }

// dials reports whether Dial knows the type.
func (t Type) dials() bool { return t == Dealer || t == Sub || t == Req }
