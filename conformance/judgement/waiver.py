"""Waivers: failures that someone accepts until a date, read from the TOML file of `--waivers`."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from conformance.errors import ConformanceError
from conformance.files import handed_file
from conformance.files.handed_file import shown, shown_value, toml
from conformance.judgement.verdict import RequirementResult, Verdict

#: Maximum days ahead for a waiver, so that a lasting one is reviewed.
LONGEST_DAYS = 90

_ID = re.compile(r"[A-Z]+-[0-9][0-9]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: Maximum characters of a reason or an owner, which appear in messages and on the page.
_LONGEST = {"reason": 2000, "owner": 200}
_FIELDS = ("reason", "owner", "expires")
_SHAPE = 'write AA-01 = { reason = "why it may stay", owner = "who answers for it", expires = 2026-12-31 }'


class State(str, Enum):
    """The state of a waiver in a run."""

    IN_FORCE = "in force"
    UNUSED = "unused"
    EXPIRED = "expired"
    TOO_FAR = "too far ahead"
    UNKNOWN = "unknown"
    STALE = "stale"


#: States that fail the run.
WRONG = (State.EXPIRED, State.TOO_FAR, State.UNKNOWN, State.STALE)


class Waiver(NamedTuple):
    """One entry: requirement id, reason for accepting the failure, responsible person, last day."""

    id: str
    reason: str
    owner: str
    expires: date

    def describe(self) -> str:
        """Describe the waiver for the message of the waived requirement."""
        return f"waived until {self.expires.isoformat()} by {self.owner}: {self.reason}"


class Waivers:
    """The waivers of one run on the day `today` (UTC); `known`: ids of the catalogue."""

    def __init__(self, entries: Iterable[Waiver], known: Collection[str], today: date) -> None:
        self._entries = tuple(entries)
        self._known = known
        self._today = today

    @property
    def in_force(self) -> Mapping[str, Waiver]:
        """Waivers that turn a failure into "waived", by requirement id."""
        return {entry.id: entry for entry in self._entries if self._void(entry) is None}

    def excuse(self, requirement_ids: Collection[str]) -> str:
        """Why a failed test of these requirements is expected; "" unless all of them are waived."""
        found = [self.in_force[name] for name in requirement_ids if name in self.in_force]
        whole = found and len(found) == len(requirement_ids)
        return "; ".join(entry.describe() for entry in found) if whole else ""

    def describe(self, results: Iterable[RequirementResult]) -> list[dict[str, Any]]:
        """For the sign-off: every entry with its days left and its state in this run."""
        verdicts = {result.id: result.verdict for result in results}
        return [
            {
                "id": entry.id,
                "reason": entry.reason,
                "owner": entry.owner,
                "expires": entry.expires.isoformat(),
                "days_left": (entry.expires - self._today).days,
                "state": (self._void(entry) or _used(verdicts[entry.id])).value,
            }
            for entry in self._entries
        ]

    def _void(self, entry: Waiver) -> State | None:
        if entry.id not in self._known:
            return State.UNKNOWN
        if entry.expires < self._today:
            return State.EXPIRED
        return State.TOO_FAR if entry.expires > latest(self._today) else None


def latest(today: date) -> date:
    """The last allowed day of a waiver."""
    return today + timedelta(days=LONGEST_DAYS)


def problems(waivers: Iterable[Mapping[str, Any]]) -> list[str]:
    """One line per waiver of a sign-off that fails the run: which, what is wrong, what to do."""
    lines = {
        State.EXPIRED: "expired on {expires}: it is void; repair what fails, or let its owner waive it again",
        State.TOO_FAR: f"expires {{expires}}, more than {LONGEST_DAYS} days ahead: it is void; take an earlier date",
        State.UNKNOWN: "is in no catalogue: correct the id or take the entry out",
        State.STALE: "is not needed, the requirement passes or does not apply: take the entry out",
    }
    return [
        f"waiver {one['id']} {lines[State(one['state'])].format(**one)}" for one in waivers if one["state"] in WRONG
    ]


def read(path: Path) -> tuple[Waiver, ...]:
    """The entries of a waivers file. ConformanceError with one line per malformed entry."""
    try:
        data = handed_file.read(path)
    except OSError as problem:
        raise ConformanceError(f"--waivers {path}: {problem.strerror}", "name a TOML file") from None
    records = toml(data, f"--waivers {path}", _SHAPE)
    wrong = [f"--waivers {path}: {shown(name)}: {what}" for name, one in records.items() for what in _wrong(name, one)]
    if wrong:
        raise ConformanceError("\n".join(wrong), _SHAPE)
    return tuple(
        Waiver(name, record["reason"].strip(), record["owner"].strip(), _date(record["expires"]))
        for name, record in records.items()
    )


def _wrong(name: str, record: Any) -> Iterable[str]:
    if not _ID.fullmatch(name):
        yield "is not a requirement id"
    if not isinstance(record, dict):
        yield "is not a table"
        return
    for field, longest in _LONGEST.items():
        if not isinstance(record.get(field, ""), str):
            yield f"{field} is not a text"
        elif not record.get(field, "").strip():
            yield f"{field} is empty"
        elif len(record[field]) > longest:
            yield f"{field} has {len(record[field])} characters, more than {longest}"
    expires = record.get("expires")
    try:
        _date(expires)
    except ValueError:
        # Approximately as in the file; a time of day as in TOML.
        written = expires.isoformat() if isinstance(expires, date | time) else shown_value(expires)
        yield f"expires is not a day such as 2026-12-31: {written if 'expires' in record else 'it is missing'}"
    yield from (f"unknown field {shown_value(field)}" for field in record if field not in _FIELDS)


def _date(value: Any) -> date:
    """A TOML date, or a text with a date. ValueError for anything else, including a time of day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    raise ValueError


def _used(verdict: Verdict) -> State:
    if verdict is Verdict.WAIVED:
        return State.IN_FORCE
    return State.STALE if verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE) else State.UNUSED
