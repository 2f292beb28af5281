"""A libzmq peer that does what its standard input says, and says what happened.

    peer.py TYPE connect|bind ENDPOINT [option=value ...]

Every line of input is a command; every line of output is the answer to one.
Options: identity, subscribe (a topic, may be empty), heartbeat (ms between PINGs),
patience (ms without an answer to one before libzmq gives the connection up).
"""

import os
import signal
import sys
import time
import zlib

import zmq
from zmq.utils.monitor import recv_monitor_message


class Peer:
    def __init__(self, kind, how, endpoint, options):
        self.socket = zmq.Context.instance().socket(getattr(zmq, kind))
        self.socket.linger = 0
        for option in options:
            name, _, value = option.partition("=")
            getattr(self, "set_" + name)(value)
        self.monitor = self.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED | zmq.EVENT_HANDSHAKE_SUCCEEDED)
        getattr(self.socket, how)(endpoint)

    def set_identity(self, value):
        self.socket.identity = value.encode()

    def set_subscribe(self, value):
        self.socket.subscribe(value)

    def set_heartbeat(self, value):
        self.socket.heartbeat_ivl = int(value)

    def set_patience(self, value):
        self.socket.heartbeat_timeout = int(value)

    # Commands. Each returns the line to answer with.

    def do_send(self, *frames):
        """Sends the words as frames; "-" is an empty one."""
        self.socket.send_multipart([b"" if f == "-" else f.encode() for f in frames])
        return "sent"

    def do_recv(self):
        return " ".join(show(f) for f in self.socket.recv_multipart())

    def do_connect(self, endpoint):
        """Greets another socket over a connection of its own, and reads the answer."""
        with self.socket.context.socket(self.socket.type) as socket:
            socket.linger = 0
            socket.connect(endpoint)
            socket.send(b"hello")
            return socket.recv().decode()

    def do_echo(self):
        """Sends the next message back."""
        frames = self.socket.recv_multipart()
        self.socket.send_multipart(frames)
        return " ".join(show(f) for f in frames)

    def do_big(self, size):
        """Sends one frame of size bytes and reads a reply of one frame."""
        body = os.urandom(1 << 20) * (int(size) >> 20)
        self.socket.send(body, copy=False)
        reply = self.socket.recv(copy=False).buffer
        return f"{len(reply)} {'same' if zlib.crc32(reply) == zlib.crc32(body) else 'different'}"

    def do_count(self, n):
        """Receives n messages whose second frame counts from 0."""
        for i in range(int(n)):
            frames = self.socket.recv_multipart()
            if int(frames[1]) != i:
                return f"message {i} is {frames[1].decode()}"
        return f"{n} in order"

    def do_flow(self):
        """Receives without end; answers once a hundred messages came."""
        for _ in range(100):
            self.socket.recv_multipart()
        print("flowing", flush=True)
        while True:
            self.socket.recv_multipart()

    def do_subscribe(self, topic=""):
        self.socket.subscribe(topic)
        return "asked"

    def do_unsubscribe(self, topic=""):
        self.socket.unsubscribe(topic)
        return "asked"

    def do_stop(self):
        """Stops this process, all threads; the answer comes when it goes on."""
        os.kill(os.getpid(), signal.SIGSTOP)
        return "continued"

    def do_connections(self, ms):
        """Counts for ms milliseconds how often the connection was made and lost."""
        made = lost = 0
        end = time.monotonic() + int(ms) / 1000
        while self.monitor.poll(max(0, 1000 * (end - time.monotonic()))):
            if recv_monitor_message(self.monitor)["event"] == zmq.EVENT_DISCONNECTED:
                lost += 1
            else:
                made += 1
        return f"made {made} lost {lost}"

    def do_reconnected(self):
        """Waits until the connection was lost and made again."""
        lost = False
        while True:
            event = recv_monitor_message(self.monitor)["event"]
            if lost and event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                return "reconnected"
            lost = lost or event == zmq.EVENT_DISCONNECTED


def show(frame):
    if len(frame) > 100:
        return f"[{len(frame)} bytes]"
    return frame.decode(errors="replace") or "-"


def main():
    kind, how, endpoint, *options = sys.argv[1:]
    peer = Peer(kind, how, endpoint, options)
    print(peer.socket.last_endpoint.decode(), flush=True)
    for line in sys.stdin:
        command, *words = line.split()
        print(getattr(peer, "do_" + command)(*words), flush=True)
    os._exit(0)


main()
