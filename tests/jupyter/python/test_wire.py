"""What anyone who can reach the ports may send: none of it may stop the kernel."""

import os
import socket
import uuid

import pytest
import zmq
from jupyter_client.session import Session

pytestmark = pytest.mark.limit(60)

CHANNELS = ["shell", "control", "stdin"]


@pytest.fixture
def address(kernel):
    """channel name → (host, port)"""
    info = kernel.client.get_connection_info()
    return lambda channel: (info["ip"], info[channel + "_port"])


def answers(kernel):
    assert kernel.run("20 + 22", timeout=10).ok().result == "42"
    assert kernel.client.is_alive()


def dealer(address):
    peer = zmq.Context.instance().socket(zmq.DEALER)
    peer.linger = 1000
    peer.connect("tcp://%s:%d" % address)
    return peer


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_message_with_a_wrong_signature_is_not_carried_out(kernel, address, channel):
    forged = Session(key=b"not the key", username="mallory")
    with dealer(address(channel)) as peer:
        message = forged.msg("execute_request", {"code": "forged := 1", "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True})
        forged.send(peer, message)
        forged.send(peer, forged.msg("shutdown_request", {"restart": False}))
        answers(kernel)
        assert peer.poll(200) == 0, "a forged message was answered"
    kernel.run("forged").failed()


def test_a_replayed_message_is_not_carried_out_twice(kernel, address):
    session = kernel.client.session
    kernel.run("runs := 0").ok()
    message = session.msg("execute_request", {"code": "runs++", "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True})
    frames = session.serialize(message)
    with dealer(address("shell")) as peer:
        peer.send_multipart(frames)
        peer.send_multipart(frames)
        assert peer.poll(10_000)
        answers(kernel)
    assert kernel.run("runs").result == "1"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    "frames",
    [
        [b""],
        [b"<IDS|MSG>"],
        [b"<IDS|MSG>", b""],
        [b"<IDS|MSG>", b"0" * 64, b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"0" * 64, b"{", b"not", b"json", b"]"],
        [b"no delimiter"] * 8,
        [b"x" * 1_000_000],
        [os.urandom(100) for _ in range(50)],
    ],
    ids=["empty", "delimiter", "no signature", "three parts", "no JSON", "no delimiter", "a megabyte", "random"],
)
def test_frames_that_are_no_message_are_dropped(kernel, address, channel, frames):
    with dealer(address(channel)) as peer:
        peer.send_multipart(frames)
        answers(kernel)


@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub", "hb"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\xff\0\0\0\0\0\0\0\x01",
        b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL" + b"\0" * 48 + b"\x02\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL" + b"\0" * 48 + b"\x04\x00",
        os.urandom(4096),
    ],
    ids=["silence", "HTTP", "half a greeting", "an endless frame", "an empty command", "random"],
)
def test_connections_that_do_not_speak_zeromq_are_survived(kernel, address, channel, data):
    with socket.create_connection(address(channel)) as peer:
        peer.sendall(data)
        answers(kernel)
    answers(kernel)


def test_an_idle_connection_holds_up_nobody(kernel, address):
    idle = [socket.create_connection(address(c)) for c in ("shell", "iopub", "control") for _ in range(10)]
    try:
        answers(kernel)
        assert kernel.run('for i := range 1000 { fmt.Println("line", i) }').ok().stdout.count("\n") == 1000
    finally:
        for peer in idle:
            peer.close()


def test_the_heartbeat_echoes_what_it_is_sent(kernel, address):
    with zmq.Context.instance().socket(zmq.REQ) as peer:
        peer.linger = 0
        peer.connect("tcp://%s:%d" % address("hb"))
        for word in (b"ping", b"\0\xff", uuid.uuid4().bytes):
            peer.send(word)
            assert peer.poll(2000), "no echo"
            assert peer.recv() == word


def test_two_clients_see_the_same_outputs(kernel):
    second = kernel.manager.client()
    second.start_channels()
    try:
        second.wait_for_ready(timeout=10)
        request = kernel.run('fmt.Println("for both")').ok()
        while True:
            message = second.get_iopub_msg(timeout=5)
            if message["parent_header"].get("msg_id") == request.msg_id and message["msg_type"] == "stream":
                assert message["content"]["text"] == "for both\n"
                break
    finally:
        second.stop_channels()
