package verbs

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Verb is what stands in a format from one % on, with the text before it.
type Verb struct {
	Before    string
	Flags     string // some of "+-# 0"
	Width     Size
	Precision Size
	Point     bool // there is a precision, maybe without a number
	Verb      rune // 0 if the format ends before it
	Arg       int  // what it prints, from 0; Args or more if that is missing, -1 if it prints none, as %% does
	Bad       bool // fmt prints what is wrong in place of an argument
}

// A Size is a width or a precision.
type Size struct {
	Digits string
	Star   bool // it is an argument's value
	Arg    int
}

// A Reader reads a format verb by verb.
type Reader struct {
	Format string // what is left of it
	Args   int    // how many there are

	next      int  // the argument that the next verb prints
	reordered bool // a verb has named its argument
}

// Next is the next verb. Behind the last one it is not ok; what is left of the format is text.
func (r *Reader) Next() (v Verb, ok bool) {
	if v.Before, r.Format, ok = strings.Cut(r.Format, "%"); !ok {
		r.Format = v.Before
		return Verb{}, false
	}
	v.Arg = -1
	v.Flags = r.while("+-# 0")
	indexed := r.index(&v)
	indexed = r.size(&v.Width, indexed)
	v.Bad = v.Bad || indexed && v.Width.Digits != ""
	if strings.HasPrefix(r.Format, ".") && r.Format != "." { // which would be the verb
		r.Format = r.Format[1:]
		v.Point, v.Bad = true, v.Bad || indexed
		indexed = r.size(&v.Precision, r.index(&v))
	}
	if !indexed {
		r.index(&v)
	}
	if r.Format == "" {
		return v, true
	}
	verb, n := utf8.DecodeRuneInString(r.Format)
	v.Verb, r.Format = verb, r.Format[n:]
	if verb != '%' && !v.Bad {
		v.Arg = r.next
		if r.next < r.Args {
			r.next++
		}
	}
	return v, true
}

// Unused is the first of the arguments that no verb is for, which fmt prints behind all else. It is Args if
// fmt does not look for them, as some verb has named its argument.
func (r *Reader) Unused() int {
	if r.reordered {
		return r.Args
	}
	return r.next
}

// index takes [n], if it is there, and reports whether the argument that comes next is the n-th now.
func (r *Reader) index(v *Verb) bool {
	if !strings.HasPrefix(r.Format, "[") {
		return false
	}
	r.reordered = true
	number, rest, closed := strings.Cut(r.Format[1:], "]")
	if !closed {
		r.Format, v.Bad = r.Format[1:], true
		return false
	}
	r.Format = rest
	n, ok := count(number)
	if inside := ok && n > 0 && n <= r.Args; inside {
		r.next = n - 1
	} else {
		v.Bad = true
	}
	return ok
}

// size takes a width or a precision. It reports whether an index in front of it is still for the verb.
func (r *Reader) size(s *Size, indexed bool) bool {
	if strings.HasPrefix(r.Format, "*") {
		r.Format = r.Format[1:]
		s.Star, s.Arg = true, r.next
		if r.next < r.Args {
			r.next++
		}
		return false
	}
	s.Digits = r.while("0123456789")
	if _, ok := count(s.Digits); !ok && s.Digits != "" {
		r.Format = "" // fmt reads no further
	}
	return indexed
}

// count is a number that is not too large for fmt, which looks before each digit.
func count(digits string) (n int, ok bool) {
	u, err := strconv.ParseUint(digits, 10, 31)
	return int(u), err == nil && u/10 <= 1e6
}

// while takes characters of a set.
func (r *Reader) while(set string) string {
	rest := strings.TrimLeft(r.Format, set)
	text := r.Format[:len(r.Format)-len(rest)]
	r.Format = rest
	return text
}
