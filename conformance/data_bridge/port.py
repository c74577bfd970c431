"""One port of a data bridge: the service behind it, called over Thrift."""

import ssl
from dataclasses import dataclass, field
from typing import Any

from thriftpy2.protocol.binary import TBinaryProtocol
from thriftpy2.thrift import TApplicationException, TClient
from thriftpy2.transport.base import TTransportException
from thriftpy2.transport.buffered import TBufferedTransport

from conformance.data_bridge.bundle import wire
from conformance.data_bridge.line import Line
from conformance.data_bridge.problems import BridgeProblem, NoAnswer, NodeGone, NotThrift
from conformance.deadlines import Deadline
from conformance.waiting import answering


@dataclass
class Port:
    """One port with its service; connects on the first call, and again after a failure."""

    service: Any
    place: str
    host: str
    number: int
    tls: ssl.SSLContext | None = None
    line: Line | None = field(default=None, repr=False)
    client: Any = field(default=None, repr=False)

    def call(self, method: str, *arguments: object, deadline: Deadline) -> Any:
        """The answer. Raises an exception declared by the interface, or a BridgeProblem."""
        if self.line is None:
            self.line = Line.open(self.place, self.host, self.number, deadline, self.tls)
            self.client = TClient(self.service, TBinaryProtocol(TBufferedTransport(self.line)))
        self.line.begin(deadline)
        try:
            with answering(f"{self.place} {method}", deadline):
                return getattr(self.client, method)(*arguments)
        except _declared():
            raise
        except BaseException as problem:  # also whatever the library makes of bytes that are not an answer
            self.close()
            if not isinstance(problem, Exception):
                raise
            raise _broken(f"{self.place} {method}", problem, deadline) from None

    def close(self) -> None:
        """Close the connection, if any."""
        if self.line is not None:
            self.line.close()
        self.line = self.client = None


def _declared() -> tuple[type[Exception], ...]:
    kinds = wire()
    return kinds.LoginRefused, kinds.SessionExpired, kinds.StreamUnknown, kinds.EventUndefined


def _broken(where: str, problem: Exception, deadline: Deadline) -> BridgeProblem:
    if isinstance(problem, TimeoutError):
        return NoAnswer(
            f"{where}: no answer within {deadline.limit:g} s ({deadline.reason}); whether it was taken is not known",
            "look into the node's wso2carbon.log; a node that is full or frozen answers late or never",
        )
    if isinstance(problem, EOFError | OSError | TTransportException):
        return NodeGone(
            f"{where}: the connection ended in the middle ({problem}); whether it was taken is not known",
            "the node went down or closed the connection: look into its wso2carbon.log, and send again",
        )
    if isinstance(problem, TApplicationException):
        return NotThrift(f"{where}: the server reports {problem.message!r}", "look into the node's wso2carbon.log")
    return NotThrift(
        f"{where}: found no answer of a data bridge ({type(problem).__name__}: {problem})",
        "check the port: another program may sit on it",
    )
