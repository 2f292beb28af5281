package remote

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"net"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
)

// Before anything else both ends of a network connection prove that they know the key, by
// an HMAC-SHA256 of both ends' random challenges. The one that dials goes first, and nobody
// learns anything who does not know it. The key itself does not cross, and what follows
// is neither encrypted nor signed.

const (
	authGreeting = "procpool 1\n" // the protocol and its version
	authTimeout  = 10 * time.Second
	nonceSize    = 32
)

// authenticate settles that both ends know the key. Its error is an ErrAuth if they do not.
func authenticate(conn net.Conn, key []byte, dialed bool) error {
	conn.SetDeadline(time.Now().Add(authTimeout))
	err := challenge(conn, key, dialed)
	conn.SetDeadline(time.Time{})
	return err
}

func challenge(conn net.Conn, key []byte, dialed bool) error {
	mine := make([]byte, nonceSize)
	rand.Read(mine)
	if _, err := conn.Write(append([]byte(authGreeting), mine...)); err != nil {
		return brokenGreeting(err)
	}
	theirs := make([]byte, len(authGreeting)+nonceSize)
	if _, err := io.ReadFull(conn, theirs); err != nil {
		return brokenGreeting(err)
	}
	if string(theirs[:len(authGreeting)]) != authGreeting {
		return fault.Errorf("%w: the other side does not speak this protocol", fault.ErrAuth)
	}
	theirs = theirs[len(authGreeting):]
	if dialed {
		if err := prove(conn, proof(key, "dial", mine, theirs)); err != nil {
			return err
		}
		return check(conn, proof(key, "accept", mine, theirs))
	}
	if err := check(conn, proof(key, "dial", theirs, mine)); err != nil {
		return err
	}
	return prove(conn, proof(key, "accept", theirs, mine))
}

// proof is what one side shows. The role keeps a proof from being sent back.
func proof(key []byte, role string, dialer, acceptor []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(authGreeting + role))
	h.Write(dialer)
	h.Write(acceptor)
	return h.Sum(nil)
}

// prove shows a proof, and waits for what the other side says to it.
func prove(conn net.Conn, proof []byte) error {
	if _, err := conn.Write(proof); err != nil {
		return brokenGreeting(err)
	}
	verdict := make([]byte, 1)
	if _, err := io.ReadFull(conn, verdict); err != nil {
		return brokenGreeting(err)
	}
	if verdict[0] != 1 {
		return errOtherKey
	}
	return nil
}

// check waits for the other side's proof, and says what it finds.
func check(conn net.Conn, want []byte) error {
	got := make([]byte, len(want))
	if _, err := io.ReadFull(conn, got); err != nil {
		return brokenGreeting(err)
	}
	if !hmac.Equal(got, want) {
		conn.Write([]byte{0})
		return errOtherKey
	}
	if _, err := conn.Write([]byte{1}); err != nil {
		return brokenGreeting(err)
	}
	return nil
}

// errOtherKey is the error of who has been shown a proof with another key, or has shown one.
var errOtherKey = fault.Errorf("%w: the other side has another key", fault.ErrAuth)

// brokenGreeting is the error of a connection that broke off, or did not go on, before either side knew
// whether the other has the key.
func brokenGreeting(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fault.Errorf("the other side has closed the connection before the keys were compared: %w", io.ErrUnexpectedEOF)
	}
	return fault.Errorf("the connection broke before the keys were compared: %w", err)
}
