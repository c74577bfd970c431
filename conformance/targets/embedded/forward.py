"""Gives people outside access to the lab: sockets on the outside's loopback, forwarded by threads inside."""

import contextlib
import socket
import threading
from collections.abc import Iterable

from conformance.targets.embedded.entered import Forward
from conformance.targets.embedded.namespaces import ADDRESSES
from conformance.targets.shared.hosts import MYSQL, NODE1, NODE2

#: Ports that people use: name, stock port (NodeSpec).
NODE_PORTS = (
    ("console", 9443),
    ("http", 9763),
    ("spark-master-ui", 8081),
    ("spark-worker-ui", 11500),
    ("spark-app-ui", 4040),
)
MYSQL_PORT = 3306
_CONNECT_S = 5
_CHUNK = 65536


def listen() -> tuple[Forward, ...]:
    """Open a listening socket outside for each port of the lab; they stay open as file descriptors."""
    wanted = [(f"{node} {name}", ADDRESSES[node], port) for node in (NODE1, NODE2) for name, port in NODE_PORTS]
    wanted.append(("mysql", ADDRESSES[MYSQL], MYSQL_PORT))
    return tuple(open_listener(*each) for each in wanted)


def open_listener(name: str, address: str, port: int) -> Forward:
    """Listen on a free port of 127.0.0.1; a process that inherits the socket forwards connections to address:port."""
    listener = socket.create_server(("127.0.0.1", 0))
    outside_port = listener.getsockname()[1]
    return Forward(name, listener.detach(), outside_port, address, port)


class Forwarder:
    """Serves forwards until closed. If a target does not answer, only its client's connection ends."""

    def __init__(self, forwards: Iterable[Forward]) -> None:
        self._listeners: list[socket.socket] = []
        for forward in forwards:
            listener = socket.socket(fileno=forward.file)
            self._listeners.append(listener)
            threading.Thread(target=_accept, args=(listener, forward), name=forward.name, daemon=True).start()

    def close(self) -> None:
        """Stop listening; open connections end with their peers."""
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def _accept(listener: socket.socket, forward: Forward) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_connect, args=(client, forward), daemon=True).start()


def _connect(client: socket.socket, forward: Forward) -> None:
    try:
        target = socket.create_connection((forward.address, forward.port), timeout=_CONNECT_S)
    except OSError:
        client.close()
        return
    target.settimeout(None)
    with client, target:
        back = threading.Thread(target=_pump, args=(target, client), daemon=True)
        back.start()
        _pump(client, target)
        back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Copy until the source ends, then end the sink's input; an error on either side ends both directions."""
    try:
        while chunk := source.recv(_CHUNK):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for side in (source, sink):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
