"""Much output: complete, in order, at a rate that front-ends can take, in constant memory."""

import re

import pytest

from driver import Kernel, memory

LINES, WORKERS = 100_000, 4


@pytest.fixture
def kernel(tmp_path):
    k = Kernel(tmp_path, validate=False)  # the schema check is slower than the kernel
    try:
        yield k
    finally:
        k.close()


@pytest.mark.limit(120)
def test_a_hundred_thousand_lines_from_four_workers(kernel):
    kernel.run(f"pool := procpool.NewPool({WORKERS}); procpool.ForEach(pool, func(int) {{}}, []int{{1, 2, 3, 4}})").ok()
    before = memory(kernel.pid, "VmHWM")
    request = kernel.run(
        "err := procpool.ForEach(pool, func(w int) {\n"
        f"\tfor i := range {LINES // WORKERS} {{ fmt.Printf(\"w%d line %d of a worker's output\\n\", w, i) }}\n"
        "}, []int{0, 1, 2, 3}, procpool.ChunkSize(1)); fmt.Println(err)",
        timeout=100,
    ).ok()
    streams = request.of_type("stream")
    seconds = max(streams[-1]["arrived"] - streams[0]["arrived"], 0.1)
    took = request.idle_at - request.sent
    grown = memory(kernel.pid, "VmHWM") - before
    print(f"{LINES} lines in {took:.2f} s: {len(streams)} messages, {len(streams) / seconds:.0f}/s; kernel grew by {grown >> 20} MB")
    for worker in range(WORKERS):
        seen = [int(n) for n in re.findall(rf"w{worker} line (\d+) of a worker's output\n", request.stdout)]
        assert seen == list(range(LINES // WORKERS)), f"worker {worker}: {len(seen)} lines"
    assert request.stdout.count("\n") == LINES + 1
    assert len(streams) / seconds < 1000
    assert grown < 100 << 20


@pytest.mark.limit(60)
def test_twenty_thousand_lines_of_one_cell(kernel):
    request = kernel.run('for i := range 20000 { fmt.Println("line", i) }', timeout=50).ok()
    assert request.stdout == "".join(f"line {i}\n" for i in range(20000))
    print(f"{request.idle_at - request.sent:.3f} s, {len(request.of_type('stream'))} messages")


@pytest.mark.limit(60)
def test_an_endless_printer_can_be_stopped(kernel):
    request = kernel.start('for i := 0; ; i++ { fmt.Println("line", i) }')
    kernel.printed(request, "line 1000")
    kernel.interrupt()
    kernel.wait(request, timeout=20).failed()
    assert memory(kernel.pid, "VmHWM") < 500 << 20
    assert kernel.run("1 + 1").result == "2"
