"""What kills a Go program: in a cell it is an error, and the kernel lives."""

import os
import re
import resource
import signal

import pytest

from driver import memory

pytestmark = pytest.mark.limit(60)

# code, and a word that the error or what the cell wrote to stderr must say
DEADLY = {
    "os.Exit": ("os.Exit(3)", "3"),
    "os.Exit with 0": ("os.Exit(0)", "xit"),
    "log.Fatal": ('log.Fatal("bye")', "bye"),
    "a panic": ('panic("boom")', "boom"),
    "a panic with an error": ('panic(fmt.Errorf("wrapped: %w", io.EOF))', "wrapped: EOF"),
    "a nil pointer": ("var p *struct{ N int }; p.N = 1", "nil pointer"),
    "an index": ("xs := []int{1}; i := 5; xs[i] = 1", "index out of range [5] with length 1"),
    "a division": ("zero := 0; 1 / zero", "divide by zero"),
    "a type assertion": ('var v any = "s"; v.(int)', "interface conversion"),
    "a panic in a goroutine": ('go func() { panic("boom") }(); time.Sleep(2 * time.Second)', "boom"),
    "a nil map in a goroutine": ("go func() { var m map[int]int; m[1] = 1 }(); time.Sleep(2 * time.Second)", "nil map"),
    "a panic in a deferred call": ('defer func() { panic("late") }()', "late"),
    "endless recursion": ("func f(n int) int { return f(n+1) + 1 }; f(0)", "stack"),
    "concurrent map writes": (
        "m := map[int]int{}; for range 8 { go func() { for i := 0; ; i++ { m[i%10]++ } }() }; time.Sleep(20 * time.Second)",
        "concurrent map",
    ),
    "a signal to itself": ("syscall.Kill(syscall.Getpid(), syscall.SIGKILL); time.Sleep(time.Second)", "kill"),
    "a closed channel": ("c := make(chan int); close(c); close(c)", "close of closed channel"),
    "unlocking an unlocked mutex": ("var mu sync.Mutex; mu.Unlock()", "unlock of unlocked mutex"),
}


@pytest.mark.parametrize("what", DEADLY)
def test_d18_the_kernel_survives(kernel, what):
    code, word = DEADLY[what]
    kernel.run("type point struct{ X, Y int }\nfunc twice(n int) int { return 2 * n }\nkept := 7").ok()
    request = kernel.run(code, timeout=40).failed()
    said = request.error + request.stderr
    assert word in said, said
    assert len(request.contents("error")) == 1
    after = kernel.run("fmt.Println(twice(21), point{1, 2})").ok()
    assert after.stdout == "42 {1 2}\n", "declarations are gone"
    if kernel.run("kept").result != "7":
        assert re.search(r"variable", said, re.I), f"variables were lost and nothing says so: {said}"


def test_goexit_ends_its_cell_and_no_more(kernel):
    request = kernel.run('fmt.Println("before"); runtime.Goexit(); fmt.Println("after")')
    assert request.stdout == "before\n"
    assert kernel.run("1 + 1").ok().result == "2"


def test_a_cell_that_takes_all_memory_is_an_error(kernel):
    kernel.run("func twice(n int) int { return 2 * n }").ok()
    for pid in kernel.processes():
        limit = memory(pid, "VmSize") + (1 << 30)
        resource.prlimit(pid, resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    request = kernel.run(
        "var hold [][]byte; for range 4096 { b := make([]byte, 16<<20); for i := 0; i < len(b); i += 4096 { b[i] = 1 }; hold = append(hold, b) }",
        timeout=50,
    ).failed()
    assert re.search("memory", request.error + request.stderr), request.error
    for pid in kernel.processes():
        resource.prlimit(pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
    assert kernel.run("twice(21)").ok().result == "42"


def test_a_session_process_killed_from_outside_is_an_error(kernel):
    kernel.run("kept := 7").ok()
    request = kernel.start('fmt.Println("pid", os.Getpid()); time.Sleep(time.Minute)')
    kernel.printed(request, "\n")
    os.kill(int(request.stdout.split()[1]), signal.SIGKILL)
    kernel.wait(request, timeout=10).failed()
    assert re.search("kill", request.error) and re.search("variable", request.error, re.I), request.error
    assert kernel.run("1 + 1").ok().result == "2"


def test_a_session_process_killed_while_idle_is_noticed(kernel):
    kernel.run("func twice(n int) int { return 2 * n }").ok()
    session = int(kernel.run("fmt.Println(os.Getpid())").ok().stdout)
    assert session != kernel.pid, "cells run in the kernel process"
    os.kill(session, signal.SIGKILL)
    first = kernel.run("twice(21)")
    assert first.result == "42" or "Functions, types" in first.error, first.error
    assert kernel.run("twice(21)").ok().result == "42"


def test_d12_a_worker_killed_during_a_map_fails_its_task_only(kernel):
    kernel.run(
        "pool := procpool.NewPool(2)\n"
        "func square(i int) int {\n"
        '\tfmt.Printf("task %d in %d.\\n", i, os.Getpid())\n'
        "\tif i == 3 {\n\t\ttime.Sleep(30 * time.Second)\n\t}\n"
        "\treturn i * i\n"
        "}"
    ).ok()
    request = kernel.start(
        "squares, err := procpool.Map(pool, square, []int{0, 1, 2, 3, 4, 5, 6, 7}, procpool.ChunkSize(1))\n"
        "fmt.Println(squares)\n"
        "var died *procpool.WorkerDiedError\n"
        "fmt.Println(errors.As(err, &died), died != nil && died.PID > 0)\n"
        "var task *procpool.TaskError\n"
        "fmt.Println(errors.As(err, &task), task.Index)\n"
        'fmt.Println("errors:", strings.Count(fmt.Sprintf("%v\\n", err), "\\n"))\n'
    )
    kernel.until(lambda: request.done or re.search(r"task 3 in \d+\.", request.stdout), what="task 3")
    os.kill(int(re.search(r"task 3 in (\d+)\.", request.stdout)[1]), signal.SIGKILL)
    kernel.wait(request, timeout=15).ok()
    assert "[0 1 4 0 16 25 36 49]\n" in request.stdout, request.stdout
    assert "true true\ntrue 3\n" in request.stdout, request.stdout
    again = kernel.run("r, err := procpool.Map(pool, square, []int{1, 2}); fmt.Println(r, err)").ok()
    assert "[1 4] <nil>\n" in again.stdout


@pytest.mark.parametrize(
    "code, word",
    [
        ("os.Exit(42)", "42"),
        ("os.Exit(0)", "0"),
        ("syscall.Kill(os.Getpid(), syscall.SIGSEGV); time.Sleep(5 * time.Second)", ""),
        ("syscall.Kill(os.Getpid(), syscall.SIGKILL); time.Sleep(5 * time.Second)", "kill"),
        ("var f func(int) int; f = func(n int) int { return f(n+1) + 1 }; f(0)", "stack"),
        ('go panic("in a goroutine"); time.Sleep(5 * time.Second)', "in a goroutine"),
        ('panic("in the task")', "in the task"),
        ("runtime.Goexit()", ""),
    ],
)
def test_d11_a_task_can_die_of_anything(kernel, code, word):
    request = kernel.run(
        "squares, err := procpool.Map(procpool.NewPool(2), func(i int) int {\n"
        f"\tif i == 2 {{ {code} }}\n"
        "\treturn i * i\n"
        "}, []int{1, 2, 3, 4}, procpool.ChunkSize(1))\n"
        'fmt.Println("results:", squares)\nfmt.Println("error:", err)',
        timeout=40,
    ).ok()
    assert "results: [1 0 9 16]\n" in request.stdout, request.stdout
    assert "error: <nil>" not in request.stdout
    assert word in request.stdout + request.stderr
