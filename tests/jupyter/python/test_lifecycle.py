"""Start, shutdown, restart and sudden death: no process and no file is left."""

import os
import signal
import subprocess
import sys
import time

import pytest

from driver import Kernel, alive, eventually

pytestmark = pytest.mark.limit(60)

# Starts every kind of process that there is, and shared memory, and leaves all of it busy.
BUSY = """
pool := procpool.NewPool(3)
counter := procpool.NewValue(0)
array := procpool.NewArray(make([]float64, 1<<20)...)
queue := procpool.NewQueue[[]byte](4)
big := make([]byte, 32<<20)
idle, err := procpool.Map(pool, func(i int) int { return len(big) + i }, []int{1, 2, 3})
future := procpool.Submit(pool, func(i int) int { counter.Add(1); array.Set(0, 1); time.Sleep(time.Hour); return i }, 1)
sleeper := procpool.NewProcess(func() { exec.Command("sleep", "3600").Run() })
sleeper.Start()
memory, _ := procpool.NewSharedMemory(1 << 20)
shared := procpool.Share(make([]float64, 1<<20))
words := procpool.NewDict[string, []int]()
words.Set("one", []int{1})
type keeper struct{ n int }
func (k *keeper) Sleep() { time.Sleep(time.Hour) }
actor := procpool.Spawn(func() *keeper { return &keeper{} })
go actor.Call("Sleep")
for counter.Load() == 0 { time.Sleep(time.Millisecond) }
fmt.Println("busy", len(idle), err)
"""


@pytest.fixture
def busy(kernel):
    before = shared_memory()
    kernel.run(BUSY).ok()
    assert eventually(lambda: len(kernel.processes()), lambda n: n >= 5, 5) >= 5
    kernel.shared_memory_before = before
    return kernel


def shared_memory():
    try:
        return set(os.listdir("/dev/shm"))
    except OSError:
        return set()


def nothing_is_left(kernel, mine):
    assert not kernel.gone(2), {p: command(p) for p in kernel.processes()}
    left = eventually(lambda: mine & shared_memory(), lambda names: not names, 2)
    assert not left, f"left in /dev/shm: {left}"
    files = eventually(lambda: list(kernel.temp.rglob("*")), lambda names: not names, 2)
    assert not files, f"left in the temp folder: {files}"


def test_a23_shutdown_leaves_nothing(busy):
    mine = shared_memory() - busy.shared_memory_before
    reply = busy.request("shutdown_request", {"restart": False}, "control")
    busy.until(lambda: reply.reply, timeout=5)
    assert reply.content == {"status": "ok", "restart": False}
    assert eventually(lambda: alive(busy.pid), lambda a: not a, 2) is False
    nothing_is_left(busy, mine)


def test_h05_killing_the_kernel_leaves_nothing(busy):
    mine = shared_memory() - busy.shared_memory_before
    os.kill(busy.pid, signal.SIGKILL)
    nothing_is_left(busy, mine)


def test_the_signals_of_the_system_end_the_kernel(busy):
    mine = shared_memory() - busy.shared_memory_before
    os.kill(busy.pid, signal.SIGTERM)
    assert eventually(lambda: alive(busy.pid), lambda a: not a, 5) is False
    nothing_is_left(busy, mine)


def test_shutdown_during_a_cell(kernel):
    request = kernel.start('fmt.Println("started"); for {}')
    kernel.printed(request, "started")
    kernel.manager.shutdown_kernel()
    assert not kernel.gone(2)


def test_h04_restart_gives_a_new_session(busy):
    old = busy.processes()
    busy.client.stop_channels()
    busy.manager.restart_kernel(now=False)
    busy.connect()
    left = eventually(lambda: old & busy.processes(), lambda pids: not pids, 2)
    assert not left, {p: command(p) for p in left}
    request = busy.run("counter").failed()
    assert "counter" in request.error
    assert busy.run("1 + 1").ok().content["execution_count"] == 2


def test_the_kernel_ends_with_the_process_that_started_it(tmp_path):
    starter = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        cwd=os.path.dirname(__file__),
        stdout=subprocess.PIPE,
        text=True,
    )
    pids = [int(p) for p in starter.stdout.readline().split()]
    try:
        assert len(pids) >= 2
        starter.kill()
        starter.wait()
        left = eventually(lambda: [p for p in pids if alive(p)], lambda l: not l, 10)
        assert not left, {p: command(p) for p in left}
    finally:
        for p in filter(alive, pids):
            os.kill(p, signal.SIGKILL)


PARENT = """
import sys, time
from driver import Kernel
kernel = Kernel(sys.argv[1])
kernel.run("procpool.ForEach(nil, func(int) {}, []int{1, 2})").ok()
print(*kernel.processes(), flush=True)
time.sleep(60)
"""


def test_no_process_piles_up(kernel):
    kernel.run("1").ok()
    few = len(kernel.processes())
    for _ in range(5):
        kernel.run("pool := procpool.NewPool(2); procpool.ForEach(pool, func(int) {}, []int{1, 2, 3}); pool.Close()").ok()
    after = eventually(lambda: len(kernel.processes()), lambda n: n <= few + 4, 5)
    assert after <= few + 4, {p: command(p) for p in kernel.processes()}


def test_a_kernel_is_ready_quickly(tmp_path):
    started = time.monotonic()
    kernel = Kernel(tmp_path)
    try:
        print(f"ready after {time.monotonic() - started:.3f} s")
        assert time.monotonic() - started < 10
    finally:
        kernel.close()


def command(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "(gone)"
