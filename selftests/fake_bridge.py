"""A data bridge on loopback, in threads of the selftest: real Thrift, and what may go wrong with it."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from thriftpy2.protocol.binary import TBinaryProtocol
from thriftpy2.thrift import TProcessor
from thriftpy2.transport.base import TTransportException
from thriftpy2.transport.buffered import TBufferedTransport
from thriftpy2.transport.socket import TSocket

from conformance.data_bridge.bundle import wire
from conformance.data_bridge.client import BridgeAccount, BridgeAddress, BridgeClient
from conformance.secret import Secret

HOST = "127.0.0.1"
PASSWORD = "right"

#: Serves one connection instead of Thrift.
Tamper = Callable[[socket.socket], None]


def certificate(folder: Path, name: str = "node") -> Path:
    """A self-signed certificate with its key, as nodes have them."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


@dataclass
class Handler:
    """What a node does with calls; the tests change it."""

    streams: set[str] = field(default_factory=lambda: {"LabWire:1.0.0"})
    sessions: set[str] = field(default_factory=set)
    bundles: list[Any] = field(default_factory=list)
    logins: int = 0
    #: Called with each bundle before it is taken; may raise.
    before_taking: Callable[[Any], None] = lambda bundle: None

    def connect(self, user: str, password: str) -> str:
        self.logins += 1
        if password != PASSWORD:
            raise wire().LoginRefused("wrong userName or password")
        session = f"{user}-{self.logins}"
        self.sessions.add(session)
        return session

    def disconnect(self, session: str) -> None:
        self.sessions.discard(session)

    def findStreamId(self, session: str, name: str, version: str) -> str:
        self._known(session)
        if f"{name}:{version}" not in self.streams:
            raise wire().StreamUnknown(f"no stream {name} {version}")
        return f"{name}:{version}"

    def publish(self, bundle: Any) -> None:
        self._known(bundle.session)
        self.before_taking(bundle)
        self.bundles.append(bundle)

    @property
    def ids(self) -> list[str]:
        """First text of each event's payload, of bundles of one event each."""
        return [bundle.texts[1] for bundle in self.bundles]

    def _known(self, session: str) -> None:
        if session not in self.sessions:
            raise wire().SessionExpired(f"{session} expired")


class FakeBridge:
    """Two ports; `tamper` serves connections of the plain port, `tamper_tls` those of the other."""

    def __init__(self, pem: Path, node: str = "node1", host: str = HOST) -> None:
        self.handler = Handler()
        self.tamper: Tamper | None = None
        self.tamper_tls: Tamper | None = None
        self.node, self.host = node, host
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(pem)
        self._open: list[socket.socket] = []
        self._plain = self._listen(wire().Events, secure=False)
        self._secure = self._listen(wire().SecureEvents, secure=True)

    @property
    def address(self) -> BridgeAddress:
        return BridgeAddress(self.node, self.host, self._plain.getsockname()[1], self._secure.getsockname()[1])

    def client(self, password: str = PASSWORD, trust: str = "") -> BridgeClient:
        return BridgeClient(self.address, BridgeAccount("admin", Secret(password), trust))

    def close(self) -> None:
        """End all connections. Their threads close them: what reads still would read what comes next by that number."""
        for one in (self._plain, self._secure, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _listen(self, service: Any, *, secure: bool) -> socket.socket:
        listening = socket.create_server((self.host, 0), family=socket.AF_INET6 if ":" in self.host else socket.AF_INET)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=self._accept, args=(listening, service, secure), daemon=True).start()
        return listening

    def _accept(self, listening: socket.socket, service: Any, secure: bool) -> None:
        with listening, suppress(OSError):
            while True:
                connected, _ = listening.accept()
                self._open.append(connected)
                threading.Thread(target=self._serve, args=(connected, service, secure), daemon=True).start()

    def _serve(self, connected: socket.socket, service: Any, secure: bool) -> None:
        with suppress(OSError, TTransportException):
            if tamper := self.tamper_tls if secure else self.tamper:
                tamper(connected)
            else:
                if secure:
                    connected = self._tls.wrap_socket(connected, server_side=True)
                self._open.append(connected)
                protocol = TBinaryProtocol(TBufferedTransport(TSocket(sock=connected)))
                processor = TProcessor(service, self.handler)
                while True:
                    processor.process(protocol, protocol)
        connected.close()
