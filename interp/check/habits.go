package check

import (
	"regexp"
	"sync"
)

// Who comes from Python writes pool.Map and d["a"], and Go's errors say what is wrong with that, not
// what was meant. A habit is a pattern of such an error, and what is meant, with the pattern's groups.
type habit struct {
	says func() *regexp.Regexp // made when the first error is looked at: a kernel and its workers start without
	hint string
}

// of is what was meant, "" if the message is of another kind.
func (h habit) of(msg string) string {
	says := h.says()
	at := says.FindStringSubmatchIndex(msg)
	if at == nil {
		return ""
	}
	return string(says.ExpandString(nil, h.hint, msg, at))
}

// habitHint is the hint of the first habit that a message fits.
func habitHint(msg string) string {
	for _, h := range habits {
		if hint := h.of(msg); hint != "" {
			return hint
		}
	}
	return ""
}

// ofType: a variable's type stands behind it in messages.
const ofType = ` \((?:variable|value) of type \*?procpool\.`

func when(says, hint string) habit {
	return habit{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("^" + says) }), hint}
}

// onPool is a function of the package that is written as a pool's method, under whatever name.
func onPool(names, function string) habit {
	return when(`(\S+)\.(?i:`+names+`) undefined \(type \*procpool\.Pool has no field or method \w+\)`, "did you mean procpool."+function+"?")
}

var habits = []habit{
	onPool(`try_?map`, "TryMap($1, f, xs)"),
	onPool(`map`, "Map($1, f, xs)"),
	onPool(`map_?async|apply_?async|submit`, "Submit($1, f, x)"),
	onPool(`imap_?unordered`, "Stream($1, f, xs, procpool.Unordered())"),
	onPool(`i_?map|stream`, "Stream($1, f, xs)"),
	onPool(`for_?each`, "ForEach($1, f, xs)"),
	onPool(`broadcast`, "Broadcast($1, f)"),
	when(`(\S+)\.(?i:star_?map_?async) undefined \(type \*procpool\.Pool `, "did you mean $1.StarMap(f, rows)?"),
	when(`(\S+)\.(?i:join|shutdown) undefined \(type \*procpool\.Pool `, "did you mean $1.Close(), which waits?"),

	when(`not enough arguments in call to procpool\.NewQueue(\[.+\])\n`, "how many values it holds is wanted: procpool.NewQueue$1(0) has no bound"),
	when(`not enough arguments in call to procpool\.NewQueue\n`, "what it holds, and how many, is wanted: procpool.NewQueue[int](0) has no bound"),
	when(`not enough arguments in call to procpool\.NewPool\n`, "how many workers is wanted: procpool.NewPool(0) has one for each processor"),
	when(`not enough arguments in call to procpool\.NewValue(\[.+\])\n`, "its first value is wanted: procpool.NewValue$1(0)"),
	when(`not enough arguments in call to procpool\.NewValue\n`, "its first value is wanted: procpool.NewValue(0)"),
	when(`not enough arguments in call to procpool\.(\w+)\n\thave \(func`, "the pool comes first: procpool.$1(nil, …) takes the one that all share"),

	when(`assignment mismatch: 1 variable but (procpool\.(?:Try)?Map|\S+\.(?:Try)?Get|\S+\.(?:Recv|GetTimeout|RecvTimeout|Apply|StarMap)) returns 2 values`, "the second says whether there is one: v, err := $1(…)"),
	when(`multiple-value (.+) \(value of type \([^()]+, error\)\) in single-value context`, "it returns an error, too: v, err := $1"),
	when(`multiple-value (.+) \(value of type \([^()]+, bool\)\) in single-value context`, "it also returns whether there is one: v, ok := $1"),

	when(`cannot slice (.+)`+ofType+`(?:Array|List)\[`, "did you mean $1.Slice()?"),
	when(`cannot index (.+)`+ofType+`Dict\[`, "did you mean $1.Get(key) or $1.Set(key, v)?"),
	when(`cannot index (.+)`+ofType+`Namespace\b`, "did you mean $1.Get(name) or $1.Set(name, v)?"),
	when(`cannot index (.+)`+ofType+`(?:Array|List)\[`, "did you mean $1.At(i) or $1.Set(i, x)?"),
	when(`invalid argument: (.+)`+ofType+`(?:Array|List|Queue|Dict)\[.+ for built-in len`, "did you mean $1.Len()?"),
	when(`invalid argument: (.+)`+ofType+`Dict\[.+ is not a map`, "did you mean $1.Delete(key)?"),
	when(`invalid append: .*have (.+)`+ofType+`List\[`, "did you mean $1.Append(x)?"),
	when(`cannot range over (.+)`+ofType+`Array\[`, "did you mean $1.Slice()?"),
	when(`cannot range over (.+)`+ofType+`(?:List|Queue|Dict)\[`, "did you mean $1.All()?"),
	when(`(\S+)\.(?i:value) undefined \(type \*procpool\.Value\[`, "did you mean $1.Load() or $1.Store(x)?"),
	when(`invalid operation: (\S+) \+= (.+) \(mismatched types \*procpool\.Value\[`, "did you mean $1.Add($2)?"),
	when(`invalid operation: (\S+) -= (.+) \(mismatched types \*procpool\.Value\[`, "did you mean $1.Add(-$2)?"),
	when(`(\S+)\.(\w+) undefined \(type \*procpool\.Namespace has`, `did you mean $1.Get("$2") or $1.Set("$2", v)?`),
	when(`cannot convert (.+) \(.*\) to type procpool\.Process\b`, "did you mean procpool.NewProcess($1)?"),
}
