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

// onHandle is a method, or a field of Python's, by a name that Go's has not.
func onHandle(kinds, names, meant string) habit {
	return when(`(\S+)\.(?i:`+names+`) undefined \(type \*procpool\.(?:`+kinds+`)\b`, "did you mean "+meant+"?")
}

// inPackage is a name that multiprocessing has.
func inPackage(names, meant string) habit {
	return when(`undefined: procpool\.(?:`+names+`)$`, "did you mean "+meant+"?")
}

var habits = []habit{
	onPool(`try_?map`, "TryMap($1, f, xs)"),
	onPool(`map`, "Map($1, f, xs)"),
	onPool(`map_?async|apply_?async|submit`, "Submit($1, f, x)"),
	onPool(`imap_?unordered`, "Stream($1, f, xs, procpool.Unordered())"),
	onPool(`i_?map|stream`, "Stream($1, f, xs)"),
	onPool(`for_?each`, "ForEach($1, f, xs)"),
	onPool(`broadcast`, "Broadcast($1, f)"),
	when(`(\S+)\.star_?map undefined \(type \*procpool\.Pool `, "did you mean $1.StarMap(f, rows)?"),
	when(`(\S+)\.(?i:star_?map_?async) undefined \(type \*procpool\.Pool `, "did you mean $1.StarMap(f, rows)?"),
	when(`(\S+)\.(?i:join|shutdown) undefined \(type \*procpool\.Pool `, "did you mean $1.Close(), which waits?"),

	when(`not enough arguments in call to procpool\.NewQueue(\[.+\])\n`, "how many values it holds is wanted: procpool.NewQueue$1(0) has no bound"),
	when(`not enough arguments in call to procpool\.NewQueue\n`, "what it holds, and how many, is wanted: procpool.NewQueue[int](0) has no bound"),
	when(`not enough arguments in call to procpool\.NewPool\n`, "how many workers is wanted: procpool.NewPool(0) has one for each processor"),
	when(`not enough arguments in call to procpool\.NewValue(\[.+\])\n`, "its first value is wanted: procpool.NewValue$1(0)"),
	when(`not enough arguments in call to procpool\.NewValue\n`, "its first value is wanted: procpool.NewValue(0)"),
	when(`not enough arguments in call to procpool\.(\w+)\n\thave \(func`, "the pool comes first: procpool.$1(nil, …) takes the one that all share"),

	when(`in call to procpool\.(Map|ForEach|Stream|Submit), type func\(.*\) \(?(?:.+, )?error\)? of \S+ does not match`, "a function that returns an error is for procpool.${1}Err"),
	when(`in call to procpool\.(Map|ForEach|Stream|Submit)Err, type func\([^()]*\)(?: [^(),]+)? of \S+ does not match`, "one that returns no error is for procpool.$1"),
	when(`in call to procpool\.Map, type func\([^()]*\) of \S+ does not match`, "a function without a result is for procpool.ForEach"),
	when(`in call to procpool\.\w+, type func\([^()]*,.*\) .+ does not match func\(T\)`, "one of several arguments is for a pool's StarMap and Apply, or takes a struct"),

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
	when(`cannot convert (.+) \(.*\) to type procpool\.(Process|Pool|Semaphore|Barrier)\b`, "did you mean procpool.New$2($1)?"),
	when(`too many arguments in conversion to procpool\.(Process|Pool|Semaphore|Barrier|SharedMemory)\b`, "did you mean procpool.New$1(…)?"),
	when(`missing argument in conversion to procpool\.(Pool|Lock|RLock|Event|Namespace)\b`, "did you mean procpool.New$1(…)?"),
	when(`cannot use generic type procpool\.(Queue|Value|Array|Dict|List) without instantiation`, "did you mean procpool.New$1?"),
	when(`in call to procpool\.(NewQueue|NewPipe|NewOneWayPipe|NewDict|NewList), cannot infer`, "what it holds is wanted: procpool.$1[…](…)"),
	when(`too many arguments in call to procpool\.NewValue\n\thave \(string`, "its first value says of which type it is: procpool.NewValue(0.5)"),
	when(`in call to procpool\.NewArray, mismatched types untyped string and`, "procpool.NewArrayLen[int](n) has n zeros, procpool.NewArray(1, 2) these two numbers"),
	when(`\[\](\S+) does not satisfy procpool\.Number`, "did you mean procpool.NewArray(xs...)?"),
	when(`not enough arguments in call to procpool\.New(?:Bounded)?Semaphore\n`, "how many permits it has is wanted: procpool.NewSemaphore(1)"),
	when(`not enough arguments in call to procpool\.NewBarrier\n`, "for how many it is is wanted: procpool.NewBarrier(2)"),

	onHandle(`Queue`, `q_?size|size|count`, "$1.Len()"),
	onHandle(`Queue`, `put_?no_?wait`, "$1.TryPut(x)"),
	onHandle(`Queue`, `get_?no_?wait`, "$1.TryGet()"),
	onHandle(`Queue`, `task_done`, "$1.TaskDone()"),
	onHandle(`Queue`, `join`, "$1.Wait()"),
	onHandle(`Process`, `exit_?code`, "$1.ExitCode()"),
	onHandle(`Process`, `is_?alive`, "$1.Alive()"),
	onHandle(`Process`, `pid`, "$1.PID()"),
	when(`(\S+)\.name undefined \(cannot refer to unexported method name\)`, "did you mean $1.Name?"),
	onHandle(`Process`, `daemon`, "$1.Daemon"),
	onHandle(`R?Lock`, `acquire`, "$1.Lock()"),
	onHandle(`R?Lock`, `release`, "$1.Unlock()"),
	onHandle(`Event`, `is_?set`, "$1.IsSet()"),
	onHandle(`Cond`, `notify`, "$1.Signal()"),
	onHandle(`Cond`, `notify_?all`, "$1.Broadcast()"),
	onHandle(`Future`, `result`, "$1.Get()"),
	onHandle(`Future`, `ready|is_?done`, "$1.State()"),
	onHandle(`Future`, `add_?done_?callback|then`, "$1.OnDone(f)"),
	onHandle(`Dict`, `items|entries`, "$1.All()"),
	onHandle(`Dict`, `values`, "$1.All()"),
	onHandle(`Dict`, `set_?default|get_?default`, "$1.Get(key) or $1.Update(key, f)"),
	onHandle(`Array|List`, `to_?list|values|items`, "$1.Slice()"),
	onHandle(`Array|List|Dict|Queue`, `size|length|__len__`, "$1.Len()"),
	when(`invalid operation: (\S+)\+\+ \(non-numeric type \*procpool\.Value\[`, "did you mean $1.Add(1)?"),
	when(`invalid operation: (\S+)-- \(non-numeric type \*procpool\.Value\[`, "did you mean $1.Add(-1)?"),
	when(`invalid operation: (\S+) [-+*/<>=!]+ .+ \(mismatched types \*procpool\.Value\[`, "did you mean $1.Load()?"),

	inPackage(`cpu_count`, "procpool.CPUCount()"),
	inPackage(`current_process`, "procpool.CurrentProcess()"),
	inPackage(`parent_process`, "procpool.ParentProcess()"),
	inPackage(`active_children`, "procpool.ActiveChildren()"),
	inPackage(`Pipe`, "procpool.NewPipe[int]()"),
	inPackage(`Manager|SyncManager`, "procpool.NewDict, procpool.NewList or procpool.NewNamespace"),
	inPackage(`ThreadPool|ProcessPoolExecutor|ThreadPoolExecutor`, "procpool.NewPool(n)"),
	inPackage(`JoinableQueue|SimpleQueue`, "procpool.NewQueue[int](0)"),
	inPackage(`Condition`, "procpool.NewCond(nil)"),
	inPackage(`BoundedSemaphore`, "procpool.NewBoundedSemaphore(n)"),
	inPackage(`Client`, "procpool.Dial[int]"),
	inPackage(`Listener`, "procpool.Listen"),
	when(`undefined: procpool\.(?:set_start_method|get_context|freeze_support)$`, "there is one way to start processes, afresh: leave it out"),
	when(`undefined: os\.(?:cpu_count|CPUCount)`, "did you mean procpool.CPUCount()?"),
	when(`undefined: (?:multiprocessing|mp|concurrent)$`, "did you mean procpool?"),
	when(`undefined: __name__`, "a cell is run in the notebook only: leave the condition out"),
}
