package kernelspec

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"testing"
)

func TestLogosAreTheSizesThatTheirNamesSay(t *testing.T) {
	t.Parallel()
	for _, f := range logos() {
		switch f.name {
		case "logo-svg.svg":
			var svg struct {
				Lines []struct{} `xml:"line"`
			}
			if err := xml.Unmarshal(f.data, &svg); err != nil || len(svg.Lines) != len(mark()) {
				t.Errorf("%s: %d lines, error %v; want %d lines", f.name, len(svg.Lines), err, len(mark()))
			}
		default:
			size := map[string]int{"logo-32x32.png": 32, "logo-64x64.png": 64}[f.name]
			img, err := png.Decode(bytes.NewReader(f.data))
			if err != nil {
				t.Fatalf("%s: %v", f.name, err)
			}
			if b := img.Bounds(); b.Dx() != size || b.Dy() != size {
				t.Errorf("%s: %v", f.name, b)
			}
			_, _, _, corner := img.At(0, 0).RGBA()
			_, _, _, bar := img.At(size*45/64, size*26/64).RGBA()
			if corner != 0 || bar != 0xffff {
				t.Errorf("%s: corner opacity %x, bar opacity %x; want 0 and ffff", f.name, corner, bar)
			}
		}
	}
}
