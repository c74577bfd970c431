"""The page's "Required configurations", applied to one node's DAS home."""

from conformance.pack.built import PackKind
from conformance.pack.steps.page import apply_page

__all__ = ["PackKind", "apply_page"]
