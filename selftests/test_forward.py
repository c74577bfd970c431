import socket
import threading

import pytest

from conformance.targets.embedded.forward import Forwarder, open_listener


@pytest.fixture
def echo():
    """Port of a server that answers everything in upper case when the client has said all."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client, client.makefile("rb") as reader:
                client.sendall(reader.read().upper())

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def talk(port, data):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        with client.makefile("rb") as reader:
            return reader.read()


def test_both_directions_pass_whole_and_closing_ends_them(echo):
    forward = open_listener("echo", "127.0.0.1", echo)
    forwarder = Forwarder([forward])

    assert forward.outside == f"127.0.0.1:{forward.outside_port}"
    assert (forward.address, forward.port) == ("127.0.0.1", echo)
    assert talk(forward.outside_port, b"x" * 300_000) == b"X" * 300_000

    forwarder.close()
    with pytest.raises(ConnectionRefusedError):
        talk(forward.outside_port, b"late")


def test_a_target_that_does_not_listen_costs_only_that_connection(echo):
    dead, living = open_listener("dead", "127.0.0.1", 1), open_listener("echo", "127.0.0.1", echo)
    forwarder = Forwarder([dead, living])

    with socket.create_connection(("127.0.0.1", dead.outside_port), timeout=10) as client:
        assert client.recv(1) == b""

    assert talk(living.outside_port, b"hello") == b"HELLO"
    forwarder.close()
