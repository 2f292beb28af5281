package runner

import (
	"io"
)

// A placer writes text on, with the files of compiled cells as users know them: In[3]. Package
// testing knows no places in interpreted cells; what it takes for them is left out.
type placer struct {
	to      io.Writer
	natives *natives
	held    []byte // an end that may be the beginning of a name
}

var (
	noPlace   = pattern(`(?m)^( {4,})value\.go:\d+: `) // of package reflect
	cellFile  = pattern(`cell·[0-9a-f]+\.go|(\./)?In\[\d+\]\.go`)
	cellBegun = pattern(`(c|ce|cel|cell|cell\x{FFFD}|cell·[0-9a-f]*|cell·[0-9a-f]+\.g?|\./?|(\./)?(I|In|In\[\d*|In\[\d+\](\.g?)?))$`)
)

func (p *placer) Write(text []byte) (int, error) {
	all := append(p.held, text...)
	end := len(all)
	if at := cellBegun().FindIndex(all); at != nil {
		end = at[0]
	}
	p.held = append([]byte(nil), all[end:]...)
	placed := cellFile().ReplaceAllFunc(all[:end], func(file []byte) []byte {
		if cell, ok := p.natives.cellOf(string(file)); ok {
			return []byte(cell)
		}
		return file
	})
	_, err := p.to.Write(noPlace().ReplaceAll(placed, []byte("$1")))
	return len(text), err
}

// flush writes what is held.
func (p *placer) flush() error {
	_, err := p.to.Write(p.held)
	p.held = nil
	return err
}
