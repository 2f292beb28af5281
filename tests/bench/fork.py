"""Starts and joins processes by fork: how long one takes, and one of many in a row, in nanoseconds."""

import multiprocessing
import sys
import time

context = multiprocessing.get_context("fork")


def nothing():
    pass


def run():
    process = context.Process(target=nothing)
    process.start()
    process.join()


run()
one, row = int(sys.argv[1]), int(sys.argv[2])
spent = 0
for _ in range(one):
    time.sleep(0.03)
    started = time.perf_counter_ns()
    run()
    spent += time.perf_counter_ns() - started
if one:
    print(spent // one)
else:
    started = time.perf_counter_ns()
    for _ in range(row):
        run()
    print((time.perf_counter_ns() - started) // row)
