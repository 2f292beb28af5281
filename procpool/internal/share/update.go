package share

import (
	"reflect"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
)

const (
	firstTurn = 100 * time.Millisecond // how long an update may take while others wait
	maxTurns  = 5                      // each is twice as long as the function took in the one before
)

// An update is a change of an entry from what it is. Its process has a turn meanwhile,
// for which others wait in order: so it cannot be overtaken for ever, as one that compares and swaps
// could. The turn ends with the process, so it cannot be held for ever, as a lock could; and
// when it takes too long and others wait it is over, too, and f called
// again with what the entry is then, in a turn that is twice as long as f took.
type update struct {
	object *Object
	begin  func(limit time.Duration) broker.Request
	commit func(turn int64, keep bool, value []byte) broker.Request
	value  reflect.Value // where f finds the value, and puts the new one
	f      func(exists bool) (keep bool)
}

func (u *update) run() error {
	limit := firstTurn
	for range maxTurns {
		a, err := u.object.Ask(u.begin(limit))
		if err != nil {
			return err
		}
		start := time.Now()
		err = u.turn(a)
		if err != node.ErrConflict {
			return err
		}
		limit = max(limit, 2*time.Since(start))
	}
	return fault.Errorf("an update was overtaken %d times: does its function change the same entry?", maxTurns)
}

// turn calls f once. If it panics nothing is changed.
func (u *update) turn(a broker.Answer) error {
	if len(a.Data) < 9 {
		return fault.Errorf("an entry that cannot be read")
	}
	turn, exists, data := int64(a.Number()), a.Data[8] == 1, a.Data[9:]
	over := false
	defer func() {
		if !over {
			u.object.Ask(broker.Request{Op: broker.OpPassTurn, N: turn})
		}
	}()
	u.value.SetZero()
	if exists {
		if err := u.object.codec().Decode(data, u.value); err != nil {
			return err
		}
	}
	var value []byte
	keep := u.f(exists)
	if keep {
		var err error
		if value, err = u.object.codec().Encode(nil, u.value); err != nil {
			return fault.AtPath(err, "value")
		}
	}
	over = true
	_, err := u.object.Ask(u.commit(turn, keep, value))
	return err
}
