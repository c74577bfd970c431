"""A connection to one port that never blocks past a deadline, whatever the other side does."""

from __future__ import annotations

import socket
import ssl
import time

from conformance.data_bridge.problems import CertificateUnknown, NoAnswer, PortClosed
from conformance.deadlines import Deadline
from conformance.waiting import answering

#: Maximum bytes of an answer: a data bridge answers with ids only.
LARGEST_ANSWER = 1024 * 1024


class Line:
    """The transport for thriftpy2. `begin` starts a call, whose deadline covers the whole call."""

    _until: float
    _read: int

    def __init__(self, place: str, connected: socket.socket) -> None:
        self.place = place
        self._socket = connected

    @classmethod
    def open(cls, place: str, host: str, port: int, deadline: Deadline, tls: ssl.SSLContext | None = None) -> Line:
        """Connect, with TLS if `tls` is given. PortClosed, CertificateUnknown or NoAnswer, naming `place`."""
        until = time.monotonic() + deadline.limit
        with answering(f"{place}: connection", deadline):
            try:
                plain = socket.create_connection((host, port), timeout=deadline.limit)
            except TimeoutError:
                raise _silent(place, deadline) from None
            except OSError as problem:
                raise PortClosed(
                    f"{place}: no connection ({problem.strerror or problem})",
                    "check that the node runs, the ports and the offset in conf/data-bridge/data-bridge-config.xml and "
                    "carbon.xml, and the firewall",
                ) from None
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return cls(place, _secured(place, plain, host, until, deadline, tls) if tls else plain)

    def begin(self, deadline: Deadline) -> None:
        """Start a call with this deadline."""
        self._until = time.monotonic() + deadline.limit
        self._read = 0

    def read(self, size: int) -> bytes:
        """Read at most `size` bytes. TimeoutError after the deadline, EOFError at the end, ValueError for more data."""
        self._socket.settimeout(self._left())
        found = self._socket.recv(min(size, LARGEST_ANSWER))
        if not found:
            raise EOFError("the other side closed the connection")
        self._read += len(found)
        if self._read > LARGEST_ANSWER:
            raise ValueError(f"answer is larger than {LARGEST_ANSWER} bytes")
        return found

    def write(self, data: bytes) -> None:
        """Send all data. TimeoutError after the deadline, OSError if the other side is gone."""
        self._socket.settimeout(self._left())
        self._socket.sendall(data)

    def flush(self) -> None:
        """Nothing is buffered."""

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("no time left")
        return left


def _secured(
    place: str, plain: socket.socket, host: str, until: float, deadline: Deadline, tls: ssl.SSLContext
) -> ssl.SSLSocket:
    try:
        plain.settimeout(max(0.001, until - time.monotonic()))
        return tls.wrap_socket(plain, server_hostname=host)
    except ssl.SSLCertVerificationError as problem:
        plain.close()
        raise CertificateUnknown(
            f"{place}: the certificate is not trusted ({problem.verify_message})",
            "give the client the certificate of the node or of its issuer: keytool -exportcert -rfc from the key store "
            "that data-bridge-config.xml or carbon.xml names",
        ) from None
    except TimeoutError:
        plain.close()
        raise _silent(place, deadline) from None
    except (OSError, ssl.SSLError) as problem:
        plain.close()
        raise CertificateUnknown(
            f"{place}: no TLS ({getattr(problem, 'reason', None) or problem})",
            "check that this is the sslPort, not the tcpPort, and that sslEnabledProtocols holds TLSv1.2",
        ) from None


def _silent(place: str, deadline: Deadline) -> NoAnswer:
    return NoAnswer(
        f"{place}: no answer within {deadline.limit:g} s ({deadline.reason})",
        "the host is silent: check that it is up, the address and the firewall",
    )
