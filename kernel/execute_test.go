package kernel

import (
	"testing"
	"time"
)

// A request that was sent before its sender can have known of a failure is aborted,
// however late it arrives and whatever the sender's clock says.
func TestFailureCovers(t *testing.T) {
	t.Parallel()
	sent := time.Date(1999, 1, 2, 3, 4, 5, 0, time.UTC)
	failed := failure{session: "s", sent: sent, took: 100 * time.Millisecond}
	at := func(d time.Duration) string { return sent.Add(d).Format("2006-01-02T15:04:05.000000Z") }
	for name, c := range map[string]struct {
		f             failure
		session, date string
		want          bool
	}{
		"sent with it":             {failed, "s", at(0), true},
		"sent while it ran":        {failed, "s", at(99 * time.Millisecond), true},
		"sent when it was over":    {failed, "s", at(100 * time.Millisecond), false},
		"sent before it":           {failed, "s", at(-time.Millisecond), false},
		"from another session":     {failed, "t", at(0), false},
		"without a date":           {failed, "s", "", false},
		"with a date of Python's":  {failed, "s", "1999-01-02T03:04:05.050000+00:00", true},
		"with a date of a browser": {failed, "s", "1999-01-02T03:04:05.050Z", true},
		"nothing has failed yet":   {failure{}, "", at(0), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &request{msg: &Message{Header: Header{Session: c.session, Date: c.date}}}
			if got := c.f.covers(r); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
