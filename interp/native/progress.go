package native

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// A Progress says how far a preparation is.
type Progress struct {
	What  string    // that is being done: "compiling"
	Done  int       // packages
	Of    int       // packages, 0 if they are not counted
	Since time.Time // when the preparation began, also if another process does it
}

// String is the progress without the time that it has taken: "compiling, 12 of 190 packages".
func (p Progress) String() string {
	if p.Of == 0 {
		return p.What
	}
	return fmt.Sprintf("%s, %d of %d packages", p.What, p.Done, p.Of)
}

// progressName is a file in a folder of hosts that says how far the process is that builds one,
// for those that wait for it.
const progressName = "progress"

// A teller tells a preparation's progress to who has asked for it and to other processes.
type teller struct {
	tell  func(Progress)
	file  string // "": nobody else waits for it
	since time.Time
}

// told is where progress goes that begins now.
func told(tell func(Progress), file string) *teller {
	if tell == nil {
		tell = func(Progress) {}
	}
	return &teller{tell: tell, file: file, since: time.Now()}
}

// at tells what is being done now. Others read a file that is always complete; if it cannot be
// written, they know only that they wait.
func (t *teller) at(what string, done, of int) {
	p := Progress{What: what, Done: done, Of: of, Since: t.since}
	t.tell(p)
	if t.file == "" {
		return
	}
	data, err := json.Marshal(p)
	if err != nil {
		return
	}
	fresh := t.file + ".new"
	if os.WriteFile(fresh, data, 0o644) == nil {
		os.Rename(fresh, t.file)
	}
}

// end says that there is nothing to wait for any more.
func (t *teller) end() {
	if t.file != "" {
		os.Remove(t.file)
	}
}

// waiting tells how far the process is that builds a host in a folder of hosts.
func waiting(dir string, tell func(Progress), since time.Time) {
	p := Progress{What: "waiting for another Parago, which does that", Since: since}
	if data, err := os.ReadFile(filepath.Join(dir, progressName)); err == nil {
		json.Unmarshal(data, &p)
	}
	tell(p)
}
