package fault

import (
	"errors"
	"fmt"

	"github.com/parago/parago/procpool/codec"
)

// AtPath puts the place of a value before the path of an *EncodeError.
func AtPath(err error, place string) error {
	var e *codec.EncodeError
	if errors.As(err, &e) {
		e.Path = place + e.Path
	}
	return err
}

// Place is element i of a name, such as args[1].
func Place(name string, i int) string { return fmt.Sprintf("%s[%d]", name, i) }
