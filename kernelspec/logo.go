package kernelspec

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
)

type file struct {
	name string
	data []byte
}

// logos are the three files that Jupyter's launcher looks for. They are drawn from one
// list of shapes, so that the sizes and the vector image cannot drift apart.
func logos() []file {
	return []file{
		{"logo-32x32.png", drawPNG(32)},
		{"logo-64x64.png", drawPNG(64)},
		{"logo-svg.svg", drawSVG()},
	}
}

// A stroke is a straight line with round ends on a field of 64 × 64.
type stroke struct {
	x1, y1, x2, y2, width float64
	color                 color.RGBA
}

// The mark: a prompt, and beside it bars that start together and end when they are done.
func mark() []stroke {
	teal := color.RGBA{0x00, 0x7d, 0x9c, 0xff}
	sky := color.RGBA{0x5d, 0xc9, 0xe2, 0xff}
	amber := color.RGBA{0xf2, 0x9e, 0x3a, 0xff}
	return []stroke{
		{7, 18, 20, 32, 7, teal},
		{20, 32, 7, 46, 7, teal},
		{31, 13, 47, 13, 7, sky},
		{31, 26, 58, 26, 7, teal},
		{31, 39, 41, 39, 7, amber},
		{31, 52, 53, 52, 7, sky},
	}
}

func drawSVG() []byte {
	var b bytes.Buffer
	b.WriteString("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\" stroke-linecap=\"round\">\n")
	for _, s := range mark() {
		fmt.Fprintf(&b, "  <line x1=\"%g\" y1=\"%g\" x2=\"%g\" y2=\"%g\" stroke-width=\"%g\" stroke=\"#%02x%02x%02x\"/>\n",
			s.x1, s.y1, s.x2, s.y2, s.width, s.color.R, s.color.G, s.color.B)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func drawPNG(size int) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	scale := 64 / float64(size)
	for y := range size {
		for x := range size {
			img.SetNRGBA(x, y, pixel((float64(x)+.5)*scale, (float64(y)+.5)*scale, scale))
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	return b.Bytes()
}

// pixel is the colour of the stroke nearest to a point. Its opacity falls off over one
// pixel at the edge.
func pixel(x, y, pixelSize float64) color.NRGBA {
	best := math.Inf(1)
	var c color.NRGBA
	for _, s := range mark() {
		if d := s.distance(x, y); d < best {
			best = d
			c = color.NRGBA{s.color.R, s.color.G, s.color.B, 0}
		}
	}
	cover := min(max(0.5-best/pixelSize, 0), 1)
	c.A = uint8(math.Round(255 * cover))
	return c
}

// distance is how far a point is from the stroke's edge, negative inside.
func (s stroke) distance(x, y float64) float64 {
	dx, dy := s.x2-s.x1, s.y2-s.y1
	t := ((x-s.x1)*dx + (y-s.y1)*dy) / (dx*dx + dy*dy)
	t = min(max(t, 0), 1)
	return math.Hypot(x-s.x1-t*dx, y-s.y1-t*dy) - s.width/2
}
