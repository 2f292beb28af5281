"""A kernel as jupyter_client runs it, and everything that it says about one request."""

import os
import pathlib
import signal
import time
import uuid

import zmq
from jupyter_client.manager import KernelManager
from jupyter_kernel_test.msgspec_v5 import schema_fragments, validate_message

NAME = os.environ.get("PARAGO_KERNEL", "parago")


# That of input_request wants a number where the protocol has a boolean; and none knows the
# status "aborted", which ipykernel and the protocol have.
SCHEMAS = set(schema_fragments) - {"input_request"}


class Request:
    """One request and what came back, in order of arrival."""

    def __init__(self, kernel, msg_id):
        self.kernel = kernel
        self.msg_id = msg_id
        self.sent = time.monotonic()
        self.reply = None
        self.messages = []  # of iopub, each with "arrived"
        self.idle_at = None

    @property
    def done(self):
        return self.reply is not None and self.idle_at is not None

    @property
    def content(self):
        return self.reply["content"]

    @property
    def status(self):
        return self.content["status"]

    def of_type(self, *types):
        return [m for m in self.messages if m["msg_type"] in types]

    def contents(self, *types):
        return [m["content"] for m in self.of_type(*types)]

    def stream(self, name):
        return "".join(c["text"] for c in self.contents("stream") if c["name"] == name)

    @property
    def stdout(self):
        return self.stream("stdout")

    @property
    def stderr(self):
        return self.stream("stderr")

    @property
    def result(self):
        data = [c["data"]["text/plain"] for c in self.contents("execute_result")]
        assert len(data) <= 1, f"more than one result: {data}"
        return data[0] if data else None

    @property
    def error(self):
        """The error as one text, as a notebook shows it; "" if there is none."""
        return "\n".join("\n".join([c["ename"], c["evalue"], *c["traceback"]]) for c in self.contents("error"))

    @property
    def states(self):
        return [c["execution_state"] for c in self.contents("status")]

    def ok(self):
        assert self.status == "ok", self.error or self.content
        return self

    def failed(self):
        assert self.status == "error", f"status {self.status}; stdout {self.stdout!r}"
        return self


class Kernel:
    """A running kernel with a client. All that it starts carries a mark in its environment."""

    def __init__(self, folder, env=None, validate=True):
        self.mark = "mark-" + uuid.uuid4().hex
        self.validate = validate
        self.requests = {}
        self.strays = []  # iopub messages whose parent is none of ours
        self.temp = pathlib.Path(folder) / "tmp"
        self.temp.mkdir(exist_ok=True)
        environment = {**os.environ, "TMPDIR": str(self.temp), "PARAGO_TEST_MARK": self.mark, **(env or {})}
        self.manager = KernelManager(kernel_name=NAME)
        self.manager.start_kernel(env=environment, cwd=str(folder))
        try:
            self.connect()
        except BaseException:
            self.close()
            raise

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=30)

    @property
    def pid(self):
        return self.manager.provisioner.process.pid

    def close(self):
        if getattr(self, "client", None):
            self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)

    # Requests

    def request(self, kind, content, channel="shell"):
        """Sends a message as it is; for what the client has no method for."""
        message = self.client.session.msg(kind, content)
        getattr(self.client, channel + "_channel").send(message)
        return self.track(message["header"]["msg_id"])

    def start(self, code, **options):
        """Sends a cell and does not wait for it."""
        options.setdefault("allow_stdin", False)
        return self.track(self.client.execute(code, **options))

    def run(self, code, timeout=30, answer=None, **options):
        """Runs a cell to its end. answer(content of input_request) is what the user types."""
        if answer:
            options["allow_stdin"] = True
        return self.wait(self.start(code, **options), timeout, answer)

    def track(self, msg_id):
        request = Request(self, msg_id)
        self.requests[msg_id] = request
        return request

    def wait(self, request, timeout=30, answer=None):
        self.until(lambda: request.done, timeout, answer, f"the end of {request.msg_id}")
        return request

    def until(self, condition, timeout=30, answer=None, what="the condition"):
        """Reads messages until the condition holds."""
        deadline = time.monotonic() + timeout
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                said = [(m["msg_type"], m["content"]) for r in self.requests.values() for m in r.messages][-5:]
                raise TimeoutError(f"{what} has not come in {timeout} s; last messages: {said}")
            self.read(left, answer)

    def read(self, timeout, answer=None):
        """Takes what has arrived on any channel, or waits for something to."""
        channels = {
            getattr(self.client, name + "_channel").socket: name for name in ("iopub", "shell", "control", "stdin")
        }
        poller = zmq.Poller()
        for socket in channels:
            poller.register(socket, zmq.POLLIN)
        for socket, _ in poller.poll(timeout * 1000):
            name = channels[socket]
            while socket.poll(0):
                message = getattr(self.client, name + "_channel").get_msg(timeout=1)
                self.take(name, message, answer)

    def take(self, channel, message, answer):
        message["arrived"] = time.monotonic()
        parent = message["parent_header"].get("msg_id")
        if self.validate and message["msg_type"] in SCHEMAS and message["content"].get("status") != "aborted":
            validate_message(message, message["msg_type"], parent)
        request = self.requests.get(parent)
        if channel == "stdin":
            assert answer, f"unexpected input request {message['content']}"
            self.client.input(answer(message["content"]))
        elif request is None:
            if channel == "iopub":
                self.strays.append(message)
        elif channel == "iopub":
            request.messages.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                request.idle_at = message["arrived"]
        else:
            assert request.reply is None, f"a second reply: {message}"
            message["channel"] = channel
            request.reply = message

    def printed(self, request, text, timeout=30):
        """Waits until a cell has printed text."""
        self.until(lambda: text in request.stdout or request.done, timeout, what=f"the output {text!r}")
        assert text in request.stdout, f"the cell ended without printing {text!r}: {request.error or request.stdout}"

    def interrupt(self):
        """What the Stop button does."""
        self.manager.interrupt_kernel()

    # Processes

    def processes(self):
        """The ids of all processes that carry this kernel's mark, orphans too."""
        return {pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if self.marked(pid)}

    def marked(self, pid):
        try:
            with open(f"/proc/{pid}/environ", "rb") as f:
                return self.mark.encode() in f.read() and alive(pid)
        except OSError:
            return False

    def gone(self, seconds):
        """Waits until no process of this kernel is left; returns those that are."""
        return eventually(self.processes, lambda left: not left, seconds)


def alive(pid):
    """Whether a process exists and is no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def eventually(probe, holds, seconds):
    """Polls what sends no event (the process table, the file system) until it holds; returns the last value."""
    deadline = time.monotonic() + seconds
    while True:
        value = probe()
        if holds(value) or time.monotonic() > deadline:
            return value
        time.sleep(0.02)


def memory(pid, field="VmRSS"):
    """A figure of /proc/PID/status in bytes."""
    with open(f"/proc/{pid}/status") as f:
        for line in f:
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
    raise KeyError(field)
