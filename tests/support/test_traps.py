"""The traps themselves."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from tests.support.traps import Leftovers, is_loopback


def test_is_loopback__knows_every_writing_of_this_machine() -> None:
    assert [
        is_loopback(host) for host in ("127.0.0.1", "127.8.9.1", "::1", "localhost", b"127.0.0.1", None)
    ] == [True] * 6
    assert [
        is_loopback(host) for host in ("192.0.2.1", "2001:db8::1", "example.org", "127.0.0.1.example.org")
    ] == [False] * 4


def test_network_close__refuses_an_address_outside() -> None:
    with closing(socket.socket()) as connection, pytest.raises(pytest.fail.Exception, match="seul 127"):
        connection.connect(("192.0.2.1", 80))
    with pytest.raises(pytest.fail.Exception, match="a voulu joindre 'example"):
        socket.create_connection(("example.org", 80))


def test_network_close__lets_loopback_pass() -> None:
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as server,
        closing(socket.create_connection(server.getsockname(), timeout=5)) as connection,
    ):
        assert connection.getpeername() == server.getsockname()


def test_leftovers__finds_a_thread_and_a_process() -> None:
    leftovers = Leftovers()
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="oublié")
    thread.start()
    process = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    found = leftovers.found()
    release.set()
    thread.join()
    process.wait()
    assert found[0] == "fil d'exécution oublié"
    assert found[1].startswith(f"processus {process.pid} (")
    assert len(found) == 2
    assert leftovers.found() == []
