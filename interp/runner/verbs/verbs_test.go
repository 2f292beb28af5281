package verbs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A spy is an argument that notes which verbs fmt prints it with.
type spy struct {
	n     int
	asked *[]string
}

func (s spy) Format(f fmt.State, verb rune) {
	*s.asked = append(*s.asked, fmt.Sprintf("%d %c %v", s.n, verb, f.Flag('#')))
}

// asked are the arguments that fmt prints, and with which verbs.
func asked(format string, n int) (all []string) {
	args := make([]any, n)
	for i := range args {
		args[i] = spy{i, &all}
	}
	_ = fmt.Sprintf(format, args...)
	return all
}

// read are those that a Reader finds.
func read(format string, n int) (all []string) {
	r := Reader{Format: format, Args: n}
	for v, ok := r.Next(); ok; v, ok = r.Next() {
		if v.Arg >= 0 && v.Arg < n && !strings.ContainsRune("TpwX", v.Verb) {
			all = append(all, fmt.Sprintf("%d %c %v", v.Arg, v.Verb, strings.Contains(v.Flags, "#")))
		}
	}
	for i := r.Unused(); i < n; i++ {
		all = append(all, fmt.Sprintf("%d v false", i))
	}
	return all
}

var formats = []string{
	"", "text", "%", "%%", "%v", "a %d b %+v %#v %% %s", "%5.2f|%-5d|%05d|% x", "%[2]v %[1]v", "%[2]v", "%[1]v %v %v", "%[3]v %v",
	"%[0]v %v", "%[9]v %v", "%[x]v %v", "%[1 v", "%[]v", "%[-1]v", "%[1]2v", "%[1].2v", "%2[1]v", "%.[1]v", "%.3[2]v %v", "%.v", "%!", "%é %v",
	"%[2][1]v", "%[1]", "%v %v %v %v", "%5", "%+", "%.", "%[1]%%v", "%[2]#v",
	"%10000020v %v", "%.10000020v", "%[10000020]v", "%[1000000]v", "%.[1]0v",
}

// What a Reader says of a format is what fmt does with it.
func TestAsFmt(t *testing.T) {
	t.Parallel()
	for _, format := range formats {
		for n := range 4 {
			if got, want := read(format, n), asked(format, n); !slices.Equal(got, want) {
				t.Errorf("%q with %d arguments: got %v, want %v", format, n, got, want)
			}
		}
	}
}

// Widths and precisions that are arguments take these, which the spies above cannot be.
func TestSizes(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		"%*d":        "[{ # {{ true 0} { false 0} false} d 1}]",
		"%-*.*f":     "[{- # {{ true 0} { true 1} true} f 2}]",
		"%.[3]*[1]x": "[{ # {{ false 0} { true 2} true} x 0}]",
		"%[2]*v":     "[{ # {{ true 1} { false 0} false} v 2}]",
		"%6.3[2]d":   "[{ # {{6 false 0} {3 false 0} true} d 1}]",
	} {
		r := Reader{Format: format, Args: 3}
		v, _ := r.Next()
		if got := fmt.Sprintf("[{%s # {%v %v %v} %c %d}]", v.Flags, v.Width, v.Precision, v.Point, v.Verb, v.Arg); got != want {
			t.Errorf("%s: got %s, want %s", format, got, want)
		}
	}
}

func FuzzAsFmt(f *testing.F) {
	for i, format := range formats {
		f.Add(format, uint8(i%4))
	}
	f.Fuzz(func(t *testing.T, format string, n uint8) {
		if strings.ContainsAny(format, "*TpwX") || n > 9 {
			return // spies are no widths, and fmt does not ask them about these
		}
		if got, want := read(format, int(n)), asked(format, int(n)); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}
