package display_test

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"github.com/parago/parago/interp/display"
)

func TestObjectsSayThemselvesInPlainText(t *testing.T) {
	for _, c := range []struct {
		name string
		o    display.Object
		mime string
		want string
	}{
		{"text", display.Text("a"), "text/plain", "a"},
		{"html", display.HTML("<b>a</b>"), "text/html", "<b>a</b>"},
		{"markdown", display.Markdown("*a*"), "text/markdown", "*a*"},
		{"image", display.Image(image.NewGray(image.Rect(0, 0, 3, 2))), "image/png", "<image 3×2>"},
		{"table", display.Table([]string{"n", "square"}, [][]string{{"10", "100"}}), "text/html", "n   square\n10  100"},
		{"no plain text", display.Data("text/x-go", "x"), "text/x-go", "<text/x-go>"},
		{"a bundle", display.Of(bundled{}), "text/html", "b"},
		{"a bundle by its pointer", display.Of(bundledPointer{}), "text/html", "p"},
		{"a value", display.Of(42), "text/plain", "42"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.o.String(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if text, _ := c.o.MIME(); text[c.mime] == "" {
				t.Errorf("no %s in %v", c.mime, text)
			}
		})
	}
}

type bundled struct{}

func (bundled) MIMEBundle() map[string]string {
	return map[string]string{"text/plain": "b", "text/html": "<b>b</b>"}
}

type bundledPointer struct{}

func (*bundledPointer) MIMEBundle() map[string]string {
	return map[string]string{"text/plain": "p", "text/html": "<p>p</p>"}
}

func TestTableEscapesHTML(t *testing.T) {
	text, _ := display.Table([]string{"<x>"}, [][]string{{"&"}}).MIME()
	if !strings.Contains(text["text/html"], "<th>&lt;x&gt;</th>") || !strings.Contains(text["text/html"], "<td>&amp;</td>") {
		t.Errorf("got %s", text["text/html"])
	}
}

func TestWithLeavesItsReceiverAlone(t *testing.T) {
	a := display.Text("a")
	b := a.With("text/html", "<i>a</i>")
	if text, _ := a.MIME(); len(text) != 1 {
		t.Errorf("the receiver changed: %v", text)
	}
	if text, _ := b.MIME(); len(text) != 2 {
		t.Errorf("got %v, want two types", text)
	}
}

// notebook records what is shown.
type notebook struct{ shown []string }

func (n *notebook) Show(o display.Object, id string, update bool) {
	if update {
		n.shown = append(n.shown, "update "+o.String())
		return
	}
	n.shown = append(n.shown, o.String())
}
func (n *notebook) Clear(bool)                             { n.shown = nil }
func (n *notebook) Input(p string, _ bool) (string, error) { return p + "!", nil }

func TestShowReachesTheNotebook(t *testing.T) {
	n := &notebook{}
	display.Use(n)
	defer display.Use(nil)
	display.Clear(false)
	h := display.Show(1, "two")
	h.Update(3)
	display.ShowAs(fmt.Sprint(h), 4)
	display.ShowAs(fmt.Sprint(h), 5)
	if got := strings.Join(n.shown, ", "); got != "1, two, update 3, 4, update 5" {
		t.Errorf("got %s", got)
	}
	if s, err := display.Input("name"); s != "name!" || err != nil {
		t.Errorf("got %q, %v", s, err)
	}
}
