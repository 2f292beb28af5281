"""Times Parago's kernel and ipykernel at what each line of stdin names, as two numbers a line."""

import json
import statistics
import sys
import time

from jupyter_client.manager import KernelManager

CODE = {
    "parago": {"sum": "1+1", "lines": 'for i := range 20000 { fmt.Println("line", i) }'},
    "python3": {"sum": "1+1", "lines": 'for i in range(20000): print("line", i)'},
}


class Kernel:
    def __init__(self, name):
        self.name = name
        begun = time.monotonic()
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.ready = self.answer(begun)

    def answer(self, begun):
        """How long a kernel takes to answer from its start, without the client's own patience."""
        msg = self.client.kernel_info()
        while self.client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != msg:
            pass
        return time.monotonic() - begun

    def run(self, code):
        begun = time.monotonic()
        msg = self.client.execute(code)
        while True:
            m = self.client.get_iopub_msg(timeout=120)
            if m["parent_header"].get("msg_id") == msg and m["content"].get("execution_state") == "idle":
                break
        while self.client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != msg:
            pass
        return time.monotonic() - begun

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def measure(kernels, what):
    if what == "start":
        times = []
        for name in kernels:
            k = Kernel(name)
            times.append(k.ready)
            k.close()
        return times
    repeat = 50 if what == "sum" else 1
    return [statistics.median(k.run(CODE[name][what]) for _ in range(repeat)) for name, k in kernels.items()]


kernels = {name: Kernel(name) for name in CODE}
for k in kernels.values():
    k.run("1+1")
for line in sys.stdin:
    print(json.dumps(measure(kernels, line.strip())), flush=True)
for k in kernels.values():
    k.close()
