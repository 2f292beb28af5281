package kernel

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/parago/parago/interp"
)

func versionMagic() Magic {
	return Magic{Name: "%version", Help: "show the versions of Parago and Go", Run: runVersion}
}

func runVersion(_ context.Context, c *MagicCall) error {
	_, err := fmt.Fprintf(c.Stdout, "Parago %s, %s %s/%s, Jupyter protocol %s\n",
		c.k.options.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH, ProtocolVersion)
	return err
}

func lsmagicMagic() Magic {
	return Magic{Name: "%lsmagic", Help: "list the magics", Run: runLsmagic}
}

func runLsmagic(_ context.Context, c *MagicCall) error {
	_, err := fmt.Fprintln(c.Stdout, strings.Join(c.k.magicNames(), " "))
	return err
}

func helpMagic() Magic {
	return Magic{Name: "%help", Args: "[MAGIC]", Help: "say what the magics do", Run: runHelp}
}

func runHelp(_ context.Context, c *MagicCall) error {
	if c.Args != "" {
		m, ok := c.k.findMagic(c.Args)
		if !ok {
			return fmt.Errorf("there is no magic %s; there are %s", c.Args, strings.Join(c.k.magicNames(), " "))
		}
		_, err := fmt.Fprintln(c.Stdout, m.usage())
		return err
	}
	_, err := fmt.Fprintln(c.Stdout, c.k.usages())
	return err
}

// usages is what all magics do.
func (k *Kernel) usages() string {
	var lines []string
	for _, name := range k.magicNames() {
		lines = append(lines, k.magics[name].usage())
	}
	return strings.Join(lines, "\n")
}

func (m Magic) usage() string {
	return fmt.Sprintf("%-32s %s", strings.TrimSpace(m.Name+" "+m.Args), m.Help)
}

// findMagic finds a magic also by its bare name.
func (k *Kernel) findMagic(name string) (Magic, bool) {
	for _, prefix := range []string{"", "%", "%%"} {
		if m, ok := k.magics[prefix+name]; ok {
			return m, true
		}
	}
	return Magic{}, false
}

// completeMagic completes the name of a magic, if the cursor is at one.
func (k *Kernel) completeMagic(code string, cursor int) (interp.Completion, bool) {
	word, ok := magicWord(string([]rune(code)[:cursor]))
	if name, _, more := strings.Cut(word, " "); !ok || more {
		return interp.Completion{}, ok && !k.magics[name].Go
	}
	c := interp.Completion{Start: cursor - utf8.RuneCountInString(word), End: cursor}
	for _, name := range k.magicNames() {
		if strings.HasPrefix(name, word) {
			c.Matches = append(c.Matches, interp.Match{Text: name, Kind: "magic", Type: k.magics[name].Args})
		}
	}
	return c, true
}

// inspectMagic describes the magic that the cursor's line begins with.
func (k *Kernel) inspectMagic(code string, cursor int) (interp.Bundle, bool) {
	runes := []rune(code)
	rest, _, _ := strings.Cut(string(runes[cursor:]), "\n")
	line, ok := magicWord(string(runes[:cursor]) + rest)
	if !ok {
		return nil, false
	}
	name, _ := nameAndArgs(line)
	before, _ := magicWord(string(runes[:cursor]))
	m, known := k.magics[name]
	if !known || m.Go && len(before) > len(name) {
		return nil, false
	}
	return interp.Bundle{"text/plain": m.usage()}, true
}

// magicWord returns the last line of code if it begins with %.
func magicWord(code string) (string, bool) {
	line := strings.TrimLeft(code[strings.LastIndexByte(code, '\n')+1:], " \t")
	return line, strings.HasPrefix(line, "%")
}
