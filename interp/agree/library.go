package agree

import "strings"

// Library are the packages of the standard library whose names the interpreter knows in the
// session process of compiled cells, so that glue may use them: those that cells use most,
// as the program that runs compiled cells cannot be linked before they are compiled.
// They neither look at who calls them nor hand out what the interpreter confuses with its own
// (reflect, unsafe, testing, runtime/pprof).
func Library() []string {
	return strings.Fields(`
	bufio bytes
	compress/flate compress/gzip compress/zlib
	container/heap container/list container/ring context
	crypto crypto/cipher crypto/hmac crypto/md5 crypto/rand crypto/sha1 crypto/sha256 crypto/sha512 crypto/subtle
	encoding encoding/base64 encoding/binary encoding/csv encoding/gob encoding/hex encoding/json errors fmt
	hash hash/adler32 hash/crc32 hash/fnv html image image/color image/draw image/png
	io io/fs log log/slog math math/big math/bits math/cmplx math/rand math/rand/v2
	net net/netip net/url os os/exec os/user path path/filepath
	regexp regexp/syntax runtime runtime/debug sort strconv strings sync sync/atomic
	text/tabwriter time unicode unicode/utf16 unicode/utf8
	`)
}
