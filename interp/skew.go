package interp

import (
	"errors"
	"fmt"
	"go/version"
	"regexp"
	"runtime"
	"strings"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
)

// Cells are parsed and checked by the Go that Parago was built with, and compiled by that of the
// toolchain. The toolchain may be newer: its library is known all the same, but what its
// language has that the older one has not looks like a mistake. Then the error says so.

// newer matches what the parser and the checks of an older Go say of what a newer one has brought to the
// language. Other mistakes are mistakes for both.
var newer = regexp.MustCompile(`^unknown field \w+ in struct literal|type parameters|^cannot use generic|has no field or method`)

// tooOld adds to a cell's error that it may be one only for the Go that Parago was built with.
func (s *Session) tooOld(err error) error {
	why := skew(s.options.Toolchain, runtime.Version())
	if s.active != Native || why == "" {
		return err
	}
	var syntax *cell.Error
	var wrong check.Errors
	switch {
	case errors.As(err, &syntax) && newer.MatchString(syntax.Msg):
		return &cell.Error{Pos: syntax.Pos, Msg: syntax.Msg + "\n" + why}
	case errors.As(err, &wrong):
		for _, e := range wrong {
			if newer.MatchString(e.Msg) {
				e.Msg += "\n" + why
				break
			}
		}
	}
	return err
}

// skew says that cells are compiled by a newer Go than Parago was built with, "" if they are not.
func skew(tc Toolchain, built string) string {
	if tc == nil {
		return ""
	}
	theirs, ours := language(tc.Version()), language(built)
	if version.Compare(theirs, ours) <= 0 {
		return ""
	}
	return fmt.Sprintf("Parago was built with Go %s and does not know what is new in the language of Go %s, by which cells are compiled: to use that, build Parago with Go %[2]s", ours[2:], theirs[2:])
}

// language is the version of Go's language that a Go knows: "go1.27" of "go1.27.4".
func language(v string) string {
	v, _, _ = strings.Cut(strings.TrimPrefix(v, "devel "), " ")
	return version.Lang(v)
}
