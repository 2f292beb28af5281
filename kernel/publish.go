package kernel

import (
	"context"

	"github.com/parago/parago/kernel/zmtp"
)

// status publishes what the kernel is at, for the request with the given header.
func (k *Kernel) status(parent Header, state string) {
	k.iopub.publish(&pubItem{topic: "status", msgType: "status", parent: parent, content: Status{ExecutionState: state}})
}

// publish publishes a message of a cell, after all that the cell wrote before.
func (k *Kernel) publish(o *origin, msgType string, content any) {
	k.iopub.publish(&pubItem{topic: msgType, msgType: msgType, parent: o.parent, origin: o, content: content})
}

// welcome greets new subscribers of iopub, so that they know that nothing that is
// published from now on escapes them (JEP 65).
func (k *Kernel) welcome(ctx context.Context) {
	for {
		in, err := k.iopubSocket.Recv(ctx)
		if err != nil {
			return
		}
		if in.Kind == zmtp.Subscribe {
			k.iopub.publish(&pubItem{raw: true, topic: in.Topic, msgType: "iopub_welcome", content: Welcome{Subscription: in.Topic}})
		}
	}
}

// sendItem puts a message on the wire. The publisher's goroutine calls it.
func (k *Kernel) sendItem(it *pubItem) {
	content := it.content
	if it.name != "" {
		content = StreamContent{Name: it.name, Text: string(it.text)}
	}
	m, err := NewMessage(k.header(it.msgType), it.parent, content)
	if err != nil {
		k.log.Error("publish", "error", err)
		return
	}
	topic := "kernel." + k.id + "." + it.topic
	if it.raw {
		topic = it.topic
	}
	m.Identities = [][]byte{[]byte(topic)}
	k.log.Debug("publish", "type", it.msgType, "parent", it.parent.MsgID)
	frames, err := k.codec.Encode(m)
	if err == nil {
		err = k.iopubSocket.Send(frames...)
	}
	if err != nil {
		k.bad.warn("message not published", "type", it.msgType, "error", err)
	}
}
