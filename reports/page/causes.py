"""Groups what is open by cause: each failure with what follows from it, under its meaning for the result."""

from collections.abc import Iterable, Mapping
from typing import Any

from reports.summary import ADVICE, by_cause, called

Entry = Mapping[str, Any]

#: Title and explanation of each group, the most important first. The key is the look of its worst entry.
GROUPS = {
    "fail": ("Failures", ""),
    "error": ("Could not be judged", "There is no evidence: an error of the run, not a failure of the deployment."),
    ADVICE: (
        "Recommendations not met",
        "Recommended by the page, or by this suite where the page is silent. They do not change the result of the run: "
        "those who sign decide whether to accept them.",
    ),
    "waived": ("Waived", ""),
    "not-assessed": ("Not judged", ""),
}
_ORDER = list(GROUPS)


def look(entry: Entry) -> str:
    """Return how a verdict is drawn; an unmet recommendation has a look of its own."""
    return ADVICE if called(entry) == "not met" else str(entry["verdict"])


def groups(entries: Iterable[Entry]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return title, explanation and causes of each group that is not empty. `entries` are the page's."""
    rows = _rows([one for one in entries if look(one) in GROUPS])
    causes = [_cause(row, rows) for row in rows if not row["way"]]
    found = {name: [one for one in causes if one["worst"] == name] for name in GROUPS}
    return [(*GROUPS[name], of_group) for name, of_group in found.items() if of_group]


def _cause(row: dict[str, Any], rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    follows = [one for one in rows if one["way"] and one["way"][0] == row["id"]]
    worst = min((row["look"], *(one["look"] for one in follows)), key=_ORDER.index)
    return {**row, "worst": worst, "follows": follows, "follows_count": sum(len(one["entries"]) for one in follows)}


def _rows(entries: list[Entry]) -> list[dict[str, Any]]:
    """Put entries with the same look, reason and cause into one row, below their cause."""
    known = {entry["id"]: entry for entry in entries}
    ways = dict(by_cause(known))
    causes = {way[-1] for way in ways.values() if way}
    rows: dict[tuple[str, ...], list[Entry]] = {}
    for name in [*ways, *(name for name in known if name not in ways)]:
        entry, way = known[name], ways.get(name, ())
        # An entry that is itself a cause keeps its own row.
        place = name if name in causes else way[-1] if way else ""
        rows.setdefault((place, look(entry), entry["message"]), []).append(entry)
    return [{**row[0], "entries": row, "way": ways.get(row[0]["id"], ())} for row in rows.values()]
