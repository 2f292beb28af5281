"""Maps many small elements in a pool of four that fork: the shortest time of some rounds, in nanoseconds."""

import multiprocessing
import sys
import time
from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int
    name: str


def square(n):
    return n * n


def upper(s):
    return s.upper()


def move(p):
    p.x += 1
    return p


def ints(pool, n):
    numbers = list(range(n))
    return lambda: pool.map(square, numbers)


def strings(pool, n):
    texts = [f"element {i}" for i in range(n)]
    return lambda: pool.map(upper, texts)


def structs(pool, n):
    points = [Point(i, i, "point") for i in range(n)]
    return lambda: pool.map(move, points)


def rows(pool, n):
    numbers = [[0.0] * 100 for _ in range(n)]
    return lambda: pool.map(sum, numbers)


def stream(pool, n):
    numbers = [0] * n
    return lambda: [None for _ in pool.imap(square, numbers)]


def submit(pool, n):
    def run():
        results = [pool.apply_async(square, (i,)) for i in range(n)]
        for r in results:
            r.get()

    return run


def timed(run, rounds):
    run()
    best = None
    for _ in range(rounds):
        started = time.perf_counter_ns()
        run()
        spent = time.perf_counter_ns() - started
        best = spent if best is None else min(best, spent)
    return best


with multiprocessing.get_context("fork").Pool(4) as pool:
    what = {f.__name__: f for f in (ints, strings, structs, rows, stream, submit)}[sys.argv[1]]
    print(timed(what(pool, int(sys.argv[2])), int(sys.argv[3])))
