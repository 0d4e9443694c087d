"""Traps: no network outside loopback, nothing left running after the tests."""

from __future__ import annotations

import ipaddress
import socket
import threading
from typing import Any

import psutil
import pytest

LOCAL_NAMES = frozenset({"", "localhost", "testserver"})
_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo


def is_loopback(host: object) -> bool:
    """Whether a host, as given to the socket functions, stays on this machine."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name.lower() in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> None:
    # Not an OSError: the code under test may rightly survive one, and the mistake would pass unseen.
    raise pytest.fail.Exception(f"Un test a voulu joindre {host!r} : seul 127.0.0.1 est permis.")


def _check(connection: socket.socket, address: Any) -> None:
    if connection.family in {socket.AF_INET, socket.AF_INET6} and not is_loopback(address[0]):
        _refuse(address[0])


def network_close() -> None:
    """Refuse, for the rest of the process, every connection and name resolution outside loopback."""

    def connect(self: socket.socket, address: Any) -> None:
        _check(self, address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _check(self, address)
        return _connect_ex(self, address)

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if not is_loopback(host):
            _refuse(host)
        return _getaddrinfo(host, *arguments, **options)

    # Through setattr: these names are methods, and no type says that a method may be replaced.
    for place, name, function in (
        (socket.socket, "connect", connect),
        (socket.socket, "connect_ex", connect_ex),
        (socket, "getaddrinfo", getaddrinfo),
    ):
        setattr(place, name, function)


class Leftovers:
    """What runs in this process before and after the tests."""

    def __init__(self) -> None:
        self.threads = set(threading.enumerate())
        self.children = {process.pid for process in psutil.Process().children()}

    def found(self) -> list[str]:
        """Threads that would keep the process alive and processes that would outlive it; the processes are ended."""
        threads = [
            f"fil d'exécution {thread.name}"
            for thread in set(threading.enumerate()) - self.threads
            # An idle executor (asgiref keeps one) is ended by the interpreter as it leaves: it holds nothing up.
            if thread.is_alive() and not thread.daemon and not thread.name.startswith("ThreadPoolExecutor-")
        ]
        processes = []
        for process in psutil.Process().children():
            if process.pid in self.children or process.status() == psutil.STATUS_ZOMBIE:
                continue
            processes.append(f"processus {process.pid} ({' '.join(process.cmdline())[:120]})")
            process.kill()
        return threads + processes
