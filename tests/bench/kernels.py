"""Times Parago's kernel and ipykernel at what each line of stdin names, as two numbers a line."""

import json
import os
import socket
import statistics
import subprocess
import sys
import time

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

CODE = {
    "parago": {"sum": "1+1", "lines": 'for i := range 20000 { fmt.Println("line", i) }'},
    "python3": {"sum": "1+1", "lines": 'for i in range(20000): print("line", i)'},
}


class Kernel:
    def __init__(self, name):
        self.name = name
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

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


def start(name):
    """From the start of a kernel's process to its first answer. Jupyter's own part, which is the
    same for all and takes longer than a quick kernel, is left out."""
    file, info = write_connection_file()
    argv = [a.replace("{connection_file}", file) for a in KernelSpecManager().get_kernel_spec(name).argv]
    begun = time.monotonic()
    if argv[0] == "python":
        argv[0] = sys.executable  # as jupyter_client does
    env = os.environ | {"JPY_PARENT_PID": str(os.getpid())}
    process = subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while socket.socket().connect_ex((info["ip"], info["shell_port"])) != 0:
            time.sleep(0.001)
        client = BlockingKernelClient(connection_file=file)
        client.load_connection_file()
        client.start_channels(stdin=False, hb=False, control=False)
        msg = client.kernel_info()
        while client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != msg:
            pass
        ready = time.monotonic() - begun
        client.stop_channels()
        return ready
    finally:
        process.terminate()
        process.wait()
        os.remove(file)


def measure(kernels, what):
    if what == "start":
        return [start(name) for name in kernels]
    repeat = 50 if what == "sum" else 1
    return [statistics.median(k.run(CODE[name][what]) for _ in range(repeat)) for name, k in kernels.items()]


kernels = {name: Kernel(name) for name in CODE}
for k in kernels.values():
    k.run("1+1")
for line in sys.stdin:
    print(json.dumps(measure(kernels, line.strip())), flush=True)
for k in kernels.values():
    k.close()
