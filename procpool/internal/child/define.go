package child

import (
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// Define sends what a child lacks to call t: units, then the function itself.
func (c *Child) Define(t *callee.Callee) error {
	if _, ok := c.Defined[t]; ok {
		return nil
	}
	if err := c.tell(t.Units); err != nil {
		return err
	}
	if err := t.Def.Send(c.Out, task.FrameDefine, t.ID); err != nil {
		return err
	}
	c.Defined[t] = t.ID
	c.nursery.learn(t)
	return nil
}

// tell sends the units that a child lacks.
func (c *Child) tell(units []host.Unit) error {
	for _, u := range units {
		if v, ok := c.has[u.Key]; ok && v == u.Version {
			continue
		}
		if u.Content != nil {
			if err := u.Content.Bulk.Send(c.Out, task.FrameContent, u.Version); err != nil {
				return err
			}
			u.Content = nil // it is on its way
		}
		if err := c.send(task.FrameUnit, u.Version, u); err != nil {
			return err
		}
		c.has[u.Key] = u.Version
	}
	return nil
}

// Undefine drops functions whose calls are over. What they had captured is freed.
func (c *Child) Undefine() {
	for t := range c.Defined {
		if t.Over.Load() {
			delete(c.Defined, t)
			c.Out.Put(wire.Frame{Kind: task.FrameDefine, ID: t.ID})
		}
	}
}
