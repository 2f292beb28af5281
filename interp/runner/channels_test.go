package runner

import (
	"reflect"
	"testing"
	"time"

	"github.com/parago/parago/interp/runner/rt"
)

func TestChannels(t *testing.T) {
	c := make(chan int, 1)
	var got int
	seven := 7
	send(c, &seven)
	if !receive(c, &got) || got != 7 {
		t.Errorf("received %d", got)
	}
	go func() { send(c, &seven); close(c) }()
	if !receive(c, nil) || receive(c, &got) || got != 0 {
		t.Errorf("a closed channel gave %d", got)
	}
	if n, ok := choose("r", c, &got); n != 0 || ok {
		t.Errorf("select: %d, %v", n, ok)
	}
	full := make(chan error)
	var err error
	if n, _ := choose("srd", full, &err, make(chan int), nil); n != 2 {
		t.Errorf("select took %d and not default", n)
	}
	go receive(full, nil)
	if n, _ := choose("rs", make(chan int), nil, full, &err); n != 1 {
		t.Errorf("select took %d and did not send", n)
	}
}

// What waits for a channel ends with its cell, with what is deferred and nothing else.
func TestChannelsEndWithTheCell(t *testing.T) {
	var zero int
	for name, waits := range map[string]func(){
		"receive":          func() { receive(make(chan int), &zero) },
		"receive from nil": func() { receive((chan int)(nil), nil) },
		"send":             func() { send(make(chan int), &zero) },
		"select":           func() { choose("rs", make(chan int), &zero, make(chan int), &zero) },
		"empty select":     func() { choose("") },
	} {
		var did []string
		c, begun, ended := rt.NewCell(""), make(chan bool), make(chan bool)
		go func() {
			defer close(ended)
			c.Run(func() {
				defer func() { did = append(did, "deferred") }()
				close(begun)
				waits()
				did = append(did, "went on")
			})
		}()
		<-begun
		c.Halt()
		select {
		case <-ended:
		case <-time.After(time.Minute):
			t.Fatalf("%s does not end", name)
		}
		if !reflect.DeepEqual(did, []string{"deferred"}) {
			t.Errorf("%s: %v", name, did)
		}
	}
}
