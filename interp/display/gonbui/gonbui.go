package gonbui

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"

	"github.com/parago/parago/interp/display"
)

// IsNotebook says that there is a notebook to show things in: so it is in all cells.
const IsNotebook = true

// Sync is there for programs: in cells, what is shown is shown at once.
func Sync() {}

// Error is the error of showing things, which cannot fail here.
func Error() error { return nil }

// UniqueID returns an identifier that no other call returns.
func UniqueID() string { return rand.Text() }

// UniqueId is UniqueID.
func UniqueId() string { return UniqueID() }

// DisplayHTML shows HTML.
func DisplayHTML(html string) { display.Show(display.HTML(html)) }

// DisplayHtml is DisplayHTML.
func DisplayHtml(html string) { DisplayHTML(html) }

// DisplayHTMLF shows HTML made as by fmt.Sprintf.
func DisplayHTMLF(format string, args ...any) { DisplayHTML(fmt.Sprintf(format, args...)) }

// DisplayHtmlf is DisplayHTMLF.
func DisplayHtmlf(format string, args ...any) { DisplayHTMLF(format, args...) }

// DisplayMarkdown shows Markdown.
func DisplayMarkdown(markdown string) { display.Show(display.Markdown(markdown)) }

// DisplayPNG shows a picture in PNG's format.
func DisplayPNG(picture []byte) { display.Show(display.PNG(picture)) }

// DisplayPng is DisplayPNG.
func DisplayPng(picture []byte) { DisplayPNG(picture) }

// DisplayImage shows a picture.
func DisplayImage(m image.Image) error {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return err
	}
	DisplayPNG(b.Bytes())
	return nil
}

// DisplaySVG shows a drawing in SVG's format.
func DisplaySVG(svg string) { display.Show(display.SVG(svg)) }

// DisplaySvg is DisplaySVG.
func DisplaySvg(svg string) { DisplaySVG(svg) }

// EmbedImageAsPNGSrc returns a picture as the source of an element img of HTML.
func EmbedImageAsPNGSrc(m image.Image) (string, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return "", err
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// UpdateHTML shows HTML, in the place of what was shown under the identifier before.
func UpdateHTML(id, html string) { display.ShowAs(id, display.HTML(html)) }

// UpdateHtml is UpdateHTML.
func UpdateHtml(id, html string) { UpdateHTML(id, html) }

// UpdateMarkdown shows Markdown, in the place of what was shown under the identifier before.
func UpdateMarkdown(id, markdown string) { display.ShowAs(id, display.Markdown(markdown)) }

// RequestInput shows a prompt. The user is asked for the line when the cell reads it from
// standard input.
func RequestInput(prompt string, _ bool) { io.WriteString(os.Stdout, prompt) }
