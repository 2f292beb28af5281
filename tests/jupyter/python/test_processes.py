"""Processes of cells: B03, B05, B07, A23, D18, H02, H04, H05, H13, as a client sees them."""

import os
import signal
import time

import pytest

from driver import alive, eventually

pytestmark = pytest.mark.limit(60)

# Processes that stay, one of them a daemon, and a pool that is busy.
MANY = """
func stays(n *procpool.Value[int]) { n.Add(1); time.Sleep(time.Hour) }
n := procpool.NewValue(0)
for i := range %d {
	p := procpool.NewProcess(stays, n)
	p.Daemon = i %% 2 == 0
	p.Start()
}
pool := procpool.NewPool(2)
tasks := procpool.Submit(pool, func(i int) int { n.Add(1); time.Sleep(time.Hour); return i }, 1)
for n.Load() < %d { time.Sleep(10 * time.Millisecond) }
fmt.Println("up")
"""


def many(kernel, processes):
    kernel.run(MANY % (processes, processes + 1), timeout=50).ok()
    assert len(kernel.processes()) >= processes + 2


def nothing_is_left(kernel, seconds=2):
    assert not kernel.gone(seconds), kernel.processes()


def test_b03_late_output_is_the_starting_cells(kernel):
    first = kernel.run(
        'p := procpool.NewProcess(func() { time.Sleep(400 * time.Millisecond); fmt.Println("late"); fmt.Fprintln(os.Stderr, "late too") }); p.Start()'
    ).ok()
    second = kernel.run('fmt.Println("mine"); time.Sleep(time.Second); p.Join()').ok()
    assert (first.stdout, first.stderr) == ("late\n", "late too\n")
    assert (second.stdout, second.stderr) == ("mine\n", "")


def test_b05_output_comes_as_it_is_written(kernel):
    request = kernel.run(
        'p := procpool.NewProcess(func() { fmt.Print("a"); time.Sleep(time.Second); fmt.Print("b") }); p.Start(); p.Join()'
    ).ok()
    a, b = [m["arrived"] for m in request.of_type("stream")]
    assert b - a >= 0.8 and request.stdout == "ab"


def test_b07_two_streams(shared):
    request = shared.run(
        'p := procpool.NewProcess(func() { for i := range 50 { fmt.Println("out", i); fmt.Fprintln(os.Stderr, "err", i) } }); p.Start(); p.Join()'
    ).ok()
    assert request.stdout == "".join(f"out {i}\n" for i in range(50))
    assert request.stderr == "".join(f"err {i}\n" for i in range(50))


def test_a11_a_panic_is_told_under_the_cell_and_is_no_error_of_it(kernel):
    kernel.run("func fails() {\n\tvar xs []int\n\t_ = xs[3]\n}").ok()
    request = kernel.run('p := procpool.NewProcess(fails); p.Start(); p.Join(); fmt.Println("on")').ok()
    assert request.stdout == "on\n"
    assert "Process Process-1:\npanic: " in request.stderr and "In[1]:3" in request.stderr


def test_a12_a_megabyte_of_stderr_and_a_panic(kernel):
    request = kernel.run(
        'p := procpool.NewProcess(func() { for range 256 { os.Stderr.WriteString(strings.Repeat("f", 4095) + "\\n") }; panic("after it") }); p.Start(); p.Join()'
    ).ok()
    assert request.stderr.count("f" * 4095 + "\n") == 256 and "after it" in request.stderr


def test_a23_shutdown_ends_daemons_and_others(kernel):
    many(kernel, 4)
    started = time.monotonic()
    reply = kernel.request("shutdown_request", {"restart": False}, "control")
    kernel.until(lambda: reply.reply, timeout=5)
    assert eventually(lambda: alive(kernel.pid), lambda a: not a, 3) is False
    assert time.monotonic() - started < 4
    nothing_is_left(kernel)


def test_a23_what_the_session_has_for_its_end_runs(kernel, tmp_path):
    mark = tmp_path / "mark"
    kernel.run(f'procpool.AtExit(func() {{ os.WriteFile("{mark}", []byte("ended"), 0o644) }})').ok()
    kernel.manager.shutdown_kernel()
    assert mark.read_text() == "ended"


def test_h02_an_interrupt_ends_join_and_the_process(kernel):
    request = kernel.start('p := procpool.NewProcess(func() { fmt.Println("started"); time.Sleep(time.Hour) }); p.Start(); p.Join(); fmt.Println("not reached")')
    kernel.printed(request, "started")
    sent = time.monotonic()
    kernel.interrupt()
    kernel.wait(request, 10)
    assert request.failed() and "nterrupt" in request.error and "not reached" not in request.stdout
    assert time.monotonic() - sent < 3
    after = kernel.run("code, exited := p.ExitCode(); fmt.Println(code, exited, len(procpool.ActiveChildren()))").ok()
    assert after.stdout == "-9 true 0\n"


def test_h04_restart_ends_twenty(kernel):
    many(kernel, 20)
    old = kernel.processes()
    kernel.client.stop_channels()
    kernel.manager.restart_kernel(now=False)
    kernel.connect()
    assert not eventually(lambda: old & kernel.processes(), lambda pids: not pids, 2)
    assert kernel.run("p := procpool.NewProcess(func() {}); p.Name").ok().result in ("Process-1", '"Process-1"')


def test_h05_a_killed_kernel_leaves_nothing(kernel):
    many(kernel, 20)
    os.kill(kernel.pid, signal.SIGKILL)
    nothing_is_left(kernel)


def test_h13_records_come_under_the_cell_that_started_their_process(kernel):
    kernel.run("procpool.LogToStderr(slog.LevelInfo);").ok()
    first = kernel.run(
        'p := procpool.NewProcess(func() { slog.Info("early", "n", 1); slog.Debug("too low"); time.Sleep(600 * time.Millisecond); slog.Warn("late") }); p.Start(); time.Sleep(300 * time.Millisecond)'
    ).ok()
    assert first.stderr == "[INFO/Process-1] early n=1\n"
    second = kernel.run("time.Sleep(time.Second); p.Join()").ok()
    assert first.stderr == "[INFO/Process-1] early n=1\n[WARN/Process-1] late\n"
    assert second.stderr == ""


def test_h13_a_logger_of_ones_own(kernel):
    kernel.run("procpool.SetLogger(slog.New(slog.NewTextHandler(os.Stdout, nil)))").ok()
    request = kernel.run(
        'func task(i int) int { slog.Info("task", "i", i); return i }\nprocpool.Map(procpool.NewPool(2), task, []int{1, 2, 3});'
    ).ok()
    lines = sorted(line.split("msg=")[1] for line in request.stdout.splitlines())
    assert [line.split()[-1] for line in sorted(lines, key=lambda l: l[-1])] == ["i=1", "i=2", "i=3"]
    assert all("process=PoolWorker-" in line and " pid=" in line for line in lines)
