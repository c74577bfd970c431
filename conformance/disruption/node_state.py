"""What is noted of a node before and after a scenario; for use inside an observation."""

from conformance.errors import EvidenceError
from conformance.node.home.node_id import NodeId
from conformance.node.node import Node


def node_id(node: Node) -> str:
    """The node's id now, "" when there is no file."""
    try:
        return node.access.read(NodeId.PATH).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def master_status(node: Node) -> str:
    """What the node's Spark master says of itself, or why it says nothing."""
    try:
        return node.spark_ui.master().status
    except EvidenceError as problem:
        return f"no answer: {problem}"
