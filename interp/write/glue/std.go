package glue

import (
	"go/types"
	"strings"

	"github.com/parago/parago/interp/agree"
)

// fit are the packages whose functions, types and variables glue may use: the
// interpreter has tables of them, and they neither look at who calls them nor hand out what the
// interpreter confuses with its own (reflect, unsafe, testing, runtime/pprof).
var fit = set(`
	archive/tar archive/zip bufio bytes
	compress/bzip2 compress/flate compress/gzip compress/lzw compress/zlib
	container/heap container/list container/ring context
	crypto crypto/aes crypto/cipher crypto/ecdsa crypto/ed25519 crypto/elliptic crypto/hmac crypto/md5 crypto/rand
	crypto/rsa crypto/sha1 crypto/sha256 crypto/sha512 crypto/subtle crypto/tls crypto/x509
	database/sql encoding encoding/ascii85 encoding/base32 encoding/base64 encoding/binary encoding/csv encoding/gob
	encoding/hex encoding/json encoding/pem encoding/xml errors fmt
	hash hash/adler32 hash/crc32 hash/crc64 hash/fnv hash/maphash html html/template
	image image/color image/color/palette image/draw image/gif image/jpeg image/png index/suffixarray
	io io/fs log log/slog math math/big math/bits math/cmplx math/rand math/rand/v2
	mime mime/multipart mime/quotedprintable net net/http net/http/cookiejar net/http/httptest net/http/httputil
	net/mail net/netip net/smtp net/textproto net/url os os/exec os/user path path/filepath
	regexp regexp/syntax runtime runtime/debug sort strconv strings sync sync/atomic
	text/scanner text/tabwriter text/template text/template/parse time unicode unicode/utf16 unicode/utf8
	github.com/parago/parago/procpool github.com/parago/parago/interp/display
`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, word := range strings.Fields(words) {
		m[word] = true
	}
	return m
}

const procpool = "github.com/parago/parago/procpool"

// callsBack are packages that call functions they are given before they return.
var callsBack = set("bytes regexp sort strings")

// unfit are names of fit packages that glue may not use.
var unfit = map[string]string{
	"os.Stdin":              "os.Stdin",
	"runtime.Goexit":        "runtime.Goexit",
	"runtime.Caller":        "a look at the stack",
	"runtime.Callers":       "a look at the stack",
	"runtime.CallersFrames": "a look at the stack",
	"runtime.FuncForPC":     "a look at the stack",
	"runtime.Stack":         "a look at the stack",
	"runtime/debug.Stack":   "a look at the stack",

	"runtime/debug.PrintStack": "a look at the stack",

	"(sync.Locker).Lock": "a lock that cannot be interrupted",
	"(*sync.Cond).Wait":  "a wait that cannot be interrupted",
}

// packageFunc writes a function of an imported package.
func (w *writer) packageFunc(fn *types.Func) string {
	if fn.Pkg() != nil {
		if name := agree.StandIn(fn.Pkg().Path() + "." + fn.Name()); name != "" {
			return w.pkg(Runtime) + "." + name
		}
	}
	return w.packageName(fn)
}

// packageVar writes a variable of an imported package. The interpreter takes one of a basic
// type for a constant.
func (w *writer) packageVar(v *types.Var) string {
	switch v.Type().Underlying().(type) {
	case *types.Basic, *types.Signature, *types.Array:
		w.no("the variable %s of a package", v.Name())
	}
	return w.packageName(v)
}

// packageName writes a name of an imported package.
func (w *writer) packageName(o types.Object) string {
	if o.Pkg() == nil || isSession(o.Pkg()) || o.Parent() != o.Pkg().Scope() || !o.Exported() {
		w.no("%s, which has no name outside", o.Name())
	}
	path := o.Pkg().Path()
	w.fits(path)
	if reason := unfit[path+"."+o.Name()]; reason != "" {
		w.no("%s", reason)
	}
	return w.pkg(path) + "." + o.Name()
}

func (w *writer) fits(path string) {
	if !fit[path] {
		w.no("package %s", path)
	}
}
