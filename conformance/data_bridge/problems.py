"""Errors that stop a client from sending to a data bridge, each with its remedy."""

from conformance.errors import EvidenceError


class BridgeProblem(EvidenceError):
    """Base class for errors between this client and a node's data bridge; the message names port and remedy."""


class NoBridge(EvidenceError):
    """The node's files name no Thrift receiver, so it does not offer to accept such events."""


class PortClosed(BridgeProblem):
    """The port refuses connections."""


class CertificateUnknown(BridgeProblem):
    """This client does not trust the port's certificate, or the port has no TLS."""


class LoginRefused(BridgeProblem):
    """The user store does not know the account, or the account may not publish."""


class SessionExpired(BridgeProblem):
    """The node does not know the session: it was restarted, or the client was silent for too long."""


class StreamUndefined(BridgeProblem):
    """The node does not have the stream and drops its events."""


class NodeGone(BridgeProblem):
    """The connection ended during a call; it is unknown whether the node accepted the events."""


class NoAnswer(BridgeProblem):
    """The node accepted the connection but did not answer in time; it is unknown whether it accepted the events."""


class NotThrift(BridgeProblem):
    """The port answers, but not like a data bridge."""
