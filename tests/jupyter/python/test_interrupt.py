"""The Stop button: the cell ends soon, what waits behind it is aborted, variables stay."""

import os
import re
import signal
import time

import pytest

from driver import alive, eventually

pytestmark = pytest.mark.limit(40)

SOON = 1.0  # seconds from the interrupt to idle

# Each cell prints "started", then does not end by itself in the time of a test.
ENDLESS = {
    "an empty loop": 'fmt.Println("started"); for {}',
    "a counting loop": 'fmt.Println("started"); n := 0; for { n++ }',
    "a loop in a function": 'func spin(n int) int { for { n++; if n < 0 { return n } } }; fmt.Println("started"); spin(1)',
    "a loop of calls": 'func one() int { return 1 }; fmt.Println("started"); for s := 0; ; { s += one() }',
    "a loop of goto": 'func again() { n := 0\nagain:\n n++; goto again }; fmt.Println("started"); again()',
    "printing": 'fmt.Println("started"); for { fmt.Println("more"); time.Sleep(time.Millisecond) }',
    "deep recursion": 'func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }; fmt.Println("started"); fib(90)',
    "a sleep": 'fmt.Println("started"); time.Sleep(time.Hour)',
    "a receive": 'fmt.Println("started"); <-make(chan int)',
    "a send": 'fmt.Println("started"); make(chan int) <- 1',
    "a range over a channel": 'fmt.Println("started"); for range make(chan int) {}',
    "an empty select": 'fmt.Println("started"); select {}',
    "a select": 'fmt.Println("started"); select { case <-make(chan int): case <-time.After(time.Hour): }',
    "a WaitGroup": 'var wg sync.WaitGroup; wg.Add(1); fmt.Println("started"); wg.Wait()',
    "a Mutex": 'var mu sync.Mutex; mu.Lock(); fmt.Println("started"); mu.Lock()',
    "a Cond": 'c := sync.NewCond(new(sync.Mutex)); c.L.Lock(); fmt.Println("started"); c.Wait()',
    "a range over a function": 'forever := func(yield func(int) bool) { for i := 0; yield(i); i++ {} }; fmt.Println("started"); for range forever {}',
    "a generic function": 'func wait[T any](c chan T) T { return <-c }; fmt.Println("started"); wait(make(chan string))',
    "a sort's comparison": 'fmt.Println("started"); slices.SortFunc(make([]int, 1000), func(a, b int) int { for {} })',
    "a method": 'type waiter struct{ c chan int }; func (w waiter) wait() { <-w.c }; fmt.Println("started"); waiter{make(chan int)}.wait()',
    "a goroutine that is waited for": 'done := make(chan int); go func() { for {} }(); fmt.Println("started"); <-done',
    "a command": 'fmt.Println("started"); exec.Command("sleep", "3600").Run()',
    "a pool's Map": 'fmt.Println("started"); procpool.Map(nil, func(i int) int { time.Sleep(time.Hour); return i }, []int{1, 2, 3, 4})',
    "a pool's busy Map": 'fmt.Println("started"); procpool.Map(nil, func(i int) int { for { i++ } }, []int{1, 2, 3, 4})',
    "a process's Join": 'p := procpool.NewProcess(time.Sleep, time.Hour); p.Start(); fmt.Println("started"); p.Join()',
    "a queue's Get": 'q := procpool.NewQueue[int](0); fmt.Println("started"); q.Get()',
    "a lock between processes": 'l := procpool.NewLock(); l.Lock(); fmt.Println("started"); l.Lock()',
    "a semaphore": 's := procpool.NewSemaphore(0); fmt.Println("started"); s.Acquire()',
    "an event": 'e := procpool.NewEvent(); fmt.Println("started"); e.Wait()',
    "a barrier": 'b := procpool.NewBarrier(2); fmt.Println("started"); b.Wait()',
    "a selection": 'q := procpool.NewQueue[int](0); fmt.Println("started"); procpool.Select(context.Background(), q)',
    "an actor's method": """
type sleeper struct{}
func (*sleeper) Sleep() { time.Sleep(time.Hour) }
a := procpool.Spawn(func() *sleeper { return &sleeper{} })
fmt.Println("started")
a.Call("Sleep")""",
    "a listener": 'l, _ := procpool.Listen("tcp", "127.0.0.1:0", []byte("key")); fmt.Println("started"); procpool.Accept[int](context.Background(), l)',
    "a stream": """
func naturals(yield func(int) bool) { for n := 0; yield(n); n++ {} }
fmt.Println("started")
for range procpool.Stream(nil, func(n int) int { time.Sleep(time.Hour); return n }, naturals) {}""",
}


def stop(kernel, request):
    asked = time.monotonic()
    kernel.interrupt()
    kernel.wait(request, timeout=20).failed()
    took = request.idle_at - asked
    print(f"idle {took * 1000:.0f} ms after the interrupt")
    return took


@pytest.mark.parametrize("what", ENDLESS)
def test_h02_interrupt_ends(kernel, what):
    kernel.run("kept := 7").ok()
    request = kernel.start(ENDLESS[what])
    kernel.printed(request, "started")
    took = stop(kernel, request)
    assert "nterrupt" in request.error
    assert kernel.run("kept").ok().result == "7", "the variables are gone"
    assert took < SOON


def test_interrupt_aborts_what_waits_behind(kernel):
    kernel.run("ran := 0").ok()
    request = kernel.start('fmt.Println("started"); for {}')
    waiting = [kernel.start("ran++") for _ in range(3)]
    kernel.printed(request, "started")
    stop(kernel, request)
    for r in waiting:
        assert kernel.wait(r).status in ("error", "aborted")
    assert kernel.run("ran").result == "0"


def test_interrupt_is_answered_on_control(kernel):
    running = kernel.start('fmt.Println("started"); for {}')
    kernel.printed(running, "started")
    interrupt = kernel.request("interrupt_request", {}, "control")
    kernel.wait(interrupt, timeout=5).ok()
    assert interrupt.reply["channel"] == "control"
    kernel.wait(running, timeout=5).failed()


def test_interrupt_without_a_cell_does_nothing(kernel):
    kernel.run("kept := 7").ok()
    kernel.wait(kernel.request("interrupt_request", {}, "control")).ok()
    assert kernel.run("kept").ok().result == "7"
    os.kill(kernel.pid, signal.SIGINT)
    kernel.run("1")  # nothing says when the signal has arrived: it may interrupt this cell
    assert kernel.run("kept").ok().result == "7"


def test_the_signal_interrupts_as_the_message_does(kernel):
    kernel.run("kept := 7").ok()
    request = kernel.start('fmt.Println("started"); for {}')
    kernel.printed(request, "started")
    os.kill(kernel.pid, signal.SIGINT)
    kernel.wait(request, timeout=5).failed()
    assert kernel.run("kept").ok().result == "7"


def test_h01_one_interrupt_stops_all_workers_of_the_cell(kernel):
    kernel.run("pool := procpool.NewPool(4)\nkept := 7").ok()
    kernel.run("procpool.ForEach(pool, func(int) {}, []int{1, 2, 3, 4})").ok()
    request = kernel.start(
        "err := procpool.ForEach(pool, func(i int) {\n"
        '\tfmt.Println("task", i, os.Getpid())\n'
        '\texec.Command("sleep", "3600").Run()\n'
        "}, []int{1, 2, 3, 4, 5, 6, 7, 8}, procpool.ChunkSize(1))"
    )
    kernel.until(lambda: request.done or request.stdout.count("task") == 4, what="four running tasks")
    assert request.stdout.count("task") == 4, request.error
    busy = [int(pid) for pid in re.findall(r"task \d (\d+)", request.stdout)]
    before = kernel.processes()
    took = stop(kernel, request)
    left = eventually(lambda: [p for p in busy if alive(p)], lambda l: not l, 2)
    assert not left, f"workers {left} outlived the interrupt"
    sleepers = eventually(lambda: [p for p in kernel.processes() & before if command(p) == "sleep"], lambda l: not l, 2)
    assert not sleepers, f"children of workers outlived the interrupt: {sleepers}"
    assert len(request.contents("error")) == 1 and len(request.error) < 1000, request.error
    assert request.stdout.count("task") == 4, "tasks that waited were started"
    assert kernel.run("kept").ok().result == "7"
    again = kernel.run("r, err := procpool.Map(pool, func(i int) int { return i * i }, []int{1, 2, 3}); fmt.Println(r, err)").ok()
    assert again.stdout == "[1 4 9] <nil>\n"
    assert took < SOON


def test_h01_a_pool_of_another_cell_goes_on(kernel):
    kernel.run(
        "pool := procpool.NewPool(1)\n"
        "future := procpool.Submit(pool, func(i int) int { time.Sleep(3 * time.Second); return i }, 5)"
    ).ok()
    request = kernel.start('fmt.Println("started"); for {}')
    kernel.printed(request, "started")
    stop(kernel, request)
    assert kernel.run("v, err := future.Get(); fmt.Println(v, err)").ok().stdout == "5 <nil>\n"


def test_a_second_interrupt_ends_what_the_first_cannot(kernel):
    kernel.run("func still() int { return 1 }").ok()
    # A system call that no flag in the cell's own loops can end.
    request = kernel.start(
        'r, _, _ := os.Pipe(); fd := r.Fd(); fmt.Println("started"); var b [1]byte; syscall.Read(int(fd), b[:])'
    )
    kernel.printed(request, "started")
    kernel.interrupt()
    try:
        kernel.wait(request, timeout=2)
    except TimeoutError:
        kernel.interrupt()
        kernel.wait(request, timeout=5)
    request.failed()
    assert kernel.run("still()").ok().result == "1", "declarations are gone"


def command(pid):
    try:
        with open(f"/proc/{pid}/comm") as f:
            return f.read().strip()
    except OSError:
        return ""


def test_f15_what_is_shared_survives_an_interrupt(kernel):
    kernel.run(
        "type counter struct{ n int }\n"
        "func (c *counter) Add(n int) int { c.n += n; return c.n }\n"
        "func (c *counter) Nap(ms int) { time.Sleep(time.Duration(ms) * time.Millisecond) }\n"
        "a := procpool.Spawn(func() *counter { return &counter{} })\n"
        'd, q := procpool.NewDict[string, int](), procpool.NewQueue[int](0)\n'
        "lock, event := procpool.NewLock(), procpool.NewEvent()\n"
        "held := procpool.NewEvent()\n"
        "func hold(l *procpool.Lock, held *procpool.Event) { l.Lock(); held.Set(); time.Sleep(time.Hour) }\n"
    ).ok()
    kernel.run('a.Call("Add", 1); d.Set("x", 1); q.Put(1)').ok()
    for waits in (
        'a.Call("Nap", 300)',
        'd.Update("x", func(v int, ok bool) (int, bool) { time.Sleep(time.Hour); return 9, ok })',
        "event.Wait()",
        "procpool.NewProcess(hold, lock, held).Start(); held.Wait(); lock.Lock()",
    ):
        request = kernel.start('fmt.Println("started"); ' + waits)
        kernel.printed(request, "started")
        stop(kernel, request)
    used = kernel.run(
        'v, err := procpool.Ask[int](a, "Add", 1)\n'
        "u, _ := d.Update(\"x\", func(v int, ok bool) (int, bool) { return v + 1, ok })\n"
        "event.Set()\n"
        "w, _ := q.Get()\n"
        "lock.Lock()\n"
        "fmt.Println(v, err, u, event.IsSet(), w)"
    ).ok()
    assert used.stdout == "2 <nil> 2 true 1\n"
