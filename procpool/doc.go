// Package procpool runs functions in other operating-system processes: Python's
// multiprocessing and concurrent.futures, for Go programs and notebooks.
//
//	func square(n int) int { return n * n }
//
//	func main() {
//		procpool.Register(square)
//		procpool.Main()
//		pool := procpool.NewPool(4)
//		defer pool.Close()
//		squares, err := procpool.Map(pool, square, []int{1, 2, 3})
//		fmt.Println(squares, err) // [1 4 9] <nil>
//	}
//
// In a notebook the same code needs neither Register nor Main: the interpreter ships
// a cell's functions itself (see package embed).
//
// # Which to use
//
// [Map], [TryMap] and [ForEach] call a function for each element of a slice, [Stream] for each
// of a sequence that may have no end, [Broadcast] in each worker; [Submit] and [Pool.Apply] call it once. A function
// that returns an error, too, is for [MapErr], [ForEachErr], [StreamErr] and [SubmitErr]. What a
// call may be told, such as [Timeout], [Retry] or [Progress], is a [CallOption], and what a
// pool may, such as [Initializer], [MemoryLimit] or [Serial], a [PoolOption]. [WaitAny],
// [WaitAll] and [AsCompleted] wait for several. A [Process] runs one function in a process of its own.
// [Queue] and [Conn] carry values between processes, [Value], [Array] and [Lock] are memory that
// they share. [RLock], [Semaphore], [Event], [Cond] and [Barrier] are for waiting for each
// other; [Dict], [List] and [Namespace] are values that all may change; an [Actor] is one
// with methods, in a process of its own. [SharedMemory] is bytes under a name, and [Share] gives
// all processes one large value to read. [Select] waits for several of these. All of them can
// be arguments, results, fields and captured variables.
//
// # What crosses
//
// Values cross by their structure, unexported fields included: see package codec.
// What cannot cross, such as a channel, is an *[EncodeError] at the call, with the path to
// it: args[1].cfg.Mu: sync.Mutex. Arguments are copies; only the handles above are shared.
// A megabyte and more crosses in shared memory, which is kept for the next, up to 256 MB.
// Programs that are not of one tree of processes, also on other machines, talk through [Listen]
// and [Dial], after each has proved that it knows the key.
//
// # Handles
//
// What a handle stands for is kept by the root of the tree of processes, and is freed when nobody can
// use it any more: when the processes that have handles of it have dropped the last one, so that the garbage
// collector finds it, or have ended. A handle on its way counts: in the arguments of a call that is not
// over, in what its function has captured, in a message of a queue or a pipe. What a
// process is started with stays as long as that. Where handles cannot be counted, what they stand for stays as long as
// the root process: in what a task returns, the calls of an actor and their results, the values of a
// [Dict], [List], [Namespace] or [Share], the bytes of embed.Encode and of a message that
// [Conn.RecvBytes] returns.
//
// An array, a large shared value and a large message take a file descriptor of the root each. When too many are
// taken, all processes look for handles that they have dropped, and what needs one waits until one is free, for ten
// seconds at most; then it fails with an error that says so, and no message is lost. A worker that has itself no
// descriptor left for a large task ends, and another gets the task. One whose large result finds no descriptor in its
// parent is ended: the call's error is a [WorkerDiedError], whose Stderr says why.
//
// # The life of a task
//
//  1. The call encodes the function's definition and every element, in the caller's
//     goroutine, and submits them to the pool's scheduler.
//  2. The scheduler hands elements to workers in chunks, a frame each: spares that are kept ready,
//     or new processes. A chunk takes some milliseconds, as far as is known from results that
//     have come, and a share of what is left at most; what a worker has not begun, a part of
//     a chunk too, is taken back when another is idle.
//  3. The worker marks each element as begun in memory that both processes map, calls the
//     function, recovers its panic and puts the outcome into that memory.
//  4. The parent first takes in all that the worker has written to its standard output and
//     error, under the origin that submitted the elements, then their outcomes.
//  5. If the worker dies, the outcomes that it had put away count, the element that it had begun
//     fails with a *[WorkerDiedError], and the rest goes to other workers.
//
// # Processes
//
// Children die with their parent, in groups, so that a child's own children go too
// when it is terminated or killed. A process whose function returns or panics first runs what
// [AtExit] was given, kills its daemons and waits for its other children; goroutines that
// still run are not waited for. Children may have children, daemons too, ten deep. What a child
// and its children write to descriptors 1 and 2 comes out here, one write as one chunk, before Join or the call returns. Queues, pipes and
// memory are kept by the root of the tree, so what a child has made outlives it if others have handles of it.
// Python's exit codes hold: 0 for a return, 1 for a panic, an error that the function returns
// and runtime.Goexit, the lower eight bits of what os.Exit is given, negative for a signal. In a
// compiled program Go itself ends with 2 when another goroutine panics or the runtime gives up.
//
// # Systems
//
// Linux has all of it. On macOS and other Unix systems a write of a child may come out as several
// chunks or with the next, a child whose parent is killed ends when it next looks at its
// connection rather than by a signal, and SIGABRT or SIGSEGV from outside is told as exit code
// 128 and the number. On Windows the package compiles; Start and all else that
// needs a process or shared memory fail with an error that names the system.
//
// # What it never does
//
// It never forks a running program, never uses standard input or output for its own
// messages, never leaves a process or a name in the file system behind, never waits for
// a process that is gone, and never runs again what may have begun, unless it is told to
// (see [Retry]). It knows no Go source and no notebook protocol.
package procpool
