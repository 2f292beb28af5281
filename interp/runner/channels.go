package runner

import (
	"reflect"

	"github.com/parago/parago/interp/runner/rt"
	"github.com/traefik/yaegi/interp"
)

// channelTable is what lowered text does with channels. The interpreter's own operations would have a
// stopped goroutine go on behind them with a zero value; these end it.
func channelTable() interp.Exports {
	return interp.Exports{"parago/runtime/runtime": {
		"Receive": reflect.ValueOf(receive),
		"Send":    reflect.ValueOf(send),
		"Select":  reflect.ValueOf(choose),
	}}
}

// receive is *to, ok = <-c. What it receives is dropped if to is nil.
func receive(c, to any) (ok bool) {
	v, ok := reflect.ValueOf(c).TryRecv()
	if !v.IsValid() { // nothing is there yet
		_, v, ok = wait([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(c)}})
	}
	put(v, to)
	return ok
}

// send is c <- *from.
func send(c, from any) {
	ch, v := reflect.ValueOf(c), reflect.ValueOf(from).Elem()
	if !ch.TrySend(v) {
		wait([]reflect.SelectCase{{Dir: reflect.SelectSend, Chan: ch, Send: v}})
	}
}

// choose is a select statement. It has a letter for each clause, r for a receive, s for a send and d for default, and for the
// first two a channel and a pointer each, as receive and send have. It returns the clause's number.
func choose(clauses string, operands ...any) (chosen int, ok bool) {
	cases := make([]reflect.SelectCase, len(clauses), len(clauses)+1)
	pointers := make([]any, len(clauses))
	waits := true
	for i, kind := range clauses {
		if kind == 'd' {
			cases[i].Dir, waits = reflect.SelectDefault, false
			continue
		}
		cases[i] = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(operands[0])}
		pointers[i] = operands[1]
		if kind == 's' {
			cases[i].Dir, cases[i].Send = reflect.SelectSend, reflect.ValueOf(operands[1]).Elem()
		}
		operands = operands[2:]
	}
	var v reflect.Value
	if waits {
		chosen, v, ok = wait(cases)
	} else {
		chosen, v, ok = reflect.Select(cases)
	}
	if cases[chosen].Dir == reflect.SelectRecv {
		put(v, pointers[chosen])
	}
	return chosen, ok
}

// wait is reflect.Select until the calling goroutine is to stop.
func wait(cases []reflect.SelectCase) (int, reflect.Value, bool) {
	stop := reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(rt.Done())}
	chosen, v, ok := reflect.Select(append(cases, stop))
	if chosen == len(cases) {
		panic(rt.Halted())
	}
	return chosen, v, ok
}

// put stores what was received.
func put(v reflect.Value, to any) {
	if to != nil {
		reflect.ValueOf(to).Elem().Set(v)
	}
}
