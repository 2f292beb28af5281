package gonbui_test

import (
	"image"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/interp/display"
	"github.com/parago/parago/interp/display/gonbui"
)

// notebook records the media types of what is shown, and what replaces something.
type notebook struct{ shown []string }

func (n *notebook) Show(o display.Object, _ string, update bool) {
	text, _ := o.MIME()
	for _, mime := range []string{"text/html", "text/markdown", "image/png", "image/svg+xml"} {
		if text[mime] != "" && update {
			n.shown = append(n.shown, "again "+mime)
		} else if text[mime] != "" {
			n.shown = append(n.shown, mime)
		}
	}
}
func (n *notebook) Clear(bool)                         {}
func (n *notebook) Input(string, bool) (string, error) { return "", nil }

func TestShowsInTheNotebook(t *testing.T) {
	n := &notebook{}
	display.Use(n)
	defer display.Use(nil)
	picture := image.NewGray(image.Rect(0, 0, 1, 1))
	gonbui.DisplayHTMLF("<b>%d</b>", 1)
	gonbui.DisplayMarkdown("*a*")
	gonbui.DisplaySvg("<svg/>")
	if err := gonbui.DisplayImage(picture); err != nil {
		t.Error(err)
	}
	one, two := gonbui.UniqueId(), gonbui.UniqueID()
	gonbui.UpdateHTML(one, "1")
	gonbui.UpdateHTML(two, "2")
	gonbui.UpdateMarkdown(one, "3")
	want := []string{"text/html", "text/markdown", "image/svg+xml", "image/png", "text/html", "text/html", "again text/markdown"}
	if !slices.Equal(n.shown, want) {
		t.Errorf("shown %q", n.shown)
	}
	if src, err := gonbui.EmbedImageAsPNGSrc(picture); err != nil || !strings.HasPrefix(src, "data:image/png;base64,iVBOR") {
		t.Errorf("%s, %v", src, err)
	}
}
