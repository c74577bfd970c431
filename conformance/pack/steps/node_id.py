"""Step 7: the node's own id in the record store."""

from conformance.pack.steps import saving
from conformance.pack.steps.edited_home import EditedHome


def apply(at: EditedHome) -> None:
    """Write my-node-id.dat like the product: the id without a line end."""
    saving.save(at.conf("analytics/my-node-id.dat"), at.node.node_id.encode())
