"""Cells and what they print, from text files.

A file holds cases: "== name | group" starts one, a line "--" ends a cell, ">>" stands before
what all cells together print. Results count as printed. "ERR words" asks for an error with
those words instead; "ERR deadline" for a cell that never ends and can be interrupted. In the
group "crash", what a cell cannot survive is no error of the case: the next cell goes on.

PARAGO_CELLS names another file or folder. Cases that are refused (the interpreter says that
it would get them wrong) fail, unless their group begins with "compiled" or PARAGO_CELLS_REFUSED
is "ok"; a summary counts them apart.
"""

import os
import pathlib
import re
import resource

import pytest

from driver import memory

pytestmark = pytest.mark.limit(60)

PLACE = pathlib.Path(os.environ.get("PARAGO_CELLS") or pathlib.Path(__file__).parent.parent / "testdata" / "cells")
REFUSED = "Unsupported"  # the ename of what a back-end will not run
DEADLINE = 5


def cases():
    files = [PLACE] if PLACE.is_file() else sorted(PLACE.glob("*.txt"))
    for file in files:
        for block in re.split(r"(?m)^== ", file.read_text())[1:]:
            head, _, rest = block.partition("\n")
            name, _, group = head.partition("|")
            source, _, want = rest.partition("\n>>\n")
            cells = [c.strip("\n") for c in re.split(r"(?m)^--\n", source + "\n")]
            refusable = group.strip().startswith("compiled") or os.environ.get("PARAGO_CELLS_REFUSED") == "ok"
            yield pytest.param(cells, want.strip(), refusable, "crash" in group, id=f"{file.stem}/{name.strip()}")


@pytest.fixture(scope="module")
def counts():
    """ok, refused and wrong cases of one run."""
    seen = {"ok": 0, "refused": 0, "wrong": 0}
    yield seen
    if os.environ.get("PARAGO_COUNTS"):
        pathlib.Path(os.environ["PARAGO_COUNTS"]).write_text(", ".join(f"{n} {k}" for k, n in seen.items()) + "\n")


@pytest.mark.parametrize("cells, want, refusable, crash", cases())
def test_cells(kernel, counts, cells, want, refusable, crash):
    counts["wrong"] += 1
    if want.startswith("ERR memory"):
        for pid in kernel.processes():
            limit = memory(pid, "VmSize") + (1 << 30)
            resource.prlimit(pid, resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    printed, error = run(kernel, cells, want.startswith("ERR deadline"), crash)
    if error.startswith(REFUSED):
        counts["wrong"] -= 1
        counts["refused"] += 1
        assert refusable, error
        return
    if want.startswith("ERR"):
        words = want[3:].strip()
        assert error, f"no error; printed {printed!r}"
        assert words in error or words == "deadline" and "nterrupt" in error, error
    else:
        assert not error, error
        assert lines(printed) == lines(want)
    counts["wrong"] -= 1
    counts["ok"] += 1


def run(kernel, cells, endless, crash):
    """What the cells print, and the first error that ends them."""
    printed = ""
    for n, cell in enumerate(cells):
        request = kernel.start(cell)
        try:
            kernel.wait(request, DEADLINE if endless else 50)
        except TimeoutError:
            kernel.interrupt()
            kernel.wait(request, 10)
        for content in request.contents("stream", "execute_result"):
            printed += content["data"]["text/plain"] + "\n" if "data" in content else out(content)
        if request.status != "ok" and not (crash and n < len(cells) - 1):
            return printed, re.sub(r"\x1b\[[0-9;]*m", "", request.error + request.stderr)
    return printed, ""


def out(content):
    return content["text"] if content["name"] == "stdout" else ""


def lines(text):
    return [line.rstrip() for line in text.strip().splitlines()]
