"""Does one thing with pools that fork, as often as asked: how long it takes, in nanoseconds, or how
many bytes an idle worker has for itself."""

import multiprocessing
import sys
import time

context = multiprocessing.get_context("fork")


def square(n):
    return n * n


def ready(times):
    def run():
        with context.Pool(4) as pool:
            pool.map(square, range(10))

    return timed(run, times)


def call(times):
    with context.Pool(1) as pool:
        return timed(lambda: pool.apply(square, (3,)), times)


def small(times):
    numbers = range(20_000)
    with context.Pool(2) as pool:
        return timed(lambda: pool.map(square, numbers, chunksize=1), times) // len(numbers)


def large(times):
    data = bytes(100 << 20)
    with context.Pool(1) as pool:
        return timed(lambda: pool.apply(len, (data,)), times)


def once(size):
    data = bytes(range(256)) * (size // 256)
    with context.Pool(1) as pool:
        pool.apply(len, (b"1",))
        started = time.perf_counter_ns()
        pool.apply(len, (data,))
        return time.perf_counter_ns() - started


def memory(_):
    with context.Pool(1) as pool:
        pool.apply(square, (3,))
        total = 0
        with open(f"/proc/{pool._pool[0].pid}/smaps_rollup") as lines:
            for line in lines:
                if line.startswith("Private_"):
                    total += int(line.split()[1]) << 10
        return total


def timed(run, times):
    run()
    started = time.perf_counter_ns()
    for _ in range(times):
        run()
    return (time.perf_counter_ns() - started) // times


print({f.__name__: f for f in (ready, call, small, large, once, memory)}[sys.argv[1]](int(sys.argv[2])))
