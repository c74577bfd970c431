"""`python -m reports diff RUN_A RUN_B`: compares two runs by requirement, with the evidence side by side.

Exit codes: 0 the same verdicts, 1 different verdicts, 2 unreadable.
"""

import argparse
import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from conformance.evidence.observation import Observation
from conformance.evidence.redaction import Redactor
from conformance.evidence.stored_run import find, observations_of, signoff_of
from conformance.project import OUT
from conformance.text.printable import one_line

#: Lines of an answer shown on each side; further lines are only counted.
SHOWN = 6
#: Lines of two answers that are compared from their first difference on; logs may be long and differ everywhere.
_COMPARED = 500
_NARROWEST = 60


class StoredRun(NamedTuple):
    """A run's sign-off, and its observations by scope, subject, question and number."""

    signoff: Mapping[str, Any]
    observations: Mapping[tuple[str, str, str, int], Observation]

    def cited(self, requirement_id: str) -> list[tuple[str, str, str, int]]:
        """Return the observations of a requirement, in order."""
        entry = self.signoff["requirements"].get(requirement_id, {})
        return [key for key, one in self.observations.items() if one.id in entry.get("evidence", ())]


def load(run: str, out: Path) -> StoredRun:
    """Load a stored run by its folder or archive, or by its id below `out`. ConformanceError if it cannot be read."""
    path = find(run, out)
    return StoredRun(signoff_of(path), {one.key: one for one in observations_of(path)})


def compare(a: StoredRun, b: StoredRun, width: int) -> tuple[list[str], bool]:
    """Return the lines to show, at most `width` characters each, and whether verdicts differ."""
    compared, other = a.signoff["requirements"], b.signoff["requirements"]
    names = list(dict.fromkeys([*compared, *other]))
    verdicts = {name: (_verdict(compared, name), _verdict(other, name)) for name in names}
    changed = [name for name in names if verdicts[name][0] != verdicts[name][1]]
    lines = [f"{side}  {_header(run.signoff)}" for side, run in (("A", a), ("B", b))]
    for name in changed:
        lines += ["", f"{name}  {verdicts[name][0]} -> {verdicts[name][1]}"]
        lines += [f"  {side}  {text}" for side, one in (("A", compared), ("B", other)) for text in _message(one, name)]
        lines += _evidence(a, b, name, width)
    same = [name for name in names if name not in changed and _message(compared, name) != _message(other, name)]
    for name in (name for name in same if verdicts[name][0] in ("fail", "error")):
        lines += ["", f"{name}  {verdicts[name][0]} in both, for other reasons"]
        lines += [f"  {side}  {text}" for side, one in (("A", compared), ("B", other)) for text in _message(one, name)]
    moves = Counter(f"{before} -> {after}" for before, after in verdicts.values() if before != after)
    summed = "; ".join(f"{count} {move}" for move, count in moves.items()) or "none"
    lines += ["", f"{len(changed)} of {len(names)} requirements have another verdict: {summed}"]
    # One of the runs may come from a suite that masked less.
    mask = Redactor().text
    compared = [one_line(mask(line)) for line in lines]
    return [_clipped(line, width) for line in compared], bool(changed)


def _header(signoff: Mapping[str, Any]) -> str:
    commit = str(signoff.get("commit") or "no commit")[:12]
    return f"{signoff.get('run_id')}, target {signoff.get('target')}, {commit}: {signoff.get('result')}"


def _verdict(requirements: Mapping[str, Any], name: str) -> str:
    return str(requirements[name]["verdict"]) if name in requirements else "not in the catalogue"


def _message(requirements: Mapping[str, Any], name: str) -> list[str]:
    text = str(requirements[name]["message"]) if name in requirements else ""
    return text.splitlines()[:SHOWN] or ["-"]


def _evidence(a: StoredRun, b: StoredRun, name: str, width: int) -> Iterator[str]:
    """Yield differing answers of the two runs side by side, and the number of equal ones."""
    asked, again = set(a.cited(name)), set(b.cited(name))
    both = [key for key in a.cited(name) if key in again]
    for key in both:
        one, other = a.observations[key], b.observations[key]
        if one.sha256 != other.sha256:
            yield f"  {key[1]}: {key[2]}"
            yield from _side_by_side(_lines(one), _lines(other), width)
    same = sum(a.observations[key].sha256 == b.observations[key].sha256 for key in both)
    yield f"  answers: {same} the same, {len(asked - again)} in A only, {len(again - asked)} in B only"


def _lines(observation: Observation) -> list[str]:
    answer = observation.answer
    return (answer if isinstance(answer, str) else json.dumps(answer, indent=1, sort_keys=True)).splitlines()


def _side_by_side(left: list[str], right: list[str], width: int) -> Iterator[str]:
    """Yield the lines in which two texts differ, in two columns."""
    column = max((width - 9) // 2, 10)
    same = next((n for n, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), None)
    begin = min(len(left), len(right)) if same is None else same
    left, right = left[begin : begin + _COMPARED], right[begin : begin + _COMPARED]
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    pairs = [
        (_at(left, i1 + n, i2), _at(right, j1 + n, j2))
        for tag, i1, i2, j1, j2 in blocks
        if tag != "equal"
        for n in range(max(i2 - i1, j2 - j1))
    ]
    for one, other in pairs[:SHOWN]:
        yield f"    {_clipped(one, column):<{column}} | {_clipped(other, column)}"
    if len(pairs) > SHOWN:
        yield f"    and {len(pairs) - SHOWN} more lines"


def _at(lines: list[str], index: int, end: int) -> str:
    return lines[index].strip() if index < end else ""


def _clipped(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def main(argv: Sequence[str]) -> int:
    """Compare the two runs that the arguments name; return the exit code. ConformanceError if a run cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m reports diff", description=__doc__)
    parser.add_argument("runs", nargs=2, metavar="RUN", help="folder or .tar.gz of a run, or its id below --out")
    parser.add_argument("--out", type=Path, default=OUT, help="default: %(default)s")
    arguments = parser.parse_args(argv)
    a, b = (load(run, arguments.out) for run in arguments.runs)
    lines, differs = compare(a, b, max(shutil.get_terminal_size((160, 24)).columns, _NARROWEST))
    print("\n".join(lines))
    return int(differs)
