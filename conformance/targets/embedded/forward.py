"""Lets people outside look into the lab: sockets that listen on the outside's loopback, passed on by threads inside."""

import contextlib
import socket
import threading
from collections.abc import Iterable

from conformance.targets.embedded.entered import Forward
from conformance.targets.embedded.namespaces import ADDRESSES
from conformance.targets.shared.hosts import MYSQL, NODE1, NODE2

#: What people look at: name, stock port (NodeSpec).
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
    """Open one listening socket on the outside for each port of the lab; the sockets stay open as file descriptors."""
    wanted = [(f"{node} {name}", ADDRESSES[node], port) for node in (NODE1, NODE2) for name, port in NODE_PORTS]
    wanted.append(("mysql", ADDRESSES[MYSQL], MYSQL_PORT))
    return tuple(open_listener(*each) for each in wanted)


def open_listener(name: str, address: str, port: int) -> Forward:
    """Listen on a free port of 127.0.0.1, to be forwarded to address:port by a process that inherits the socket."""
    listener = socket.create_server(("127.0.0.1", 0))
    outside_port = listener.getsockname()[1]
    return Forward(name, listener.detach(), outside_port, address, port)


class Forwarder:
    """Serves forwards until closed. A target that does not answer costs its client the connection, nothing else."""

    def __init__(self, forwards: Iterable[Forward]) -> None:
        self._listeners: list[socket.socket] = []
        for forward in forwards:
            listener = socket.socket(fileno=forward.file)
            self._listeners.append(listener)
            threading.Thread(target=_accept, args=(listener, forward), name=forward.name, daemon=True).start()

    def close(self) -> None:
        """Stop listening; connections that are open end with their peers."""
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
    """Copy until the source ends, then tell the sink so; a broken side ends both directions."""
    try:
        while chunk := source.recv(_CHUNK):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for side in (source, sink):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
