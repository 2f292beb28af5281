package display

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"image"
	"image/png"
	"reflect"
	"sort"
	"strings"
)

// An Object is something to show: the same thing in one or more media types, of
// which the front-end takes the richest that it can draw.
type Object struct {
	data map[string]string // binary data in base64
	json map[string][]byte // types that are JSON
}

// Text is plain text.
func Text(s string) Object { return Data("text/plain", s) }

// HTML is a fragment of HTML.
func HTML(s string) Object { return Data("text/html", s).and("text/plain", s) }

// Markdown is Markdown, with $…$ for mathematics.
func Markdown(s string) Object { return Data("text/markdown", s).and("text/plain", s) }

// LaTeX is a formula or a text in LaTeX.
func LaTeX(s string) Object { return Data("text/latex", s).and("text/plain", s) }

// SVG is a drawing.
func SVG(s string) Object { return Data("image/svg+xml", s).and("text/plain", "<SVG>") }

// PNG is an image in PNG's format.
func PNG(b []byte) Object { return Bytes("image/png", b).and("text/plain", "<PNG>") }

// JPEG is an image in JPEG's format.
func JPEG(b []byte) Object { return Bytes("image/jpeg", b).and("text/plain", "<JPEG>") }

// Image is an image, shown as PNG.
func Image(m image.Image) Object {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return Text("image: " + err.Error())
	}
	size := m.Bounds().Size()
	return Bytes("image/png", b.Bytes()).and("text/plain", fmt.Sprintf("<image %d×%d>", size.X, size.Y))
}

// JSON is a value as a tree that can be folded, encoded by encoding/json.
func JSON(v any) Object {
	b, err := json.Marshal(v)
	if err != nil {
		return Text("json: " + err.Error())
	}
	return Object{json: map[string][]byte{"application/json": b}}.and("text/plain", string(b))
}

// Data is text of the given media type.
func Data(mime, text string) Object { return Object{data: map[string]string{mime: text}} }

// Bytes is binary data of the given media type.
func Bytes(mime string, b []byte) Object {
	return Data(mime, base64.StdEncoding.EncodeToString(b))
}

// Table is rows under a header, as HTML and as aligned text.
func Table(header []string, rows [][]string) Object {
	var h strings.Builder
	h.WriteString("<table><thead><tr>")
	for _, c := range header {
		fmt.Fprintf(&h, "<th>%s</th>", html.EscapeString(c))
	}
	h.WriteString("</tr></thead><tbody>")
	for _, r := range rows {
		h.WriteString("<tr>")
		for _, c := range r {
			fmt.Fprintf(&h, "<td>%s</td>", html.EscapeString(c))
		}
		h.WriteString("</tr>")
	}
	h.WriteString("</tbody></table>")
	return Data("text/html", h.String()).and("text/plain", align(append([][]string{header}, rows...)))
}

// align pads columns with spaces.
func align(rows [][]string) string {
	var width []int
	for _, r := range rows {
		for i, c := range r {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], len([]rune(c)))
		}
	}
	var b strings.Builder
	for _, r := range rows {
		var line strings.Builder
		for i, c := range r {
			line.WriteString(c + strings.Repeat(" ", width[i]-len([]rune(c))+2))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// With returns o with the same thing in one more media type.
func (o Object) With(mime, text string) Object { return o.and(mime, text) }

func (o Object) and(mime, text string) Object {
	data := map[string]string{mime: text}
	for k, v := range o.data {
		if k != mime {
			data[k] = v
		}
	}
	return Object{data: data, json: o.json}
}

// String is o as plain text.
func (o Object) String() string {
	if s, ok := o.data["text/plain"]; ok {
		return s
	}
	var types []string
	for k := range o.data {
		types = append(types, k)
	}
	sort.Strings(types)
	return "<" + strings.Join(types, ", ") + ">"
}

// MIME is o's content by media type, text and base64 in the first map, encoded
// JSON in the second. The maps are not to be changed.
func (o Object) MIME() (text map[string]string, encoded map[string][]byte) { return o.data, o.json }

// Of is v as an Object: itself, what its method MIMEBundle returns by media type (tables of
// procpool.Inspect, say), an image drawn, anything else as fmt prints it, up to 64 kB.
func Of(v any) Object {
	switch v := v.(type) {
	case Object:
		return v
	case bundler:
		return Object{data: v.MIMEBundle()}
	case image.Image:
		return Image(v)
	}
	if b, ok := pointerTo(v).(bundler); ok {
		return Object{data: b.MIMEBundle()}
	}
	return Text(textOf(v))
}

// A bundler is by media type what it looks like.
type bundler interface{ MIMEBundle() map[string]string }

// pointerTo is a pointer to a copy of a struct, which may have methods that the struct has
// not; else nil.
func pointerTo(v any) any {
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Struct {
		return nil
	}
	p := reflect.New(r.Type())
	p.Elem().Set(r)
	return p.Interface()
}
