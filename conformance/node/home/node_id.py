"""my-node-id.dat: the id under which a node owns index data (page: step 7; docs/product/record-store.md#node-ids)."""

from conformance.judgement.located import Located, Where


class NodeId:
    """The id of one node, from its home."""

    PATH = "repository/conf/analytics/my-node-id.dat"

    def __init__(self, node: str, text: str | None) -> None:
        """`text` is the file's content, None if there is no file."""
        self._where = Where(node, self.PATH, None if text is None else 1)
        self._text = text

    @property
    def value(self) -> Located:
        """The id, trimmed as in the product; the missing value if there is no file."""
        return Located.missing(self._where) if self._text is None else Located(self._text.strip(), self._where)

    @property
    def problem(self) -> str:
        """Why this is not an id, for the operator; "" if it is one line with content."""
        lines = self.value.splitlines()
        if len(lines) == 1:
            return ""
        found = "no file" if self._text is None else f"{len(lines)} lines" if lines else "an empty file"
        return (
            f"{self._where}: found {found}, expected one line with an id of your choice "
            "(without one the product makes a new id at its next start, and the index data of the old one is orphaned)"
        )
