"""sabotage/proofs.json: for each requirement, the sabotages that made it fail; the sign-off cites them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from conformance.errors import ConformanceError

FILE = Path("sabotage/proofs.json")
#: Prefix for a lab with a wrong setting.
LAB = "lab: "

#: Names of sabotages by requirement id.
Proofs = Mapping[str, Sequence[str]]


def load(root: Path) -> dict[str, list[str]]:
    """The proofs of the project `root`; empty if there is no such file. ConformanceError if it is malformed."""
    path = root / FILE
    try:
        parsed = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as problem:
        raise _bad(path, str(problem)) from None
    if not isinstance(parsed, dict) or not all(isinstance(names, list) for names in parsed.values()):
        raise _bad(path, "expected lists of names by requirement")
    return {str(one): [str(name) for name in names] for one, names in parsed.items()}


def write(root: Path, proofs: Proofs, judged: Sequence[str]) -> Path:
    """Replace the proofs of the requirements `judged`; keep all others and those from labs, which did not run."""
    stored = load(root)
    labs = {one: [name for name in names if name.startswith(LAB)] for one, names in stored.items()}
    renewed = {one: [*proofs.get(one, ()), *labs.get(one, ())] for one in judged}
    return _put(root, {**stored, **renewed})


def write_live(root: Path, killed: Mapping[str, Sequence[str]]) -> Path:
    """Add what labs with a wrong setting made fail, by sabotage name; keep all others."""
    stored = load(root)
    every = {*stored, *(one for ids in killed.values() for one in ids)}
    marked = {f"{LAB}{name}": ids for name, ids in killed.items()}
    kept = {one: [name for name in stored.get(one, ()) if name not in marked] for one in every}
    seen = {one: [name for name, ids in marked.items() if one in ids] for one in every}
    return _put(root, {one: [*kept[one], *seen[one]] for one in every})


def _put(root: Path, proofs: Proofs) -> Path:
    path = root / FILE
    together = {one: list(names) for one, names in sorted(proofs.items()) if names}
    path.write_text(json.dumps(together, indent=1) + "\n", encoding="ascii")
    return path


def stale(root: Path, proofs: Proofs, judged: Sequence[str]) -> list[str]:
    """How the file differs from what was seen for the requirements `judged`, one line each; without labs."""
    stored = {one: [name for name in names if not name.startswith(LAB)] for one, names in load(root).items()}
    return [
        f"{one}: {FILE} says {', '.join(stored.get(one, [])) or 'nothing'}, seen now: {', '.join(now) or 'nothing'}"
        for one in judged
        if stored.get(one, []) != (now := list(proofs.get(one, [])))
    ]


def statement(proofs: Proofs, requirement_id: str) -> str | None:
    """The proof for the sign-off; None if there is none."""
    names = proofs.get(requirement_id)
    return f"can fail: proven by {', '.join(names)}" if names else None


def _bad(path: Path, problem: str) -> ConformanceError:
    return ConformanceError(f"{path}: {problem}", "make it again: python -m sabotage --database --write")
