"""Time limits, kernels as fixtures, and results for the Go test that runs these suites."""

import json
import os
import signal

import pytest

from driver import Kernel

LIMIT = int(os.environ.get("PARAGO_TEST_LIMIT", "60"))  # seconds; a mark "limit" gives a test its own


def pytest_configure(config):
    config.addinivalue_line("markers", "limit(seconds): the time that this test may take")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    """No test can hang: after its time limit it fails wherever it is."""
    mark = item.get_closest_marker("limit")
    seconds = mark.args[0] if mark else LIMIT

    def late(signum, frame):
        signal.alarm(10)  # the clean-up has to end, too
        raise TimeoutError(f"the test took longer than {seconds} s")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    yield
    signal.alarm(0)


def pytest_runtest_makereport(item, call):
    if call.when == "call":
        item.seconds = call.duration


def pytest_runtest_logreport(report):
    """One line a test: its call if it passed or failed there, else the stage that went wrong."""
    if report.when != "call" and report.outcome == "passed":
        return
    path = os.environ.get("PARAGO_RESULTS")
    if not path:
        return
    parts = [report.longreprtext if report.outcome == "failed" else skipped(report), report.capstdout, report.capstderr]
    line = {
        "name": report.nodeid.split("::", 1)[-1].replace("::", "/"),
        "outcome": report.outcome,
        "seconds": report.duration,
        "text": "\n".join(p for p in parts if p),
    }
    with open(path, "a") as f:
        f.write(json.dumps(line) + "\n")


def skipped(report):
    return str(report.longrepr[2]) if report.outcome == "skipped" and report.longrepr else ""


@pytest.fixture
def kernel(tmp_path):
    """A fresh kernel for one test."""
    k = Kernel(tmp_path)
    try:
        yield k
    finally:
        k.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One kernel for all tests of a file that leave it as they found it."""
    k = Kernel(tmp_path_factory.mktemp("shared"))
    try:
        yield k
    finally:
        k.close()
