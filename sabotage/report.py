"""Writes the matrices of one trial: sabotage-matrix.json for programs, sabotage-matrix.md for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from sabotage.matrix import Matrix, Outcome

NAME = "sabotage-matrix"


def write(folder: Path, matrices: Sequence[Matrix], problems: Sequence[str]) -> Path:
    """Write both into `folder`; the path of the one for people."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {"matrices": [matrix.as_json() for matrix in matrices], "problems": list(problems)}
    (folder / f"{NAME}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="ascii")
    path = folder / f"{NAME}.md"
    path.write_text("\n".join(_page(matrices, problems)) + "\n", encoding="utf-8")
    return path


def _page(matrices: Sequence[Matrix], problems: Sequence[str]) -> Iterator[str]:
    yield "# What turns each requirement red"
    yield from (
        ("", "## Problems", "", *(f"- {_plain(problem)}" for problem in problems)) if problems else ("", "No problem.")
    )
    for matrix in matrices:
        yield from (
            "",
            f"## {matrix.source}",
            "",
            "| id | sentence | on the sound pair | proven by |",
            "|---|---|---|---|",
        )
        yield from (_requirement(matrix, name) for name in matrix.ids)
        yield from ("", "| sabotage | what is wrong then | red | how the first of them says so |", "|---|---|---|---|")
        yield from (_sabotage(outcome) for outcome in matrix.outcomes)
        yield from ("", *(f"- {_plain(note)}" for note in (*matrix.notes, *matrix.remarks)))


def _requirement(matrix: Matrix, name: str) -> str:
    proven = ", ".join(matrix.proofs.get(name, [])) or "–"
    return _row(name, matrix.catalogue[name].sentence, matrix.sound[name].verdict.value, proven)


def _sabotage(outcome: Outcome) -> str:
    one = outcome.sabotage
    if outcome.untried:
        return _row(one.name, one.what, "not tried", outcome.untried)
    order = sorted(outcome.red, key=lambda name: (name not in one.kills, name))
    message = outcome.red[order[0]].message if order else ""
    return _row(one.name, one.what, " ".join(order) or "nothing", message)


def _row(*cells: str) -> str:
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(text: str) -> str:
    """On one line of a table."""
    return text.replace("|", "\\|").replace("\n", "<br>")
