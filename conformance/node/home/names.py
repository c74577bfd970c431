"""Names that an operator may choose, held against those that the page shows."""

from conformance.judgement.deviation import deviates
from conformance.judgement.located import Located
from conformance.node.home.stated import stated


def compare(kind: str, name: Located, page: str) -> None:
    """Record a deviation if the name is not the page's; what it stands for is judged elsewhere."""
    if name != page:
        deviates(f"{name.where}: {kind} {name.describe()} instead of {page!r}")


def unlike(value: Located, expected: str) -> str:
    """Why a value that is no name is not the page's, for the operator; "" if it is. NotAssessed for a property."""
    return "" if stated(value) == expected else f"{value.found}, expected {expected!r}"
