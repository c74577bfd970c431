"""Writes the matrices of a trial to sabotage-matrix.md."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from reports.summary_page import table
from sabotage.matrix import Matrix, Outcome


def write(folder: Path, matrices: Sequence[Matrix], problems: Sequence[str]) -> Path:
    """Write the matrices into `folder`; return the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sabotage-matrix.md"
    path.write_text("\n".join(_page(matrices, problems)) + "\n", encoding="utf-8")
    return path


def _page(matrices: Sequence[Matrix], problems: Sequence[str]) -> Iterator[str]:
    yield from ("# What turns each requirement red", "")
    yield from (("## Problems", "", *(f"- {plain(problem)}" for problem in problems)) if problems else ("No problem.",))
    for matrix in matrices:
        yield from ("", f"## {matrix.source}", "")
        yield from table(("id", "sentence", "on the healthy pair", "proven by"), _requirements(matrix))
        yield ""
        head = ("sabotage", "what is wrong then", "red", "how the first of them says so")
        yield from table(head, map(_sabotage, matrix.outcomes))
        yield from ("", *(f"- {plain(note)}" for note in (*matrix.notes, *matrix.remarks)))


def _requirements(matrix: Matrix) -> Iterator[tuple[str, ...]]:
    for name in matrix.ids:
        proven = ", ".join(matrix.proofs.get(name, [])) or "–"
        yield name, plain(matrix.catalogue[name].sentence), matrix.healthy[name].verdict.value, proven


def _sabotage(outcome: Outcome) -> tuple[str, ...]:
    one = outcome.sabotage
    if outcome.untried:
        return one.name, plain(one.what), "not tried", plain(outcome.untried)
    order = sorted(outcome.red, key=lambda name: (name not in one.kills, name))
    message = outcome.red[order[0]].message if order else ""
    return one.name, plain(one.what), " ".join(order) or "nothing", plain(message)


def plain(text: str) -> str:
    """Return the text for one line of a table."""
    return text.replace("|", "\\|").replace("\n", "<br>")
