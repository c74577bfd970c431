"""A stored run as far as one rule of the verifier looks at it, without files."""

import io
from collections.abc import Callable, Iterable
from typing import Any

from reports import verify

Run = dict[str, Any]
Change = Callable[[Run], object]
Rule = Callable[[verify._Bundle], Iterable[str]]


def bundle(files: dict[str, bytes] | None = None, **known: Any) -> verify._Bundle:
    """A run of which this is known, whatever its files hold."""
    opened = {name: lambda data=data: io.BytesIO(data) for name, data in (files or {}).items()}
    made = verify._Bundle(opened, set(), {})
    made.__dict__.update(known)
    return made


def said(rule: Rule, run: Run, change: Change = dict) -> str:
    """What a rule says of a run of which something was changed."""
    change(run)
    return "\n".join(rule(bundle(**run)))
