package view

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Duration is d with as much precision as a person wants: 3 ms, 4.6 s, 2 min 5 s.
func Duration(d time.Duration) string {
	switch {
	case d < time.Microsecond:
		return fmt.Sprintf("%d ns", d.Nanoseconds())
	case d < time.Millisecond:
		return figures(float64(d)/1e3) + " µs"
	case d < time.Second-time.Millisecond/2:
		return figures(float64(d)/1e6) + " ms"
	case d < time.Minute-time.Second/2:
		return figures(d.Seconds()) + " s"
	case d < time.Hour:
		d = d.Round(time.Second)
		return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
	}
	d = d.Round(time.Minute)
	return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
}

// Number is x with about three figures: 0.25, 12, 83.1, 4.2k, 1.5M.
func Number(x float64) string {
	switch {
	case x >= 999_500:
		return figures(x/1e6) + "M"
	case x >= 999.5:
		return figures(x/1e3) + "k"
	}
	return figures(x)
}

// Bytes is a size: 512 B, 3.5 MB.
func Bytes(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	x := float64(n)
	for _, unit := range []string{"kB", "MB", "GB"} {
		if x /= 1000; x < 999.5 {
			return figures(x) + " " + unit
		}
	}
	return figures(x/1000) + " TB"
}

// Count is a number of things: 1 line, 2 lines.
func Count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// figures is x with two or three figures, and no zeros behind the point.
func figures(x float64) string {
	digits := 0
	switch {
	case x < 9.95:
		digits = 2
		if x >= 1 {
			digits = 1
		}
	case x < 99.95:
		digits = 1
		if math.Abs(x-math.Round(x)) < .05 {
			digits = 0
		}
	}
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		s = strconv.FormatFloat(f, 'f', -1, 64)
	}
	return s
}
