package object

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// mangle is the name that a Go linker gives a symbol of a program with plugins: names of
// types are as long as the types, and become hashes.
func mangle(name string) string {
	isType := strings.HasPrefix(name, "type:")
	instance := strings.Contains(name, "@")
	switch {
	case !isType && !instance, strings.HasPrefix(name, "type:runtime."), strings.HasPrefix(name, "go:string."), len(name) <= 14 && !instance:
		return name
	case isType && name[5] == '.':
		return "type:." + hash(name[5:])
	case isType:
		return "type:" + hash(name[5:])
	}
	i, j := strings.IndexByte(name, '['), strings.LastIndexByte(name, ']')
	if j == -1 || j <= i {
		j = len(name)
	}
	return name[:i+1] + hash(name[i+1:j]) + name[j:]
}

// hash is that of cmd/internal/hash.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	sum[0] ^= 0xff
	return base64.StdEncoding.EncodeToString(sum[:6])
}
