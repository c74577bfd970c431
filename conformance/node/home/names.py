"""Compares names that an operator may choose with the page's names."""

from conformance.judgement.deviation import deviates
from conformance.judgement.located import Located
from conformance.node.home.stated import stated


def compare(kind: str, name: Located, page: str) -> None:
    """Record a deviation if the name is not the page's. Whether it leads to the right thing is judged elsewhere."""
    if name != page:
        deviates(f"{name.where}: {kind} {name.describe()} instead of {page!r}")


def unlike(value: Located, expected: str) -> str:
    """How a value, not a name, differs from `expected`, for the operator; "" if equal. NotAssessed for a property."""
    return "" if stated(value) == expected else f"{value.found}, expected {expected!r}"
