"""Checks that a file is a sign-off of this suite, by its schema and its numbers, before anything uses it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from conformance.errors import EvidenceError
from conformance.project import ROOT
from conformance.text.printable import cut, one_line

SCHEMA = ROOT / "reports" / "schema" / "signoff.schema.json"
#: The schema of older runs, which may still be judged again; other readers need the current one.
OLDER = SCHEMA.with_name("signoff-2.schema.json")
#: Maximum characters of a violation: it may quote a whole foreign value.
_LONGEST = 200


@cache
def _validator(path: Path) -> Any:
    # Loaded only when needed.
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def violations(signoff: Any, schema: Path = SCHEMA) -> list[str]:
    """Where a sign-off violates a schema, one line each: place and problem."""
    try:
        json.dumps(signoff, allow_nan=False)
    except ValueError:
        return ["$: a number in it is infinite, or is not a number"]
    found = sorted(map(in_one_line, _validator(schema).iter_errors(signoff)))
    return [cut(line, _LONGEST) for line in found]


def in_one_line(error: Any) -> str:
    """A validator's error in one line, with its place."""
    steps = (f"[{one}]" if isinstance(one, int) else f".{one}" for one in error.instance_path)
    return one_line(f"${''.join(steps)}: {error.message}")


def demand(signoff: Any, where: str, *, older: bool) -> None:
    """EvidenceError with the first violation, if any. `older` also accepts a sign-off of schema 2."""
    try:
        version = str(signoff.get("schema_version")) if isinstance(signoff, dict) else ""
        found = violations(signoff, OLDER if older and version.startswith("2.") else SCHEMA)
    except RecursionError:
        found = ["$: is nested too deeply"]
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise EvidenceError(
            f"{where}: is not a sign-off of this suite: {found[0]}{more}",
            "take an undamaged run, and the suite that recorded it",
        )
