"""What keeps a client from sending to a data bridge, each with its remedy."""

from conformance.errors import EvidenceError


class BridgeProblem(EvidenceError):
    """Something between this client and a node's data bridge; the message names the port and the remedy."""


class NoBridge(EvidenceError):
    """The node's files name no Thrift receiver: it takes no events so, and does not say that it would."""


class PortClosed(BridgeProblem):
    """No one takes connections at the port."""


class CertificateUnknown(BridgeProblem):
    """This client does not trust the port's certificate, or there is no TLS at the port."""


class LoginRefused(BridgeProblem):
    """The user store does not know the account, or it may not publish."""


class SessionExpired(BridgeProblem):
    """The node does not know the session: it was started again, or the client was silent for too long."""


class StreamUndefined(BridgeProblem):
    """The node has no such stream; what is sent to it is dropped."""


class NodeGone(BridgeProblem):
    """The connection ended in the middle of a call: it is not known whether the node took what was sent."""


class NoAnswer(BridgeProblem):
    """The node took the connection, and said nothing in time: it is not known whether it took what was sent."""


class NotThrift(BridgeProblem):
    """What answers at the port is no data bridge."""
