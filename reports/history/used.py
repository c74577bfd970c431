"""The parts of a sign-off that the history uses, and the check of those parts.

The whole schema is not checked, because the history also shows runs of older schemas.
"""

from functools import cache
from pathlib import Path
from typing import Any

from conformance.errors import EvidenceError
from conformance.evidence.bundle import SIGNOFF
from conformance.evidence.signoff_schema import in_one_line
from conformance.evidence.stored_run import unchecked_signoff_of
from conformance.judgement.catalogue import Level
from conformance.judgement.verdict import Result, Verdict

#: Most characters shown of an error, which may quote a whole foreign value.
_LONGEST = 160
Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "maxLength": 100_000}
_NAME: Schema = {"type": "string", "maxLength": 500}
_NUMBER: Schema = {"type": "number", "minimum": 0, "maximum": 1e11}
_MAYBE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1e11}


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    return {"type": "object", "required": list(required), "properties": required | (optional or {})}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


_HOP = _object({"name": _TEXT, "lost": {"type": "array"}})
_EVENTS: Schema = {"type": ["object", "null"], "properties": {"during": _object({}, {"hops": _list(_HOP)})}}
_PHASE = _object({"name": _NAME, "seconds": _MAYBE, "budget": _MAYBE})
_SCENARIO = _object({"kind": _NAME, "name": _NAME, "phases": _list(_PHASE)}, {"events": _EVENTS, "gap": _MAYBE})
_REQUIREMENT = _object(
    {
        "level": {"enum": [one.value for one in Level]},
        "verdict": {"enum": [one.value for one in Verdict]},
        "message": _TEXT,
    }
)
_REQUIREMENTS: Schema = {
    "type": "object",
    "propertyNames": {"pattern": r"^[A-Z]{1,9}-[0-9]{2}$"},
    "additionalProperties": _REQUIREMENT,
}
_USED = _object(
    {
        "run_id": {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"},
        "target": _NAME,
        "started": _NUMBER,
        "finished": _NUMBER,
        "result": {"enum": [one.value for one in Result]},
        "commit": {"type": ["string", "null"], "maxLength": 100},
        "dirty": {"type": ["boolean", "null"]},
        "product": {"type": "object"},
        "time": _object({"boot": _NUMBER, "total": _NUMBER}),
        "requirements": _REQUIREMENTS,
        "failovers": _list(_SCENARIO),
    }
)


@cache
def _validator() -> Any:
    # Built only if a history is made.
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(_USED)


def signoff_of(run: Path) -> dict[str, Any]:
    """Return a run's sign-off, of this or an older schema. ConformanceError if a part used here is wrong."""
    found: dict[str, Any] = unchecked_signoff_of(run)
    problem = next(iter(_validator().iter_errors(found)), None)
    if problem is not None:
        what = in_one_line(problem)[:_LONGEST]
        raise EvidenceError(f"{run / SIGNOFF}: is not a sign-off of this suite: {what}", "take an undamaged run")
    return found
