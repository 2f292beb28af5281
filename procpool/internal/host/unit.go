package host

import (
	"encoding/binary"
	"errors"
)

// GobEncode and GobDecode are how a unit crosses: a few bytes for each of its parts but Content, which goes ahead of
// it. A new worker is told of some for each cell that there is, and to look through all that Content's type could hold would
// take it longer than to read them.

// GobEncode writes the unit.
func (u Unit) GobEncode() ([]byte, error) {
	out := binary.AppendUvarint(nil, u.Version)
	value := byte(0)
	if u.Value {
		value = 1
	}
	out = append(out, value)
	out = binary.AppendUvarint(out, uint64(len(u.Key)))
	out = append(out, u.Key...)
	return append(out, u.Data...), nil
}

var errUnit = errors.New("a unit that cannot be read")

// GobDecode reads what GobEncode has written.
func (u *Unit) GobDecode(data []byte) error {
	version, n := binary.Uvarint(data)
	if n <= 0 || n == len(data) || data[n] > 1 {
		return errUnit
	}
	value, data := data[n] == 1, data[n+1:]
	length, n := binary.Uvarint(data)
	if n <= 0 || length > uint64(len(data)-n) {
		return errUnit
	}
	key, data := data[n:n+int(length)], data[n+int(length):]
	*u = Unit{Key: string(key), Version: version, Data: append([]byte(nil), data...), Value: value}
	return nil
}
